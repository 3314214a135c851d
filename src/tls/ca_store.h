/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * CA stores: the trusted certificates and the revocation list of one set of CA files.
 *
 * Reading some hundred certificates takes longer than a handshake, so each set is read once and
 * shared by the contexts that have it. A few that nobody refers to at the moment are kept.
 */
#ifndef WHIM_TLS_CA_STORE_H
#define WHIM_TLS_CA_STORE_H

#include "tls/failure.h"
#include "tls/settings.h"
#include "tls/stamp.h"
#include "util/list.h"

#include <openssl/x509_vfy.h>
#include <stdint.h>

enum { WHIM_TLS_CA_FILES = 3 }; /* file, directory, revocation list */

struct whim_tls_ca_stores {
    struct whim_list all; /* the one used last in front */
    uint32_t n_unused;
};

struct whim_tls_ca_store {
    struct whim_list node; /* unlinked when it is outdated: then the last reference frees it */
    struct whim_tls_ca_stores *owner;
    uint32_t n_refs;
    X509_STORE *x509;
    int64_t read_us;
    struct whim_tls_stamp stamps[WHIM_TLS_CA_FILES];
    char *content; /* the settings by which it is found */
    size_t content_len;
};

void whim_tls_ca_stores_init(struct whim_tls_ca_stores *stores);
/* Nobody refers to any of them. */
void whim_tls_ca_stores_fini(struct whim_tls_ca_stores *stores);

/* A reference to the store of these settings, read anew when it is outdated. */
CURLcode whim_tls_ca_store_get(struct whim_tls_ca_stores *stores,
                               const struct whim_tls_settings *settings,
                               struct whim_tls_ca_store **ret_store,
                               struct whim_tls_failure *failure);
/* NULL is fine. */
void whim_tls_ca_store_unref(struct whim_tls_ca_store *store);
/* A store of its own with the same certificates: for those who may add to it. NULL: no memory. */
X509_STORE *whim_tls_ca_store_copy(const struct whim_tls_ca_store *store,
                                   const struct whim_tls_settings *settings);

#endif
