/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Held bytes: what was received and cannot be delivered while its transfer is paused. First the
 * rest of a piece that the application refused, then bytes that the parser has not seen.
 */
#ifndef WHIM_ENGINE_HELD_H
#define WHIM_ENGINE_HELD_H

#include "proto/http1_parser.h"

#include <stddef.h>

struct whim_held {
    enum whim_http1_event event; /* what the piece is; WHIM_HTTP1_MORE: there is none */
    size_t piece_len;
    size_t rest_len;
    char bytes[]; /* the piece, then the rest */
};

/* Copies both; NULL when out of memory. Free with whim_free(). */
struct whim_held *whim_held_new(enum whim_http1_event event, const char *piece, size_t piece_len,
                                const char *rest, size_t rest_len);

#endif
