/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What the lines of an HTTP/1.x response say: the status line, the fields and numbers that decide
 * about the message's framing and its connection, dates.
 */
#ifndef WHIM_PROTO_HTTP1_FIELDS_H
#define WHIM_PROTO_HTTP1_FIELDS_H

#include "proto/http1_parser.h"
#include "util/ascii.h"

#include <string.h>

#define WHIM_HTTP1_PREFIX "HTTP/"

/* A line that begins with the prefix: HTTP/1.x SP nnn [SP reason] (RFC 9112 section 4). */
enum whim_http1_error whim_http1_parse_status(struct whim_http1_parser *parser, const char *line,
                                              size_t len);

/* RFC 9110 section 5.6.2: one or more token characters. */
bool whim_http1_is_token(const char *text, size_t len);

/* Case-insensitive comparison of a counted text with a terminated one. */
static inline bool whim_http1_is_name(const char *text, size_t len, const char *name)
{
    return strlen(name) == len &&
           (memcmp(text, name, len) == 0 || whim_ascii_is_equal(text, name, len));
}

/*
 * Takes the next element of a comma-separated list, without spaces around it (RFC 9110 section
 * 5.6.1). False: none is left.
 */
bool whim_http1_next_element(const char **list, size_t *len, const char **ret_element,
                             size_t *ret_len);

/* NAME ":" OWS VALUE OWS (RFC 9112 section 5), in a line of len bytes without its line end. */
enum whim_http1_error whim_http1_split_field(struct whim_http1_piece *field, size_t len);

/* Takes note of Content-Length, Transfer-Encoding and Connection; ignores the others. */
enum whim_http1_error whim_http1_note_field(struct whim_http1_parser *parser,
                                            const struct whim_http1_piece *field);

/* Decides how the body ends, in the order of the list in RFC 9112 section 6.3. */
enum whim_http1_error whim_http1_decide_framing(struct whim_http1_parser *parser);

/* HEX [BWS] [";" ...] (RFC 9112 section 7.1): at most 2^63-1. Sets *ret_size on success only. */
enum whim_http1_error whim_http1_parse_chunk_size(const char *text, size_t len, int64_t *ret_size);

/* Seconds that a Retry-After field asks for: a number, or a date as seen from now; 0: neither. */
int64_t whim_http1_parse_retry_after(const char *text, size_t len);

/* The time of an HTTP date (RFC 9110 section 5.6.7), in seconds of the epoch; -1: none. */
int64_t whim_http1_parse_date(const char *text, size_t len);

/* The first position in a Content-Range's value; -1: it has none. */
int64_t whim_http1_parse_range_start(const char *text, size_t len);

enum { WHIM_HTTP1_DATE_BYTES = 30 }; /* with its terminator */
/* Seconds since 1970 as a date (RFC 9110 section 5.6.7). False: its year has not four digits. */
bool whim_http1_format_date(int64_t seconds, char out[WHIM_HTTP1_DATE_BYTES]);

#endif
