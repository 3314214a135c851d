/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The parser of HTTP/1 responses on any bytes: one byte of options, two of where to cut, a
 * response.
 *
 * What it says of the response does not depend on how the bytes come, it says what its header
 * promises, and a response that needs more input than there was gets an end when the peer closes.
 */
#include "http1_stream.h"

#include <stdint.h>

enum { MAX_INPUT_BYTES = 1 << 16, MAX_CUTS = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void must_be_same(const struct http1_stream *a, const struct http1_stream *b)
{
    must(a->events.len == b->events.len && !memcmp(a->events.data, b->events.data, a->events.len));
    must(a->wire.len == b->wire.len && !memcmp(a->wire.data, b->wire.data, a->wire.len));
    must(a->parser.error == b->parser.error && (a->parser.error || a->n_left == b->n_left));
}

/* Cuts in rising order, wide apart or close together as the seed has it. */
static size_t choose_cuts(size_t cuts[MAX_CUTS], size_t len, uint32_t seed)
{
    size_t widest = (seed & 7) + 1;
    size_t at = 0;
    size_t n = 0;

    while (n < MAX_CUTS && at < len) {
        seed = seed * 1664525 + 1013904223;
        at += seed >> 16 & 0x3f ? (seed >> 24) % widest : 40;
        if (at <= len)
            cuts[n++] = at;
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct http1_stream whole, parts;
    size_t cuts[MAX_CUTS];
    const char *text;
    uint32_t seed;
    unsigned options;

    if (size < 3 || size > MAX_INPUT_BYTES)
        return 0;
    options = data[0] & 15;
    seed = (uint32_t)data[1] << 8 | data[2];
    text = (const char *)data + 3;
    size -= 3;
    http1_stream_run(&whole, options, text, size, NULL, 0);
    must(whole.is_over && !whole.is_promise_broken);
    http1_stream_run(&parts, options, text, size, cuts, choose_cuts(cuts, size, seed));
    must_be_same(&whole, &parts);
    http1_stream_run_by(&parts, options, text, size, 1);
    must_be_same(&whole, &parts);
    must(whole.n_left <= size && whole.parser.content_length >= -1 &&
         whole.parser.n_block_bytes <= WHIM_HTTP1_MAX_BLOCKS + WHIM_HTTP1_MAX_LINE);
    return 0;
}
