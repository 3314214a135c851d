/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The body of a tree, piece by piece. Each part and each mime remembers how far it has got, so a
 * read goes down to where the last one ended. A mime is written as
 *
 *     --BOUNDARY CRLF part  CRLF --BOUNDARY CRLF part  ...  CRLF --BOUNDARY-- CRLF
 *
 * where the first delimiter's line end is that of the blank line before it.
 */
#include "proto/mime.h"

#include "proto/mime_encoding.h"
#include "util/mem.h"

#include <stdio.h>
#include <string.h>

enum state {
    AT_START, /* of a part: its head; of a mime: the delimiter before current */
    AT_CONTENT,
    AT_END,
};

enum {
    DELIMITER_BYTES = 4 + WHIM_MIME_BOUNDARY_BYTES + 2, /* one before each part */
    LAST_DELIMITER_BYTES = DELIMITER_BYTES + 2,
};

/* One call of whim_mime_read(). */
struct reading {
    bool has_asked;  /* a source that may wait; no other one is in the same read */
    bool is_stopped; /* it goes on with the next read */
    bool is_paused;
};

static size_t give(char *data, size_t cap, const char *text, size_t len)
{
    size_t n = len < cap ? len : cap;

    memcpy(data, text, n);
    return n;
}

static CURLcode ask_source(struct curl_mimepart *part, char *data, size_t cap,
                           struct reading *reading, size_t *ret_len)
{
    const struct whim_mime_source *source = &part->content.source;
    size_t n;

    *ret_len = 0;
    if (!source->is_quick && reading->has_asked) {
        reading->is_stopped = true;
        return CURLE_OK;
    }
    reading->has_asked |= !source->is_quick;
    part->is_begun = true;
    n = source->read(data, 1, cap, source->arg);
    if (n == CURL_READFUNC_ABORT)
        return CURLE_ABORTED_BY_CALLBACK;
    if (n == CURL_READFUNC_PAUSE) {
        reading->is_stopped = true;
        reading->is_paused = true;
        return CURLE_OK;
    }
    if (n > cap)
        return CURLE_READ_ERROR;
    part->is_at_end = n == 0;
    *ret_len = n;
    return CURLE_OK;
}

static CURLcode read_parts(struct curl_mime *mime, char *data, size_t cap, struct reading *reading,
                           size_t *ret_len);

/* The content as it is. It has ended when part->is_at_end. */
static CURLcode read_plain(struct curl_mimepart *part, char *data, size_t cap,
                           struct reading *reading, size_t *ret_len)
{
    uint64_t left = part->size < 0 ? UINT64_MAX : (uint64_t)(part->size - part->n_read);
    CURLcode result = CURLE_OK;
    size_t n = 0;

    switch ((enum whim_mime_kind)(left ? part->kind : WHIM_MIME_NONE)) {
    case WHIM_MIME_DATA:
        n = give(data, cap, part->content.data + part->n_read, left < cap ? (size_t)left : cap);
        break;
    case WHIM_MIME_SOURCE:
        result = ask_source(part, data, cap, reading, &n);
        break;
    case WHIM_MIME_PARTS:
        result = read_parts(part->content.parts, data, cap, reading, &n);
        part->is_at_end = part->content.parts->state == AT_END;
        break;
    default:
        part->is_at_end = true;
        break;
    }
    if (n > left)
        n = (size_t)left; /* not a byte more than was announced */
    part->n_read += (int64_t)n;
    *ret_len = n;
    return result;
}

static bool is_7bit(const char *data, size_t len)
{
    char all = 0;

    for (size_t i = 0; i < len; i++)
        all |= data[i];
    return !((unsigned char)all & 0x80);
}

/* *ret_is_done: there is no more of it. */
static CURLcode read_encoded(struct curl_mimepart *part, char *data, size_t cap,
                             struct reading *reading, size_t *ret_len, bool *ret_is_done)
{
    struct whim_mime_encoder *encoder = part->encoder;
    CURLcode result = CURLE_OK;

