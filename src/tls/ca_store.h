/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * CA stores: the trusted certificates and the revocation list of one set of CA files.
 *
 * Reading some hundred certificates takes longer than a handshake, so each set is read once in the
 * process, and shared by all contexts of all multis and threads that have it. A store is never
 * written to once it is read. Between init and fini a few that nobody refers to are kept.
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

struct whim_tls_ca_store {
    struct whim_list node; /* unlinked when it is outdated: then the last reference frees it */
    uint32_t n_refs;       /* ca_store.c's own, under its lock, as is the node */
    X509_STORE *x509;
    int64_t read_us;
    struct whim_tls_stamp stamps[WHIM_TLS_CA_FILES];
    char *content; /* the settings by which it is found */
    size_t content_len;
};

/*
 * A reference to the store of these settings, read anew when it is outdated. Threads that need one
 * at the same time wait for the first of them to read it.
 */
CURLcode whim_tls_ca_store_get(const struct whim_tls_settings *settings,
                               struct whim_tls_ca_store **ret_store,
                               struct whim_tls_failure *failure);
/* One more reference; returns it. */
struct whim_tls_ca_store *whim_tls_ca_store_ref(struct whim_tls_ca_store *store);
/* NULL is fine. */
void whim_tls_ca_store_unref(struct whim_tls_ca_store *store);
/* Begins, and ends, to keep those that nobody refers to. */
void whim_tls_ca_stores_init(void);
void whim_tls_ca_stores_fini(void);
/* A store of its own with the same certificates: for those who may add to it. NULL: no memory. */
X509_STORE *whim_tls_ca_store_copy(const struct whim_tls_ca_store *store,
                                   const struct whim_tls_settings *settings);

#endif
