/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What curl_easy_getinfo() tells of the last, or the current, request of a handle.
 *
 * Times are microseconds after the start, of CLOCK_MONOTONIC; 0: not reached. They keep the order
 * queue <= namelookup <= connect <= appconnect <= pretransfer <= posttransfer, starttransfer <=
 * total, where reached.
 */
#ifndef WHIM_ENGINE_INFO_H
#define WHIM_ENGINE_INFO_H

#include "util/address.h"

#include <stdbool.h>
#include <stdint.h>

struct whim_str;

struct whim_tls_report;

struct whim_info {
    int64_t start_us; /* of the clock: when the transfer was first run */
    int64_t queue_us;
    int64_t namelookup_us;
    int64_t connect_us;
    int64_t pretransfer_us;
    int64_t posttransfer_us;
    int64_t starttransfer_us;
    int64_t total_us;
    int64_t meter_us; /* of the clock: when the built-in meter was drawn last */

    int64_t n_received;     /* body bytes off the wire, transfer coding removed */
    int64_t n_delivered;    /* body bytes that the write callback took */
    int64_t n_sent;         /* body bytes */
    int64_t content_length; /* of the response; -1: not told */
    int64_t upload_length;  /* -1: not known */
    int64_t filetime;       /* Last-Modified; -1: not asked for, or not told */
    int64_t retry_after_s;
    int64_t conn_id; /* -1: none */
    int64_t transfer_id; /* -1: none */

    uint32_t header_bytes;
    uint32_t request_bytes;
    uint16_t response_code;
    uint8_t http_version; /* 9, 10, 11; 0: none seen */
    uint8_t proxy_error;  /* CURLproxycode */
    uint16_t connect_code; /* of the last CONNECT */
    uint32_t proxyauth_avail; /* CURLAUTH_ bits that a proxy offered */
    uint32_t httpauth_avail;  /* and that the origin did */
    uint32_t httpauth_used;
    uint32_t proxyauth_used;
    bool is_proxy_used;
    bool is_condition_unmet;
    uint16_t n_connects;
    int os_error;
    int active_fd; /* the last connection's socket while it is open; -1 */

    struct whim_address remote;
    struct whim_address local;
    char *ip_texts;                /* owned; both addresses in text, made when asked for */
    struct whim_str *content_type; /* owned; kept from request to request for its memory */
    bool has_content_type;
    struct whim_tls_report *tls;   /* owned; NULL: no TLS so far */
};

/* All as on a handle that has done nothing yet. Keeps the memory of the content type. */
void whim_info_reset(struct whim_info *info);
void whim_info_fini(struct whim_info *info);

/* The addresses as text; good until the next request or its like. Empty when there is none. */
const char *whim_info_remote_text(struct whim_info *info);
const char *whim_info_local_text(struct whim_info *info);

/* now - start, but never 0 once reached. */
static inline int64_t whim_info_since_start(const struct whim_info *info, int64_t now_us)
{
    int64_t us = now_us - info->start_us;

    return us > 0 ? us : 1;
}

#endif
