/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * pool: all fetches there are, made when first needed, used again and again, freed at the end.
 * The one given back last is the first taken, so that few are warm.
 */
#ifndef TOOL_POOL_H
#define TOOL_POOL_H

#include "fetch.h"

struct tool_pool {
    struct tool_fetch_world *world;
    struct tool_fetch **all;
    size_t n_made;
    size_t n_most;
    struct tool_fetch *free;
};

bool tool_pool_init(struct tool_pool *pool, struct tool_fetch_world *world, size_t n_most);
/* Frees all fetches; their easy handles must be in no multi handle. */
void tool_pool_fini(struct tool_pool *pool);

/* Whether all are in use. */
bool tool_pool_is_empty(const struct tool_pool *pool);
/* NULL when out of memory. The pool must not be empty. */
struct tool_fetch *tool_pool_take(struct tool_pool *pool);
void tool_pool_give(struct tool_pool *pool, struct tool_fetch *fetch);

#endif
