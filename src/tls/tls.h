/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The inside of struct whim_tls and of a context: seen by the files of this folder alone.
 */
#ifndef WHIM_TLS_TLS_H
#define WHIM_TLS_TLS_H

#include "tls/built.h"
#include "tls/ca_store.h"
#include "tls/context.h"
#include "tls/failure.h"
#include "tls/keylog.h"
#include "util/hash.h"
#include "util/list.h"

#include <openssl/ssl.h>

enum {
    WHIM_TLS_RECORD_BYTES = SSL3_RT_MAX_PLAIN_LENGTH, /* what one record holds at most */
    WHIM_TLS_DIGEST_BYTES = 32,
};

/* Files that a context reads besides those of its CA store. */
enum whim_tls_context_file {
    WHIM_TLS_FILE_ISSUER,
    WHIM_TLS_FILE_CERT,
    WHIM_TLS_FILE_KEY,
    WHIM_TLS_FILE_PINS,
    WHIM_TLS_CONTEXT_FILES
};

struct whim_tls {
    uint32_t n_refs;
    uint32_t n_unused;
    struct whim_hash contexts;
    struct whim_list unused; /* contexts nobody refers to, the oldest first */
    struct whim_tls_keylog keylog;
    unsigned char *scratch; /* one record, for short vectors; NULL until it is needed */
};

struct whim_tls_context {
    struct whim_hash_node node;
    struct whim_list unused; /* linked while nobody refers to it */
    struct whim_tls *tls;
    uint32_t n_refs;
    struct whim_tls_settings settings; /* its texts and blobs lie in content */
    struct curl_blob blobs[4];
    char *content;
    size_t content_len;
    /* What was made of the files; NULL until the first handshake, or after a failure. */
    struct whim_tls_built *built;
    struct whim_tls_ca_store *ca_store;
    struct whim_tls_stamp stamps[WHIM_TLS_CONTEXT_FILES];
    unsigned char digest[WHIM_TLS_DIGEST_BYTES]; /* of content and all stamps */
};

/* Secrets, and what an application's callback has a hand in, are not kept for later. */
bool whim_tls_context_is_kept(const struct whim_tls_context *context);
/* Makes sure that built is there and up to date. */
CURLcode whim_tls_context_ready(struct whim_tls_context *context,
                                struct whim_tls_failure *failure);
/* Makes an SSL_CTX as the context says, with that store, of which it takes a reference. */
CURLcode whim_tls_build_ssl_ctx(const struct whim_tls_context *context, X509_STORE *store,
                                SSL_CTX **ret_ssl_ctx, struct whim_tls_failure *failure);

#endif
