/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Wire: what may lie between a connection of the peer and its socket, TLS for one.
 *
 * Made by open() for each connection, called by the peer's thread under the peer's lock. Every slot
 * is mandatory.
 */
#ifndef WHIM_TEST_PEER_WIRE_H
#define WHIM_TEST_PEER_WIRE_H

#include "peer.h"

#include <sys/types.h>

enum wire_outcome { WIRE_DONE, WIRE_WAITS, WIRE_ENDED };

struct wire {
    const struct wire_ops *ops;
    struct wire *below; /* what it lies in, and owns; NULL: the socket itself */
    size_t n_handshakes, n_resumed, n_farewells, n_early, n_received, n_sent;
};

struct wire_ops {
    /* NULL: no memory. Takes over what is below. Early: bytes that have come for it already; the
       step HANDSHAKE looks at them. */
    struct wire *(*open)(void *arg, struct wire *below, const void *early, size_t n_early);
    /* As recv(2) and send(2) without waiting: what is inside of the wire. */
    ssize_t (*recv)(struct wire *wire, int fd, void *data, size_t cap);
    ssize_t (*send)(struct wire *wire, int fd, const void *data, size_t len);
    /* A step of the script: those that peer.h gives to wires, and CLOSE, the farewell. */
    enum wire_outcome (*play)(struct wire *wire, int fd, const struct peer_step *step);
    /* Hands on to what is below, and down to the socket; WAITS: it is full, ENDED: the connection
       is to be closed. */
    enum wire_outcome (*flush)(struct wire *wire, int fd);
    void (*free)(struct wire *wire);
};

#endif
