/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/headers.h"

#include "proto/http1_fields.h"
#include "util/mem.h"

enum {
    NEXT_REQUEST = 0,       /* in the place of an origin, and nothing behind it */
    MAX_KEPT_BYTES = 2048,  /* of memory for the next transfer */
    RESERVED_BIT = 1 << 27, /* libcurl sets it too, so that nobody compares origins with == */
};

struct whim_header {
    const char *name;
    const char *value;
    uint32_t request;
    uint8_t origin;
};

/* Text that was read, and must not move. */
struct whim_headers_block {
    struct whim_headers_block *next;
    char text[];
};

struct whim_headers *whim_headers_new(void)
{
    struct whim_headers *headers = whim_calloc(1, sizeof(*headers));

    if (headers)
        whim_buf_init(&headers->raw, WHIM_HEADERS_MAX_BYTES);
    return headers;
}

static void drop_items(struct whim_headers *headers)
{
    while (headers->blocks) {
        struct whim_headers_block *block = headers->blocks;

        headers->blocks = block->next;
        whim_free(block);
    }
    whim_free(headers->items);
    headers->items = NULL;
    headers->n_items = 0;
    headers->cap = 0;
    headers->item_request = 0;
    headers->n_block_bytes = 0;
}

void whim_headers_free(struct whim_headers *headers)
{
    if (!headers)
        return;
    drop_items(headers);
    whim_buf_fini(&headers->raw);
    whim_free(headers);
}

void whim_headers_reset(struct whim_headers *headers)
{
    drop_items(headers);
    if (headers->raw.cap > MAX_KEPT_BYTES)
        whim_buf_fini(&headers->raw);
    headers->raw.max_len = WHIM_HEADERS_MAX_BYTES;
    whim_buf_reset(&headers->raw);
    headers->n_lines = 0;
    headers->n_requests = 0;
}

CURLcode whim_headers_make_room(struct whim_headers *headers, size_t len)
{
    if (headers->n_lines >= WHIM_HEADERS_MAX)
        return CURLE_TOO_LARGE;
    switch (whim_buf_reserve(&headers->raw, len)) {
    case WHIM_BUF_OK:
        return CURLE_OK;
    case WHIM_BUF_FULL:
        return CURLE_TOO_LARGE;
    default:
        return CURLE_OUT_OF_MEMORY;
    }
}

CURLcode whim_headers_begin_request(struct whim_headers *headers)
{
    CURLcode result = whim_headers_make_room(headers, 1);

    if (result != CURLE_OK)
        return result;
    headers->raw.data[headers->raw.len++] = NEXT_REQUEST;
    headers->n_requests++;
    return CURLE_OK;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Ends name and value where they stand. A line without a name is none of ours. */
static void read_line(struct whim_headers *headers, unsigned origin, char *line, char *end)
{
    char *colon = memchr(line, ':', (size_t)(end - line));
    char *value = colon;

    if (!colon)
        return;
    for (value++; value < end && is_space(*value);)
        value++;
    while (end > value && is_space(end[-1]))
        end--;
    *colon = 0;
    *end = 0;
    headers->items[headers->n_items++] = (struct whim_header){
        .name = line,
        .value = value,
        .request = headers->item_request,
        .origin = (uint8_t)origin,
    };
}

/* Reads what has come since somebody asked last. False: no memory. */
static bool read_lines(struct whim_headers *headers)
{
    size_t len = headers->raw.len;
    struct whim_headers_block *block;
    struct whim_header *items;
    char *at;
    char *end;

    if (!len)
        return true;
    items = whim_realloc(headers->items, headers->n_lines * sizeof(*items) + 1);
    if (!items)
        return false;
    headers->items = items;
    headers->cap = headers->n_lines;
    block = whim_malloc(sizeof(*block) + len);
    if (!block)
        return false;
    block->next = headers->blocks;
    headers->blocks = block;
    headers->n_block_bytes += len;
    memcpy(block->text, headers->raw.data, len);
    whim_buf_fini(&headers->raw);
    whim_buf_init(&headers->raw, WHIM_HEADERS_MAX_BYTES - headers->n_block_bytes);
    for (at = block->text, end = at + len; at < end;) {
        unsigned origin = (unsigned char)*at++;
        char *line_end;

        if (origin == NEXT_REQUEST) {
            headers->item_request++;
            continue;
        }
        line_end = memchr(at, '\n', (size_t)(end - at)); /* each line has one */
        read_line(headers, origin, at, line_end);
        at = line_end + 1;
    }
    return true;
}

static bool is_asked_for(const struct whim_header *item, unsigned origins, uint32_t request)
{
    return item->origin & origins && item->request == request;
}

static bool has_name(const struct whim_header *item, const char *name)
{
    return whim_http1_is_name(item->name, strlen(item->name), name);
}

static struct curl_header *hand_out(struct curl_header *header, const struct whim_headers *headers,
                                    const struct whim_header *item, size_t index, size_t amount)
{
    *header = (struct curl_header){
        .name = (char *)item->name,
        .value = (char *)item->value,
        .amount = amount,
        .index = index,
        .origin = item->origin | RESERVED_BIT,
        .anchor = (void *)(uintptr_t)(item - headers->items + 1),
    };
    return header;
}

/* -1 is the last request. False: there was no such one. */
static bool find_request(const struct whim_headers *headers, int request, uint32_t *ret_request)
{
    *ret_request = request < 0 ? headers->n_requests : (uint32_t)request;
    return *ret_request <= headers->n_requests;
}

CURLHcode whim_headers_find(struct whim_headers *headers, const char *name, size_t index,
                            unsigned origins, int request, struct curl_header **ret_header)
{
    const struct whim_header *found = NULL;
    size_t amount = 0;
    uint32_t wanted;

    if (!headers->n_lines)
        return CURLHE_NOHEADERS;
    if (!find_request(headers, request, &wanted))
        return CURLHE_NOREQUEST;
    if (!read_lines(headers))
        return CURLHE_OUT_OF_MEMORY;
    for (uint32_t i = 0; i < headers->n_items; i++) {
        const struct whim_header *item = &headers->items[i];

        if (!is_asked_for(item, origins, wanted) || !has_name(item, name))
            continue;
        if (amount++ == index)
            found = item;
    }
    if (!amount)
        return CURLHE_MISSING;
    if (!found)
        return CURLHE_BADINDEX;
    *ret_header = hand_out(&headers->found, headers, found, index, amount);
    return CURLHE_OK;
}

struct curl_header *whim_headers_next(struct whim_headers *headers, unsigned origins, int request,
                                      const struct curl_header *previous)
{
    uintptr_t at = previous ? (uintptr_t)previous->anchor : 0;
    size_t amount = 0;
    size_t index = 0;
    uint32_t wanted;

    if ((previous && !at) || !find_request(headers, request, &wanted) || !read_lines(headers))
        return NULL;
    while (at < headers->n_items && !is_asked_for(&headers->items[at], origins, wanted))
        at++;
    if (at >= headers->n_items)
        return NULL;
    for (uint32_t i = 0; i < headers->n_items; i++) {
        const struct whim_header *item = &headers->items[i];

        if (!is_asked_for(item, origins, wanted) || !has_name(item, headers->items[at].name))
            continue;
        if (i == at)
            index = amount;
        amount++;
    }
    return hand_out(&headers->walked, headers, &headers->items[at], index, amount);
}
