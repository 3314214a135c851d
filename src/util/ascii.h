/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Letters of ASCII in any case, whatever the locale: the names of a protocol are no words of a
 * language, and the C library's functions fold I and i differently where Turkish is spoken.
 */
#ifndef WHIM_UTIL_ASCII_H
#define WHIM_UTIL_ASCII_H

#include <stdbool.h>
#include <stddef.h>

static inline char whim_ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Reads no further than to the first difference: one of the two may be a shorter C string. */
static inline bool whim_ascii_is_equal(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (a[i] != b[i] && whim_ascii_lower(a[i]) != whim_ascii_lower(b[i]))
            return false;
    return true;
}

#endif
