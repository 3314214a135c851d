/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * utf8: tells well-formed UTF-8 from other bytes (RFC 3629 section 4).
 */
#ifndef TOOL_UTF8_H
#define TOOL_UTF8_H

#include <stddef.h>

/* The length of the character at the start, 1 to 4; 0 when the bytes are none. len is not 0. */
size_t tool_utf8_length(const char *text, size_t len);

#endif
