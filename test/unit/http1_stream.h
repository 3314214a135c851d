/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Feeds the HTTP/1 parser and writes down what it says, so that two ways of cutting the same input
 * can be compared as texts. Used by the unit tests and by the fuzzer.
 *
 * Every piece of input stands between two pages that may not be touched, and is overwritten as
 * soon as the parser has said that it needs more: who reads a byte too far, or keeps a pointer
 * into old input, is found out. What the header of the parser promises of each event is checked;
 * a broken promise is written down as a word with '!'.
 *
 *     200/11 Content-Length=2 {2} (hi) keep      status and version, field, end of the header and
 *                                                how the body ends, the body, may be used again
 *     100/11 ~ 200/11 {chunks} (hi) +A=b + drop  1xx, chunks, a trailer and its blank line
 *     200/11 NO_COLON                            an error, by its name in proto/tbl/http1_errors.h
 */
#ifndef WHIM_TEST_UNIT_HTTP1_STREAM_H
#define WHIM_TEST_UNIT_HTTP1_STREAM_H

#include "proto/http1_parser.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Room for one piece of input; a multiple of every page size. */
enum { HTTP1_STREAM_ROOM = 1 << 20 };

struct http1_stream_text {
    char *data;
    size_t len;
    size_t cap;
};

struct http1_stream {
    struct whim_http1_parser parser;
    struct http1_stream_text events; /* terminated once http1_stream_end() was called */
    struct http1_stream_text wire;   /* the lines and the body, one behind the other */
    char *room;                      /* between two pages that are out of bounds */
    size_t n_left;                   /* input behind the response */
    bool is_in_body;
    bool is_over;
    bool is_promise_broken; /* a word with '!' was written */
    bool is_at_front;       /* put the input behind the first fence instead of before the second */
};

static inline void http1_stream_add(struct http1_stream_text *text, const char *data, size_t len)
{
    if (text->len + len > text->cap) {
        text->cap = 2 * (text->len + len) + 256;
        text->data = realloc(text->data, text->cap);
        if (!text->data)
            abort();
    }
    if (len)
        memcpy(text->data + text->len, data, len);
    text->len += len;
}

static inline void http1_stream_say(struct http1_stream *stream, const char *format, ...)
{
    char word[64];
    va_list args;

    va_start(args, format);
    vsnprintf(word, sizeof(word), format, args);
    va_end(args);
    stream->is_promise_broken |= strchr(word, '!') != NULL;
    http1_stream_add(&stream->events, word, strlen(word));
    stream->is_in_body = false;
}

static inline const char *http1_stream_error_name(unsigned error)
{
    static const char *const names[] = {
        "NO_ERROR!",
#define HTTP1_ERROR(name, code, text) #name,
#include "proto/tbl/http1_errors.h"
    };

    return error < sizeof(names) / sizeof(names[0]) ? names[error] : "UNKNOWN_ERROR!";
}

