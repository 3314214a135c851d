/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Short ways to a store of cookies: lines in, the text of a Cookie field out.
 */
#ifndef WHIM_TEST_UNIT_COOKIE_FIXTURE_H
#define WHIM_TEST_UNIT_COOKIE_FIXTURE_H

#include "proto/cookie_store.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

enum { NOW_S = 1700000000 };

/* "https://host/path" or "http://host/path", taken apart. */
struct place_of_test {
    struct whim_cookie_host host;
    const char *path;
    bool is_secure;
};

static inline struct place_of_test place_of(const char *url)
{
    struct place_of_test place = {.is_secure = !strncmp(url, "https:", 6)};
    const char *host = strstr(url, "://") + 3;

    place.path = strchr(host, '/');
    ck_assert(whim_cookie_host_read(host, (size_t)(place.path - host), &place.host));
    return place;
}

/* A Set-Cookie value from a server. */
static inline enum whim_cookie_verdict set_at(struct whim_cookie_store *store, const char *url,
                                              const char *text, int64_t now_s)
{
    struct place_of_test place = place_of(url);
    const struct whim_cookie_source source = {
        .origin = WHIM_COOKIE_OF_SERVER,
        .host = &place.host,
        .path = place.path,
        .path_len = strlen(place.path),
        .is_secure = place.is_secure,
        .now_s = now_s,
    };
    struct whim_cookie_line line;
    enum whim_cookie_verdict verdict =
        whim_cookie_line_read(text, strlen(text), source.now_s, &line);

    return verdict == WHIM_COOKIE_OK ? whim_cookie_store_add(store, &line, &source) : verdict;
}

static inline enum whim_cookie_verdict set(struct whim_cookie_store *store, const char *url,
                                           const char *text)
{
    return set_at(store, url, text, NOW_S);
}

/* Lines of a file, or of the application's. */
static inline bool read_as(struct whim_cookie_store *store, enum whim_cookie_origin origin,
                           const char *text)
{
    const struct whim_cookie_source source = {.origin = origin, .now_s = NOW_S};

    return whim_cookie_store_read(store, text, strlen(text), &source);
}

/* What a request sends, good until the next call. NULL: no memory. */
static inline const char *sent_at(struct whim_cookie_store *store, const char *url, int64_t now_s)
{
    static char text[2 * WHIM_COOKIES_HEADER_BYTES];
    struct place_of_test place = place_of(url);
    const struct whim_cookie_query query = {
        .host = &place.host,
        .path = place.path,
        .path_len = strlen(place.path),
        .is_secure = place.is_secure,
        .now_s = now_s,
    };
    struct whim_buf buf;
    bool is_cut, is_done;

    whim_buf_init(&buf, sizeof(text));
    is_done = whim_cookie_store_pull(store, &query, &buf, &is_cut) == WHIM_BUF_OK;
    snprintf(text, sizeof(text), "%.*s%s", (int)buf.len, buf.len ? buf.data : "",
             is_cut ? "..." : "");
    whim_buf_fini(&buf);
    return is_done ? text : NULL;
}

static inline const char *sent(struct whim_cookie_store *store, const char *url)
{
    return sent_at(store, url, NOW_S);
}

/* The store as lines of a file; the caller frees it. NULL: no memory. */
static inline char *listed(struct whim_cookie_store *store)
{
    struct whim_buf buf;
    char *text = NULL;

    whim_buf_init(&buf, WHIM_COOKIES_FILE_BYTES);
    if (whim_cookie_store_list(store, NOW_S, &buf) == WHIM_BUF_OK)
        text = strndup(buf.len ? buf.data : "", buf.len);
    whim_buf_fini(&buf);
    return text;
}

#endif
