/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/base64.h"

#include <stdint.h>

enum whim_buf_result whim_base64_add(struct whim_buf *buf, const void *data, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *bytes = data;
    enum whim_buf_result result;
    char *out;

    if (len > SIZE_MAX / 2)
        return WHIM_BUF_FULL;
    result = whim_buf_reserve(buf, (len + 2) / 3 * 4);
    if (result != WHIM_BUF_OK || !len)
        return result;
    out = buf->data + buf->len;
    for (; len >= 3; len -= 3, bytes += 3) {
        *out++ = digits[bytes[0] >> 2];
        *out++ = digits[(bytes[0] & 3) << 4 | bytes[1] >> 4];
        *out++ = digits[(bytes[1] & 15) << 2 | bytes[2] >> 6];
        *out++ = digits[bytes[2] & 63];
    }
    if (len) {
        unsigned second = len == 2 ? bytes[1] : 0;

        *out++ = digits[bytes[0] >> 2];
        *out++ = digits[(bytes[0] & 3) << 4 | second >> 4];
        *out++ = len == 2 ? digits[(second & 15) << 2] : '=';
        *out++ = '=';
    }
    buf->len = (size_t)(out - buf->data);
    return WHIM_BUF_OK;
}
