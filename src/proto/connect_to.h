/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * CURLOPT_CONNECT_TO: "HOST:PORT:CONNECT-TO-HOST:CONNECT-TO-PORT", a list whose first entry for the
 * request's host and port decides where to connect to instead.
 */
#ifndef WHIM_PROTO_CONNECT_TO_H
#define WHIM_PROTO_CONNECT_TO_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct whim_connect_to {
    const char *host; /* a span of the entry, without brackets; NULL: the request's own */
    size_t host_len;
    bool is_ipv6; /* it stood in brackets */
    int port;     /* -1: the request's own */
};

/*
 * Finds the entry. host is counted and without brackets. No entry: CURLE_OK, host NULL and port -1,
 * which an entry "::" gives as well. CURLE_SETOPT_OPTION_SYNTAX: the entry's port is no number; the
 * text is "No valid port number in connect to host string (%s)".
 */
CURLcode whim_connect_to_find(const struct curl_slist *list, const char *host, size_t len,
                              bool is_ipv6, uint16_t port, struct whim_connect_to *ret_target);

#endif
