/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The challenge (407) of a proxy that forwards requests: when credentials can meet it, its body is
 * passed over and the request is sent again, over the same connection where the proxy keeps that.
 *
 * The connection owns the round of its present request; what is known of the proxy is its route's.
 * Only http1_*.c use this.
 */
#ifndef WHIM_ENGINE_HTTP1_CHALLENGE_H
#define WHIM_ENGINE_HTTP1_CHALLENGE_H

#include <curl/curl.h>
#include <stdbool.h>

struct whim_conn;
struct whim_http1_piece;

/* The request goes to a forwarding proxy for which there are credentials. False: no memory. */
bool whim_http1_challenge_begin(struct whim_conn *conn);
/* The response's status, and each of its fields. */
void whim_http1_challenge_note_status(struct whim_conn *conn);
void whim_http1_challenge_note_field(struct whim_conn *conn, const struct whim_http1_piece *field);
/* Does the request go without credentials, because only the proxy's challenge tells them? */
bool whim_http1_challenge_is_awaited(const struct whim_conn *conn);
/* Its final header block has ended: conn->is_asked_again says what follows. CURLE_OUT_OF_MEMORY. */
CURLcode whim_http1_challenge_decide(struct whim_conn *conn);
/* Is it cheaper to connect again than to read the body? */
bool whim_http1_challenge_is_long(const struct whim_conn *conn);
/* The request is over in whatever way. */
void whim_http1_challenge_end(struct whim_conn *conn);

#endif
