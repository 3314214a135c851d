/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * floor: what the loads without a library share. Every failure ends the process with a message.
 */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include "args.h"

#include <stddef.h>
#include <sys/epoll.h>

enum { BENCH_FLOOR_EVENTS = 512, BENCH_FLOOR_RAMP = 256 };

struct floor {
    const struct bench_args *args;
    int epfd;
    char request[160];
    size_t n_request;
    char *piece; /* the receive buffer of all connections */
    long n_started;
    uint64_t n_done;
    uint64_t body_bytes;
};

void bench_floor_fail(const char *what);
void bench_floor_watch(struct floor *state, int op, int fd, uint32_t wanted);
/* Room for BENCH_FLOOR_EVENTS; returns how many there are. */
int bench_floor_wait(struct floor *state, struct epoll_event *events);
void bench_floor_set_request(struct floor *state, const char *path, uint64_t body_bytes);
/* Returns false while the connection is still being made. */
bool bench_floor_open(struct floor *state, int *pick_fd);
/* Where the body begins; its length goes to pick_body_bytes. */
size_t bench_floor_parse_header(const char *bytes, size_t n_bytes, uint64_t *pick_body_bytes);

/* gzip by zlib's calls alone: what a piece of the body becomes is counted, and thrown away. */
void bench_floor_inflate_begin(struct floor *state);
uint64_t bench_floor_inflate(struct floor *state, const char *bytes, size_t n_bytes);
void bench_floor_inflate_end(void);

/* The same loads over TLS, by OpenSSL's calls alone. */
void bench_floor_tls_warm(struct floor *state);
void bench_floor_tls_fresh(struct floor *state);
void bench_floor_tls_large(struct floor *state);
void bench_floor_tls_memory(struct floor *state);

#endif
