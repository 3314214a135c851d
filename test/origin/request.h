/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * request: reads the head of an HTTP/1.1 request. Sans-I/O: it looks at bytes and keeps none.
 */
#ifndef ORIGIN_REQUEST_H
#define ORIGIN_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

enum { ORIGIN_HEAD_MOST = 16 << 10, ORIGIN_PATH_MOST = 8 << 10 };

struct origin_request {
    size_t head_bytes; /* with the empty line */
    bool is_get;       /* GET or HEAD */
    bool is_head;
    bool keeps_alive;
    const char *target; /* as sent; into the head */
    size_t target_len;
    char path[ORIGIN_PATH_MOST]; /* decoded, terminated */
    const char *query;           /* behind the '?', into the head */
    size_t query_len;
};

enum origin_reading { ORIGIN_READ_ON, ORIGIN_READ, ORIGIN_BAD_REQUEST };

enum origin_reading origin_request_read(struct origin_request *request, const char *data,
                                        size_t len);

/* The number that a parameter of the query has; the given one if it is missing or no number. */
long origin_request_number(const struct origin_request *request, const char *name, long missing);
/* Copies the text of a parameter, decoded; false when it is missing or does not fit. */
bool origin_request_text(const struct origin_request *request, const char *name, char *text,
                         size_t room);

#endif
