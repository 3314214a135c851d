/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * percent: paths as URLs write them (RFC 3986 section 2.1).
 */
#ifndef ORIGIN_PERCENT_H
#define ORIGIN_PERCENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Writes the terminated text that was meant. False for a broken escape, a NUL byte, or no room. */
bool origin_percent_decode(const char *from, size_t len, char *to, size_t room);

/* Escapes all but the unreserved characters and '/'. */
void origin_percent_put(const char *path, FILE *out);

#endif
