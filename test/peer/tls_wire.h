/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * TLS for the peer: the server's side of OpenSSL, between buffers in memory, so that the script
 * may stop what goes out at any byte.
 */
#ifndef WHIM_TEST_PEER_TLS_WIRE_H
#define WHIM_TEST_PEER_TLS_WIRE_H

#include "wire.h"

/* Its open() is given an SSL_CTX, and takes a reference of it for each connection. */
extern const struct wire_ops tls_wire_ops;

#endif
