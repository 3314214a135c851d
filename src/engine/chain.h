/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Chain: the links between a connection's socket and its session, built from the socket up. Each
 * link shakes hands over those below it before the next one is put on top.
 *
 * The connection is SHAKING meanwhile, and its transfer still CONNECTING, so that the time for
 * connecting counts on (C-184). No byte of a request goes out before the topmost link is up.
 */
#ifndef WHIM_ENGINE_CHAIN_H
#define WHIM_ENGINE_CHAIN_H

struct whim_conn;

/* The socket is connected: the first link, or, when none is needed, the request. */
void whim_chain_begin(struct whim_conn *conn);

/* The socket is ready while the connection is SHAKING. */
void whim_chain_on_ready(struct whim_conn *conn);

#endif
