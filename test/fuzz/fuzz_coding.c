/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Coded bodies of any bytes. The first line names the codings; the rest is fed whole, and again in
 * two pieces with little room: the result, and the bytes that come out if it is good, are the same.
 */
#include "proto/coding.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_OUT_BYTES = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
    enum whim_coding_result result;
    size_t n_out;
    uint64_t sum;
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void pull(struct whim_codings *codings, const char *data, size_t len, size_t room,
                 struct outcome *outcome)
{
    char *copy = malloc(len + 1); /* of the exact size, for the sanitizer */
    char *out = malloc(room);
    const char *at = copy;
    size_t n;

    must(copy && out);
    memcpy(copy, data, len);
    do {
        outcome->result = whim_codings_pull(codings, &at, &len, out, room, &n);
        must(n <= room);
        for (size_t i = 0; i < n && outcome->n_out < MAX_OUT_BYTES; i++, outcome->n_out++)
            outcome->sum = outcome->sum * 31 + (unsigned char)out[i];
    } while (outcome->result == WHIM_CODING_OK && n && outcome->n_out < MAX_OUT_BYTES);
    must(outcome->result != WHIM_CODING_OK || !len || outcome->n_out == MAX_OUT_BYTES);
    free(out);
    free(copy);
}

static struct outcome decode(const char *names, size_t names_len, const char *body, size_t len,
                             size_t cut, size_t room)
{
    struct outcome outcome = {.result = WHIM_CODING_OK};
    struct whim_codings *codings = whim_codings_new();

    must(codings != NULL);
    outcome.result = whim_codings_add(codings, false, names, names_len);
    if (!whim_codings_is_active(codings)) { /* bodies pass it by */
        whim_codings_free(codings);
        return outcome;
    }
    if (outcome.result == WHIM_CODING_OK)
        pull(codings, body, cut, room, &outcome);
    if (outcome.result == WHIM_CODING_OK && outcome.n_out < MAX_OUT_BYTES)
        pull(codings, body + cut, len - cut, room, &outcome);
    if (outcome.result == WHIM_CODING_OK && outcome.n_out < MAX_OUT_BYTES)
        outcome.result = whim_codings_end(codings);
    whim_codings_free(codings);
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *names = (const char *)data;
    const char *line_end = size ? memchr(names, '\n', size) : NULL;
    size_t names_len = line_end ? (size_t)(line_end - names) : size;
    const char *body = line_end ? line_end + 1 : names + size;
    size_t len = size - (size_t)(body - names);
    struct outcome whole = decode(names, names_len, body, len, len, 65536);
    struct outcome cut = decode(names, names_len, body, len, len / 3, 61);

    /* How much comes out before an error depends on how the input is cut. */
    if (whole.result == WHIM_CODING_OK)
        must(whole.n_out == cut.n_out && whole.sum == cut.sum);
    must(whole.result == cut.result || whole.n_out == MAX_OUT_BYTES);
    return 0;
}
