/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The parts of the HTTP/1.x session: what the options say about a request, and the way back of
 * the response. Only http1_*.c use this.
 */
#ifndef WHIM_ENGINE_HTTP1_EXCHANGE_H
#define WHIM_ENGINE_HTTP1_EXCHANGE_H

#include "proto/http1_parser.h"
#include "util/buf.h"

#include <curl/curl.h>
#include <stdbool.h>

struct whim_conn;
struct whim_transfer;

/* The request's head by the transfer's options, into the emptied buffer (http1_head.c). */
CURLcode whim_http1_build_head(struct whim_transfer *transfer, struct whim_buf *ret_head,
                               bool *ret_expects_continue);

/* WHIM_HTTP1_* flags for the parser of the response (http1_head.c). */
unsigned whim_http1_parser_options(const struct whim_transfer *transfer);

/*
 * What the event tells, before the application sees it (http1_note.c). After the end of a final
 * head conn->is_asked_again says whether the response is a step on the way. An error is the
 * transfer's, and told.
 */
CURLcode whim_http1_note(struct whim_conn *conn, enum whim_http1_event event,
                         const struct whim_http1_piece *piece);

/* Has such a response a Location that counts? */
static inline bool whim_http1_is_redirect(unsigned status)
{
    return status >= 300 && status < 400;
}

enum whim_http1_step {
    WHIM_HTTP1_GO_ON,
    WHIM_HTTP1_STAY, /* paused: what is left is held */
    WHIM_HTTP1_GONE, /* the transfer has ended or starts anew; the connection may be gone */
};

/* Delivers what is held, then receives and delivers as far as there is something. */
enum whim_http1_step whim_http1_receive(struct whim_conn *conn);

/* The request could not be sent and no byte of an answer came: retries, or ends with SEND_ERROR. */
void whim_http1_lose_unanswered(struct whim_conn *conn);

#endif
