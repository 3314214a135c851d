/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Held bytes: what was received and cannot be delivered now, since its transfer is paused or has
 * had its turn. First the rest of a piece that the application has not taken, then bytes that the
 * parser has not seen. Of a coded body the piece has two parts: what is decoded, and what is to be.
 */
#ifndef WHIM_ENGINE_HELD_H
#define WHIM_ENGINE_HELD_H

#include "proto/http1_parser.h"

#include <stddef.h>

struct whim_held {
    enum whim_http1_event event; /* what the piece is; WHIM_HTTP1_MORE: there is none */
    size_t decoded_len; /* of a coded body; else 0 */
    size_t piece_len;
    size_t rest_len;
    char bytes[]; /* what is decoded, the piece, the rest */
};

struct whim_bytes {
    const char *ptr;
    size_t len;
};

/* Copies all three; NULL when out of memory. Free with whim_free(). */
struct whim_held *whim_held_new(enum whim_http1_event event, struct whim_bytes decoded,
                                struct whim_bytes piece, struct whim_bytes rest);

#endif
