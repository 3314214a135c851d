/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * bench_client: makes one load with whichever libcurl.so.4 the dynamic linker finds, so that
 * the same binary measures any of them. With --scenario version it says which one that is.
 */
#define _GNU_SOURCE
#include "args.h"
#include "measure.h"
#include "scenario.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    void (*run)(const struct bench_args *args);
    const char *text;
} scenarios[] = {
#define X(name, function, text) { name, function, text },
    BENCH_SCENARIOS(X)
#undef X
};

static void *count_malloc(size_t size) {
    bench_counters.library_allocations++;
    bench_counters.library_bytes += size;
    return malloc(size);
}

static void *count_calloc(size_t n, size_t size) {
    bench_counters.library_allocations++;
    bench_counters.library_bytes += n * size;
    return calloc(n, size);
}

static void *count_realloc(void *block, size_t size) {
    bench_counters.library_allocations++;
    bench_counters.library_bytes += size;
    return realloc(block, size);
}

static char *count_strdup(const char *text) {
    size_t n = strlen(text) + 1;
    char *copy = count_malloc(n);

    return copy ? memcpy(copy, text, n) : NULL;
}

static void print_version(void) {
    Dl_info info;

    printf("file=%s version=%s\n", dladdr((void *)curl_multi_init, &info) ? info.dli_fname : "?",
           curl_version());
}

static bool run_scenario(const struct bench_args *args) {
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        if (!strcmp(args->scenario, scenarios[i].name)) {
            scenarios[i].run(args);
            return true;
        }
    }
    fprintf(stderr, "bench_client: no scenario \"%s\"; there are:\n", args->scenario);
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
        fprintf(stderr, "  %-8s %s\n", scenarios[i].name, scenarios[i].text);
    return false;
}

int main(int argc, char **argv) {
    struct bench_args args;
    bool is_done = true;

    if (!bench_args_read(argc, argv, &args) ||
        curl_global_init_mem(CURL_GLOBAL_ALL, count_malloc, free, count_realloc, count_strdup,
                             count_calloc))
        return 2;
    if (!strcmp(args.scenario, "version"))
        print_version();
    else
        is_done = run_scenario(&args);
    curl_global_cleanup();
    return is_done ? 0 : 2;
}
