/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "measure.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_START_INSTRUMENTATION (void)0
#define CALLGRIND_STOP_INSTRUMENTATION (void)0
#endif

struct bench_counters bench_counters;

static uint64_t read_clock(clockid_t id) {
    struct timespec now = { 0 };

    clock_gettime(id, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t bench_measure_cpu_ns(void) {
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

uint64_t bench_measure_wall_ns(void) {
    return read_clock(CLOCK_MONOTONIC);
}

static uint64_t timeval_ns(const struct timeval *time) {
    return (uint64_t)time->tv_sec * 1000000000 + (uint64_t)time->tv_usec * 1000;
}

static void take(struct bench_counters *pick_counters) {
    struct rusage usage = { 0 };

    getrusage(RUSAGE_SELF, &usage);
    bench_counters.user_ns = timeval_ns(&usage.ru_utime);
    bench_counters.system_ns = timeval_ns(&usage.ru_stime);
    bench_counters.cpu_ns = bench_measure_cpu_ns();
    bench_counters.wall_ns = bench_measure_wall_ns();
    *pick_counters = bench_counters;
}

void bench_measure_start(struct bench_counters *pick_counters) {
    take(pick_counters);
    CALLGRIND_START_INSTRUMENTATION;
}

void bench_measure_stop(struct bench_counters *pick_counters) {
    CALLGRIND_STOP_INSTRUMENTATION;
    take(pick_counters);
}

void bench_measure_print(const struct bench_counters *before, const struct bench_counters *after,
                         uint64_t n) {
    double divisor = n ? (double)n : 1;

#define X(name) printf(" " #name "=%.4f", (double)(after->name - before->name) / divisor);
    BENCH_COUNTERS(X)
#undef X
}

void bench_measure_print_rate(const struct bench_counters *before,
                              const struct bench_counters *after, uint64_t n_bytes) {
    printf("bytes=%" PRIu64 " cpu_s_per_gib=%.4f", n_bytes,
           (double)(after->cpu_ns - before->cpu_ns) / 1e9 * (1 << 30) / (double)n_bytes);
    bench_measure_print(before, after, 1);
    putchar('\n');
}

uint64_t bench_measure_heap_bytes(void) {
    struct mallinfo2 info = mallinfo2();

    return (uint64_t)info.uordblks + (uint64_t)info.hblkhd;
}

/* Reads a "Name:   123 kB" line of a file in /proc. */
static uint64_t read_proc_bytes(const char *path, const char *name) {
    FILE *file = fopen(path, "re");
    char line[256];
    uint64_t kib = 0;

    if (!file)
        return 0;
    while (fgets(line, sizeof line, file))
        if (!strncmp(line, name, strlen(name)) &&
            sscanf(line + strlen(name), " %" SCNu64, &kib) == 1)
            break;
    fclose(file);
    return kib * 1024;
}

/* Not statm or status: their count is batched per processor, and off by pages enough to matter. */
uint64_t bench_measure_resident_bytes(void) {
    return read_proc_bytes("/proc/self/smaps_rollup", "Rss:");
}

uint64_t bench_measure_available_bytes(void) {
    return read_proc_bytes("/proc/meminfo", "MemAvailable:");
}