    *ret_len = whim_mime_encoder_pull(encoder, data, cap);
    while (result == CURLE_OK && *ret_len < cap && !encoder->is_at_end && !reading->is_stopped) {
        size_t room;
        size_t n = 0;
        char *input = whim_mime_encoder_room(encoder, &room);

        result = read_plain(part, input, room, reading, &n);
        if (result == CURLE_OK && (n || part->is_at_end))
            whim_mime_encoder_feed(encoder, n);
        if (result == CURLE_OK)
            *ret_len += whim_mime_encoder_pull(encoder, data + *ret_len, cap - *ret_len);
    }
    *ret_is_done = whim_mime_encoder_is_done(encoder);
    return result;
}

static CURLcode read_content(struct curl_mimepart *part, char *data, size_t cap,
                             struct reading *reading, size_t *ret_len, bool *ret_is_done)
{
    CURLcode result;

    if (part->encoder)
        return read_encoded(part, data, cap, reading, ret_len, ret_is_done);
    result = read_plain(part, data, cap, reading, ret_len);
    *ret_is_done = part->is_at_end;
    if (result == CURLE_OK && part->is_7bit && !is_7bit(data, *ret_len))
        result = CURLE_READ_ERROR;
    return result;
}

/* A file is closed as soon as it is read: the next one needs a descriptor. */
static void rest_source(struct curl_mimepart *part)
{
    if (part->kind == WHIM_MIME_SOURCE && part->content.source.rest)
        part->content.source.rest(part->content.source.arg);
}

static CURLcode read_part(struct curl_mimepart *part, char *data, size_t cap,
                          struct reading *reading, size_t *ret_len)
{
    bool is_done = false;
    size_t len = 0;
    CURLcode result = CURLE_OK;

    if (part->state == AT_START) {
        len = give(data, cap, part->head + part->head_off, part->head_len - part->head_off);
        part->head_off += len;
        if (part->head_off == part->head_len)
            part->state = AT_CONTENT;
    }
    while (part->state == AT_CONTENT && len < cap && !reading->is_stopped && result == CURLE_OK) {
        size_t n = 0;

        result = read_content(part, data + len, cap - len, reading, &n, &is_done);
        len += n;
        if (is_done) {
            part->state = AT_END;
            rest_source(part);
        }
    }
    *ret_len = len;
    return result;
}

static size_t give_delimiter(struct curl_mime *mime, char *data, size_t cap)
{
    char text[LAST_DELIMITER_BYTES + 1];
    size_t len = mime->current ? DELIMITER_BYTES : LAST_DELIMITER_BYTES;
    size_t n;

    snprintf(text, sizeof(text), "\r\n--%s%s\r\n", mime->boundary, mime->current ? "" : "--");
    n = give(data, cap, text + mime->delimiter_off, len - mime->delimiter_off);
    mime->delimiter_off += (uint32_t)n;
    if (mime->delimiter_off == len) {
        mime->delimiter_off = 0;
        mime->state = mime->current ? AT_CONTENT : AT_END;
    }
    return n;
}

static CURLcode read_parts(struct curl_mime *mime, char *data, size_t cap, struct reading *reading,
                           size_t *ret_len)
{
    CURLcode result = CURLE_OK;
    size_t len = 0;

    while (len < cap && mime->state != AT_END && !reading->is_stopped && result == CURLE_OK) {
        size_t n = 0;

        if (mime->state == AT_START) {
            n = give_delimiter(mime, data + len, cap - len);
        } else {
            result = read_part(mime->current, data + len, cap - len, reading, &n);
            if (mime->current->state == AT_END) {
                mime->current = mime->current->next;
                mime->state = AT_START;
            }
        }
        len += n;
    }
    *ret_len = len;
    return result;
}

