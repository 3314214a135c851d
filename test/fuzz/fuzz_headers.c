/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Headers of any names and values: the input's lines, each with a byte before it that says where it
 * came from, or that another request begins, or that somebody asks in between.
 *
 * What is kept is found again: by walking, each once and in order; by its name and number, the same
 * one; and a walk that began before more lines came goes on where it was.
 */
#include "proto/headers.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ALL = CURLH_HEADER | CURLH_TRAILER | CURLH_CONNECT | CURLH_1XX | CURLH_PSEUDO };

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_found(struct whim_headers *headers, const struct curl_header *walked, int request)
{
    struct curl_header *found;

    must(whim_headers_find(headers, walked->name, walked->index, ALL, request, &found) ==
         CURLHE_OK);
    must(found->name == walked->name && found->value == walked->value);
    must(found->amount == walked->amount && found->index < found->amount);
    must(found->origin == walked->origin);
    must(whim_headers_find(headers, walked->name, walked->amount, ALL, request, &found) ==
         CURLHE_BADINDEX);
}

static void check_text(const struct curl_header *header)
{
    static const char spaces[] = " \t\r\n";
    size_t len = strlen(header->value);

    must(!strchr(header->name, ':'));
    must(!len || (!strchr(spaces, header->value[0]) && !strchr(spaces, header->value[len - 1])));
}

static unsigned walk(struct whim_headers *headers, int request)
{
    struct curl_header *at = NULL;
    unsigned n = 0;

    while ((at = whim_headers_next(headers, ALL, request, at))) {
        check_text(at);
        check_found(headers, at, request);
        n++;
    }
    return n;
}

static unsigned walk_all(struct whim_headers *headers)
{
    unsigned n = 0;

    for (uint32_t request = 0; request <= headers->n_requests; request++)
        n += walk(headers, (int)request);
    must(walk(headers, -1) <= n);
    must(!whim_headers_next(headers, ALL, (int)headers->n_requests + 1, NULL));
    return n;
}

/* A line as the parser lets it through: one, ended, without a zero byte. */
static unsigned add(struct whim_headers *headers, unsigned origin, const uint8_t *data, size_t len)
{
    char *line = malloc(len + 1);
    bool has_colon = memchr(data, ':', len) != NULL;

    must(line != NULL);
    for (size_t i = 0; i < len; i++)
        line[i] = data[i] ? (char)data[i] : 'x';
    line[len] = '\n';
    must(whim_headers_add(headers, origin, line, len + 1) == CURLE_OK);
    free(line);
    return has_colon;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct whim_headers *headers = whim_headers_new();
    const uint8_t *end = data + size;
    unsigned n_lines = 0;
    unsigned n = 0;

    must(headers != NULL);
    while (data < end && n_lines < 300) {
        unsigned what = *data++;
        const uint8_t *line_end = memchr(data, '\n', (size_t)(end - data));

        if (!line_end)
            line_end = end;
        if (what % 8 < 5) {
            n += add(headers, 1u << what % 8, data, (size_t)(line_end - data));
            n_lines++;
        } else if (what % 8 == 5) {
            must(whim_headers_begin_request(headers) == CURLE_OK);
        } else if (what % 8 == 6) {
            must(walk_all(headers) == n);
        } else {
            whim_headers_reset(headers);
            n = n_lines = 0;
        }
        data = line_end < end ? line_end + 1 : end;
    }
    must(walk_all(headers) == n);
    whim_headers_free(headers);
    return 0;
}
