/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The headers of the answers, asked after they came: also in the middle of a transfer, and until
 * the next one begins.
 */
#include "engine/transfer.h"
#include "proto/headers.h"

#include <curl/curl.h>

enum {
    ALL_ORIGINS = CURLH_HEADER | CURLH_TRAILER | CURLH_CONNECT | CURLH_1XX | CURLH_PSEUDO,
};

CURLHcode curl_easy_header(CURL *handle, const char *name, size_t index, unsigned int origins,
                           int request, struct curl_header **pick_header)
{
    struct whim_transfer *transfer = whim_transfer_from(handle);

    if (!transfer || !name || !pick_header || !origins || origins > ALL_ORIGINS || request < -1)
        return CURLHE_BAD_ARGUMENT;
    if (!transfer->headers)
        return CURLHE_NOHEADERS;
    return whim_headers_find(transfer->headers, name, index, origins, request, pick_header);
}

struct curl_header *curl_easy_nextheader(CURL *handle, unsigned int origins, int request,
                                         struct curl_header *previous)
{
    struct whim_transfer *transfer = whim_transfer_from(handle);

    if (!transfer || !transfer->headers || request < -1)
        return NULL;
    return whim_headers_next(transfer->headers, origins, request, previous);
}