CURLcode whim_mime_read(struct curl_mimepart *root, char *data, size_t cap, size_t *ret_len,
                        bool *ret_is_paused)
{
    struct reading reading;
    CURLcode result;

    do { /* an encoder may need to ask again before it has a byte to give */
        reading = (struct reading){.has_asked = false};
        result = read_part(root, data, cap, &reading, ret_len);
    } while (result == CURLE_OK && !*ret_len && reading.is_stopped && !reading.is_paused);
    *ret_is_paused = reading.is_paused;
    return result;
}

/* A source that was read goes back, if it can. */
static bool rewind_source(struct curl_mimepart *part)
{
    const struct whim_mime_source *source = &part->content.source;

    if (!part->is_begun)
        return true;
    if (!source->seek || source->seek(source->arg, 0, SEEK_SET) != CURL_SEEKFUNC_OK)
        return false;
    part->is_begun = false;
    return true;
}

/* All of them, also when one does not go back. */
static bool rewind_part(struct curl_mimepart *part)
{
    bool is_back = part->kind != WHIM_MIME_SOURCE || rewind_source(part);

    part->state = part->mime || part->has_head ? AT_START : AT_CONTENT;
    part->head_off = 0;
    part->n_read = 0;
    part->is_at_end = false;
    if (part->encoder)
        whim_mime_encoder_reset(part->encoder);
    if (part->kind == WHIM_MIME_PARTS)
        is_back &= whim_mime_rewind_parts(part->content.parts) == CURLE_OK;
    return is_back;
}

CURLcode whim_mime_rewind_parts(struct curl_mime *mime)
{
    bool is_back = true;

    mime->state = AT_START;
    mime->current = mime->first;
    mime->delimiter_off = 2;
    for (struct curl_mimepart *part = mime->first; part; part = part->next)
        is_back &= rewind_part(part);
    return is_back ? CURLE_OK : CURLE_SEND_FAIL_REWIND;
}

CURLcode whim_mime_rewind(struct curl_mimepart *root)
{
    return rewind_part(root) ? CURLE_OK : CURLE_SEND_FAIL_REWIND;
}

CURLcode whim_mime_begin(struct curl_mimepart *root, const struct whim_mime_manner *manner)
{
    CURLcode result = whim_mime_compose(root, manner);

    root->is_sending = true; /* seek callbacks may not change the tree either */
    if (result == CURLE_OK)
        result = whim_mime_rewind(root);
    if (result != CURLE_OK)
        whim_mime_end(root);
    return result;
}

static void end_part(struct curl_mimepart *part)
{
    rest_source(part);
    whim_free(part->head);
    part->head = NULL;
    part->head_len = 0;
    whim_free(part->encoder);
    part->encoder = NULL;
    if (part->kind != WHIM_MIME_PARTS)
        return;
    for (struct curl_mimepart *at = part->content.parts->first; at; at = at->next)
        end_part(at);
}

void whim_mime_end(struct curl_mimepart *root)
{
    end_part(root);
    root->is_sending = false;
    if (root->kind == WHIM_MIME_PARTS && root->content.parts->is_released)
        whim_mime_free(root->content.parts);
}

static int64_t add_sizes(int64_t a, int64_t b)
{
    int64_t sum;

    return a < 0 || b < 0 || __builtin_add_overflow(a, b, &sum) ? -1 : sum;
}

int64_t whim_mime_size(const struct curl_mimepart *root)
{
    int64_t size = root->size;

    if (root->kind == WHIM_MIME_PARTS) {
        const struct curl_mimepart *part = root->content.parts->first;

        size = DELIMITER_BYTES;
        for (; part && size >= 0; part = part->next)
            size = add_sizes(size, add_sizes(DELIMITER_BYTES, whim_mime_size(part)));
    }
    if (root->encoding && size >= 0)
        size = root->encoding->size(size);
    if (root->mime || root->has_head)
        size = add_sizes(size, (int64_t)root->head_len);
    return size;
}
