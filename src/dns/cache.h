/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Cache of answers, good and bad (C-176).
 *
 * An answer lives for as long as the one who asks accepts it: good ones for his cache timeout, bad
 * ones for half of it. Entries hang on one list, oldest answer first: past the maximum the oldest
 * goes. Each addition looks at two entries further along that list and drops what nobody would
 * accept any more, so that dead entries go without a walk over all of them.
 */
#ifndef WHIM_DNS_CACHE_H
#define WHIM_DNS_CACHE_H

#include "dns/addrs.h"
#include "dns/host.h"
#include "util/hash.h"
#include "util/list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WHIM_DNS_CACHE_MAX_ENTRIES = 30000 };

struct whim_dns_cache {
    struct whim_hash entries;
    struct whim_list by_age;
    struct whim_list *hand; /* the place on by_age that is looked at next; the head: none */
    uint32_t max_entries;
};

/* What was asked: the name, the family, and the number of the channel that was asked. */
struct whim_dns_key {
    const struct whim_dns_name *name;
    uint32_t channel_id;
    int family;
};

enum whim_dns_cached { WHIM_DNS_CACHED_NOT, WHIM_DNS_CACHED_GOOD, WHIM_DNS_CACHED_BAD };

/* Whether an answer of that age is too old; timeout_ms: 0 always, -1 never. */
bool whim_dns_is_stale(int64_t answered_us, int64_t now_us, int64_t timeout_ms, bool is_bad);

/* At most max_entries (> 0); the constant above, but for tests. */
void whim_dns_cache_init(struct whim_dns_cache *cache, uint32_t max_entries);
/* Drops every entry. */
void whim_dns_cache_clear(struct whim_dns_cache *cache);
void whim_dns_cache_fini(struct whim_dns_cache *cache);
/* *ret_addrs is written for GOOD, and stays the cache's. A stale entry is dropped. */
enum whim_dns_cached whim_dns_cache_find(struct whim_dns_cache *cache,
                                         const struct whim_dns_key *key, int64_t timeout_ms,
                                         int64_t now_us, struct whim_dns_addrs **ret_addrs);
/*
 * Keeps an answer in the place of an older one to the same key; addrs (NULL: no such name) is
 * referenced. timeout_ms is what the ones who asked accept at most. Without memory nothing is kept.
 */
void whim_dns_cache_add(struct whim_dns_cache *cache, const struct whim_dns_key *key,
                        struct whim_dns_addrs *addrs, int64_t timeout_ms, int64_t now_us);
/* Drops all that is known of a name. */
void whim_dns_cache_del_name(struct whim_dns_cache *cache, const struct whim_dns_name *name);

#endif
