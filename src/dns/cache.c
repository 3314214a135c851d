/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns/cache.h"

#include "util/clock.h"
#include "util/mem.h"

#include <string.h>

struct entry {
    struct whim_hash_node node; /* by the name alone, so that del_name() finds all of it */
    struct whim_list age;
    struct whim_dns_addrs *addrs; /* NULL: no such name */
    int64_t answered_us;
    int64_t timeout_ms;
    uint32_t channel_id;
    uint16_t family;
    uint16_t name_len;
    char name[];
};

bool whim_dns_is_stale(int64_t answered_us, int64_t now_us, int64_t timeout_ms, bool is_bad)
{
    int64_t age_us = now_us - answered_us;

    if (timeout_ms < 0)
        return false;
    if (timeout_ms > INT64_MAX / WHIM_US_PER_MS)
        return false;
    return age_us >= timeout_ms * WHIM_US_PER_MS / (is_bad ? 2 : 1);
}

void whim_dns_cache_init(struct whim_dns_cache *cache, uint32_t max_entries)
{
    whim_hash_init(&cache->entries);
    whim_list_init(&cache->by_age);
    cache->hand = &cache->by_age;
    cache->max_entries = max_entries;
}

static struct entry *entry_of_age(struct whim_list *age)
{
    return WHIM_CONTAINER_OF(age, struct entry, age);
}

static struct entry *entry_of_node(struct whim_hash_node *node)
{
    return node ? WHIM_CONTAINER_OF(node, struct entry, node) : NULL;
}

static void del_entry(struct whim_dns_cache *cache, struct entry *entry)
{
    if (cache->hand == &entry->age)
        cache->hand = entry->age.next;
    whim_list_del(&entry->age);
    whim_hash_del(&cache->entries, &entry->node);
    whim_dns_addrs_unref(entry->addrs);
    whim_free(entry);
}

void whim_dns_cache_clear(struct whim_dns_cache *cache)
{
    struct whim_list *oldest;

    while ((oldest = whim_list_first(&cache->by_age)))
        del_entry(cache, entry_of_age(oldest));
}

void whim_dns_cache_fini(struct whim_dns_cache *cache)
{
    whim_dns_cache_clear(cache);
    whim_hash_fini(&cache->entries);
}

static bool has_name(const struct entry *entry, const struct whim_dns_name *name)
{
    return entry->name_len == name->len && memcmp(entry->name, name->text, name->len) == 0;
}

static struct entry *find_entry(const struct whim_dns_cache *cache, const struct whim_dns_key *key)
{
    struct whim_hash_node *node = whim_hash_first(&cache->entries, key->name->hash);

    for (; node; node = whim_hash_next(node)) {
        struct entry *entry = entry_of_node(node);

        if (entry->family == key->family && entry->channel_id == key->channel_id &&
            has_name(entry, key->name))
            return entry;
    }
    return NULL;
}

enum whim_dns_cached whim_dns_cache_find(struct whim_dns_cache *cache,
                                         const struct whim_dns_key *key, int64_t timeout_ms,
                                         int64_t now_us, struct whim_dns_addrs **ret_addrs)
{
    struct entry *entry = find_entry(cache, key);

    if (!entry)
        return WHIM_DNS_CACHED_NOT;
    if (whim_dns_is_stale(entry->answered_us, now_us, timeout_ms, !entry->addrs)) {
        del_entry(cache, entry);
        return WHIM_DNS_CACHED_NOT;
    }
    if (!entry->addrs)
        return WHIM_DNS_CACHED_BAD;
    *ret_addrs = entry->addrs;
    return WHIM_DNS_CACHED_GOOD;
}

/* Moves the hand two entries on; what is dead under it goes. */
static void sweep(struct whim_dns_cache *cache, int64_t now_us)
{
    for (int i = 0; i < 2; i++) {
        struct entry *entry;

        if (cache->hand == &cache->by_age)
            cache->hand = cache->by_age.next;
        if (cache->hand == &cache->by_age)
            return;
        entry = entry_of_age(cache->hand);
        cache->hand = entry->age.next;
        if (whim_dns_is_stale(entry->answered_us, now_us, entry->timeout_ms, !entry->addrs))
            del_entry(cache, entry);
    }
}

void whim_dns_cache_add(struct whim_dns_cache *cache, const struct whim_dns_key *key,
                        struct whim_dns_addrs *addrs, int64_t timeout_ms, int64_t now_us)
{
    struct entry *entry = find_entry(cache, key);

    if (entry)
        del_entry(cache, entry);
    sweep(cache, now_us);
    if (!timeout_ms)
        return;
    if (cache->entries.n_nodes >= cache->max_entries)
        del_entry(cache, entry_of_age(whim_list_first(&cache->by_age)));
    entry = whim_malloc(sizeof(*entry) + key->name->len);
    if (!entry)
        return;
    *entry = (struct entry){
        .addrs = addrs ? whim_dns_addrs_ref(addrs) : NULL,
        .answered_us = now_us,
        .timeout_ms = timeout_ms,
        .channel_id = key->channel_id,
        .family = (uint16_t)key->family,
        .name_len = (uint16_t)key->name->len,
    };
    memcpy(entry->name, key->name->text, key->name->len);
    whim_list_add_last(&cache->by_age, &entry->age);
    whim_hash_add(&cache->entries, &entry->node, key->name->hash);
}

void whim_dns_cache_del_name(struct whim_dns_cache *cache, const struct whim_dns_name *name)
{
    struct whim_hash_node *node = whim_hash_first(&cache->entries, name->hash);

    while (node) {
        struct entry *entry = entry_of_node(node);

        node = whim_hash_next(node);
        if (has_name(entry, name))
            del_entry(cache, entry);
    }
}
