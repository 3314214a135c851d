/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * URLs: one parser and one canonical form, for everything that reads one.
 *
 * Connecting, Host, reuse, SNI, cookies, redirects and the curl_url API all look at the same parse
 * (RFC 3986, with libcurl's deviations). A parse result is a set of spans into a text that the
 * caller owns: into the text handed in when that is canonical already, which costs no allocation,
 * or else into a new canonical text. Canonical is what curl_url_get(CURLUPART_URL) returns: scheme
 * in lower case, numeric hosts in their shortest form, port without leading zeros, no dot
 * segments, a path of at least "/", no empty query or fragment.
 *
 *     err = whim_url_parse(input, len, CURLU_GUESS_SCHEME, NULL, &url, &canonical);
 *     text = canonical ? canonical->text : input;
 *     ... text + url.host.off, url.host.len ...
 *     whim_str_unref(canonical);
 *
 * Nothing here keeps state, knows options or touches the network.
 */
#ifndef WHIM_PROTO_URL_H
#define WHIM_PROTO_URL_H

#include "proto/url_scheme.h"
#include "util/buf.h"
#include "util/str.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A flag of whim_url_parse() beside libcurl's: a host in another script becomes its ASCII form, for
 * all that is done with it. Without IDN built in such a host stays as it is.
 */
#define WHIM_URL_ASCII_HOST (1u << 31)

/* Bytes that a URL may have, as CURL_MAX_INPUT_LENGTH of libcurl. */
#define WHIM_URL_MAX_BYTES 8000000u

struct whim_url_part {
    uint32_t off;
    uint32_t len;
};

enum whim_host_kind {
    WHIM_HOST_NONE, /* no host: file URLs, and others under CURLU_NO_AUTHORITY */
    WHIM_HOST_NAME,
    WHIM_HOST_IPV4, /* four decimal numbers, however it was written */
    WHIM_HOST_IPV6, /* without its brackets and without its zone */
};

/* What is there; a part may be there and empty ("http://:@h/" has a user and a password). */
enum whim_url_has {
    WHIM_URL_HAS_USER = 1 << 0,
    WHIM_URL_HAS_PASSWORD = 1 << 1,
    WHIM_URL_HAS_OPTIONS = 1 << 2,
    WHIM_URL_HAS_HOST = 1 << 3,
    WHIM_URL_HAS_ZONE = 1 << 4,
    WHIM_URL_HAS_PORT = 1 << 5,     /* written out; url.port is valid either way */
    WHIM_URL_HAS_QUERY = 1 << 6,    /* an empty one is not in the canonical text, but it is sent */
    WHIM_URL_HAS_FRAGMENT = 1 << 7, /* an empty one is not in the canonical text */
    WHIM_URL_GUESSED_SCHEME = 1 << 8,  /* CURLU_GUESS_SCHEME chose the scheme */
    WHIM_URL_HOST_HAS_UPPER = 1 << 9,  /* A-Z occurs: compare and hash without regard to case */
    WHIM_URL_HOST_NON_ASCII = 1 << 10, /* a byte over 0x7f occurs: an international name */
};

struct whim_url {
    struct whim_url_part scheme;
    struct whim_url_part user; /* this and the next two are still percent-encoded */
    struct whim_url_part password;
    struct whim_url_part options; /* login options, after ';', of the schemes that have them */
    struct whim_url_part host;    /* without brackets; decoded, and without any '%' */
    struct whim_url_part zone;    /* of an IPv6 address, as written */
    struct whim_url_part port_text;
    struct whim_url_part path;     /* starts with '/', unless the scheme knows no authority */
    struct whim_url_part query;    /* without its '?'; right behind the path and that '?' */
    struct whim_url_part fragment; /* without its '#' */
    uint16_t port;                 /* written out, or the scheme's default, or 0 when it has none */
    uint16_t has;                  /* enum whim_url_has, or-ed */
    uint8_t scheme_id;             /* enum whim_scheme */
    uint8_t host_kind;             /* enum whim_host_kind */
};

/*
 * Parses an absolute URL.
 *
 * Flags, with curl_url_set()'s meaning: CURLU_DEFAULT_SCHEME, GUESS_SCHEME, NON_SUPPORT_SCHEME,
 * PATH_AS_IS, DISALLOW_USER, ALLOW_SPACE, NO_AUTHORITY, URLENCODE; others are ignored. A text
 * without a scheme gets default_scheme (CURLOPT_DEFAULT_PROTOCOL) when that is not NULL, else
 * what the flags say. WHIM_URL_ASCII_HOST is for those who go there.
 *
 * When the text is canonical *ret_canonical is NULL and the parts are spans of the text, which
 * then need not be terminated. Otherwise *ret_canonical is a new string, owned by the caller, and
 * the parts are spans of it. Both outputs are written only on CURLUE_OK.
 */
CURLUcode whim_url_parse(const char *text, size_t len, unsigned flags, const char *default_scheme,
                         struct whim_url *ret_url, struct whim_str **ret_canonical);

/* The same, but *ret_text is always a new string, owned by the caller. */
CURLUcode whim_url_parse_copy(const char *text, size_t len, unsigned flags,
                              struct whim_url *ret_url, struct whim_str **ret_text);

/*
 * Resolves a reference against a base, the text of which must be canonical: a redirect's target,
 * or curl_url_set(CURLUPART_URL) on a handle that holds a URL. An absolute reference replaces the
 * base. Flags as for whim_url_parse(). *ret_text is always a new string, the parts its spans.
 */
CURLUcode whim_url_resolve(const char *base_text, const struct whim_url *base, const char *ref,
                           size_t len, unsigned flags, struct whim_url *ret_url,
                           struct whim_str **ret_text);

/* Has the text a scheme in front? With guessing, "name:" counts only when a '/' follows. */
bool whim_url_is_absolute(const char *text, size_t len, bool guessing);

/* Appends the HTTP request target in origin form: path, and "?query" when there is a query. */
enum whim_buf_result whim_url_add_target(struct whim_buf *buf, const char *text,
                                         const struct whim_url *url);

/* Appends the host as it is written in URLs and Host: IPv6 in brackets, without the zone. */
enum whim_buf_result whim_url_add_host(struct whim_buf *buf, const char *text,
                                       const struct whim_url *url);

/* Appends "host", or "host:port" when the port is not the scheme's default: the Host field. */
enum whim_buf_result whim_url_add_authority(struct whim_buf *buf, const char *text,
                                            const struct whim_url *url);

/* What a transfer ends with when its URL is refused so. */
CURLcode whim_url_code_to_curlcode(CURLUcode code);

/* The span's first byte; it is not terminated. */
static inline const char *whim_url_part_text(const char *text, struct whim_url_part part)
{
    return text + part.off;
}

#endif
