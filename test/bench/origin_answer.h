/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * origin_answer: what the benchmark's origin says to a request.
 *
 * Pure: bytes in, a decision out; no descriptor and no clock. The bytes of an answer are built
 * once per size and live as long as the process, so that serving a request costs a lookup.
 *
 *   /b/N        N bytes at once              /ctl/accepted   connections accepted so far
 *   /hold/N     N bytes, when released       /ctl/held       requests held back now
 *   /big/N      N bytes, streamed            /ctl/release    releases them; says how many
 *   /gzip/N     N bytes, coded by gzip;      /ctl/open       connections open now
 *               N: a multiple of 16 MiB
 *   /cookies/N  N bytes and N cookies, for
 *               who sends half as many
 *                                            /ctl/handshakes of TLS, so far
 *                                            /ctl/resumed    those with a known session
 */
#ifndef BENCH_ORIGIN_ANSWER_H
#define BENCH_ORIGIN_ANSWER_H

#include <stddef.h>
#include <stdint.h>

enum bench_verdict {
    BENCH_ANSWER_NOW,
    BENCH_ANSWER_HELD,
    BENCH_ANSWER_ACCEPTED,
    BENCH_ANSWER_N_HELD,
    BENCH_ANSWER_RELEASE,
    BENCH_ANSWER_OPEN,
    BENCH_ANSWER_HANDSHAKES,
    BENCH_ANSWER_RESUMED,
    BENCH_ANSWER_REFUSED
};

struct bench_answer {
    const char *bytes;    /* header and, unless streamed, the body */
    size_t n_bytes;
    uint64_t stream_bytes; /* what follows, from the cycle */
    const char *cycle;     /* sent again and again; NULL: from the static buffer, as it comes */
    size_t n_cycle;
    const char *tail; /* behind the stream */
    size_t n_tail;
};

/* Reads the request line and picks the answer. The number questions leave it empty. */
enum bench_verdict bench_answer_find(const char *request, size_t n_bytes,
                                     struct bench_answer *pick_answer);

/* Writes a complete answer whose body is the number; returns its length. */
size_t bench_answer_number(char *room, size_t n_room, unsigned long number);

#endif
