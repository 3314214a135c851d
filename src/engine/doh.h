/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * DNS over HTTPS (RFC 8484): names that are asked for by transfers of the multi's own.
 *
 * A DoH server is an upstream of the resolver (dns/upstream.h), so that its answers are cached and
 * shared like all others, but only among transfers that ask the same URL in the same way: with the
 * same TLS settings, and its own name found by the same DNS servers. A question is two transfers at
 * once, for A and AAAA, as far as both are wanted.
 *
 * These are internal transfers (is_internal). They run like all others, over connections of the
 * pool, but the application never sees one: they are in no list or count of the multi, leave no
 * message, carry none of its callbacks but CURLOPT_SSL_CTX_FUNCTION, and where a callback names a
 * handle, whim_multi_name_of() names another. They wait for no limit on connections, since those
 * that count wait for them (C-132), but at most so many questions are asked at once; the others
 * wait their turn. The URL is not looked up over HTTPS itself, nor does its host use the options
 * of the transfer that asks, but for its CURLOPT_DNS_* and its CAs. Their time is that of those who
 * wait: when the last of them has gone, a question ends with its transfers.
 */
#ifndef WHIM_ENGINE_DOH_H
#define WHIM_ENGINE_DOH_H

#include <curl/curl.h>

struct whim_dns_upstream;
struct whim_multi;
struct whim_tls_context;
struct whim_transfer;

/*
 * The server that the transfer's CURLOPT_DOH_URL names, with a reference for the caller; NULL: it
 * names none. CURLE_OUT_OF_MEMORY; CURLE_NOT_BUILT_IN without TLS.
 */
CURLcode whim_doh_find(struct whim_transfer *transfer, struct whim_dns_upstream **ret_upstream);

/* Of an internal transfer: a reference to the TLS context that it is to use. */
CURLcode whim_doh_tls_context(struct whim_transfer *transfer,
                              struct whim_tls_context **ret_context);
/* One who waits for an internal transfer; NULL: nobody does any more. */
struct whim_transfer *whim_doh_waiter(struct whim_transfer *transfer);
/* An internal transfer is done. It is freed later, by whim_doh_reap(): the resolver asks for it. */
void whim_doh_transfer_done(struct whim_transfer *transfer, CURLcode result);
void whim_doh_reap(struct whim_multi *multi);
/* After the resolver has gone. */
void whim_doh_fini(struct whim_multi *multi);

#endif
