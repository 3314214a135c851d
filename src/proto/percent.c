/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/percent.h"

#include "proto/url_chars.h"

enum whim_buf_result whim_percent_encode(struct whim_buf *buf, const void *data, size_t len)
{
    const unsigned char *bytes = data;
    size_t out_len = len;
    char *out;

    for (size_t i = 0; i < len; i++)
        if (!whim_url_char_is(bytes[i], WHIM_CHAR_UNRESERVED))
            out_len = out_len > buf->max_len ? out_len : out_len + 2; /* FULL below, no wrap */
    enum whim_buf_result result = whim_buf_reserve(buf, out_len);
    if (result != WHIM_BUF_OK || !len)
        return result;
    out = buf->data + buf->len;
    for (size_t i = 0; i < len; i++) {
        if (whim_url_char_is(bytes[i], WHIM_CHAR_UNRESERVED)) {
            *out++ = (char)bytes[i];
        } else {
            *out++ = '%';
            *out++ = "0123456789ABCDEF"[bytes[i] >> 4];
            *out++ = "0123456789ABCDEF"[bytes[i] & 15];
        }
    }
    buf->len += out_len;
    return WHIM_BUF_OK;
}

bool whim_percent_decode(char *out, const char *text, size_t len, enum whim_percent_reject reject,
                         size_t *ret_len)
{
    static const unsigned char first_fit[] = {
        [WHIM_PERCENT_REJECT_NONE] = 0,
        [WHIM_PERCENT_REJECT_ZERO] = 1,
        [WHIM_PERCENT_REJECT_CONTROL] = 0x20,
    };
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i];

        if (byte == '%' && len - i > 2) {
            int high = whim_url_hex_value(text[i + 1]);
            int low = whim_url_hex_value(text[i + 2]);

            if (high >= 0 && low >= 0) {
                byte = (unsigned char)(high << 4 | low);
                i += 2;
            }
        }
        if (byte < first_fit[reject])
            return false;
        out[n++] = (char)byte;
    }
    *ret_len = n;
    return true;
}
