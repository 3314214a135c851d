/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * HTTP/1.x request head: fields in, bytes out.
 *
 * The order of the fields is libcurl's. The application's own list may replace a built-in field
 * ("Name: value"), take it away ("Name:") or send it empty ("Name;"); everything else in it is
 * sent as it is. Text that would end a line early is refused, wherever it comes from.
 */
#ifndef WHIM_PROTO_HTTP1_REQUEST_H
#define WHIM_PROTO_HTTP1_REQUEST_H

#include "util/buf.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A counted text; ptr NULL: the field is not there. */
struct whim_http1_text {
    const char *ptr;
    size_t len;
};

struct whim_http1_request {
    struct whim_http1_text method;
    struct whim_http1_text target; /* the request line's second word */
    struct whim_http1_text host;   /* with the port, where it is not the scheme's own */
    struct whim_http1_text range;  /* of bytes, without the unit */
    struct whim_http1_text user_agent; /* not sent when it is empty */
    struct whim_http1_text accept_encoding;
    struct whim_http1_text referer;
    struct whim_http1_text cookie;         /* not sent where the list has a Cookie field */
    struct whim_http1_text stored_cookies; /* in front of that, whatever the list has */
    const char *condition; /* the name of a field with the date */
    struct whim_http1_text date;
    struct whim_http1_text content_range; /* of what is sent, with the unit */
    struct whim_http1_text content_type;  /* of what is sent, whatever the list says */
    const struct curl_slist *headers; /* the application's own */
    const struct curl_slist *proxy_headers; /* and those for a proxy alone */
    struct whim_http1_text credentials; /* whole lines, with their line ends */
    bool is_to_stranger;  /* the list's Authorization and Cookie are for somebody else (C-192) */
    bool is_to_other_host; /* and so is its Host */
    bool has_lost_body;   /* what the list says of a body does not hold any more */
    int64_t content_length;           /* -1: the field is not sent */
    bool is_http10;
    bool is_forwarded; /* by a proxy: the target is a whole URL */
    bool is_chunked;
    bool takes_codings; /* transfer codings: gzip */
    bool is_form; /* the body is urlencoded unless the list says otherwise */
    bool expects_continue;
};

enum whim_http1_request_result {
    WHIM_HTTP1_REQUEST_OK,
    WHIM_HTTP1_REQUEST_BAD_TEXT, /* CR, LF or NUL where it would change the request */
    WHIM_HTTP1_REQUEST_TOO_LARGE,
    WHIM_HTTP1_REQUEST_NO_MEMORY,
};

/* Appends the whole head, with the blank line. After an error the buffer's end is not meaningful. */
enum whim_http1_request_result whim_http1_add_head(struct whim_buf *buf,
                                                   const struct whim_http1_request *request);

/* Is that line of the application's list sent with the request? */
bool whim_http1_request_sends(const struct whim_http1_request *request, const char *line);

/* Appends the application's own fields, without Host, which has its place in front. */
enum whim_http1_request_result whim_http1_add_list(struct whim_buf *buf,
                                                   const struct curl_slist *list);

/* The list's entry for a field, or NULL. */
const char *whim_http1_list_find(const struct curl_slist *headers, const char *name);

/* Does the list have the field with this one value, in any case of letters? */
bool whim_http1_list_says(const struct curl_slist *headers, const char *name, const char *value);

#endif
