/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* peer: the HTTP/1.1 server that the scenarios talk to, in a process of its own, on loopback.
 *
 * A request's path says how to answer; numbers are decimal.
 *   /size/N       N bytes, with Content-Length; the connection is kept
 *   /close/N      N bytes that end with the connection
 *   /after/MS     2 bytes, MS milliseconds later
 *   /drip/N/MS    N bytes, one each MS milliseconds
 *   /never        nothing, ever
 *   /sink         reads the request's body and answers with its length in decimal
 *   /deaf         never reads another byte of the request, nor answers
 *   /leave/MS     2 bytes, then closes the kept connection after MS milliseconds
 * Byte i of an N-byte body is whim_peer_byte(i). A body may come with Content-Length only. */

#ifndef WHIM_ADAPTERS_CONFORMANCE_PEER_H
#define WHIM_ADAPTERS_CONFORMANCE_PEER_H

#include <stddef.h>
#include <sys/types.h>

struct whim_peer {
    pid_t pid;
    int port;
    int stop_fd; /* the server ends when this is closed */
};

/* Start it. -1 with errno. */
int whim_peer_open(struct whim_peer *peer);

/* Stop it and wait for its end. */
void whim_peer_close(struct whim_peer *peer);

char whim_peer_byte(size_t i);

#endif
