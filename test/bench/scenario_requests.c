/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* The scenarios that count what one request costs. */
#include "control.h"
#include "load.h"
#include "measure.h"
#include "scenario.h"

#include <stdio.h>

static void measure(struct bench_load *load, const struct bench_args *args) {
    struct bench_counters before, after;
    int control = bench_control_open(args->port);
    long n_accepted, n_handshakes, n_resumed;
    uint64_t n_before;

    bench_load_warm(load);
    n_accepted = bench_control_ask(control, "/ctl/accepted");
    n_handshakes = bench_control_ask(control, "/ctl/handshakes");
    n_resumed = bench_control_ask(control, "/ctl/resumed");
    n_before = load->n_done;
    bench_measure_start(&before);
    bench_load_run(load, (uint64_t)args->n_requests);
    bench_measure_stop(&after);
    n_accepted = bench_control_ask(control, "/ctl/accepted") - n_accepted;
    n_handshakes = bench_control_ask(control, "/ctl/handshakes") - n_handshakes;
    n_resumed = bench_control_ask(control, "/ctl/resumed") - n_resumed;
    printf("requests=%llu accepted=%ld", (unsigned long long)(load->n_done - n_before), n_accepted);
    if (n_handshakes)
        printf(" full_handshakes=%.4f", 1 - (double)n_resumed / (double)n_handshakes);
    bench_measure_print(&before, &after, load->n_done - n_before);
    putchar('\n');
}

static void measure_kind(const struct bench_args *args, bool uses_new_handles, bool forbids_reuse) {
    struct bench_load load;

    bench_load_init(&load, args, "/b/", (uint64_t)args->body_bytes, args->n_connections);
    load.uses_new_handles = uses_new_handles;
    load.forbids_reuse = forbids_reuse;
    measure(&load, args);
    bench_load_fini(&load);
}

void bench_scenario_warm(const struct bench_args *args) {
    measure_kind(args, false, false);
}

void bench_scenario_renew(const struct bench_args *args) {
    measure_kind(args, true, false);
}

void bench_scenario_fresh(const struct bench_args *args) {
    measure_kind(args, false, true);
}

void bench_scenario_anew(const struct bench_args *args) {
    measure_kind(args, true, true);
}

/* Half of them are the handle's own: few libraries take more than 50 from a response. */
void bench_scenario_cookies(const struct bench_args *args) {
    enum { N_COOKIES = 100 };
    struct bench_load load;

    bench_load_init(&load, args, "/cookies/", N_COOKIES, args->n_connections);
    load.n_cookies = N_COOKIES / 2;
    measure(&load, args);
    bench_load_fini(&load);
}

/* A first, short transfer pays for connecting and for the buffers. */
static void measure_download(const struct bench_args *args, const char *path, uint64_t first_bytes,
                             const char *coding) {
    struct bench_counters before, after;
    struct bench_load load;

    bench_load_init(&load, args, path, first_bytes, 1);
    load.is_once = true;
    load.coding = coding;
    bench_load_add(&load, 1);
    bench_load_run(&load, 1);
    curl_easy_cleanup(load.slots[0].easy);
    load.slots[0].easy = NULL;
    load.n_started = 0;
    load.body_bytes = (uint64_t)args->total_bytes;
    bench_measure_start(&before);
    bench_load_add(&load, 1);
    bench_load_run(&load, 1);
    bench_measure_stop(&after);
    bench_measure_print_rate(&before, &after, load.body_bytes);
    bench_load_fini(&load);
}

void bench_scenario_large(const struct bench_args *args) {
    measure_download(args, "/big/", 1 << 20, NULL);
}

void bench_scenario_gzip(const struct bench_args *args) {
    measure_download(args, "/gzip/", 16 << 20, "gzip");
}
