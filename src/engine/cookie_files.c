/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Cookies that come from the application and go to it: files, the jar, and single lines.
 *
 * The option COOKIEFILE has all the files' names, one behind the other with a zero byte between
 * them. They are looked at when a request begins, and read if one of them is another than before,
 * or the cookies have been thrown away; what servers have set meanwhile is newer and stays.
 */
#include "engine/cookies.h"

#include "engine/options.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/cookie_store.h"
#include "util/ascii.h"
#include "util/file.h"
#include "util/hash.h"
#include "util/names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MAX_COMMAND_BYTES = 8000000 }; /* C-13 */

/* The file behind the given one (NULL: the first), or NULL. */
static const char *next_file(const struct whim_str *files, const char *path)
{
    return files ? whim_names_next(files->text, (size_t)files->len + 1, path) : NULL;
}

static bool is_stdin(const char *path)
{
    return !strcmp(path, "-");
}

/* What tells whether a file is another than it was; never 0. */
static uint32_t stamp_files(const struct whim_str *files)
{
    uint32_t stamp = 1;
    const char *path = NULL;

    while ((path = next_file(files, path))) {
        struct stat there;
        int64_t facts[7];

        if (!*path || is_stdin(path) || stat(path, &there) != 0)
            continue;
        facts[0] = (int64_t)there.st_dev;
        facts[1] = (int64_t)there.st_ino;
        facts[2] = (int64_t)there.st_size;
        facts[3] = (int64_t)there.st_mtim.tv_sec;
        facts[4] = (int64_t)there.st_mtim.tv_nsec;
        facts[5] = (int64_t)there.st_ctim.tv_sec; /* who may read it may have changed */
        facts[6] = (int64_t)there.st_ctim.tv_nsec;
        stamp = whim_hash_bytes(path, strlen(path), stamp);
        stamp = whim_hash_bytes(facts, sizeof(facts), stamp);
    }
    return stamp ? stamp : 1;
}

