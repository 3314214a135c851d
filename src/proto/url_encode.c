/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/url_encode.h"

#include "proto/url_chars.h"

bool whim_url_needs_encoding(const char *text, size_t len)
{
    unsigned bits = 0;

    for (size_t i = 0; i < len; i++)
        bits |= whim_url_char(text[i]);
    return bits & (WHIM_CHAR_SPACE | WHIM_CHAR_HIGH);
}

size_t whim_url_encode_text(char *out, const char *text, size_t len, bool is_query)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i];

        if (byte == '?')
            is_query = true;
        if (byte == ' ' && is_query) {
            out[n++] = '+';
        } else if (byte == ' ' || whim_url_char_is(byte, WHIM_CHAR_HIGH)) {
            out[n++] = '%';
            out[n++] = "0123456789ABCDEF"[byte >> 4];
            out[n++] = "0123456789ABCDEF"[byte & 15];
        } else {
            out[n++] = (char)byte;
        }
    }
    return n;
}
