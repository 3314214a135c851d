/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * exchange: one request read from a connection, and what its answer is written with.
 *
 * Blocking, for the one thread that serves the connection. Every wait ends after SERVER_PATIENCE_S;
 * then, or when the client has gone, the functions say false and the connection is over.
 */
#ifndef DROPIN_EXCHANGE_H
#define DROPIN_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

enum {
    SERVER_PATIENCE_S = 20,
    SERVER_HEAD_MOST = 64 << 10,
    SERVER_BODY_MOST = 16 << 20,
};

struct exchange {
    int fd;
    unsigned nth; /* of this connection's requests, from 1 */
    bool keeps_alive;
    char method[16];
    char target[1024];
    size_t n_head; /* with the empty line */
    char *body;    /* without chunks */
    size_t n_body, body_room;
    size_t at, n_in; /* what was received and not used yet */
    char head[SERVER_HEAD_MOST];
    char in[SERVER_HEAD_MOST];
};

/* Reads the next head, no further. */
bool exchange_read_head(struct exchange *exchange);
/* Reads the body, if the head announces one; sends the 100 that it asks for (RFC 9110 section
   10.1.1). */
bool exchange_read_body(struct exchange *exchange);
/* The value of a field of the head, up to the line's end; NULL when it is not there. */
const char *exchange_field(const struct exchange *exchange, const char *name);

bool exchange_send(struct exchange *exchange, const char *data, size_t len);
bool exchange_printf(struct exchange *exchange, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Waits until the client goes away. */
bool exchange_wait_for_end(struct exchange *exchange);

#endif
