/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Cookies that are kept: which of them a request sends, which of a response's come in (RFC 6265
 * section 5.3 and 5.4, with what RFC 6265bis has changed).
 *
 *     by domain   hash -> domain -> its cookies in the order in which they are sent
 *     in_store    all cookies, by age
 *     in_use      domains, the one asked for last at the end
 *
 * A host's cookies are those of its own entry and of the entry of each domain above it, so a request
 * costs a look-up for each label of its host and a step for each cookie of these domains, however
 * many others there are. Sent are those with the longest path first, then the longest domain, then
 * the longest name, then the youngest: a merge of lists that lie in that order.
 *
 * Caps: WHIM_COOKIES_MAX of all, WHIM_COOKIES_MAX_BYTES, WHIM_COOKIES_MAX_OF_DOMAIN. Past one, that
 * cookie goes which was not sent for longest, of the domain or of the one not asked for longest; an
 * insecure one before a secure one. What has expired goes when it is come upon, and each cookie that
 * comes in has a few others looked at.
 *
 * A store that several threads share guards itself: every function here may be called from any
 * thread. Times are of the wall clock, in seconds.
 */
#ifndef WHIM_PROTO_COOKIE_STORE_H
#define WHIM_PROTO_COOKIE_STORE_H

#include "proto/cookie_host.h"
#include "proto/cookie_line.h"
#include "util/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WHIM_COOKIES_MAX = 200000,
    WHIM_COOKIES_MAX_OF_DOMAIN = 512,
    WHIM_COOKIES_MAX_SENT = 150,       /* C-197 */
    WHIM_COOKIES_HEADER_BYTES = 8190,  /* with the field's name, C-197 */
    WHIM_COOKIES_MAX_OF_RESPONSE = 50, /* for who counts them */
};
#define WHIM_COOKIES_MAX_BYTES ((size_t)64 * 1024 * 1024)

/* Of a file that is read or written. */
#define WHIM_COOKIES_FILE_BYTES (2 * WHIM_COOKIES_MAX_BYTES)

struct whim_cookie_store;

/* is_shared: by several threads. NULL: out of memory. */
struct whim_cookie_store *whim_cookie_store_new(bool is_shared);
/* NULL is fine. */
void whim_cookie_store_free(struct whim_cookie_store *store);

/* Where a cookie comes from. */
enum whim_cookie_origin {
    WHIM_COOKIE_OF_SERVER,
    WHIM_COOKIE_OF_PROGRAM, /* a line that the application hands over */
    WHIM_COOKIE_OF_FILE,    /* does not replace what came in another way */
};

struct whim_cookie_source {
    enum whim_cookie_origin origin;
    const struct whim_cookie_host *host; /* the request's; NULL when it is no server's */
    const char *path;                    /* the request's, without a query */
    size_t path_len;
    bool is_secure;     /* the request's way */
    bool skips_session; /* a file's cookies without a date are those of an earlier session */
    int64_t now_s;
};

/* Takes one cookie in, or says why not. One that has expired ends the one in its place: OK. */
enum whim_cookie_verdict whim_cookie_store_add(struct whim_cookie_store *store,
                                               const struct whim_cookie_line *line,
                                               const struct whim_cookie_source *source);

/*
 * Takes in all lines of a file, in either format: its own, or "Set-Cookie:" and the value. Lines
 * that mean nothing are passed over. False: out of memory, part of it is in.
 */
bool whim_cookie_store_read(struct whim_cookie_store *store, const char *text, size_t len,
                            const struct whim_cookie_source *source);

/* Whom a request is for. */
struct whim_cookie_query {
    const struct whim_cookie_host *host;
    const char *path; /* without a query */
    size_t path_len;
    bool is_secure;
    int64_t now_s;
};

/*
 * Appends "name=value; name=value", or nothing. *ret_is_cut: there were more than a header may
 * have. After an error the buffer holds a part.
 */
enum whim_buf_result whim_cookie_store_pull(struct whim_cookie_store *store,
                                            const struct whim_cookie_query *query,
                                            struct whim_buf *buf, bool *ret_is_cut);

/* Forgets all; or those without a date. */
void whim_cookie_store_reset(struct whim_cookie_store *store);
void whim_cookie_store_del_session(struct whim_cookie_store *store, int64_t now_s);

/* Appends each cookie that has a domain as a line of the file format, the oldest first. */
enum whim_buf_result whim_cookie_store_list(struct whim_cookie_store *store, int64_t now_s,
                                            struct whim_buf *buf);
/* The same as a whole file, the youngest first. */
enum whim_buf_result whim_cookie_store_write(struct whim_cookie_store *store, int64_t now_s,
                                             struct whim_buf *buf);

/* How many there are. */
size_t whim_cookie_store_count(struct whim_cookie_store *store);

#endif
