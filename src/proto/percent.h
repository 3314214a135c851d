/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Percent-encoding (RFC 3986, section 2.1) of arbitrary bytes, and back.
 */
#ifndef WHIM_PROTO_PERCENT_H
#define WHIM_PROTO_PERCENT_H

#include "util/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* Which decoded bytes make a text unfit. */
enum whim_percent_reject {
    WHIM_PERCENT_REJECT_NONE,
    WHIM_PERCENT_REJECT_ZERO,
    WHIM_PERCENT_REJECT_CONTROL, /* below 0x20 */
};

/* Appends the bytes; all but unreserved ones (section 2.3) become "%XX", hex in upper case. */
enum whim_buf_result whim_percent_encode(struct whim_buf *buf, const void *data, size_t len);

/*
 * Decodes into out, which has room for len bytes and may be the text itself; writes no
 * terminator. A '%' without two hex digits behind it stays. False when a decoded or a plain byte
 * is rejected (out then holds a part); otherwise *ret_len is the decoded length.
 */
bool whim_percent_decode(char *out, const char *text, size_t len, enum whim_percent_reject reject,
                         size_t *ret_len);

#endif
