/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What a transfer in flight occupies: handle, connection and all, with N of them waiting for
 * their answer at the same time; then what is left when all are idle again. The first figure
 * starts before the handles are made, after one transfer has paid for what a process pays once.
 */
#include "control.h"
#include "load.h"
#include "measure.h"
#include "scenario.h"

#include <malloc.h>
#include <stdio.h>

enum { RAMP = 256 };

struct footprint {
    uint64_t heap_bytes, resident_bytes;
};

static struct footprint take_footprint(void) {
    return (struct footprint){ bench_measure_heap_bytes(), bench_measure_resident_bytes() };
}

static void print_growth(const char *name, struct footprint from, struct footprint to, long n) {
    printf(" %sheap_bytes=%.1f %sresident_bytes=%.1f", name,
           (double)(int64_t)(to.heap_bytes - from.heap_bytes) / (double)n, name,
           (double)(int64_t)(to.resident_bytes - from.resident_bytes) / (double)n);
}

static void run_one_transfer(struct bench_load *load) {
    bench_load_add(load, 1);
    bench_load_run(load, 1);
    curl_easy_cleanup(load->slots[0].easy);
    load->slots[0].easy = NULL;
    load->n_started = 0;
}

void bench_scenario_memory(const struct bench_args *args) {
    long n = args->n_connections;
    int control = bench_control_open(args->port);
    struct footprint before, held, idle;
    struct bench_load load;

    bench_load_init(&load, args, "/b/", (uint64_t)args->body_bytes, n);
    load.is_once = true;
    for (long i = 0; i < n; i++)
        load.slots[i].n_body_bytes = 1; /* touches the pages that are ours, not the library's */
    run_one_transfer(&load);
    load.path = "/hold/";
    malloc_trim(0);
    before = take_footprint();
    while (load.n_started < n) {
        bench_load_add(&load, RAMP);
        while (bench_control_ask(control, "/ctl/held") < load.n_started)
            bench_loop_step(&load.loop, 1);
    }
    held = take_footprint();
    bench_control_ask(control, "/ctl/release");
    bench_load_run(&load, (uint64_t)n);
    idle = take_footprint();
    printf("transfers=%ld", n);
    print_growth("", before, held, n);
    print_growth("idle_", before, idle, n);
    putchar('\n');
    bench_load_fini(&load);
}
