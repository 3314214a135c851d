/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/byte_range.h"

/* Is this its end, or where another one begins? */
static bool is_end(char c)
{
    return !c || c == ',';
}

/* Reads digits from *text on; false: there are none, or too many. */
static bool read_number(const char **text, int64_t *ret_number)
{
    const char *at = *text;
    int64_t number = 0;

    for (; *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, *at - '0', &number))
            return false;
    if (at == *text)
        return false;
    *text = at;
    *ret_number = number;
    return true;
}

bool whim_byte_range_read(const char *text, int64_t size, int64_t *ret_from, int64_t *ret_n)
{
    int64_t to;

    while (*text == ' ')
        text++;
    if (*text == '-') {
        text++;
        if (!read_number(&text, ret_n) || !is_end(*text))
            return false;
        *ret_from = *ret_n < size ? size - *ret_n : 0;
        return true;
    }
    if (!read_number(&text, ret_from) || *text++ != '-')
        return false;
    *ret_n = INT64_MAX;
    if (is_end(*text))
        return true;
    if (!read_number(&text, &to) || !is_end(*text) || to < *ret_from)
        return false;
    if (to - *ret_from < INT64_MAX)
        *ret_n = to - *ret_from + 1;
    return true;
}
