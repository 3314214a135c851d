/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "origin_gzip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Words of few letters, the frequent ones short: it shrinks to about a third, as pages do. */
static void write_text(char *text, size_t n) {
    uint32_t state = 1;
    size_t at = 0;

    while (at < n) {
        uint32_t n_letters, seed;

        state = state * 1664525 + 1013904223;
        seed = state >> 24; /* 256 words */
        n_letters = 2 + seed % 9;
        for (uint32_t i = 0; i < n_letters && at < n; i++)
            text[at++] = (char)('a' + (seed * 7 + i * (seed % 5 + 1)) % 26);
        if (at < n)
            text[at++] = state >> 16 & 15 ? ' ' : '\n';
    }
}

static char *compress_text(const char *text, size_t *pick_n) {
    z_stream stream;
    char *segment;
    uLong room;

    memset(&stream, 0, sizeof stream);
    if (deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    room = deflateBound(&stream, BENCH_GZIP_SEGMENT_BYTES);
    segment = malloc(room);
    stream.next_in = (Bytef *)(uintptr_t)text;
    stream.avail_in = BENCH_GZIP_SEGMENT_BYTES;
    stream.next_out = (Bytef *)segment;
    stream.avail_out = (uInt)room;
    if (segment && (deflate(&stream, Z_FULL_FLUSH) != Z_OK || !stream.avail_out)) {
        free(segment);
        segment = NULL;
    }
    *pick_n = room - stream.avail_out;
    deflateEnd(&stream);
    return segment;
}

static uLong segment_crc;

const char *bench_origin_gzip_segment(size_t *pick_n) {
    static char *segment;
    static size_t n_segment;

    if (!segment) {
        char *text = malloc(BENCH_GZIP_SEGMENT_BYTES);

        if (!text)
            return NULL;
        write_text(text, BENCH_GZIP_SEGMENT_BYTES);
        segment = compress_text(text, &n_segment);
        segment_crc = crc32(0, (const Bytef *)text, BENCH_GZIP_SEGMENT_BYTES);
        free(text);
    }
    *pick_n = n_segment;
    return segment;
}

void bench_origin_gzip_header(char header[BENCH_GZIP_HEADER_BYTES]) {
    memcpy(header, "\x1f\x8b\x08\0\0\0\0\0\0\x03", BENCH_GZIP_HEADER_BYTES);
}

static void write_number(char *at, uint32_t number) {
    for (int i = 0; i < 4; i++)
        at[i] = (char)(number >> 8 * i);
}

void bench_origin_gzip_trailer(uint64_t n_segments, char trailer[BENCH_GZIP_TRAILER_BYTES]) {
    uLong crc = crc32(0, NULL, 0);

    for (uint64_t i = 0; i < n_segments; i++)
        crc = crc32_combine(crc, segment_crc, BENCH_GZIP_SEGMENT_BYTES);
    memcpy(trailer, "\x03\0", 2); /* a last block, with nothing in it */
    write_number(trailer + 2, (uint32_t)crc);
    write_number(trailer + 6, (uint32_t)(n_segments * BENCH_GZIP_SEGMENT_BYTES));
}
