/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Share: what several easy handles have in common (C-201). Nothing is shared yet; the object
 * keeps the application's lock callbacks and counts the handles that name it, so that it is not
 * changed or freed under them. The count is atomic: handles in different threads may share.
 */
#ifndef WHIM_ENGINE_SHARE_H
#define WHIM_ENGINE_SHARE_H

#include <curl/curl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define WHIM_SHARE_MAGIC 0x57484d53u /* 'WHMS' */

struct whim_share {
    uint32_t magic;
    atomic_uint n_users; /* easy handles whose option SHARE names it */
    curl_lock_function lock;
    curl_unlock_function unlock;
    void *lock_data;
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

#endif
