/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "origin_gzip.h"

const char *bench_origin_gzip_segment(size_t *pick_n) {
    *pick_n = 0;
    return NULL;
}

void bench_origin_gzip_header(char header[BENCH_GZIP_HEADER_BYTES]) {
    (void)header;
}

void bench_origin_gzip_trailer(uint64_t n_segments, char trailer[BENCH_GZIP_TRAILER_BYTES]) {
    (void)n_segments;
    (void)trailer;
}
