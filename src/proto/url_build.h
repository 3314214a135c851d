/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Putting a URL together from pieces that lie anywhere, and noting where each went.
 */
#ifndef WHIM_PROTO_URL_BUILD_H
#define WHIM_PROTO_URL_BUILD_H

#include "proto/url.h"

struct whim_url_piece {
    const char *ptr;
    size_t len;
};

struct whim_url_pieces {
    struct whim_url_piece scheme; /* empty: the text begins with the authority */
    struct whim_url_piece user;
    struct whim_url_piece password;
    struct whim_url_piece options;
    struct whim_url_piece host; /* without brackets */
    struct whim_url_piece zone;
    struct whim_url_piece port_text;
    struct whim_url_piece path; /* gets a '/' in front when it has none */
    struct whim_url_piece query;
    struct whim_url_piece fragment;
    uint16_t has; /* enum whim_url_has, or-ed: pieces that it does not name are not read */
    uint16_t port;
    uint8_t scheme_id;
    uint8_t host_kind;
};

/*
 * Joins the pieces into a new string and tells the spans in it. An empty query or fragment gets
 * its '?' or '#' only with keep_empty. CURLUE_OUT_OF_MEMORY, or CURLUE_TOO_LARGE when the text
 * would pass WHIM_URL_MAX_BYTES. Outputs only on CURLUE_OK.
 */
CURLUcode whim_url_join(const struct whim_url_pieces *pieces, bool keep_empty,
                        struct whim_url *ret_url, struct whim_str **ret_text);

/* The spans of pieces that all lie in one text, also those that are not there. */
void whim_url_locate(const struct whim_url_pieces *pieces, const char *text,
                     struct whim_url *ret_url);

/* CURLUE_OK, CURLUE_TOO_LARGE or CURLUE_OUT_OF_MEMORY. */
CURLUcode whim_url_code_of_buf(enum whim_buf_result result);

#endif
