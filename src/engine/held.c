/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/held.h"

#include "util/mem.h"

#include <string.h>

struct whim_held *whim_held_new(enum whim_http1_event event, const char *piece, size_t piece_len,
                                const char *rest, size_t rest_len)
{
    struct whim_held *held = whim_malloc(sizeof(*held) + piece_len + rest_len);

    if (!held)
        return NULL;
    held->event = event;
    held->piece_len = piece_len;
    held->rest_len = rest_len;
    if (piece_len)
        memcpy(held->bytes, piece, piece_len);
    if (rest_len)
        memcpy(held->bytes + piece_len, rest, rest_len);
    return held;
}
