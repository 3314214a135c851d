/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Share: what several easy handles have in common, in whatever multi and thread (C-201).
 *
 * What is shared guards itself: a program without lock callbacks is as safe as one with them. They
 * are called all the same, around each use and with the handle that has caused it, for programs
 * that count on hearing of it. The number of users is atomic, so that nothing is changed or freed
 * under handles in other threads.
 */
#ifndef WHIM_ENGINE_SHARE_H
#define WHIM_ENGINE_SHARE_H

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct whim_cookie_store;
struct whim_dns_names;
struct whim_hsts;
struct whim_shared_pool;
struct whim_tls_sessions;
struct whim_transfer;

#define WHIM_SHARE_MAGIC 0x57484d53u /* 'WHMS' */

struct whim_share {
    uint32_t magic;
    atomic_uint n_users; /* easy handles whose option SHARE names it */
    curl_lock_function lock;
    curl_unlock_function unlock;
    void *lock_data;
    /* A reference each; NULL: not shared. */
    struct whim_dns_names *names;
    struct whim_shared_pool *conns;
    struct whim_tls_sessions *tls_sessions;
    struct whim_cookie_store *cookies; /* its own */
    bool has_psl; /* the callbacks are told of public suffixes; their list is the process's */
    struct whim_hsts *hsts;
};

/* The share behind a public handle, or NULL when it is none (C-1). */
static inline struct whim_share *whim_share_from(void *handle)
{
    struct whim_share *share = handle;

    return share && share->magic == WHIM_SHARE_MAGIC ? share : NULL;
}

/* One more, and one less, handle that uses it. It is freed by the application alone. */
static inline void whim_share_ref(struct whim_share *share)
{
    atomic_fetch_add_explicit(&share->n_users, 1, memory_order_relaxed);
}

static inline void whim_share_unref(struct whim_share *share)
{
    if (share)
        atomic_fetch_sub_explicit(&share->n_users, 1, memory_order_release);
}

/* The share that a transfer's option names; NULL: none. */
struct whim_share *whim_share_of(const struct whim_transfer *transfer);

/* Calls the application's lock callback, or its unlock callback. */
void whim_share_tell(struct whim_transfer *transfer, curl_lock_data kind, bool is_locked);

#endif
