/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/percent.h"
#include "util/mem.h"

#include <curl/curl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

/* A length of 0 says: up to the terminator. */
char *curl_easy_escape(CURL *handle, const char *string, int length)
{
    struct whim_buf buf;
    size_t len;

    if (!string || length < 0)
        return NULL;
    len = length ? (size_t)length : strlen(string);
    whim_buf_init(&buf, SIZE_MAX / 2);
    if (whim_buf_reserve(&buf, len + 1) || whim_percent_encode(&buf, string, len) ||
        whim_buf_terminate(&buf)) {
        whim_buf_fini(&buf);
        return NULL;
    }
    return buf.data; /* given away: the application frees it with curl_free() */
}

char *curl_escape(const char *string, int length)
{
    return curl_easy_escape(NULL, string, length);
}

char *curl_easy_unescape(CURL *handle, const char *string, int length, int *outlength)
{
    size_t len, out_len;
    char *out;

    if (!string || length < 0)
        return NULL;
    len = length ? (size_t)length : strlen(string);
    out = whim_memdup0(string, len);
    if (!out)
        return NULL;
    if (!whim_percent_decode(out, out, len, WHIM_PERCENT_REJECT_NONE, &out_len) ||
        (outlength && out_len > INT_MAX)) {
        whim_free(out);
        return NULL;
    }
    out[out_len] = 0;
    if (outlength)
        *outlength = (int)out_len;
    return out;
}

char *curl_unescape(const char *string, int length)
{
    return curl_easy_unescape(NULL, string, length, NULL);
}
