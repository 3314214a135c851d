/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The links of proxies in a connection's chain: made from its origin's route, and what their
 * handshakes tell the transfer. Only chain.c uses this.
 */
#ifndef WHIM_ENGINE_CHAIN_PROXY_H
#define WHIM_ENGINE_CHAIN_PROXY_H

#include "net/link.h"

#include <curl/curl.h>
#include <stdbool.h>

struct whim_conn;

/*
 * Put a link on top of the connection. CURLE_OUT_OF_MEMORY, or what cannot be asked for. SOCKS to a
 * proxy that wants an address may have to look the name up first: is_waiting() then, and the chain
 * goes on by itself when the answer is there.
 */
CURLcode whim_chain_put_socks(struct whim_conn *conn, bool is_pre_proxy);
CURLcode whim_chain_put_tunnel(struct whim_conn *conn);
CURLcode whim_chain_put_haproxy(struct whim_conn *conn);

bool whim_chain_is_waiting(const struct whim_conn *conn);
/* The connection closes: nobody waits any more. */
void whim_chain_end_wait(struct whim_conn *conn);

enum whim_chain_step {
    WHIM_CHAIN_GO_ON,
    WHIM_CHAIN_HELD, /* the application has paused: once more when it goes on */
    WHIM_CHAIN_GONE, /* the transfer has ended or starts anew, and the connection has gone */
};

/* After each shake() of the topmost link: tells what passed, and what a proxy's failure means. */
enum whim_chain_step whim_chain_after_shake(struct whim_conn *conn, enum whim_link_result shaken);

#endif
