/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * A store's cookies as text. A line too long for a cookie is passed over like any other that means
 * nothing, so that one does not hide those behind it.
 */
#include "proto/cookie_shelf.h"

#include "util/ascii.h"

#include <string.h>

/* One line of a file, of whichever of the two formats. */
static enum whim_cookie_verdict read_line(struct whim_cookie_store *store, const char *text,
                                          size_t len, const struct whim_cookie_source *source)
{
    static const char field[] = "Set-Cookie:";
    enum { FIELD_LEN = sizeof(field) - 1 };
    struct whim_cookie_line line;
    enum whim_cookie_verdict verdict;

    while (len && text[len - 1] == '\r')
        len--;
    if (len >= FIELD_LEN && whim_ascii_is_equal(text, field, FIELD_LEN))
        verdict = whim_cookie_line_read(text + FIELD_LEN, len - FIELD_LEN, source->now_s, &line);
    else
        verdict = whim_cookie_line_read_file(text, len, &line);
    return verdict == WHIM_COOKIE_OK ? whim_cookie_shelf_add(store, &line, source) : verdict;
}

bool whim_cookie_store_read(struct whim_cookie_store *store, const char *text, size_t len,
                            const struct whim_cookie_source *source)
{
    enum whim_cookie_verdict verdict = WHIM_COOKIE_OK;

    whim_cookie_store_lock(store);
    while (len && verdict != WHIM_COOKIE_NO_MEMORY) {
        const char *end = memchr(text, '\n', len);
        size_t line_len = end ? (size_t)(end - text) : len;

        verdict = read_line(store, text, line_len, source);
        text += line_len + (end != NULL);
        len -= line_len + (end != NULL);
    }
    whim_cookie_store_unlock(store);
    return verdict != WHIM_COOKIE_NO_MEMORY;
}

static const char *word_of(bool is_true)
{
    return is_true ? "TRUE" : "FALSE";
}

static enum whim_buf_result write_line(const struct whim_cookie *cookie, int64_t now_s,
                                       struct whim_buf *buf)
{
    const char *pair = whim_cookie_pair(cookie);

    if (!cookie->domain->len || whim_cookie_has_expired(cookie, now_s))
        return WHIM_BUF_OK;
    return whim_buf_addf(buf, "%s%s%s\t%s\t%.*s\t%s\t%lld\t%.*s\t%.*s\n",
                         cookie->is_http_only ? "#HttpOnly_" : "",
                         cookie->has_subdomains ? "." : "", cookie->domain->name,
                         word_of(cookie->has_subdomains), (int)cookie->path_len, cookie->text,
                         word_of(cookie->is_secure), (long long)cookie->expires_s,
                         (int)cookie->name_len, pair, (int)cookie->value_len,
                         pair + cookie->name_len + 1);
}

enum whim_buf_result whim_cookie_store_list(struct whim_cookie_store *store, int64_t now_s,
                                            struct whim_buf *buf)
{
    enum whim_buf_result result = WHIM_BUF_OK;
    struct whim_list *at;

    whim_cookie_store_lock(store);
    for (at = store->in_store.next; at != &store->in_store && result == WHIM_BUF_OK; at = at->next)
        result = write_line(WHIM_CONTAINER_OF(at, struct whim_cookie, in_store), now_s, buf);
    whim_cookie_store_unlock(store);
    return result;
}

enum whim_buf_result whim_cookie_store_write(struct whim_cookie_store *store, int64_t now_s,
                                             struct whim_buf *buf)
{
    /* The first line is what other programs know the format by. */
    enum whim_buf_result result = whim_buf_add_str(buf, "# Netscape HTTP Cookie File\n"
                                                        "# Written by Whimbrel: an edit may be "
                                                        "lost when this is written again.\n\n");
    struct whim_list *at;

    whim_cookie_store_lock(store);
    for (at = store->in_store.prev; at != &store->in_store && result == WHIM_BUF_OK; at = at->prev)
        result = write_line(WHIM_CONTAINER_OF(at, struct whim_cookie, in_store), now_s, buf);
    whim_cookie_store_unlock(store);
    return result;
}
