/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Memory: the one door to the heap.
 *
 * Every allocation of the library passes through these functions, and they through the five
 * callbacks that curl_global_init_mem() may replace (C-11). Nothing else calls malloc or free.
 * All of them may return NULL; whim_free() accepts NULL.
 */
#ifndef WHIM_UTIL_MEM_H
#define WHIM_UTIL_MEM_H

#include <stddef.h>

struct whim_mem_hooks {
    void *(*malloc)(size_t size);
    void (*free)(void *ptr);
    void *(*realloc)(void *ptr, size_t size);
    char *(*strdup)(const char *str);
    void *(*calloc)(size_t nmemb, size_t size);
};

/* The hooks in force; the C library's until whim_mem_set_hooks(). */
extern struct whim_mem_hooks whim_mem;

/* Replaces all five hooks. Only before the first allocation. */
void whim_mem_set_hooks(const struct whim_mem_hooks *hooks);
/* Back to the C library's. Only when nothing is allocated any more. */
void whim_mem_reset_hooks(void);

static inline void *whim_malloc(size_t size)
{
    return whim_mem.malloc(size);
}

static inline void *whim_calloc(size_t nmemb, size_t size)
{
    return whim_mem.calloc(nmemb, size);
}

static inline void *whim_realloc(void *ptr, size_t size)
{
    return whim_mem.realloc(ptr, size);
}

static inline char *whim_strdup(const char *str)
{
    return whim_mem.strdup(str);
}

static inline void whim_free(void *ptr)
{
    if (ptr)
        whim_mem.free(ptr);
}

/* Copies len bytes and terminates them; NULL when out of memory. */
char *whim_memdup0(const void *data, size_t len);

#endif
