/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Headers of a transfer's responses, kept for curl_easy_header() and curl_easy_nextheader().
 *
 * Nobody says beforehand that he will ask. So a line is copied as it comes, with where it came from,
 * and nothing more; what it says is read when somebody asks for the first time. From then on its
 * text does not move until the next transfer. A number takes the place of the anchor: an old one
 * finds another header or none, never freed memory.
 *
 *     raw     |origin|Name: value\r\n|origin|Name: value\r\n|NEXT_REQUEST|...
 *     blocks  Name \0 value \0 ...   of what was read; the items point there
 *
 * Requests of one transfer, by redirects or challenges, are numbered from 0 (CURLH_ functions).
 *
 * Caps: WHIM_HEADERS_MAX lines and WHIM_HEADERS_MAX_BYTES, of all responses of a transfer. What one
 * response may have is the parser's business (C-197).
 */
#ifndef WHIM_PROTO_HEADERS_H
#define WHIM_PROTO_HEADERS_H

#include "util/buf.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#define WHIM_HEADERS_MAX 5000u
#define WHIM_HEADERS_MAX_BYTES ((size_t)20 * 300 * 1024)

struct whim_header;
struct whim_headers_block;

struct whim_headers {
    struct whim_buf raw;
    uint32_t n_lines;      /* read or not */
    uint32_t n_requests;   /* begun after the first one */
    uint32_t n_items;      /* read */
    uint32_t cap;          /* of items */
    uint32_t item_request; /* of what is read next */
    size_t n_block_bytes;
    struct whim_header *items;
    struct whim_headers_block *blocks;
    struct curl_header found;  /* what curl_easy_header() has handed out */
    struct curl_header walked; /* and curl_easy_nextheader() */
};

/* NULL: no memory. */
struct whim_headers *whim_headers_new(void);
/* Accepts NULL. */
void whim_headers_free(struct whim_headers *headers);
/* A new transfer begins: nothing is kept but some memory. */
void whim_headers_reset(struct whim_headers *headers);

/* CURLE_TOO_LARGE or CURLE_OUT_OF_MEMORY, and nothing was added. */
CURLcode whim_headers_make_room(struct whim_headers *headers, size_t len);

/* A field's line with its line end, unfolded, from a CURLH_ origin. As make_room. */
static inline CURLcode whim_headers_add(struct whim_headers *headers, unsigned origin,
                                        const char *line, size_t len)
{
    struct whim_buf *raw = &headers->raw;

    if (raw->cap - raw->len <= len || headers->n_lines >= WHIM_HEADERS_MAX) {
        CURLcode result = whim_headers_make_room(headers, len + 1);

        if (result != CURLE_OK)
            return result;
    }
    raw->data[raw->len] = (char)origin;
    memcpy(raw->data + raw->len + 1, line, len);
    raw->len += len + 1;
    headers->n_lines++;
    return CURLE_OK;
}

/* Lines that come from now on belong to another request. As make_room. */
CURLcode whim_headers_begin_request(struct whim_headers *headers);

/* As curl_easy_header(), with arguments that have been checked. */
CURLHcode whim_headers_find(struct whim_headers *headers, const char *name, size_t index,
                            unsigned origins, int request, struct curl_header **ret_header);

/* As curl_easy_nextheader(). */
struct curl_header *whim_headers_next(struct whim_headers *headers, unsigned origins, int request,
                                      const struct curl_header *previous);

#endif
