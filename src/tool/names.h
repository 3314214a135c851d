/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * names: the file name of a URL's body.
 *
 * One flat name per URL, made of scheme, user (never the password), host with port, path and
 * query. Letters, digits and "._-=@" stay; '/' becomes '+', ':' becomes ','; every other byte,
 * those two included, becomes %XX. So a name has no separator, never starts with a dot, is no
 * reserved name, and two URLs have the same name only if they ask for the same thing: nothing
 * needs to be remembered to tell them apart. A name longer than TOOL_NAME_MOST is cut, and
 * carries the hash of the whole one (FNV-1a, 128 bits) after '~', and its extension.
 */
#ifndef TOOL_NAMES_H
#define TOOL_NAMES_H

#include <stddef.h>

enum { TOOL_NAME_MOST = 200 };

void tool_name_of_url(const char *url, size_t len, char name[TOOL_NAME_MOST + 1]);

#endif
