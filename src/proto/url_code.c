/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/url.h"

#include "proto/url_build.h"

/* Nearly all of them are the URL's fault. */
CURLcode whim_url_code_to_curlcode(CURLUcode code)
{
    switch (code) {
    case CURLUE_OK:
        return CURLE_OK;
    case CURLUE_UNSUPPORTED_SCHEME:
        return CURLE_UNSUPPORTED_PROTOCOL;
    case CURLUE_OUT_OF_MEMORY:
        return CURLE_OUT_OF_MEMORY;
    case CURLUE_USER_NOT_ALLOWED:
        return CURLE_LOGIN_DENIED;
    default:
        return CURLE_URL_MALFORMAT;
    }
}

CURLUcode whim_url_code_of_buf(enum whim_buf_result result)
{
    switch (result) {
    case WHIM_BUF_OK:
        return CURLUE_OK;
    case WHIM_BUF_FULL:
        return CURLUE_TOO_LARGE;
    default:
        return CURLUE_OUT_OF_MEMORY;
    }
}
