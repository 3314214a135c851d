/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * A text for each result code, and one for all other numbers (C-9). Never NULL.
 */
#include <curl/curl.h>

const char *curl_easy_strerror(CURLcode code)
{
    switch ((int)code) {
#define EASY_ERROR(name, value, text) \
    case value:                       \
        return text;
#define EASY_UNKNOWN(text) \
    default:               \
        return text;
#include "api/tbl/errors.h"
    }
}

const char *curl_multi_strerror(CURLMcode code)
{
    switch ((int)code) {
#define MULTI_ERROR(name, value, text) \
    case value:                        \
        return text;
#define MULTI_UNKNOWN(text) \
    default:                \
        return text;
#include "api/tbl/errors.h"
    }
}

const char *curl_share_strerror(CURLSHcode code)
{
    switch ((int)code) {
#define SHARE_ERROR(name, value, text) \
    case value:                        \
        return text;
#define SHARE_UNKNOWN(text) \
    default:                \
        return text;
#include "api/tbl/errors.h"
    }
}

const char *curl_url_strerror(CURLUcode code)
{
    switch ((int)code) {
#define URL_ERROR(name, value, text) \
    case value:                      \
        return text;
#define URL_UNKNOWN(text) \
    default:              \
        return text;
#include "api/tbl/errors.h"
    }
}
