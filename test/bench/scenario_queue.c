/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Many handles, few connections: does adding, queueing and removing stay flat?
 *
 * All handles are made first; then each is added, the multi is driven until as many requests as
 * the limit allows are in flight (the origin holds them back) and the rest waits, and each is
 * removed in the order of adding. Time is taken per quarter of the handles.
 */
#include "control.h"
#include "load.h"
#include "measure.h"
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>

enum { QUARTERS = 4, LIMIT = 100, TRIAL = 1000 };

/* Half of what the machine has left is the most that this may take. */
static long fit_handles(struct bench_load *load, long n_wanted) {
    uint64_t before = bench_measure_heap_bytes();
    uint64_t bytes_each, most;

    for (long i = 0; i < TRIAL && i < n_wanted; i++)
        load->slots[i].easy = bench_load_new_handle(load, &load->slots[i]);
    bytes_each = (bench_measure_heap_bytes() - before) / TRIAL + 1;
    most = bench_measure_available_bytes() / 2 / bytes_each;
    return (uint64_t)n_wanted > most ? (long)most : n_wanted;
}

static void print_quarters(const char *name, const uint64_t *ns, long n_handles) {
    double slowest = 0, fastest = 0;

    for (int q = 0; q < QUARTERS; q++) {
        double each = (double)(ns[q + 1] - ns[q]) * QUARTERS / (double)n_handles;

        if (each > slowest)
            slowest = each;
        if (!q || each < fastest)
            fastest = each;
        printf(" %s_q%d_ns=%.1f", name, q + 1, each);
    }
    printf(" %s_ns=%.1f %s_slowest_quarter=%.3f", name,
           (double)(ns[QUARTERS] - ns[0]) / (double)n_handles, name,
           fastest > 0 ? slowest / fastest : 0);
}

static void remove_all(struct bench_load *load, long n_handles, uint64_t *pick_ns) {
    pick_ns[0] = bench_measure_cpu_ns();
    for (int q = 0; q < QUARTERS; q++) {
        for (long i = n_handles * q / QUARTERS; i < n_handles * (q + 1) / QUARTERS; i++)
            if (curl_multi_remove_handle(load->multi, load->slots[i].easy))
                exit(1);
        pick_ns[q + 1] = bench_measure_cpu_ns();
    }
}

static void add_all(struct bench_load *load, long n_handles, uint64_t *pick_ns) {
    pick_ns[0] = bench_measure_cpu_ns();
    for (int q = 0; q < QUARTERS; q++) {
        bench_load_add(load, n_handles * (q + 1) / QUARTERS - load->n_started);
        pick_ns[q + 1] = bench_measure_cpu_ns();
    }
}

static void drive_until_held(struct bench_load *load, int control, long n_held) {
    while (bench_control_ask(control, "/ctl/held") < n_held)
        for (int i = 0; i < 20 && (bench_loop_step(&load->loop, 5) || load->loop.is_armed); i++)
            continue;
}

void bench_scenario_queue(const struct bench_args *args) {
    struct bench_load load;
    uint64_t add_ns[QUARTERS + 1], remove_ns[QUARTERS + 1], drive_ns;
    int control = bench_control_open(args->port);
    long n_handles, n_held;

    bench_load_init(&load, args, "/hold/", 0, args->n_handles);
    if (curl_multi_setopt(load.multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)LIMIT))
        exit(1);
    n_handles = fit_handles(&load, args->n_handles);
    for (long i = TRIAL; i < n_handles; i++)
        load.slots[i].easy = bench_load_new_handle(&load, &load.slots[i]);
    add_all(&load, n_handles, add_ns);
    n_held = n_handles < LIMIT ? n_handles : LIMIT;
    drive_ns = bench_measure_cpu_ns();
    drive_until_held(&load, control, n_held);
    drive_ns = bench_measure_cpu_ns() - drive_ns;
    remove_all(&load, n_handles, remove_ns);
    printf("handles=%ld wanted=%ld connections=%ld", n_handles, args->n_handles, n_held);
    print_quarters("add", add_ns, n_handles);
    printf(" drive_ns=%.1f", (double)drive_ns / (double)n_handles);
    print_quarters("remove", remove_ns, n_handles);
    putchar('\n');
    bench_load_fini(&load);
}
