/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Multipart bodies are not built in: there is no mime to be had, so no part to work on either.
 */
#include <curl/curl.h>

curl_mime *curl_mime_init(CURL *easy)
{
    return NULL;
}

void curl_mime_free(curl_mime *mime)
{
}

curl_mimepart *curl_mime_addpart(curl_mime *mime)
{
    return NULL;
}

CURLcode curl_mime_name(curl_mimepart *part, const char *name)
{
    return CURLE_NOT_BUILT_IN;
}

CURLcode curl_mime_filename(curl_mimepart *part, const char *filename)
{
    return CURLE_NOT_BUILT_IN;
}

CURLcode curl_mime_type(curl_mimepart *part, const char *mimetype)
{
    return CURLE_NOT_BUILT_IN;
}

CURLcode curl_mime_encoder(curl_mimepart *part, const char *encoding)
{
    return CURLE_NOT_BUILT_IN;
}

CURLcode curl_mime_data(curl_mimepart *part, const char *data, size_t size)
{
    return CURLE_NOT_BUILT_IN;
}

CURLcode curl_mime_filedata(curl_mimepart *part, const char *path)
{
    return CURLE_NOT_BUILT_IN;
}

CURLcode curl_mime_data_cb(curl_mimepart *part, curl_off_t size, curl_read_callback read_cb,
                           curl_seek_callback seek_cb, curl_free_callback free_cb, void *userp)
{
    return CURLE_NOT_BUILT_IN;
}

CURLcode curl_mime_subparts(curl_mimepart *part, curl_mime *subparts)
{
    return CURLE_NOT_BUILT_IN;
}

CURLcode curl_mime_headers(curl_mimepart *part, struct curl_slist *headers, int take_ownership)
{
    return CURLE_NOT_BUILT_IN;
}
