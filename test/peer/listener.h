/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The sockets that a peer listens on, non-blocking and on loopback. -1: there is none.
 */
#ifndef WHIM_TEST_PEER_LISTENER_H
#define WHIM_TEST_PEER_LISTENER_H

#include "peer.h"

/* Port 0: a free one. */
int listener_open(int family, enum peer_kind kind, int port);
/* At an abstract local address. */
int listener_open_local(const char *name);
/* Takes the one place in a backlog of zero, so that the kernel drops every later SYN. */
int listener_fill(int listener, int family);

#endif
