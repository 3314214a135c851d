/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Built contexts: the SSL_CTX of one configuration with one state of its files.
 *
 * Making one takes as long as a good part of a handshake, so each is made once in the process, and
 * shared by the contexts of all multis and threads that say the same; connections only take
 * references. Between init and fini a few that nobody refers to are kept, but none with a client's
 * key, or with a callback of the application's.
 */
#ifndef WHIM_TLS_BUILT_H
#define WHIM_TLS_BUILT_H

#include "tls/failure.h"

#include <curl/curl.h>
#include <openssl/ssl.h>

struct whim_tls_built;
struct whim_tls_context;

/*
 * A reference to what is built of the context, whose CA store, stamps and digest are up to date.
 * Threads that need the same at the same time wait for the first of them to build it.
 */
CURLcode whim_tls_built_get(const struct whim_tls_context *context,
                            struct whim_tls_built **ret_built, struct whim_tls_failure *failure);
/* NULL is fine. */
void whim_tls_built_unref(struct whim_tls_built *built);
SSL_CTX *whim_tls_built_ssl_ctx(const struct whim_tls_built *built);

/* Begins, and ends, to keep those that nobody refers to. */
void whim_tls_built_init(void);
void whim_tls_built_fini(void);

#endif
