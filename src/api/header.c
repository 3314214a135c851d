/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Headers are not kept for asking after them: that is not built in.
 */
#include <curl/curl.h>

CURLHcode curl_easy_header(CURL *handle, const char *name, size_t index, unsigned int origins,
                           int request, struct curl_header **pick_header)
{
    return CURLHE_NOT_BUILT_IN;
}

struct curl_header *curl_easy_nextheader(CURL *handle, unsigned int origins, int request,
                                         struct curl_header *previous)
{
    return NULL;
}
