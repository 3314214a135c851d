/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * For whom a cookie is: hosts, domains and paths, each brought to one form before it is compared.
 *
 * A host is in lower case and without a dot behind it, so that "Shore.EXAMPLE." and "shore.example"
 * are one. Where it has a colon, or a last label of digits alone, it is an address: equal to itself,
 * and never a part of a domain (RFC 6265 section 5.1.3). What is no name that a resolver could know
 * (empty labels, over 255 bytes, bytes of other syntaxes) is none, and has no cookies.
 *
 * Nothing here allocates or keeps state.
 */
#ifndef WHIM_PROTO_COOKIE_HOST_H
#define WHIM_PROTO_COOKIE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WHIM_COOKIE_HOST_BYTES = 255 };

struct whim_cookie_host {
    uint8_t len;
    bool is_address;
    char name[WHIM_COOKIE_HOST_BYTES + 1]; /* terminated */
};

/* False: no host for cookies; *ret_host is as it was. */
bool whim_cookie_host_read(const char *text, size_t len, struct whim_cookie_host *ret_host);

/* The same from a Host field's value: with brackets around an IPv6 address, and maybe a port. */
bool whim_cookie_host_read_field(const char *value, size_t len, struct whim_cookie_host *ret_host);

/* Is the host that domain, or a name in it? Both in their one form. */
bool whim_cookie_host_is_in(const struct whim_cookie_host *host, const char *domain, size_t len);

/* This machine, whose cookies nobody overhears: what is secure may go there without TLS. */
bool whim_cookie_host_is_local(const struct whim_cookie_host *host);

/*
 * A cookie's path as it was written: without quotes around it and without '/' at its end; "/" where
 * it does not begin with one. What is clean stays as it is.
 */
void whim_cookie_path_clean(const char **path, size_t *len);

/* How much of a request's path is the path of a cookie that has none (RFC 6265 section 5.1.4). */
size_t whim_cookie_path_default(const char *path, size_t len);

/* Is the request's path the cookie's, or below it? The latter is clean. */
bool whim_cookie_path_has(const char *cookie_path, size_t cookie_len, const char *path, size_t len);

#endif
