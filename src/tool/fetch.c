/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "fetch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_REDIRECTS = 30, STALLED_S = 60, HTTP_ERROR = 400 };

/* RFC 9110 section 15.4: those that lead elsewhere. */
static bool is_redirect(long status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* Where redirects are to be followed, one that is left leads nowhere, or was beyond the library. */
static bool is_error_status(const struct tool_fetch *fetch, long status)
{
    const struct tool_options *options = fetch->world->options;

    if (options->accepts_errors)
        return false;
    return status >= HTTP_ERROR || (options->follows && is_redirect(status));
}

/* The body of an error page is read, so that the connection can be kept, but not stored. */
static void begin_body(struct tool_fetch *fetch)
{
    long status = 0;

    curl_easy_getinfo(fetch->easy, CURLINFO_RESPONSE_CODE, &status);
    fetch->is_begun = true;
    fetch->is_kept = !is_error_status(fetch, status);
}

static size_t take_body(char *data, size_t size, size_t n, void *context)
{
    struct tool_fetch *fetch = context;
    struct tool_fetch_world *world = fetch->world;
    long most = world->options->max_bytes;

    n *= size;
    if (!fetch->is_begun)
        begin_body(fetch);
    fetch->n_bytes += (int64_t)n;
    world->n_received += (int64_t)n;
    fetch->is_too_big = most && fetch->n_bytes > most;
    if (fetch->is_too_big)
        return CURL_WRITEFUNC_ERROR;
    if (fetch->is_kept && !tool_sink_write(world->folder, &fetch->sink, data, n))
        return CURL_WRITEFUNC_ERROR;
    return n;
}

/* Sets all that stays the same from use to use. */
static CURLcode set_up(struct tool_fetch *fetch)
{
    const struct tool_options *options = fetch->world->options;
    CURL *easy = fetch->easy;
    const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        {CURLOPT_NOSIGNAL, 1},
        {CURLOPT_FOLLOWLOCATION, options->follows},
        {CURLOPT_MAXREDIRS, MOST_REDIRECTS},
        {CURLOPT_SSL_VERIFYPEER, !options->is_insecure},
        {CURLOPT_SSL_VERIFYHOST, options->is_insecure ? 0 : 2},
        {CURLOPT_TIMEOUT_MS, options->timeout_ms},
        {CURLOPT_CONNECTTIMEOUT_MS, options->connect_timeout_ms},
        {CURLOPT_LOW_SPEED_LIMIT, 1},
        {CURLOPT_LOW_SPEED_TIME, STALLED_S},
        {CURLOPT_VERBOSE, options->verbosity > 1},
    };
    const struct {
        CURLoption option;
        const void *value;
    } pointers[] = {
        {CURLOPT_PRIVATE, fetch},
        {CURLOPT_ERRORBUFFER, fetch->error},
        {CURLOPT_WRITEDATA, fetch},
        {CURLOPT_HTTPHEADER, options->headers},
        {CURLOPT_USERAGENT, options->user_agent},
        {CURLOPT_DEFAULT_PROTOCOL, "http"},
        {CURLOPT_PROTOCOLS_STR, "http,https"},
        {CURLOPT_REDIR_PROTOCOLS_STR, "http,https"},
    };
    CURLcode result = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);

    for (size_t i = 0; !result && i < sizeof numbers / sizeof numbers[0]; i++)
        result = curl_easy_setopt(easy, numbers[i].option, numbers[i].value);
    for (size_t i = 0; !result && i < sizeof pointers / sizeof pointers[0]; i++)
        result = curl_easy_setopt(easy, pointers[i].option, pointers[i].value);
    if (!result && options->max_bytes)
        result = curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)options->max_bytes);
    return result;
}

struct tool_fetch *tool_fetch_new(struct tool_fetch_world *world)
{
    struct tool_fetch *fetch = calloc(1, sizeof *fetch);

    if (!fetch)
        return NULL;
    fetch->world = world;
    tool_sink_init(&fetch->sink);
    fetch->easy = curl_easy_init();
    if (fetch->easy && set_up(fetch) == CURLE_OK)
        return fetch;
    tool_fetch_free(fetch);
    return NULL;
}

