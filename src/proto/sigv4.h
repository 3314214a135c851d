/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Request signatures of AWS, version 4, and of those who do alike: CURLOPT_AWS_SIGV4.
 *
 * The request is written down in a canonical form (sigv4_canonical.h), hashed, and the hash is
 * signed with a key made of the secret, the day, the region and the service. Nothing is kept.
 */
#ifndef WHIM_PROTO_SIGV4_H
#define WHIM_PROTO_SIGV4_H

#include "util/buf.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum whim_sigv4_payload {
    WHIM_SIGV4_EMPTY,
    WHIM_SIGV4_MEMORY,
    WHIM_SIGV4_STREAM, /* not known beforehand */
};

struct whim_sigv4_request {
    const char *scheme; /* the option's text: "provider1[:provider2[:region[:service]]]" */
    const char *method;
    const char *path; /* as in the URL, percent-encoded */
    size_t path_len;
    const char *query; /* without its '?'; of no length: none */
    size_t query_len;
    const char *host; /* of the URL: may name service and region */
    size_t host_len;
    const char *authority; /* the Host field's value */
    size_t authority_len;
    const struct curl_slist *headers; /* the application's own */
    bool (*is_sent)(const void *arg, const char *line); /* one of these; NULL: they all are */
    const void *is_sent_arg;
    const char *user;
    const char *password;
    const void *body; /* of MEMORY */
    size_t body_len;
    enum whim_sigv4_payload payload;
    int64_t now_s; /* of the wall clock */
};

/*
 * Appends Authorization and the fields that have to come with it, whole lines with their ends.
 * CURLE_BAD_FUNCTION_ARGUMENT, CURLE_URL_MALFORMAT: *pick_reason says what is wrong;
 * CURLE_NOT_BUILT_IN: there are no hash functions; CURLE_OUT_OF_MEMORY.
 */
CURLcode whim_sigv4_add_fields(struct whim_buf *buf, const struct whim_sigv4_request *request,
                               const char **pick_reason);

#endif
