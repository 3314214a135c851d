/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Cookies of any bytes: a byte that chooses who sets them, then a line for each.
 *
 * Whatever a server sets, no stranger gets it, nothing that is secure goes without TLS, no field ends
 * its line or is too long, and a file of what is kept says the same when it is read again.
 */
#include "proto/cookie_store.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW_S = 1700000000 };

static void must(bool holds)
{
    if (!holds)
        abort();
}

static struct whim_cookie_host host_of(const char *name)
{
    struct whim_cookie_host host;

    must(whim_cookie_host_read(name, strlen(name), &host));
    return host;
}

static struct whim_buf pull(struct whim_cookie_store *store, const char *name, bool is_secure)
{
    struct whim_cookie_host host = host_of(name);
    const struct whim_cookie_query query = {
        .host = &host, .path = "/p/q", .path_len = 4, .is_secure = is_secure, .now_s = NOW_S};
    struct whim_buf buf;
    bool is_cut;

    whim_buf_init(&buf, WHIM_COOKIES_HEADER_BYTES);
    must(whim_cookie_store_pull(store, &query, &buf, &is_cut) == WHIM_BUF_OK);
    must(buf.len + 8 <= WHIM_COOKIES_HEADER_BYTES);
    for (size_t i = 0; i < buf.len; i++)
        must((unsigned char)buf.data[i] >= 0x20 && buf.data[i] != 0x7f);
    return buf;
}

static void set_all(struct whim_cookie_store *store, const char *name, bool is_secure,
                    const char *text, size_t len)
{
    struct whim_cookie_host host = host_of(name);
    const struct whim_cookie_source source = {
        .origin = WHIM_COOKIE_OF_SERVER,
        .host = &host,
        .path = "/p/q",
        .path_len = 4,
        .is_secure = is_secure,
        .now_s = NOW_S,
    };

    while (len) {
        const char *end = memchr(text, '\n', len);
        size_t line_len = end ? (size_t)(end - text) : len;
        struct whim_cookie_line line;

        if (whim_cookie_line_read(text, line_len, NOW_S, &line) == WHIM_COOKIE_OK)
            whim_cookie_store_add(store, &line, &source);
        text += line_len + (end != NULL);
        len -= line_len + (end != NULL);
    }
}

static void check_strangers(struct whim_cookie_store *store)
{
    static const char *const strangers[] = {"other.test", "test",      "xb.test", "10.0.0.2",
                                            "x.10.0.0.1", "localhost", "0.0.1"};

    for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
        struct whim_buf buf = pull(store, strangers[i], true);

        must(!buf.len);
        whim_buf_fini(&buf);
    }
}

static void check_ways(struct whim_cookie_store *store, const char *name)
{
    struct whim_buf open = pull(store, name, false);
    struct whim_buf secure = pull(store, name, true);

    must(open.len <= secure.len || secure.len > WHIM_COOKIES_HEADER_BYTES / 2);
    whim_buf_fini(&open);
    whim_buf_fini(&secure);
}

static struct whim_buf list(struct whim_cookie_store *store)
{
    struct whim_buf buf;

    whim_buf_init(&buf, WHIM_COOKIES_FILE_BYTES);
    must(whim_cookie_store_list(store, NOW_S, &buf) == WHIM_BUF_OK);
    return buf;
}

static void check_file(struct whim_cookie_store *store)
{
    const struct whim_cookie_source source = {.origin = WHIM_COOKIE_OF_FILE, .now_s = NOW_S};
    struct whim_cookie_store *copy = whim_cookie_store_new(false);
    struct whim_buf before = list(store);
    struct whim_buf after;

    must(copy != NULL);
    must(whim_cookie_store_read(copy, before.data, before.len, &source));
    after = list(copy);
    must(before.len == after.len && (!after.len || !memcmp(before.data, after.data, after.len)));
    whim_buf_fini(&before);
    whim_buf_fini(&after);
    whim_cookie_store_free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const hosts[] = {"a.b.test", "10.0.0.1"};
    const struct whim_cookie_source source = {.origin = WHIM_COOKIE_OF_FILE, .now_s = NOW_S};
    struct whim_cookie_store *store;
    const char *text = (const char *)data + 1;

    if (!size)
        return 0;
    store = whim_cookie_store_new(false);
    must(store != NULL);
    if (data[0] & 2) {
        must(whim_cookie_store_read(store, text, size - 1, &source));
    } else {
        set_all(store, hosts[data[0] & 1], data[0] & 4, text, size - 1);
        check_strangers(store);
    }
    check_ways(store, hosts[data[0] & 1]);
    check_file(store);
    whim_cookie_store_free(store);
    return 0;
}
