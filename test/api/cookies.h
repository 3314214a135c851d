/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What tests of the cookie engine have in common. Texts are the harness's.
 */
#ifndef WHIM_TEST_COOKIES_H
#define WHIM_TEST_COOKIES_H

#include "xfer.h"

/* An answer without a body and with these fields, each with its line end. */
#define ANSWER_WITH(fields) "HTTP/1.1 200 OK\r\n" fields "Content-Length: 0\r\n\r\n"

/* A transfer with the engine switched on, not added yet. */
struct xfer *cookie_new(struct peer *peer, const char *path);
/* Goes there next: another path, and another host by a Host field (NULL: the peer's own). */
void cookie_aim(struct xfer *x, struct peer *peer, const char *path, const char *host);

/* The values of the Cookie fields in request nth of a connection, with " | " between several. */
const char *cookies_sent(struct peer *peer, unsigned conn, unsigned nth);
/* What CURLINFO_COOKIELIST says, each line with its line end. */
const char *cookies_known(CURL *easy);

/* A file with that text, and the name of one that is not there yet; the harness removes them. */
const char *cookie_file(const char *text);
const char *cookie_path(void);
/* What the file has; NULL: there is none. */
const char *file_text(const char *path);

#endif
