/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Decoding of a response's body: what its fields say about codings, the chain that undoes them
 * (proto/coding.h), and the limits on what comes out.
 *
 * A connection has one from the first field that lists a coding which the application asked for, to
 * the end of the exchange. Decoded bytes lie in the multi's buffer, WHIM_DECODE_BUFFER_BYTES, until
 * they are delivered; what is not taken is held with the bytes that are still to be decoded
 * (held.h). A connection decodes up to WHIM_DECODE_TURN_BYTES in one turn, then others get theirs
 * (C-69): a small piece of input may stand for very much.
 *
 * Only http1_receive.c and http1_session.c use this.
 */
#ifndef WHIM_ENGINE_DECODE_H
#define WHIM_ENGINE_DECODE_H

#include "proto/http1_parser.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

struct whim_conn;
struct whim_decode;
struct whim_transfer;

enum {
    WHIM_DECODE_BUFFER_BYTES = 64 * 1024,
    WHIM_DECODE_TURN_BYTES = 1024 * 1024,
};

/* What the application wants undone: WHIM_HTTP1_TAKE_CODINGS for the parser, or 0. */
unsigned whim_decode_parser_options(const struct whim_transfer *transfer);

/* Content-Encoding and Transfer-Encoding of a response. Out of memory, or too many codings. */
CURLcode whim_decode_note_content(struct whim_conn *conn, const struct whim_http1_piece *field);
CURLcode whim_decode_note_transfer(struct whim_conn *conn, const struct whim_http1_piece *field);

/* A header block has ended: that of an interim response says nothing, and some have no body. */
void whim_decode_note_block_end(struct whim_conn *conn);

/* A new turn of the connection begins. */
void whim_decode_begin_turn(struct whim_decode *decode);
/* Others are to get their turn. */
bool whim_decode_is_turn_over(const struct whim_decode *decode);

/*
 * Takes from *data / *len until there are decoded bytes; *ret_n 0: all input is used. The bytes are
 * good until the next call of any connection of the multi. The reason of a failure has been told.
 */
CURLcode whim_decode_next(struct whim_conn *conn, const char **data, size_t *len,
                          const char **ret_bytes, size_t *ret_n);

/* The body is complete: is what was coded in it, too? */
CURLcode whim_decode_end(struct whim_conn *conn);

/* Accepts NULL. */
void whim_decode_free(struct whim_decode *decode);

#endif
