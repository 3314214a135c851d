/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * json: a strict reader of JSON texts (RFC 8259), for tests. It allocates nothing; nesting is
 * limited to 32 levels; strings must be UTF-8, which it judges by itself, for it is what the
 * tool's writer is tested with.
 */
#ifndef ORIGIN_JSON_H
#define ORIGIN_JSON_H

#include <stdbool.h>
#include <stddef.h>

bool json_is_valid(const char *text, size_t len);

/* Copies a member of the object: the content of a string, decoded, or the text of another value.
   False when there is none, it does not fit, or it holds a NUL character. The text must be valid.
 */
bool json_find(const char *text, size_t len, const char *key, char *value, size_t room);

#endif
