/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns/names.h"

#include "dns/overrides.h"
#include "util/mem.h"

#include <pthread.h>
#include <stdatomic.h>

struct whim_dns_names {
    atomic_uint n_refs;
    pthread_mutex_t lock; /* of all below */
    struct whim_dns_overrides overrides;
    struct whim_dns_cache cache;
};

struct whim_dns_names *whim_dns_names_new(void)
{
    struct whim_dns_names *names = whim_malloc(sizeof(*names));

    if (!names)
        return NULL;
    atomic_init(&names->n_refs, 1);
    pthread_mutex_init(&names->lock, NULL); /* of the default kind: cannot fail */
    whim_dns_overrides_init(&names->overrides);
    whim_dns_cache_init(&names->cache, WHIM_DNS_CACHE_MAX_ENTRIES);
    return names;
}

struct whim_dns_names *whim_dns_names_ref(struct whim_dns_names *names)
{
    atomic_fetch_add_explicit(&names->n_refs, 1, memory_order_relaxed);
    return names;
}

void whim_dns_names_unref(struct whim_dns_names *names)
{
    if (!names || atomic_fetch_sub_explicit(&names->n_refs, 1, memory_order_acq_rel) != 1)
        return;
    whim_dns_cache_fini(&names->cache);
    whim_dns_overrides_fini(&names->overrides);
    pthread_mutex_destroy(&names->lock);
    whim_free(names);
}

bool whim_dns_names_set_override(struct whim_dns_names *names, const struct whim_dns_name *name,
                                 uint16_t port, struct whim_dns_addrs *addrs, bool is_permanent,
                                 int64_t now_us)
{
    bool is_set;

    pthread_mutex_lock(&names->lock);
    is_set = whim_dns_overrides_set(&names->overrides, name, port, addrs, is_permanent, now_us);
    pthread_mutex_unlock(&names->lock);
    return is_set;
}

void whim_dns_names_del_override(struct whim_dns_names *names, const struct whim_dns_name *name,
                                 uint16_t port)
{
    pthread_mutex_lock(&names->lock);
    whim_dns_overrides_del(&names->overrides, name, port);
    whim_dns_cache_del_name(&names->cache, name);
    pthread_mutex_unlock(&names->lock);
}

bool whim_dns_names_has_overrides(struct whim_dns_names *names)
{
    bool has;

    pthread_mutex_lock(&names->lock);
    has = names->overrides.entries.n_nodes > 0;
    pthread_mutex_unlock(&names->lock);
    return has;
}

struct whim_dns_addrs *whim_dns_names_find_override(struct whim_dns_names *names,
                                                    const struct whim_dns_name *name,
                                                    uint16_t port, int64_t timeout_ms,
                                                    int64_t now_us)
{
    struct whim_dns_addrs *addrs;

    pthread_mutex_lock(&names->lock);
    addrs = whim_dns_overrides_find(&names->overrides, name, port, timeout_ms, now_us);
    if (addrs)
        whim_dns_addrs_ref(addrs);
    pthread_mutex_unlock(&names->lock);
    return addrs;
}

enum whim_dns_cached whim_dns_names_find(struct whim_dns_names *names,
                                         const struct whim_dns_key *key, int64_t timeout_ms,
                                         int64_t now_us, struct whim_dns_addrs **ret_addrs)
{
    enum whim_dns_cached cached;

    pthread_mutex_lock(&names->lock);
    cached = whim_dns_cache_find(&names->cache, key, timeout_ms, now_us, ret_addrs);
    if (cached == WHIM_DNS_CACHED_GOOD)
        whim_dns_addrs_ref(*ret_addrs);
    pthread_mutex_unlock(&names->lock);
    return cached;
}

void whim_dns_names_add(struct whim_dns_names *names, const struct whim_dns_key *key,
                        struct whim_dns_addrs *addrs, int64_t timeout_ms, int64_t now_us)
{
    pthread_mutex_lock(&names->lock);
    whim_dns_cache_add(&names->cache, key, addrs, timeout_ms, now_us);
    pthread_mutex_unlock(&names->lock);
}

void whim_dns_names_clear(struct whim_dns_names *names)
{
    pthread_mutex_lock(&names->lock);
    whim_dns_cache_clear(&names->cache);
    whim_dns_overrides_del_temporary(&names->overrides);
    pthread_mutex_unlock(&names->lock);
}

size_t whim_dns_names_n_cached(struct whim_dns_names *names)
{
    size_t n;

    pthread_mutex_lock(&names->lock);
    n = names->cache.entries.n_nodes;
    pthread_mutex_unlock(&names->lock);
    return n;
}
