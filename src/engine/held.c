/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/held.h"

#include "util/mem.h"

#include <string.h>

static char *append(char *to, struct whim_bytes bytes)
{
    if (bytes.len)
        memcpy(to, bytes.ptr, bytes.len);
    return to + bytes.len;
}

struct whim_held *whim_held_new(enum whim_http1_event event, struct whim_bytes decoded,
                                struct whim_bytes piece, struct whim_bytes rest)
{
    struct whim_held *held = whim_malloc(sizeof(*held) + decoded.len + piece.len + rest.len);

    if (!held)
        return NULL;
    held->event = event;
    held->decoded_len = decoded.len;
    held->piece_len = piece.len;
    held->rest_len = rest.len;
    append(append(append(held->bytes, decoded), piece), rest);
    return held;
}
