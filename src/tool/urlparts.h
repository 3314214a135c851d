/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * urlparts: where the parts of a URL lie in its text.
 *
 * Good enough to name files and to tell hosts apart, which must work for every text that a list
 * may hold. It judges nothing: whether a URL is a good one is the library's to say. The parts
 * point into the text; a missing scheme reads "http", as the library is told to take it.
 */
#ifndef TOOL_URLPARTS_H
#define TOOL_URLPARTS_H

#include <stddef.h>

struct tool_span {
    const char *at;
    size_t len;
};

struct tool_url_parts {
    struct tool_span scheme;
    struct tool_span user; /* without the password; empty when there is none */
    struct tool_span host; /* with the port, if one is given */
    struct tool_span rest; /* path and query; without the fragment, which no server sees */
};

void tool_url_split(const char *url, size_t len, struct tool_url_parts *parts);

#endif
