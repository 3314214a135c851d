/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* Where there is no TLS library: run-bench asks for none of this. */
#include "floor.h"

#include <errno.h>

static void refuse(void) {
    errno = ENOSYS;
    bench_floor_fail("TLS");
}

void bench_floor_tls_warm(struct floor *state) {
    (void)state;
    refuse();
}

void bench_floor_tls_fresh(struct floor *state) {
    (void)state;
    refuse();
}

void bench_floor_tls_large(struct floor *state) {
    (void)state;
    refuse();
}

void bench_floor_tls_memory(struct floor *state) {
    (void)state;
    refuse();
}
