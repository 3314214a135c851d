/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/url_chars.h"

enum {
    CONTROL = WHIM_CHAR_CONTROL | WHIM_CHAR_NOT_HOST,
    DIGIT = WHIM_CHAR_DIGIT | WHIM_CHAR_HEX | WHIM_CHAR_UNRESERVED | WHIM_CHAR_SCHEME,
    LOWER = WHIM_CHAR_ALPHA | WHIM_CHAR_UNRESERVED | WHIM_CHAR_SCHEME,
    UPPER = LOWER | WHIM_CHAR_UPPER,
    NOT_HOST = WHIM_CHAR_NOT_HOST,
};

const uint16_t whim_url_chars[256] = {
    [0x00 ... 0x1f] = CONTROL,
    [' '] = WHIM_CHAR_SPACE | NOT_HOST,
    ['!'] = NOT_HOST,
    ['"'] = NOT_HOST,
    ['#'] = NOT_HOST | WHIM_CHAR_AFTER_HOST | WHIM_CHAR_AFTER_PATH,
    ['$'] = NOT_HOST,
    ['%'] = WHIM_CHAR_PERCENT,
    ['&' ... '*'] = NOT_HOST,
    ['+'] = NOT_HOST | WHIM_CHAR_SCHEME,
    [','] = NOT_HOST,
    ['-'] = WHIM_CHAR_UNRESERVED | WHIM_CHAR_SCHEME,
    ['.'] = WHIM_CHAR_UNRESERVED | WHIM_CHAR_SCHEME | WHIM_CHAR_DOT,
    ['/'] = NOT_HOST | WHIM_CHAR_AFTER_HOST,
    ['0' ... '9'] = DIGIT,
    [':'] = NOT_HOST | WHIM_CHAR_COLON,
    [';' ... '>'] = NOT_HOST,
    ['?'] = NOT_HOST | WHIM_CHAR_AFTER_HOST | WHIM_CHAR_AFTER_PATH,
    ['@'] = NOT_HOST | WHIM_CHAR_AT,
    ['A' ... 'F'] = UPPER | WHIM_CHAR_HEX,
    ['G' ... 'Z'] = UPPER,
    ['[' ... '^'] = NOT_HOST,
    ['_'] = WHIM_CHAR_UNRESERVED,
    ['`'] = NOT_HOST,
    ['a' ... 'f'] = LOWER | WHIM_CHAR_HEX,
    ['g' ... 'z'] = LOWER,
    ['{' ... '}'] = NOT_HOST,
    ['~'] = WHIM_CHAR_UNRESERVED,
    [0x7f] = CONTROL,
    [0x80 ... 0xff] = WHIM_CHAR_HIGH,
};
