/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Verification: the peer's chain, its name, its issuer and its key, all while the handshake still
 * waits for the verdict: a peer that is not the right one never sees the client's certificate.
 */
#ifndef WHIM_TLS_VERIFY_H
#define WHIM_TLS_VERIFY_H

#include "tls/failure.h"
#include "tls/settings.h"

#include <openssl/x509_vfy.h>
#include <stdbool.h>

struct whim_tls_link;

/* The verification of every SSL_CTX: 1, or 0 with a failure written where the link says. */
int whim_tls_verify_chain(X509_STORE_CTX *store_ctx, void *arg);
/*
 * Name, issuer and key of a certificate whose chain has been judged. ret_verdict, an X509_V_*
 * number, is written on failure.
 */
CURLcode whim_tls_verify_cert(const struct whim_tls_link *link, X509 *cert, int *ret_verdict,
                              struct whim_tls_failure *failure);

/* RFC 6125 and 9525, without wildcards of parts; addresses only as addresses. */
bool whim_tls_is_name_of(X509 *cert, const char *host, bool is_ip);
/* Is the certificate's public key the pinned one, or one of those? (verify_pin.c) */
bool whim_tls_is_pinned(X509 *cert, const char *pinned_key);
/* The stapled OCSP response (RFC 6066, section 8): good, and of this certificate. (verify_status.c) */
CURLcode whim_tls_verify_status(SSL *ssl, struct whim_tls_failure *failure);

#endif
