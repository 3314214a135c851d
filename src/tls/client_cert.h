/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The client's certificate and private key, from files or blobs, into an SSL_CTX.
 */
#ifndef WHIM_TLS_CLIENT_CERT_H
#define WHIM_TLS_CLIENT_CERT_H

#include "tls/failure.h"
#include "tls/settings.h"

/* CURLE_SSL_CERTPROBLEM when one cannot be read, or the two do not belong together. */
CURLcode whim_tls_use_client_cert(SSL_CTX *ssl_ctx, const struct whim_tls_settings *settings,
                                  struct whim_tls_failure *failure);
/* Opens a file, or a blob, for reading. NULL: it cannot be. */
BIO *whim_tls_open_item(const struct whim_tls_item *item);

#endif
