/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/mime.h"

#include "engine/mime_file.h"

#include <curl/curl.h>
#include <string.h>

/* The handle gives nothing to the mime: any handle may send it. */
curl_mime *curl_mime_init(CURL *easy)
{
    return whim_mime_new();
}

void curl_mime_free(curl_mime *mime)
{
    whim_mime_free(mime);
}

curl_mimepart *curl_mime_addpart(curl_mime *mime)
{
    return mime ? whim_mime_add_part(mime) : NULL;
}

CURLcode curl_mime_name(curl_mimepart *part, const char *name)
{
    if (!part)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    return whim_mime_set_name(part, name, name ? strlen(name) : 0);
}

CURLcode curl_mime_filename(curl_mimepart *part, const char *filename)
{
    return part ? whim_mime_set_filename(part, filename) : CURLE_BAD_FUNCTION_ARGUMENT;
}

CURLcode curl_mime_type(curl_mimepart *part, const char *mimetype)
{
    return part ? whim_mime_set_type(part, mimetype) : CURLE_BAD_FUNCTION_ARGUMENT;
}

CURLcode curl_mime_encoder(curl_mimepart *part, const char *encoding)
{
    return part ? whim_mime_set_encoding(part, encoding) : CURLE_BAD_FUNCTION_ARGUMENT;
}

CURLcode curl_mime_data(curl_mimepart *part, const char *data, size_t size)
{
    if (!part)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (data && size == CURL_ZERO_TERMINATED)
        size = strlen(data);
    return whim_mime_set_data(part, data, size);
}

CURLcode curl_mime_filedata(curl_mimepart *part, const char *path)
{
    return part ? whim_mime_file_set(part, path) : CURLE_BAD_FUNCTION_ARGUMENT;
}

CURLcode curl_mime_data_cb(curl_mimepart *part, curl_off_t size, curl_read_callback read_cb,
                           curl_seek_callback seek_cb, curl_free_callback free_cb, void *userp)
{
    const struct whim_mime_source source = {
        .read = read_cb,
        .seek = seek_cb,
        .free = free_cb,
        .arg = userp,
    };

    if (!part)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    return whim_mime_set_source(part, read_cb ? &source : NULL, size);
}

CURLcode curl_mime_subparts(curl_mimepart *part, curl_mime *subparts)
{
    return part ? whim_mime_set_parts(part, subparts, true) : CURLE_BAD_FUNCTION_ARGUMENT;
}

CURLcode curl_mime_headers(curl_mimepart *part, struct curl_slist *headers, int take_ownership)
{
    if (!part)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    whim_mime_set_headers(part, headers, take_ownership != 0);
    return CURLE_OK;
}
