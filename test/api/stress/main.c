/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Plays sequences, and counts.
 *
 *     stress_sequences [--oracle] [--seed N] [--count N] [--only N]
 *
 * A sequence is a number: --seed is that of the first one (or WHIM_TEST_SEED, or 1), --only plays
 * and traces one. --oracle leaves out what libcurl 7.88.1 is known not to stand.
 */
#include "heap.h"
#include "world.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    DEFAULT_COUNT = 200,
    MAX_FAILED = 10,
    STUCK_S = 120, /* a call that never returns */
};

static long number_after(int argc, char **argv, const char *name, long otherwise)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return atol(argv[i + 1]);
    return otherwise;
}

static long default_seed(void)
{
    const char *text = getenv("WHIM_TEST_SEED");

    return text ? atol(text) : 1;
}

int main(int argc, char **argv)
{
    long only = number_after(argc, argv, "--only", -1);
    long seed = only >= 0 ? only : number_after(argc, argv, "--seed", default_seed());
    long count = only >= 0 ? 1 : number_after(argc, argv, "--count", DEFAULT_COUNT);
    unsigned n_passed = 0, n_failed = 0;

    for (int i = 1; i < argc; i++)
        is_oracle |= strcmp(argv[i], "--oracle") == 0;
    is_traced = only >= 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("seed %ld\n", seed);
    open_listeners();
    if (!heap_init())
        return 1;
    notify_enable =
        (CURLMcode(*)(CURLM *, unsigned))dlsym(RTLD_DEFAULT, "curl_multi_notify_enable");
    for (long i = 0; i < count && n_failed < MAX_FAILED; i++) {
        alarm(STUCK_S);
        if (run_sequence((unsigned)(seed + i)))
            n_passed++;
        else
            n_failed++;
    }
    curl_global_cleanup();
    if (heap_n_blocks() && !n_failed && !is_oracle) {
        printf("%ld allocations are left at the end\n", heap_n_blocks());
        n_failed++;
    }
    printf("%u passed, %u failed\n", n_passed, n_failed);
    return n_failed != 0;
}
