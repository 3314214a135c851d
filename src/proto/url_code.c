/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/url.h"

#include "proto/url_build.h"

static const struct {
    const char *text;
    CURLcode result;
} codes[CURLUE_LAST] = {
#define URL_CODE(name, curlcode, phrase) [CURLUE_##name] = {(phrase), CURLE_##curlcode},
#include "proto/tbl/url_code.h"
};

CURLcode whim_url_code_to_curlcode(CURLUcode code)
{
    return (unsigned)code < CURLUE_LAST ? codes[code].result : CURLE_URL_MALFORMAT;
}

const char *whim_url_code_text(CURLUcode code)
{
    return (unsigned)code < CURLUE_LAST ? codes[code].text : "CURLUcode unknown";
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
