/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * origin_gzip: a body that is compressed, and can be as long as one likes.
 *
 * One segment of a deflate stream, which looks back at nothing before it and ends at a byte, is made
 * once and sent again and again, between a header and a trailer (RFC 1952): so the origin needs no
 * CPU for it while it is measured.
 */
#ifndef BENCH_ORIGIN_GZIP_H
#define BENCH_ORIGIN_GZIP_H

#include <stddef.h>
#include <stdint.h>

enum {
    BENCH_GZIP_SEGMENT_BYTES = 16 << 20, /* what a segment becomes when it is decoded */
    BENCH_GZIP_HEADER_BYTES = 10,
    BENCH_GZIP_TRAILER_BYTES = 10,
};

/* The segment, which lives as long as the process; NULL: no memory, or built without zlib. */
const char *bench_origin_gzip_segment(size_t *pick_n);
void bench_origin_gzip_header(char header[BENCH_GZIP_HEADER_BYTES]);
/* What ends a body of so many segments. */
void bench_origin_gzip_trailer(uint64_t n_segments, char trailer[BENCH_GZIP_TRAILER_BYTES]);

#endif
