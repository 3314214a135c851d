/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The text of CURLOPT_PROXY and CURLOPT_PRE_PROXY: "[scheme://][user[:password]@]host[:port]".
 */
#ifndef WHIM_PROTO_PROXY_URL_H
#define WHIM_PROTO_PROXY_URL_H

#include "util/str.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

enum { WHIM_PROXY_DEFAULT_PORT = 1080, WHIM_PROXY_DEFAULT_HTTPS_PORT = 443 };

/* Owns its texts. */
struct whim_proxy {
    struct whim_str *host; /* in lower case, without brackets; a Unix socket's path, if is_unix */
    struct whim_str *zone; /* of an IPv6 address, or NULL */
    struct whim_str *user; /* decoded; NULL: not in the text */
    struct whim_str *password; /* the same; never NULL when there is a user */
    uint16_t port;
    uint8_t type;      /* CURLPROXY_ */
    uint8_t host_kind; /* enum whim_host_kind */
    bool is_unix;      /* "socks5h://localhost/path" */
};

/*
 * Parses. type and port are CURLOPT_PROXYTYPE and CURLOPT_PROXYPORT, for what the text does not
 * say. CURLE_COULDNT_CONNECT: a scheme that is no proxy's; CURLE_COULDNT_RESOLVE_PROXY: no URL at
 * all; CURLE_OUT_OF_MEMORY. *ret_proxy is written on success only.
 */
CURLcode whim_proxy_parse(const char *text, long type, long port, struct whim_proxy *ret_proxy);
/* Frees the texts; secrets are wiped. All zero is fine. */
void whim_proxy_fini(struct whim_proxy *proxy);

static inline bool whim_proxy_is_socks(long type)
{
    return type >= CURLPROXY_SOCKS4 && type <= CURLPROXY_SOCKS5_HOSTNAME;
}

static inline bool whim_proxy_is_tls(long type)
{
    return type == CURLPROXY_HTTPS || type == CURLPROXY_HTTPS2 || type == CURLPROXY_HTTPS3;
}

#endif
