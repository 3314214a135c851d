/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "utf8.h"

/* The rows of the grammar: first byte from..to, then the range of the second byte; further ones
   are 80..BF. The second bytes keep out overlong forms, surrogates and what is past U+10FFFF. */
static const struct row {
    unsigned char from, to, second_from, second_to, length;
} rows[] = {
    {0x00, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

size_t tool_utf8_length(const char *text, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)text;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];

        if (bytes[0] < row->from || bytes[0] > row->to)
            continue;
        if (row->length == 1)
            return 1;
        if (len < row->length || bytes[1] < row->second_from || bytes[1] > row->second_to)
            return 0;
        for (size_t at = 2; at < row->length; at++)
            if ((bytes[at] & 0xC0) != 0x80)
                return 0;
        return row->length;
    }
    return 0;
}
