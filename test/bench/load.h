/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * load: a fixed number of transfers kept in flight on one multi handle.
 *
 * A slot is one easy handle that is added again as soon as its transfer is done. A transfer that
 * fails, or that brings another number of bytes than asked for, ends the process: a figure is
 * worth nothing when the work was not done.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "args.h"
#include "loop.h"

#include <stddef.h>

struct bench_slot {
    CURL *easy;
    uint64_t n_body_bytes; /* received in the current transfer */
};

struct bench_load {
    struct bench_loop loop;
    CURLM *multi;
    const char *path;        /* without the number of bytes, e.g. "/b/" */
    uint64_t body_bytes;
    long port, n_hosts;
    const char *ca_path;     /* HTTPS, with that certificate; NULL: HTTP */
    long keeps_sessions;     /* of TLS */
    const char *coding;      /* that is accepted, and decoded; NULL: none */
    int n_cookies;           /* that a new handle has already; 0: its cookie engine is off */
    bool uses_new_handles;   /* a new easy handle for every request */
    bool forbids_reuse;      /* a new connection for every request */
    bool is_once;            /* a finished slot stays idle */
    long n_slots, n_started;
    struct bench_slot *slots;
    uint64_t n_done;
};

/* Makes the multi handle, the loop and the (empty) slots. */
void bench_load_init(struct bench_load *load, const struct bench_args *args, const char *path,
                     uint64_t body_bytes, long n_slots);
/* Removes and frees every handle. */
void bench_load_fini(struct bench_load *load);

/* A new easy handle with all its options set; the address depends on the slot's number. */
CURL *bench_load_new_handle(struct bench_load *load, struct bench_slot *slot);

/* Starts up to n more slots. */
void bench_load_add(struct bench_load *load, long n);
/* Drives until n more transfers are done. */
void bench_load_run(struct bench_load *load, uint64_t n);
/* Starts all slots, few at a time lest the listener's queue overflows, and runs until each could
   be served twice. */
void bench_load_warm(struct bench_load *load);

#endif
