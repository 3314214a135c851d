/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "pool.h"

#include <stdlib.h>

bool tool_pool_init(struct tool_pool *pool, struct tool_fetch_world *world, size_t n_most)
{
    *pool = (struct tool_pool){
        .world = world,
        .all = calloc(n_most, sizeof(struct tool_fetch *)),
        .n_most = n_most,
    };
    return pool->all != NULL;
}

void tool_pool_fini(struct tool_pool *pool)
{
    for (size_t i = 0; i < pool->n_made; i++)
        tool_fetch_free(pool->all[i]);
    free(pool->all);
    *pool = (struct tool_pool){0};
}

bool tool_pool_is_empty(const struct tool_pool *pool)
{
    return !pool->free && pool->n_made == pool->n_most;
}

struct tool_fetch *tool_pool_take(struct tool_pool *pool)
{
    struct tool_fetch *fetch = pool->free;

    if (fetch) {
        pool->free = fetch->next;
        return fetch;
    }
    fetch = tool_fetch_new(pool->world);
    if (fetch)
        pool->all[pool->n_made++] = fetch;
    return fetch;
}

void tool_pool_give(struct tool_pool *pool, struct tool_fetch *fetch)
{
    fetch->state = TOOL_FETCH_FREE;
    fetch->next = pool->free;
    pool->free = fetch;
}
