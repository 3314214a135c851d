/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Runs a scenario with a heap that fails at the first allocation, at the second, and so on until
 * one run needs no more; each time once with that allocation alone failing, and once with all
 * behind it failing too. After each run nothing may be alive.
 */
#ifndef WHIM_TEST_UNIT_FAULTS_H
#define WHIM_TEST_UNIT_FAULTS_H

#include "heap.h"

#include <check.h>

enum { FAULTS_MAX_ALLOCATIONS = 10000 };

/* The call that was to fail has failed: the next ones do not. */
static void faults_stop(void)
{
    if (heap.n_calls == heap.fail_from)
        heap.fail_from = 0;
}

static void *faults_malloc(size_t size)
{
    void *block = heap_malloc(size);

    faults_stop();
    return block;
}

static void *faults_calloc(size_t n, size_t size)
{
    void *block = heap_calloc(n, size);

    faults_stop();
    return block;
}

static void *faults_realloc(void *block, size_t size)
{
    void *moved = heap_realloc(block, size);

    faults_stop();
    return moved;
}

static char *faults_strdup(const char *str)
{
    char *block = heap_strdup(str);

    faults_stop();
    return block;
}

static const struct whim_mem_hooks faults_once_hooks = {
    .malloc = faults_malloc,
    .free = heap_free,
    .realloc = faults_realloc,
    .strdup = faults_strdup,
    .calloc = faults_calloc,
};

/* Returns how many different allocations were made to fail. */
static inline long faults_run(void (*scenario)(void *arg), void *arg)
{
    long n;

    for (n = 1; n < FAULTS_MAX_ALLOCATIONS; n++) {
        long n_calls;

        heap_begin();
        whim_mem_set_hooks(&faults_once_hooks);
        heap.fail_from = n;
        scenario(arg);
        ck_assert_int_eq(heap.n_alive, 0);
        n_calls = heap.n_calls;

        heap_begin();
        heap.fail_from = n;
        scenario(arg);
        ck_assert_int_eq(heap.n_alive, 0);
        if (n_calls < n)
            break;
    }
    whim_mem_reset_hooks();
    ck_assert_int_lt(n, FAULTS_MAX_ALLOCATIONS);
    return n - 1;
}

#endif