void tool_fetch_free(struct tool_fetch *fetch)
{
    tool_sink_drop(fetch->world->folder, &fetch->sink);
    curl_easy_cleanup(fetch->easy);
    free(fetch->url);
    free(fetch);
}

bool tool_fetch_take_line(struct tool_fetch *fetch, const struct tool_line *line)
{
    char *url = realloc(fetch->url, line->len + 1);

    if (!url)
        return false;
    memcpy(url, line->text, line->len);
    url[line->len] = '\0';
    fetch->url = url;
    fetch->url_len = line->len;
    fetch->line = line->number;
    fetch->is_cut = line->is_cut;
    fetch->n_attempts = 0;
    return true;
}

const char *tool_fetch_refusal(const struct tool_fetch *fetch)
{
    if (fetch->is_cut)
        return "the line is too long for a URL";
    if (memchr(fetch->url, '\0', fetch->url_len))
        return "a NUL byte in the URL";
    return NULL;
}

CURLcode tool_fetch_prepare(struct tool_fetch *fetch)
{
    fetch->n_attempts++;
    fetch->n_bytes = 0;
    fetch->is_begun = fetch->is_kept = fetch->is_too_big = false;
    fetch->error[0] = '\0';
    tool_sink_init(&fetch->sink);
    return curl_easy_setopt(fetch->easy, CURLOPT_URL, fetch->url);
}

/* The library tells of its callbacks' failures as one; the reason is ours. */
static void explain_failure(struct tool_fetch *fetch, struct tool_result *result)
{
    if (fetch->is_too_big)
        result->error = CURLE_FILESIZE_EXCEEDED;
    if (result->error == CURLE_FILESIZE_EXCEEDED)
        result->error_text = "larger than --max-size";
    else if (fetch->sink.error) {
        snprintf(fetch->error, sizeof fetch->error, "cannot write the body: %s",
                 strerror(fetch->sink.error));
        result->error_text = fetch->error;
    } else
        result->error_text = fetch->error[0] ? fetch->error : curl_easy_strerror(result->error);
}

void tool_fetch_describe(const struct tool_fetch *fetch, struct tool_result *result)
{
    *result = (struct tool_result){
        .url = fetch->url,
        .url_len = fetch->url_len,
        .line = fetch->line,
        .n_attempts = fetch->n_attempts,
    };
}

static int64_t get_time(CURL *easy, CURLINFO info)
{
    curl_off_t us = 0;

    return curl_easy_getinfo(easy, info, &us) == CURLE_OK ? us : 0;
}

static void measure_connection(CURL *easy, struct tool_result *result)
{
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &result->status);
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &result->n_connects);
    result->dns_us = get_time(easy, CURLINFO_NAMELOOKUP_TIME_T);
    result->connect_us = get_time(easy, CURLINFO_CONNECT_TIME_T);
    result->first_byte_us = get_time(easy, CURLINFO_STARTTRANSFER_TIME_T);
    result->total_us = get_time(easy, CURLINFO_TOTAL_TIME_T);
    result->is_reused = !result->n_connects && get_time(easy, CURLINFO_PRETRANSFER_TIME_T) > 0;
}

void tool_fetch_measure(struct tool_fetch *fetch, struct tool_result *result)
{
    tool_fetch_describe(fetch, result);
    measure_connection(fetch->easy, result);
    result->n_bytes = fetch->n_bytes;
    result->error = fetch->result;
    if (result->error)
        explain_failure(fetch, result);
    else if (is_error_status(fetch, result->status)) {
        result->error = CURLE_HTTP_RETURNED_ERROR;
        snprintf(fetch->error, sizeof fetch->error, "HTTP status %ld", result->status);
        result->error_text = fetch->error;
    }
    result->is_ok = !result->error;
}

void tool_fetch_settle_body(struct tool_fetch *fetch, struct tool_result *result)
{
    struct tool_folder *folder = fetch->world->folder;

    if (!result->is_ok || folder->fd < 0) {
        tool_sink_drop(folder, &fetch->sink);
        return;
    }
    tool_name_of_url(fetch->url, fetch->url_len, fetch->name);
    if (tool_sink_commit(folder, &fetch->sink, fetch->name)) {
        result->file = fetch->name;
        return;
    }
    result->is_ok = false;
    result->error = CURLE_WRITE_ERROR;
    explain_failure(fetch, result);
}
