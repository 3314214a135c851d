/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * A heap for tests of one module: counts what is allocated and alive, fails on demand, and looks
 * for a text in what is freed.
 */
#ifndef WHIM_TEST_UNIT_HEAP_H
#define WHIM_TEST_UNIT_HEAP_H

#include "util/mem.h"

#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static struct {
    long n_calls;       /* of malloc, calloc, realloc and strdup */
    long n_alive;       /* blocks */
    long fail_from;     /* the call that fails first, from 1; 0: none */
    const char *secret; /* freed blocks are searched for it */
    bool is_secret_leaked;
} heap;

static bool heap_fails(void)
{
    heap.n_calls++;
    return heap.fail_from && heap.n_calls >= heap.fail_from;
}

static void *heap_malloc(size_t size)
{
    void *block = heap_fails() ? NULL : malloc(size);

    heap.n_alive += block != NULL;
    return block;
}

static void *heap_calloc(size_t n, size_t size)
{
    void *block = heap_fails() ? NULL : calloc(n, size);

    heap.n_alive += block != NULL;
    return block;
}

static char *heap_strdup(const char *str)
{
    char *block = heap_fails() ? NULL : strdup(str);

    heap.n_alive += block != NULL;
    return block;
}

static void heap_free(void *block)
{
    size_t size = block ? malloc_usable_size(block) : 0;
    size_t len = heap.secret ? strlen(heap.secret) : SIZE_MAX;
    size_t i;

    for (i = 0; len <= size && i <= size - len; i++)
        heap.is_secret_leaked |= !memcmp((char *)block + i, heap.secret, len);
    heap.n_alive -= block != NULL;
    free(block);
}

static void *heap_realloc(void *block, size_t size)
{
    void *moved = heap_malloc(size);

    if (moved && block) {
        size_t old = malloc_usable_size(block);

        memcpy(moved, block, old < size ? old : size);
        heap_free(block);
    }
    return moved;
}

static const struct whim_mem_hooks heap_hooks = {
    .malloc = heap_malloc,
    .free = heap_free,
    .realloc = heap_realloc,
    .strdup = heap_strdup,
    .calloc = heap_calloc,
};

/* Counts from nothing, and is in force from now on. */
static inline void heap_begin(void)
{
    memset(&heap, 0, sizeof(heap));
    whim_mem_set_hooks(&heap_hooks);
}

#endif
