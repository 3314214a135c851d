/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * measure: what is counted, and how it is printed.
 *
 * One row per counter; the structure, the difference and the output derive from the rows. The
 * counters are one global set, because the allocator's hooks (allocations.c) have nowhere else
 * to write. Only one thread may count.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdint.h>

#define BENCH_COUNTERS(X)                                                                          \
    X(cpu_ns)              /* user and system together: the precise figure */                      \
    X(user_ns)             /* the kernel's split of it is an estimate */                           \
    X(system_ns)                                                                                   \
    X(wall_ns)                                                                                     \
    X(allocations)         /* by anybody in the process */                                         \
    X(frees)                                                                                       \
    X(library_allocations) /* through curl_global_init_mem's functions */                          \
    X(library_bytes)                                                                               \
    X(socket_callbacks)                                                                            \
    X(timer_callbacks)                                                                             \
    X(socket_actions)                                                                              \
    X(loop_waits)                                                                                  \
    X(loop_controls)

struct bench_counters {
#define X(name) uint64_t name;
    BENCH_COUNTERS(X)
#undef X
};

extern struct bench_counters bench_counters;

/* Copies the global set with the clocks read. What lies between start and stop is also what
   callgrind counts when it is told not to count from the start. */
void bench_measure_start(struct bench_counters *pick_counters);
void bench_measure_stop(struct bench_counters *pick_counters);

/* Prints " name=value" for each counter, the difference divided by n. */
void bench_measure_print(const struct bench_counters *before, const struct bench_counters *after,
                         uint64_t n);

/* Prints a line for a download of n bytes: seconds of CPU per GiB, and the counters as they are. */
void bench_measure_print_rate(const struct bench_counters *before,
                              const struct bench_counters *after, uint64_t n_bytes);

uint64_t bench_measure_cpu_ns(void);
uint64_t bench_measure_wall_ns(void);

/* Bytes in use of the heap, and resident pages of the process, exactly: 0 when unknown. */
uint64_t bench_measure_heap_bytes(void);
uint64_t bench_measure_resident_bytes(void);
/* Bytes that the machine could still give away. */
uint64_t bench_measure_available_bytes(void);

#endif
