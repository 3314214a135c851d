/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Pushed responses are never accepted, so there are no headers of one to ask for (C-142).
 */
#include <curl/curl.h>

char *curl_pushheader_bynum(struct curl_pushheaders *headers, size_t index)
{
    return NULL;
}

char *curl_pushheader_byname(struct curl_pushheaders *headers, const char *name)
{
    return NULL;
}
