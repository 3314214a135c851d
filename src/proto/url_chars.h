/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What each byte may be in a URL, as one table of bits. The scanners of the URL parser or the bits
 * of a whole part together in one pass, and look again only when a bit turned up that matters.
 */
#ifndef WHIM_PROTO_URL_CHARS_H
#define WHIM_PROTO_URL_CHARS_H

#include <stdbool.h>
#include <stdint.h>

enum whim_char_class {
    WHIM_CHAR_CONTROL = 1 << 0,     /* 0x00 to 0x1f, 0x7f */
    WHIM_CHAR_SPACE = 1 << 1,       /* 0x20 */
    WHIM_CHAR_HIGH = 1 << 2,        /* 0x80 and up */
    WHIM_CHAR_UPPER = 1 << 3,       /* A-Z */
    WHIM_CHAR_ALPHA = 1 << 4,       /* A-Z a-z */
    WHIM_CHAR_DIGIT = 1 << 5,       /* 0-9 */
    WHIM_CHAR_HEX = 1 << 6,         /* 0-9 A-F a-f */
    WHIM_CHAR_UNRESERVED = 1 << 7,  /* RFC 3986, section 2.3: letters, digits, - . _ ~ */
    WHIM_CHAR_SCHEME = 1 << 8,      /* section 3.1: letters, digits, + - . */
    WHIM_CHAR_NOT_HOST = 1 << 9,    /* never in a host name, once it is decoded */
    WHIM_CHAR_AFTER_HOST = 1 << 10, /* '/' '?' '#': the authority ends here */
    WHIM_CHAR_AFTER_PATH = 1 << 11, /* '?' '#': the path ends here */
    WHIM_CHAR_DOT = 1 << 12,
    WHIM_CHAR_PERCENT = 1 << 13,
    WHIM_CHAR_COLON = 1 << 14,
    WHIM_CHAR_AT = 1 << 15,
};

extern const uint16_t whim_url_chars[256];

static inline unsigned whim_url_char(char byte)
{
    return whim_url_chars[(unsigned char)byte];
}

static inline bool whim_url_char_is(unsigned char byte, enum whim_char_class which)
{
    return whim_url_chars[byte] & which;
}

static inline char whim_url_lower(char byte)
{
    return whim_url_char(byte) & WHIM_CHAR_UPPER ? (char)(byte | 0x20) : byte;
}

/* 0 to 15, or -1 when it is no hex digit. */
static inline int whim_url_hex_value(char digit)
{
    if (!(whim_url_char(digit) & WHIM_CHAR_HEX))
        return -1;
    return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

#endif