static CURLcode read_text(struct whim_transfer *transfer, const struct whim_buf *text)
{
    const struct whim_cookie_source source = {
        .origin = WHIM_COOKIE_OF_FILE,
        .skips_session = whim_opt_num(&transfer->options, WHIM_OPT_COOKIESESSION) != 0,
        .now_s = (int64_t)time(NULL),
    };
    struct whim_cookie_store *store;
    bool is_read;

    whim_cookies_tell_lock(transfer, true);
    store = whim_cookies_make_store(transfer);
    is_read = store && whim_cookie_store_read(store, text->data, text->len, &source);
    whim_cookies_tell_lock(transfer, false);
    return is_read ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

/* It must not be written over. */
static CURLcode note_unread(struct whim_transfer *transfer, const char *path)
{
    return whim_buf_add(&transfer->cookies->unread, path, strlen(path) + 1) == WHIM_BUF_OK
               ? CURLE_OK
               : CURLE_OUT_OF_MEMORY;
}

/* A file that is not there is no failure: it may be the jar of a first run. */
static CURLcode load_file(struct whim_transfer *transfer, const char *path)
{
    struct whim_buf text;
    CURLcode result = CURLE_OK;
    bool is_read;

    whim_buf_init(&text, WHIM_COOKIES_FILE_BYTES);
    is_read = is_stdin(path) ? whim_file_read_fd(STDIN_FILENO, &text) : whim_file_read(path, &text);
    if (is_read) {
        result = read_text(transfer, &text);
    } else if (errno == ENOMEM) {
        result = CURLE_OUT_OF_MEMORY;
    } else {
        int error = errno;

        if (error != ENOENT)
            result = note_unread(transfer, path);
        whim_trace_text(transfer, "WARNING: failed to read cookie file \"%s\": %s", path,
                        strerror(error));
    }
    whim_buf_fini_secret(&text);
    return result;
}

static CURLcode load_all(struct whim_transfer *transfer, bool takes_stdin)
{
    /* A reference: callbacks may set the option anew. */
    struct whim_str *files = whim_str_ref(whim_opt_str(&transfer->options, WHIM_OPT_COOKIEFILE));
    CURLcode result = CURLE_OK;
    const char *path = NULL;

    transfer->cookies->has_failed = false;
    whim_buf_reset(&transfer->cookies->unread);
    while (result == CURLE_OK && transfer->cookies && (path = next_file(files, path)))
        if (*path && (takes_stdin || !is_stdin(path)))
            result = load_file(transfer, path);
    whim_str_unref(files);
    if (result != CURLE_OK && transfer->cookies) { /* all of them are to be read once more */
        transfer->cookies->has_failed = true;
        transfer->cookies->stamp = 0;
    }
    return result;
}

CURLcode whim_cookies_load(struct whim_transfer *transfer)
{
    struct whim_cookie_engine *engine = transfer->cookies;
    const struct whim_str *files = whim_opt_str(&transfer->options, WHIM_OPT_COOKIEFILE);
    bool is_first = !engine->has_loaded;
    uint32_t stamp;

    engine->has_loaded = true;
    engine->has_news = false;
    if (!files || !files->len)
        return CURLE_OK;
    stamp = stamp_files(files); /* before they are read: what is written meanwhile is read later */
    if (stamp == engine->stamp)
        return CURLE_OK;
    engine->stamp = stamp;
    return load_all(transfer, is_first);
}

/* The jar is to have what the files have, too, though no request has asked for that yet. */
static void load_for_jar(struct whim_transfer *transfer)
{
    const struct whim_cookie_engine *engine = transfer->cookies;

    if (!engine->has_loaded || engine->has_news || engine->has_failed)
        (void)whim_cookies_load(transfer); /* has_failed says so */
}

/* Why the jar is left as it is, or NULL. */
static const char *find_obstacle(const struct whim_transfer *transfer, const char *jar)
{
    const struct whim_str *files = whim_opt_str(&transfer->options, WHIM_OPT_COOKIEFILE);
    const struct whim_cookie_engine *engine = transfer->cookies;
    const char *path = NULL;

    if (!engine)
        return "the cookies have been switched off";
    if (files && files->len && engine->has_failed)
        return "the cookie files have not been read yet";
    while ((path = whim_names_next(engine->unread.data, engine->unread.len, path)))
        if (!strcmp(path, jar))
            return "it could not be read";
    return NULL;
}

static bool write_text(struct whim_transfer *transfer, struct whim_buf *text)
{
    struct whim_cookie_store *store;
    bool is_written;

    whim_cookies_tell_lock(transfer, true);
    store = whim_cookies_make_store(transfer);
    is_written = store &&
                 whim_cookie_store_write(store, (int64_t)time(NULL), text) == WHIM_BUF_OK;
    whim_cookies_tell_lock(transfer, false);
    return is_written;
}

static bool put_text(const char *jar, const struct whim_buf *text)
{
    if (strcmp(jar, "-") != 0)
        return whim_file_replace(jar, text->data, text->len);
    return fwrite(text->data, 1, text->len, stdout) == text->len && fflush(stdout) == 0;
}

void whim_cookies_save(struct whim_transfer *transfer)
{
    struct whim_str *jar = whim_opt_str(&transfer->options, WHIM_OPT_COOKIEJAR);
    const char *obstacle;
    struct whim_buf text;

    if (!transfer->cookies || !jar)
        return;
    whim_str_ref(jar);
    whim_buf_init(&text, WHIM_COOKIES_FILE_BYTES);
    load_for_jar(transfer);
    obstacle = find_obstacle(transfer, jar->text);
    if (!obstacle && !write_text(transfer, &text))
        obstacle = strerror(ENOMEM);
    else if (!obstacle && !put_text(jar->text, &text))
        obstacle = strerror(errno);
    if (obstacle)
        whim_trace_text(transfer, "WARNING: failed to save cookies in %s: %s", jar->text, obstacle);
    whim_buf_fini_secret(&text);
    whim_str_unref(jar);
}

/* A cookie as the application writes it. One that cannot be is nothing, as with libcurl. */
static CURLcode add_line(struct whim_transfer *transfer, const char *text)
{
    static const char field[] = "Set-Cookie:";
    enum { FIELD_LEN = sizeof(field) - 1 };
    const struct whim_cookie_source source = {
        .origin = WHIM_COOKIE_OF_PROGRAM,
        .now_s = (int64_t)time(NULL),
    };
    struct whim_cookie_line line;
    struct whim_cookie_store *store;
    enum whim_cookie_verdict verdict;
    size_t len = strlen(text);

    if (whim_cookies_enable(transfer) != CURLE_OK)
        return CURLE_OUT_OF_MEMORY;
    if (len >= FIELD_LEN && whim_ascii_is_equal(text, field, FIELD_LEN))
        verdict = whim_cookie_line_read(text + FIELD_LEN, len - FIELD_LEN, source.now_s, &line);
    else
        verdict = whim_cookie_line_read_file(text, len, &line);
    if (verdict == WHIM_COOKIE_OK) {
        whim_cookies_tell_lock(transfer, true);
        store = whim_cookies_make_store(transfer);
        verdict = store ? whim_cookie_store_add(store, &line, &source) : WHIM_COOKIE_NO_MEMORY;
        whim_cookies_tell_lock(transfer, false);
    }
    if (verdict == WHIM_COOKIE_NO_MEMORY)
        return CURLE_OUT_OF_MEMORY;
    if (verdict != WHIM_COOKIE_OK)
        whim_trace_text(transfer, "A cookie is not taken: %s", whim_cookie_verdict_text(verdict));
    return CURLE_OK;
}

static void forget(struct whim_transfer *transfer, bool session_alone)
{
    struct whim_cookie_store *store;

    whim_cookies_tell_lock(transfer, true);
    store = whim_cookies_store(transfer);
    if (store && session_alone)
        whim_cookie_store_del_session(store, (int64_t)time(NULL));
    else if (store)
        whim_cookie_store_reset(store);
    whim_cookies_tell_lock(transfer, false);
    if (transfer->cookies)
        transfer->cookies->stamp = 0;
}

static CURLcode reload(struct whim_transfer *transfer)
{
    struct whim_cookie_engine *engine = transfer->cookies;

    if (!engine)
        return CURLE_OK;
    engine->stamp = stamp_files(whim_opt_str(&transfer->options, WHIM_OPT_COOKIEFILE));
    engine->has_loaded = true;
    engine->has_news = false;
    return load_all(transfer, true);
}

static bool is_command(const char *text, const char *command)
{
    size_t len = strlen(command);

    return strlen(text) == len && whim_ascii_is_equal(text, command, len);
}

CURLcode whim_cookies_obey(struct whim_transfer *transfer, const char *command)
{
    if (!command)
        return CURLE_OK;
    if (strlen(command) > MAX_COMMAND_BYTES)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (is_command(command, "ALL"))
        forget(transfer, false);
    else if (is_command(command, "SESS"))
        forget(transfer, true);
    else if (is_command(command, "FLUSH"))
        whim_cookies_save(transfer);
    else if (is_command(command, "RELOAD"))
        return reload(transfer);
    else
        return add_line(transfer, command);
    return CURLE_OK;
}

/* Each line of the text as an entry. */
static CURLcode to_list(const struct whim_buf *text, struct curl_slist **ret_list)
{
    struct curl_slist *list = NULL;
    struct curl_slist **end = &list;
    char *line = text->data;
    char *line_end;

    while (line && (line_end = strchr(line, '\n'))) {
        *line_end = 0;
        *end = curl_slist_append(NULL, line); /* not to the list, which would be walked each time */
        if (!*end) {
            curl_slist_free_all(list);
            return CURLE_OUT_OF_MEMORY;
        }
        end = &(*end)->next;
        line = line_end + 1;
    }
    *ret_list = list;
    return CURLE_OK;
}

CURLcode whim_cookies_list(struct whim_transfer *transfer, struct curl_slist **ret_list)
{
    enum whim_buf_result written = WHIM_BUF_OK;
    CURLcode result = CURLE_OUT_OF_MEMORY;
    struct whim_cookie_store *store;
    struct whim_buf text;

    whim_buf_init(&text, WHIM_COOKIES_FILE_BYTES);
    whim_cookies_tell_lock(transfer, true);
    store = whim_cookies_store(transfer);
    if (store)
        written = whim_cookie_store_list(store, (int64_t)time(NULL), &text);
    whim_cookies_tell_lock(transfer, false);
    if (written == WHIM_BUF_OK && (!text.len || whim_buf_terminate(&text) == WHIM_BUF_OK))
        result = to_list(&text, ret_list);
    whim_buf_fini_secret(&text);
    return result;
}
