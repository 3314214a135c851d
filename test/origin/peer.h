/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * peer: one client's connection: reads requests, sends answers, one after the other.
 *
 * A body is a file, a number of filling bytes, or stands behind the head in the same buffer. It
 * goes out in pieces: all of it at once, or chunks (RFC 9112 section 7.1). The peer owns its
 * socket and its file.
 */
#ifndef ORIGIN_PEER_H
#define ORIGIN_PEER_H

#include "request.h"
#include "root.h"
#include "script.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct origin_service {
    struct origin_root root;
    bool is_scripted;
    struct origin_counters counters;
    unsigned long n_requests;
};

enum origin_peer_state {
    ORIGIN_PEER_READING,
    ORIGIN_PEER_DELAYED, /* the answer is ready and waits for due_ms */
    ORIGIN_PEER_SENDING,
    ORIGIN_PEER_HUNG, /* it will never be answered */
};

struct origin_peer {
    struct origin_peer *next; /* of all peers, for the loop */
    struct origin_peer *prev;
    struct origin_service *service;
    enum origin_peer_state state;
    int fd;
    uint32_t interest; /* what the loop was told last */
    bool keeps_alive;
    bool is_chunked;
    bool is_last_chunk_due;
    int file_fd; /* -1: no file */
    off_t file_at;
    uint64_t n_piece; /* body bytes left in this piece */
    uint64_t n_rest;  /* and behind it */
    int64_t due_ms;
    size_t n_in, out_at, n_out;
    char in[ORIGIN_HEAD_MOST];
    char out[ORIGIN_HEAD_MOST + 1024];
};

/* NULL when out of memory; the socket is closed then. */
struct origin_peer *origin_peer_new(struct origin_service *service, int fd);
void origin_peer_free(struct origin_peer *peer);

/* Does all that can be done now. False when the connection is over. */
bool origin_peer_step(struct origin_peer *peer, int64_t now_ms);
/* The events that the loop should wait for, as epoll calls them. */
uint32_t origin_peer_interest(const struct origin_peer *peer);

#endif
