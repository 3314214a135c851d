/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Transfers by way of a proxy: scripted peers that play one, and often the origin behind it too.
 */
#ifndef WHIM_TEST_PROXIED_H
#define WHIM_TEST_PROXIED_H

#include "xfer.h"

/* A name that no resolver knows: whoever asks for it gets an error. */
#define FAR "origin.invalid"

/* CURLOPT_PROXY's text "scheme://[login@]127.0.0.1:port"; login NULL: none. Harness frees it. */
const char *proxy_text(struct peer *proxy, const char *scheme, const char *login);
/* A transfer of that URL by that proxy, which is offered no login but RFC 1929's; not added yet. */
struct xfer *xfer_by(struct peer *proxy, const char *scheme, const char *url);
/* Starts and runs it to its end. */
CURLcode xfer_run(struct xfer *x, struct drive *drive);
/* peer_free_port(), or the test fails. */
long free_local_port(int n);
/* How often the part is in the text. */
int count_of(const char *text, const char *part);
/* What connection nth sent at first are these bytes. */
void check_sent(struct peer *peer, unsigned nth, const void *bytes, size_t n);

#define GRANTED "HTTP/1.1 200 Connection established\r\n\r\n"

/* A tunnel, and one answer through it. */
struct peer *peer_tunnelling(void);
/* A tunnel, and this answer to each request through it. */
#define TUNNEL_STEPS(answer)                                                                       \
    PEER_HEAD, PEER_SEND(GRANTED), PEER_REQUEST, PEER_SEND(answer), PEER_REQUEST,                  \
        PEER_SEND(answer), PEER_REQUEST, PEER_SEND(answer), PEER_KEEP

#endif
