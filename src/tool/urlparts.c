/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#define _GNU_SOURCE
#include "urlparts.h"

#include <string.h>

/* How many bytes from the start are none of these; all of them if none is found. */
static size_t length_until(struct tool_span span, const char *ends)
{
    size_t len = 0;

    while (len < span.len && !(span.at[len] && strchr(ends, span.at[len])))
        len++;
    return len;
}

static struct tool_span skip(struct tool_span span, size_t len)
{
    return (struct tool_span){span.at + len, span.len - len};
}

/* RFC 3986 section 3.1: a letter, then letters, digits, '+', '-' and '.'. */
static size_t length_of_scheme(struct tool_span url)
{
    size_t len = 0;

    while (len < url.len) {
        char c = url.at[len];
        char lower = c | 0x20;

        if (!(lower >= 'a' && lower <= 'z') &&
            !(len && ((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.')))
            break;
        len++;
    }
    return url.len - len >= 3 && memcmp(url.at + len, "://", 3) == 0 ? len : 0;
}

void tool_url_split(const char *url, size_t len, struct tool_url_parts *parts)
{
    struct tool_span left = {url, len};
    struct tool_span authority;
    const char *at_sign;
    size_t n;

    left.len = length_until(left, "#");
    n = length_of_scheme(left);
    parts->scheme = n ? (struct tool_span){left.at, n} : (struct tool_span){"http", 4};
    left = n ? skip(left, n + 3) : left;

    authority = (struct tool_span){left.at, length_until(left, "/?")};
    parts->rest = skip(left, authority.len);
    at_sign = authority.len ? memrchr(authority.at, '@', authority.len) : NULL;
    parts->user = (struct tool_span){authority.at, at_sign ? (size_t)(at_sign - authority.at) : 0};
    parts->user.len = length_until(parts->user, ":");
    parts->host = at_sign ? skip(authority, (size_t)(at_sign - authority.at) + 1) : authority;
}
