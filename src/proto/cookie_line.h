/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * One cookie as a line: a Set-Cookie field's value (RFC 6265 section 5.2, with what RFC 6265bis has
 * changed), or a line of the file format that Netscape's browser began with:
 *
 *     domain \t TRUE: and names in it \t path \t TRUE: secure \t expiry or 0 \t name \t value
 *
 * with "#HttpOnly_" in front where it is that. What is read is spans of the line; whether it may be
 * kept is the store's to say (cookie_store.h). What a store takes from here can be written as a line
 * of the file and read again.
 *
 * Caps: WHIM_COOKIE_LINE_BYTES of a Set-Cookie value, WHIM_COOKIE_PAIR_BYTES of a name with its
 * value, of the cookie and of each attribute (C-197); WHIM_COOKIE_FIELD_BYTES of a field in a file.
 */
#ifndef WHIM_PROTO_COOKIE_LINE_H
#define WHIM_PROTO_COOKIE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WHIM_COOKIE_LINE_BYTES = 5000,
    WHIM_COOKIE_PAIR_BYTES = 4096,
    WHIM_COOKIE_FIELD_BYTES = 8190,
    WHIM_COOKIE_MAX_AGE_S = 400 * 24 * 60 * 60, /* from now on (RFC 6265bis section 5.5) */
};

enum whim_cookie_verdict {
    WHIM_COOKIE_OK,
#define COOKIE_VERDICT(name, text) WHIM_COOKIE_##name,
#include "proto/tbl/cookie_verdicts.h"
    WHIM_COOKIE_VERDICT_MAX
};

/* In words, for a trace. Static. */
const char *whim_cookie_verdict_text(enum whim_cookie_verdict verdict);

enum whim_cookie_same_site {
    WHIM_COOKIE_SITE_DEFAULT,
    WHIM_COOKIE_SITE_NONE,
    WHIM_COOKIE_SITE_LAX,
    WHIM_COOKIE_SITE_STRICT,
};

struct whim_cookie_text {
    const char *ptr; /* counted */
    size_t len;
};

struct whim_cookie_line {
    struct whim_cookie_text name;
    struct whim_cookie_text value;
    struct whim_cookie_text domain; /* without a dot in front; empty: the host's */
    struct whim_cookie_text path;   /* clean; ptr NULL: by the request's */
    int64_t expires_s;              /* 0: with the session */
    bool is_of_file;                /* a line of the file format, where the domain is all there is */
    bool has_subdomains;            /* for the names in the domain too */
    bool is_secure;
    bool is_http_only;
    bool is_partitioned;
    uint8_t same_site; /* enum whim_cookie_same_site */
};

/*
 * Reads a Set-Cookie value; now_s is what Max-Age counts from. Both write *ret_line if they answer
 * WHIM_COOKIE_OK.
 */
enum whim_cookie_verdict whim_cookie_line_read(const char *text, size_t len, int64_t now_s,
                                               struct whim_cookie_line *ret_line);

/* Reads a line of the file format, with or without its line end. */
enum whim_cookie_verdict whim_cookie_line_read_file(const char *text, size_t len,
                                                    struct whim_cookie_line *ret_line);

#endif
