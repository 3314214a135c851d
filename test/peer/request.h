/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Where an HTTP/1 request ends: the peer's framing of what it received.
 * Sans-I/O, owns nothing. Lenient on purpose: tests look at the recorded bytes for anything finer.
 */
#ifndef WHIM_TEST_PEER_REQUEST_H
#define WHIM_TEST_PEER_REQUEST_H

#include <stddef.h>

/* Length of the head with its empty line, 0 while it is incomplete. */
size_t request_head_length(const char *bytes, size_t n_bytes);
/* Length of the whole request whose head is head bytes long, 0 while it is incomplete. */
size_t request_length(const char *bytes, size_t n_bytes, size_t head);

#endif
