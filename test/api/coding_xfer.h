/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Transfers of bodies that are coded, and the peers for them. A test that makes one is skipped where
 * the library was built without one of the codings.
 */
#ifndef WHIM_TEST_CODING_XFER_H
#define WHIM_TEST_CODING_XFER_H

#include "coded.h"
#include "xfer.h"

/* Answers each request with these fields (each with its line's end), a length, and the body. */
struct peer *peer_coding(const char *fields, const void *body, size_t n);
/* A transfer from such a peer that accepts all codings. */
struct xfer *xfer_coding(const char *fields, const void *body, size_t n);
/* Skips the test unless all codings are built in. */
void need_codings(void);

#define CODED(fields, array) xfer_coding(fields "\r\n", array, sizeof(array))

#endif
