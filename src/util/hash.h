/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Growing hash table over intrusive nodes, and the keyed hash function to use with it.
 *
 * The table never owns its members. Adding may grow the table; when there is no memory to grow it
 * goes on with longer chains, so that adding cannot fail. Keys come from networks and from lists
 * of URLs, so the hash is keyed with a random secret of the process.
 *
 *     for (node = whim_hash_first(&table, hash); node; node = whim_hash_next(node))
 *         if (is_the_one(node)) ...
 */
#ifndef WHIM_UTIL_HASH_H
#define WHIM_UTIL_HASH_H

#include <stddef.h>
#include <stdint.h>

struct whim_hash_node {
    struct whim_hash_node *next;
    uint32_t hash;
};

struct whim_hash {
    struct whim_hash_node **buckets; /* NULL while empty and new: one bucket, the field below */
    struct whim_hash_node *single;
    uint32_t mask;
    uint32_t n_nodes;
};

/* Hashes bytes, keyed; chain calls through seed to hash several fields (start with 0). */
uint32_t whim_hash_bytes(const void *data, size_t len, uint32_t seed);

void whim_hash_init(struct whim_hash *table);
/* Frees the buckets; the members are untouched. */
void whim_hash_fini(struct whim_hash *table);
void whim_hash_add(struct whim_hash *table, struct whim_hash_node *node, uint32_t hash);
/* Takes out a member; the node must be in this table. */
void whim_hash_del(struct whim_hash *table, struct whim_hash_node *node);
/* The first member with exactly this hash, and the next one with the same; NULL: none. */
struct whim_hash_node *whim_hash_first(const struct whim_hash *table, uint32_t hash);
struct whim_hash_node *whim_hash_next(const struct whim_hash_node *node);
/* Any member, for emptying the table; NULL when there is none. */
struct whim_hash_node *whim_hash_any(const struct whim_hash *table);

#endif
