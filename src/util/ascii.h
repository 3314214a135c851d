/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The lines of text protocols, byte by byte and whatever the locale: names in any case of letters,
 * and the bytes that end a line. The C library's functions fold I and i differently where Turkish
 * is spoken; the names of a protocol are no words of a language.
 */
#ifndef WHIM_UTIL_ASCII_H
#define WHIM_UTIL_ASCII_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

/* Does it end a line, or might another reader take it for that? */
static inline bool whim_ascii_is_break(char c)
{
    return c == '\n' || c == '\r' || c == 0;
}

/* The place of the first such byte; len: there is none. Takes eight bytes at a time. */
static inline size_t whim_ascii_find_break(const char *data, size_t len)
{
    const uint64_t every = 0x0101010101010101u;
    size_t i = 0;

    while (i + 8 <= len) {
        uint64_t word;
        uint64_t controls; /* the top bit of each byte below 0x20; above the lowest maybe more */

        memcpy(&word, data + i, 8);
        word = le64toh(word);
        controls = (word - every * 0x20) & ~word & every * 0x80;
        if (!controls) {
            i += 8;
            continue;
        }
        i += (size_t)__builtin_ctzll(controls) / 8;
        if (whim_ascii_is_break(data[i]))
            return i;
        i++;
    }
    while (i < len && !whim_ascii_is_break(data[i]))
        i++;
    return i;
}

#endif
