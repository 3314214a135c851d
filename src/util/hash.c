/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/hash.h"

#include "util/mem.h"

#include <stdbool.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static uint64_t secret;

static uint64_t load_secret(void)
{
    uint64_t value = 0;

    if (getrandom(&value, sizeof(value), GRND_NONBLOCK) != (ssize_t)sizeof(value)) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        value = (uint64_t)now.tv_nsec * 0x9e3779b97f4a7c15u ^ (uintptr_t)&value;
    }
    return value | 1;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
    __uint128_t product = (__uint128_t)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint32_t whim_hash_bytes(const void *data, size_t len, uint32_t seed)
{
    const unsigned char *p = data;
    uint64_t key = __atomic_load_n(&secret, __ATOMIC_RELAXED);
    uint64_t state;
    uint64_t word;

    if (!key) {
        uint64_t none = 0;

        key = load_secret();
        if (!__atomic_compare_exchange_n(&secret, &none, key, false, __ATOMIC_RELAXED,
                                         __ATOMIC_RELAXED))
            key = none; /* another thread was first: everybody uses its secret */
    }
    state = key ^ seed ^ ((uint64_t)len << 32);
    for (; len >= 8; p += 8, len -= 8) {
        memcpy(&word, p, 8);
        state = mix(state ^ word, key ^ 0xa0761d6478bd642fu);
    }
    word = 0;
    if (len)
        memcpy(&word, p, len);
    state = mix(state ^ word, key ^ 0xe7037ed1a0b428dbu);
    return (uint32_t)(state ^ (state >> 32));
}

void whim_hash_init(struct whim_hash *table)
{
    *table = (struct whim_hash){0};
}

void whim_hash_fini(struct whim_hash *table)
{
    whim_free(table->buckets);
    whim_hash_init(table);
}

static struct whim_hash_node **bucket_of(const struct whim_hash *table, uint32_t hash)
{
    if (!table->buckets)
        return (struct whim_hash_node **)&table->single;
    return &table->buckets[hash & table->mask];
}

static void grow(struct whim_hash *table)
{
    struct whim_hash old = *table;
    uint32_t n_buckets = old.buckets ? (old.mask + 1) * 2 : 16;
    struct whim_hash_node **fresh = whim_calloc(n_buckets, sizeof(*fresh));
    uint32_t n_old = old.buckets ? old.mask + 1 : 1;

    if (!fresh)
        return;
    table->buckets = fresh;
    table->mask = n_buckets - 1;
    for (uint32_t i = 0; i < n_old; i++) {
        struct whim_hash_node *node = old.buckets ? old.buckets[i] : old.single;

        while (node) {
            struct whim_hash_node *next = node->next;
            struct whim_hash_node **bucket = bucket_of(table, node->hash);

            node->next = *bucket;
            *bucket = node;
            node = next;
        }
    }
    table->single = NULL;
    whim_free(old.buckets);
}

void whim_hash_add(struct whim_hash *table, struct whim_hash_node *node, uint32_t hash)
{
    struct whim_hash_node **bucket;

    if (table->n_nodes > table->mask && table->mask < UINT32_MAX / 2)
        grow(table);
    bucket = bucket_of(table, hash);
    node->hash = hash;
    node->next = *bucket;
    *bucket = node;
    table->n_nodes++;
}

void whim_hash_del(struct whim_hash *table, struct whim_hash_node *node)
{
    struct whim_hash_node **at = bucket_of(table, node->hash);

    while (*at != node)
        at = &(*at)->next;
    *at = node->next;
    node->next = NULL;
    table->n_nodes--;
}

static struct whim_hash_node *first_with(struct whim_hash_node *node, uint32_t hash)
{
    while (node && node->hash != hash)
        node = node->next;
    return node;
}

struct whim_hash_node *whim_hash_first(const struct whim_hash *table, uint32_t hash)
{
    return first_with(*bucket_of(table, hash), hash);
}

struct whim_hash_node *whim_hash_next(const struct whim_hash_node *node)
{
    return first_with(node->next, node->hash);
}

struct whim_hash_node *whim_hash_any(const struct whim_hash *table)
{
    uint32_t n_buckets = table->buckets ? table->mask + 1 : 1;

    if (!table->n_nodes)
        return NULL;
    for (uint32_t i = 0; i < n_buckets; i++) {
        struct whim_hash_node *node = table->buckets ? table->buckets[i] : table->single;

        if (node)
            return node;
    }
    return NULL;
}