/* The stream may be begun anew as often as wanted; it is freed with the process. */
static inline void http1_stream_begin(struct http1_stream *stream, unsigned options)
{
    if (!stream->room) {
        char *whole = mmap(NULL, (size_t)3 * HTTP1_STREAM_ROOM, PROT_NONE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (whole == MAP_FAILED ||
            mprotect(whole + HTTP1_STREAM_ROOM, HTTP1_STREAM_ROOM, PROT_READ | PROT_WRITE) != 0)
            abort();
        stream->room = whole + HTTP1_STREAM_ROOM;
        http1_stream_add(&stream->events, "", 1); /* so that an empty text is one, not NULL */
        http1_stream_add(&stream->wire, "", 1);
    }
    stream->events.len = 0;
    stream->wire.len = 0;
    stream->n_left = 0;
    stream->is_in_body = false;
    stream->is_over = false;
    stream->is_promise_broken = false;
    whim_http1_init(&stream->parser, options);
}

static inline bool http1_stream_is_within(const char *part, size_t part_len, const char *data,
                                          size_t len)
{
    return part >= data && part + part_len <= data + len;
}

static inline void http1_stream_add_field(struct http1_stream *stream,
                                          const struct whim_http1_piece *piece)
{
    if (piece->name != piece->data || piece->name[piece->name_len] != ':' ||
        !http1_stream_is_within(piece->value, piece->value_len, piece->data, piece->len))
        http1_stream_say(stream, "bad_field! ");
    http1_stream_add(&stream->events, piece->name, piece->name_len);
    http1_stream_say(stream, "=");
    http1_stream_add(&stream->events, piece->value, piece->value_len);
    http1_stream_say(stream, " ");
}

static inline void http1_stream_add_body(struct http1_stream *stream,
                                         const struct whim_http1_piece *piece)
{
    if (!piece->len)
        http1_stream_say(stream, "empty_body! ");
    if (stream->is_in_body)
        stream->events.len -= 2; /* goes on: the ") " comes off */
    else
        http1_stream_say(stream, "(");
    http1_stream_add(&stream->events, piece->data, piece->len);
    http1_stream_say(stream, ") ");
    stream->is_in_body = true;
}

static inline void http1_stream_add_block_end(struct http1_stream *stream)
{
    const struct whim_http1_parser *parser = &stream->parser;

    if (!parser->is_final) {
        http1_stream_say(stream, "~ ");
        return;
    }
    switch (parser->framing) {
    case WHIM_HTTP1_NO_BODY:
        http1_stream_say(stream, "{none} ");
        break;
    case WHIM_HTTP1_BY_LENGTH:
        http1_stream_say(stream, "{%lld} ", (long long)parser->content_length);
        break;
    case WHIM_HTTP1_CHUNKED:
        http1_stream_say(stream, "{chunks} ");
        break;
    default:
        http1_stream_say(stream, "{close} ");
    }
}

static inline void http1_stream_add_end(struct http1_stream *stream, enum whim_http1_event event)
{
    const struct whim_http1_parser *parser = &stream->parser;

    stream->is_over = true;
    if (event == WHIM_HTTP1_DONE)
        http1_stream_say(stream, "%s", parser->can_keep_alive ? "keep" : "drop");
    else if (event == WHIM_HTTP1_ERROR)
        http1_stream_say(stream, "%s%s", http1_stream_error_name(parser->error),
                         parser->can_keep_alive ? " kept!" : "");
    else
        http1_stream_say(stream, "event_%d!", event);
}

/* Writes an event down; false when it was the last one for now. */
static inline bool http1_stream_note(struct http1_stream *stream, enum whim_http1_event event,
                                     const struct whim_http1_piece *piece, size_t n_left)
{
    switch (event) {
    case WHIM_HTTP1_MORE:
        if (n_left)
            http1_stream_say(stream, "unused! ");
        return false;
    case WHIM_HTTP1_STATUS:
        http1_stream_say(stream, "%d/%d ", stream->parser.status, stream->parser.version);
        break;
    case WHIM_HTTP1_FIELD:
        http1_stream_add_field(stream, piece);
        break;
    case WHIM_HTTP1_BLOCK_END:
        http1_stream_add_block_end(stream);
        break;
    case WHIM_HTTP1_BODY:
        http1_stream_add_body(stream, piece);
        break;
    case WHIM_HTTP1_TRAILER:
        http1_stream_say(stream, "+");
        if (piece->data[0] == '\r' || piece->data[0] == '\n')
            http1_stream_say(stream, " ");
        else
            http1_stream_add_field(stream, piece);
        break;
    default:
        http1_stream_add_end(stream, event);
        return false;
    }
    if (event != WHIM_HTTP1_BODY && piece->data[piece->len - 1] != '\n')
        http1_stream_say(stream, "half_a_line! ");
    http1_stream_add(&stream->wire, piece->data, piece->len);
    return true;
}

static inline void http1_stream_feed(struct http1_stream *stream, const char *data, size_t len)
{
    bool was_over = stream->is_over;
    enum whim_http1_event event = WHIM_HTTP1_MORE;
    struct whim_http1_piece piece = {0};
    size_t n_left = len;
    const char *at;
    char *copy;

    if (len > HTTP1_STREAM_ROOM)
        abort();
    copy = stream->is_at_front ? stream->room : stream->room + HTTP1_STREAM_ROOM - len;
    memcpy(copy, data, len);
    at = copy;
    if (!was_over) {
        size_t n_events = 0;

        do {
            if (n_events++ > 2 * len + 8)
                abort(); /* it goes on for ever */
            event = whim_http1_pull(&stream->parser, &at, &n_left, &piece);
        } while (http1_stream_note(stream, event, &piece, n_left));
    }
    if (stream->is_over) { /* it says so again, whatever comes */
        const char *same = at;
        enum whim_http1_event again = whim_http1_pull(&stream->parser, &same, &n_left, &piece);

        if (again != (stream->parser.error ? WHIM_HTTP1_ERROR : WHIM_HTTP1_DONE))
            http1_stream_say(stream, " event_%d_behind_the_end!", again);
        stream->n_left += n_left;
    }
    memset(copy, '#', len);
}

/* The peer closes, the parser ends. The events are a text from then on. */
static inline void http1_stream_end(struct http1_stream *stream)
{
    bool was_over = stream->is_over;
    bool was_done = was_over && !stream->parser.error;
    enum whim_http1_event event = whim_http1_pull_close(&stream->parser);
    struct whim_http1_piece piece;
    const char *nothing = "";
    size_t len = 0;

    if (whim_http1_pull_close(&stream->parser) != event ||
        whim_http1_pull(&stream->parser, &nothing, &len, &piece) != event)
        http1_stream_say(stream, " another_event_after_the_close!");
    if (!was_over)
        http1_stream_add_end(stream, event);
    else if (event != (was_done ? WHIM_HTTP1_DONE : WHIM_HTTP1_ERROR))
        http1_stream_say(stream, " event_%d_at_the_close!", event);
    if (was_done && stream->n_left)
        http1_stream_say(stream, " left %zu", stream->n_left);
    http1_stream_add(&stream->events, "", 1);
    whim_http1_fini(&stream->parser);
    if (stream->parser.partial)
        abort();
}

/* The whole life of a response that comes in pieces: from 0, from cuts[0], from cuts[1] ... */
static inline const char *http1_stream_run(struct http1_stream *stream, unsigned options,
                                           const char *text, size_t len, const size_t *cuts,
                                           size_t n_cuts)
{
    size_t at = 0;

    http1_stream_begin(stream, options);
    for (size_t i = 0; i < n_cuts; i++) {
        http1_stream_feed(stream, text + at, cuts[i] - at);
        at = cuts[i];
    }
    http1_stream_feed(stream, text + at, len - at);
    http1_stream_end(stream);
    return stream->events.data;
}

/* The same in pieces of n bytes. */
static inline const char *http1_stream_run_by(struct http1_stream *stream, unsigned options,
                                              const char *text, size_t len, size_t n)
{
    http1_stream_begin(stream, options);
    for (size_t at = 0; at < len; at += n)
        http1_stream_feed(stream, text + at, len - at < n ? len - at : n);
    http1_stream_end(stream);
    return stream->events.data;
}

#endif
