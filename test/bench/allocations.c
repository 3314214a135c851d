/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Counts allocations: the executable's own malloc family stands before libc's for everything in
 * the process, TLS and compression libraries included. Needs glibc, which keeps its allocator
 * reachable under the __libc_ names; without glibc the counters stay 0.
 */
#include "measure.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#ifdef __GLIBC__

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);
void *memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
    bench_counters.allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t n, size_t size) {
    bench_counters.allocations++;
    return __libc_calloc(n, size);
}

void *realloc(void *block, size_t size) {
    bench_counters.allocations++;
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
    bench_counters.allocations++;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return memalign(alignment, size);
}

int posix_memalign(void **pick_block, size_t alignment, size_t size) {
    void *block = memalign(alignment, size);

    if (!block)
        return ENOMEM;
    *pick_block = block;
    return 0;
}

void free(void *block) {
    if (block)
        bench_counters.frees++;
    __libc_free(block);
}

#endif
