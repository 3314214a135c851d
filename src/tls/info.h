/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What is known of a TLS link: for CURLINFO, for the protocol on top of it, and for verbose lines.
 *
 * Any link may be given; of one that is no TLS link the answers are none. Texts are good as long
 * as the link is.
 */
#ifndef WHIM_TLS_INFO_H
#define WHIM_TLS_INFO_H

#include "net/link.h"

#include <curl/curl.h>
#include <stdbool.h>

bool whim_tls_link_is_tls(const struct whim_link *link);
/* "TLSv1.3" and the like; NULL: not known yet. */
const char *whim_tls_link_version(const struct whim_link *link);
const char *whim_tls_link_cipher(const struct whim_link *link);
/* The protocol that both agreed on, terminated; "": none. */
const char *whim_tls_link_alpn(const struct whim_link *link);
/* CURLINFO_SSL_VERIFYRESULT: an X509_V_* number, 0 for success, 1 while there is no verdict. */
long whim_tls_link_verify_result(const struct whim_link *link);
/* CURLINFO_TLS_SSL_PTR: the SSL; NULL: none. */
void *whim_tls_link_ssl(const struct whim_link *link);
/* CURLINFO_TLS_SESSION: the SSL_CTX; NULL: none. */
void *whim_tls_link_ssl_ctx(const struct whim_link *link);

/*
 * CURLINFO_CERTINFO: the peer's chain, the peer's own first. CURLE_OUT_OF_MEMORY, with nothing
 * written; without certificates there are none in the result. Free it after use.
 */
CURLcode whim_tls_link_certinfo(const struct whim_link *link, struct curl_certinfo *ret_certinfo);
void whim_tls_certinfo_free(struct curl_certinfo *certinfo);

#endif
