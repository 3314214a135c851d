/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What a transfer can tell of the TLS under it: verbose lines, verification results, certificates.
 */
#ifndef WHIM_ENGINE_TLS_REPORT_H
#define WHIM_ENGINE_TLS_REPORT_H

#include "net/link.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

struct whim_transfer;

/* On the heap, of a transfer that has met TLS; all else would be a cost of those that have not. */
struct whim_tls_report {
    int64_t appconnect_us;
    int64_t n_early; /* bytes sent before the handshake was done; negative: refused, sent again */
    long verify_result;
    long proxy_verify_result;
    struct curl_certinfo certinfo; /* of the last handshake with CURLOPT_CERTINFO */
    struct curl_tlssessioninfo session; /* these two are filled when they are asked for */
    struct curl_tlssessioninfo ssl;
};

/* The handshake with the origin is done. CURLE_OUT_OF_MEMORY. */
CURLcode whim_tls_report_connected(struct whim_transfer *transfer, const struct whim_link *link);
/* A request goes over a TLS connection that is up already. CURLE_OUT_OF_MEMORY. */
CURLcode whim_tls_report_reused(struct whim_transfer *transfer, const struct whim_link *link);
/* Notes the verification's result, of the proxy's or of a failed handshake, if there is memory. */
void whim_tls_report_result(struct whim_transfer *transfer, const struct whim_link *link,
                            bool is_proxy);

/* A new request begins: nothing is known, certificates neither. NULL is fine. */
void whim_tls_report_reset(struct whim_tls_report *report);
void whim_tls_report_free(struct whim_tls_report *report);

#endif
