/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "floor.h"

#include <stdio.h>
#include <stdlib.h>

void bench_floor_inflate_begin(struct floor *state) {
    (void)state;
    fprintf(stderr, "floor: built without zlib\n");
    exit(2);
}

uint64_t bench_floor_inflate(struct floor *state, const char *bytes, size_t n_bytes) {
    (void)state;
    (void)bytes;
    (void)n_bytes;
    return 0;
}

void bench_floor_inflate_end(void) {
}
