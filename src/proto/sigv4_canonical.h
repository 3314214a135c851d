/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The canonical form of what is signed: path, query and fields, each in the one way in which both
 * sides write it.
 */
#ifndef WHIM_PROTO_SIGV4_CANONICAL_H
#define WHIM_PROTO_SIGV4_CANONICAL_H

#include "util/buf.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

/* Appends the path, encoded once more where the service wants that. */
enum whim_buf_result whim_sigv4_add_path(struct whim_buf *buf, const char *path, size_t len,
                                         bool is_encoded_twice);

/* Appends the query: its parts sorted, encoded, each with a '='. */
enum whim_buf_result whim_sigv4_add_query(struct whim_buf *buf, const char *query, size_t len);

/*
 * Fields to be signed, one behind the other: "name:value" and a terminator each, the name in small
 * letters, blanks of the value made one.
 */
struct whim_sigv4_fields {
    struct whim_buf text;
    size_t n;
};

void whim_sigv4_fields_init(struct whim_sigv4_fields *fields);
void whim_sigv4_fields_fini(struct whim_sigv4_fields *fields);
enum whim_buf_result whim_sigv4_add_field(struct whim_sigv4_fields *fields, const char *name,
                                          const char *value, size_t len);
/* The application's list, as far as it is sent; is_sent: whether a line is, NULL: each of them. */
enum whim_buf_result whim_sigv4_add_list(struct whim_sigv4_fields *fields,
                                         const struct curl_slist *list,
                                         bool (*is_sent)(const void *arg, const char *line),
                                         const void *is_sent_arg);

/* Appends them sorted, a line each, to canonical, and their names with ';' in between to names. */
enum whim_buf_result whim_sigv4_write_fields(struct whim_sigv4_fields *fields,
                                             struct whim_buf *canonical, struct whim_buf *names);

#endif
