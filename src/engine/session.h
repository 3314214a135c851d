/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Session: a protocol on a connection. The engine knows protocols through this table alone.
 */
#ifndef WHIM_ENGINE_SESSION_H
#define WHIM_ENGINE_SESSION_H

#include <curl/curl.h>

struct whim_conn;
struct whim_transfer;

/* Every slot is there. The connection's transfer may be finished, and the connection closed, when
 * begin() or on_ready() returns: the caller touches neither afterwards. */
struct whim_session_ops {
    const char *name;
    /* The connection is ready and carries a new transfer: starts its request. */
    void (*begin)(struct whim_conn *conn);
    /* Moves bytes in both directions, as far as interest and readiness allow. */
    void (*on_ready)(struct whim_conn *conn);
    /* WHIM_READ | WHIM_WRITE, a function of the session's and its transfer's state alone. */
    unsigned (*want)(const struct whim_conn *conn);
    /* The transfer leaves: frees what the session kept for it on the connection. */
    void (*end)(struct whim_conn *conn);
};

extern const struct whim_session_ops whim_http1_session; /* http1_session.c */
extern const struct whim_session_ops whim_file_session; /* file_session.c: file: URLs */
extern const struct whim_session_ops whim_raw_session;   /* raw_session.c: CONNECT_ONLY */

#endif
