/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * WebSocket is not built in.
 */
#include <curl/curl.h>

CURLcode curl_ws_recv(CURL *handle, void *buffer, size_t size, size_t *pick_n,
                      const struct curl_ws_frame **pick_frame)
{
    return CURLE_NOT_BUILT_IN;
}

CURLcode curl_ws_send(CURL *handle, const void *data, size_t size, size_t *pick_n,
                      curl_off_t frame_size, unsigned int flags)
{
    return CURLE_NOT_BUILT_IN;
}

CURLcode curl_ws_start_frame(CURL *handle, unsigned int flags, curl_off_t frame_size)
{
    return CURLE_NOT_BUILT_IN;
}

const struct curl_ws_frame *curl_ws_meta(CURL *handle)
{
    return NULL;
}
