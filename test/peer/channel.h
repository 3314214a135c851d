/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * One connection of the peer and the script that it plays.
 *
 * Owns its descriptor and its record of received bytes; the script belongs to the peer.
 * Called by the peer's thread alone, under the peer's lock.
 * Invariant: channel_step() goes on until the script has to wait for something, and says for what.
 */
#ifndef WHIM_TEST_PEER_CHANNEL_H
#define WHIM_TEST_PEER_CHANNEL_H

#include "peer.h"
#include "wire.h"

#include <stdint.h>

struct channel {
    int fd; /* -1 once closed */
    int client_port;
    struct wire *wire; /* the inmost; NULL: bytes go as they are */
    const struct peer_step *steps;
    size_t at;    /* the step that is being played */
    size_t first; /* the step that AGAIN goes back to */

    char *in; /* the record, with a zero byte behind it */
    size_t n_in;
    size_t n_consumed;  /* of the record, by the script */
    size_t request;     /* where in the record the last request began ... */
    size_t n_request;   /* ... and how long it is, head only while the body is awaited */
    bool is_in_request; /* PEER_OP_REQUEST took the head and waits for the body */

    size_t n_done; /* bytes of the present send that are out */
    size_t n_sent; /* bytes sent in all */
    size_t split;  /* where the next send stops, 0: nowhere */
    size_t pace;   /* most bytes at a time, 0: any number */
    long pace_ms;
    int64_t due_ms; /* the present delay's end, 0: no delay runs */
    char *echo;     /* what an echo or answer step sends */
    size_t n_echo;

    size_t n_requests;
    bool is_gated;   /* waits for peer_release() */
    bool is_stalled; /* reads nothing more */
};

/* What the script needs before it can go on. */
struct channel_wait {
    short events;   /* poll(2) bits for its descriptor */
    int64_t due_ms; /* and at the latest at this time, 0: whenever */
};

/* What a step may do to the peer around it. */
struct channel_host {
    unsigned *n_released; /* releases not used up yet */
    bool *is_deaf;        /* set: stop listening */
    const struct wire_ops *inner_ops; /* of UPGRADE */
    void *inner_arg;
};

/* Takes over the descriptor and the wire. */
void channel_init(struct channel *ch, int fd, int client_port, struct wire *wire,
                  const struct peer_step *steps);
void channel_fini(struct channel *ch);
/* Reads what came; false when the connection ended. */
bool channel_read(struct channel *ch);
/* Plays on. The channel's fd is -1 afterwards when the script closed the connection. */
struct channel_wait channel_step(struct channel *ch, struct channel_host *host, int64_t now_ms);

#endif
