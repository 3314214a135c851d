/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The two framings a request can have (RFC 9112 section 6): Content-Length and chunked.
 */
#include "request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

size_t request_head_length(const char *bytes, size_t n_bytes)
{
    const char *end = memmem(bytes, n_bytes, "\r\n\r\n", 4);

    return end ? (size_t)(end - bytes) + 4 : 0;
}

/* The value of the named field within the head, or NULL; it ends at a CR. */
static const char *find_field(const char *head, size_t n_head, const char *name)
{
    size_t n_name = strlen(name);
    const char *end = head + n_head;
    const char *line = memchr(head, '\n', n_head);

    while (line && ++line < end) {
        if ((size_t)(end - line) > n_name && line[n_name] == ':' &&
            !strncasecmp(line, name, n_name))
            return line + n_name + 1 + strspn(line + n_name + 1, " \t");
        line = memchr(line, '\n', (size_t)(end - line));
    }
    return NULL;
}

/* Offset just behind a chunked body, trailers and all; 0 while it is incomplete. */
static size_t find_chunked_end(const char *bytes, size_t n_bytes, size_t at)
{
    for (;;) {
        const char *line = bytes + at;
        const char *end = memchr(line, '\n', n_bytes - at);
        size_t size;

        if (!end)
            return 0;
        size = strtoul(line, NULL, 16);
        at = (size_t)(end - bytes) + 1;
        if (!size)
            break;
        if (n_bytes - at < size + 2)
            return 0;
        at += size + 2;
    }
    for (;;) {
        const char *end = memchr(bytes + at, '\n', n_bytes - at);
        size_t n_line;

        if (!end)
            return 0;
        n_line = (size_t)(end - (bytes + at)) + 1;
        at += n_line;
        if (n_line <= 2)
            return at;
    }
}

size_t request_length(const char *bytes, size_t n_bytes, size_t head)
{
    const char *coding = find_field(bytes, head, "Transfer-Encoding");
    const char *length = find_field(bytes, head, "Content-Length");
    size_t total = head;

    if (coding && !strncasecmp(coding, "chunked", 7))
        return find_chunked_end(bytes, n_bytes, head);
    if (length)
        total += strtoul(length, NULL, 10);
    return n_bytes >= total ? total : 0;
}
