/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "floor.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum { GZIP = 16 };

static z_stream stream;
static unsigned char *out;

void bench_floor_inflate_begin(struct floor *state) {
    out = malloc((size_t)state->args->piece_bytes);
    if (!out || inflateInit2(&stream, MAX_WBITS + GZIP) != Z_OK)
        bench_floor_fail("inflate");
}

uint64_t bench_floor_inflate(struct floor *state, const char *bytes, size_t n_bytes) {
    uint64_t n_decoded = 0;

    stream.next_in = (unsigned char *)(uintptr_t)bytes;
    stream.avail_in = (uInt)n_bytes;
    do {
        int result;

        stream.next_out = out;
        stream.avail_out = (uInt)state->args->piece_bytes;
        result = inflate(&stream, Z_SYNC_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
            fprintf(stderr, "floor: %s\n", stream.msg ? stream.msg : "a body that does not decode");
            exit(1);
        }
        n_decoded += (uint64_t)state->args->piece_bytes - stream.avail_out;
        if (result == Z_STREAM_END && (stream.avail_in || inflateReset(&stream) != Z_OK))
            bench_floor_fail("what is behind the end of the stream");
    } while (stream.avail_in || !stream.avail_out);
    return n_decoded;
}

void bench_floor_inflate_end(void) {
    inflateEnd(&stream);
    free(out);
}
