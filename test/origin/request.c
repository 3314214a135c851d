/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#define _GNU_SOURCE
#include "request.h"

#include "percent.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Whether a "Connection" field of the head has this word. */
static bool has_connection_word(const char *head, size_t len, const char *word)
{
    static const char name[] = "\nConnection:";
    const char *end = head + len;

    for (const char *at = head; (at = memchr(at, '\n', (size_t)(end - at))); at++) {
        const char *line_end;

        if ((size_t)(end - at) < sizeof name || strncasecmp(at, name, sizeof name - 1) != 0)
            continue;
        at += sizeof name - 1;
        line_end = memchr(at, '\n', (size_t)(end - at));
        for (; at + strlen(word) <= line_end; at++)
            if (strncasecmp(at, word, strlen(word)) == 0)
                return true;
        at = line_end - 1;
    }
    return false;
}

static bool read_target(struct origin_request *request)
{
    const char *mark = memchr(request->target, '?', request->target_len);
    size_t path_len = mark ? (size_t)(mark - request->target) : request->target_len;

    request->query = mark ? mark + 1 : request->target + path_len;
    request->query_len = mark ? request->target_len - path_len - 1 : 0;
    return request->target_len && *request->target == '/' &&
           origin_percent_decode(request->target, path_len, request->path, sizeof request->path);
}

enum origin_reading origin_request_read(struct origin_request *request, const char *data,
                                        size_t len)
{
    const char *end = memmem(data, len, "\r\n\r\n", 4);
    const char *line_end, *first, *second;
    bool is_old;

    if (!end)
        return len < ORIGIN_HEAD_MOST ? ORIGIN_READ_ON : ORIGIN_BAD_REQUEST;
    request->head_bytes = (size_t)(end - data) + 4;
    line_end = memchr(data, '\r', request->head_bytes);
    first = memchr(data, ' ', (size_t)(line_end - data));
    second = first ? memrchr(first + 1, ' ', (size_t)(line_end - first - 1)) : NULL;
    if (!second || line_end - second != 9 || memcmp(second, " HTTP/1.", 8) != 0)
        return ORIGIN_BAD_REQUEST;
    request->is_head = first - data == 4 && memcmp(data, "HEAD", 4) == 0;
    request->is_get = request->is_head || (first - data == 3 && memcmp(data, "GET", 3) == 0);
    is_old = second[8] == '0';
    request->keeps_alive =
        !has_connection_word(data, request->head_bytes, "close") &&
        (!is_old || has_connection_word(data, request->head_bytes, "keep-alive"));
    request->target = first + 1;
    request->target_len = (size_t)(second - first - 1);
    return read_target(request) ? ORIGIN_READ : ORIGIN_BAD_REQUEST;
}

bool origin_request_text(const struct origin_request *request, const char *name, char *text,
                         size_t room)
{
    size_t name_len = strlen(name);
    const char *at = request->query, *end = at + request->query_len;

    while (at < end) {
        const char *next = memchr(at, '&', (size_t)(end - at));
        size_t len = (size_t)((next ? next : end) - at);

        if (len > name_len && at[name_len] == '=' && memcmp(at, name, name_len) == 0)
            return origin_percent_decode(at + name_len + 1, len - name_len - 1, text, room);
        at += len + 1;
    }
    return false;
}

long origin_request_number(const struct origin_request *request, const char *name, long missing)
{
    char text[24], *end;
    long value;

    if (!origin_request_text(request, name, text, sizeof text) || !isdigit((unsigned char)*text))
        return missing;
    value = strtol(text, &end, 10);
    return *end ? missing : value;
}
