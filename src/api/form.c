/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Forms of the old kind are not built in: no form can be made, so there is none to get or to free.
 */
#include <curl/curl.h>

CURLFORMcode curl_formadd(struct curl_httppost **first, struct curl_httppost **last, ...)
{
    return CURL_FORMADD_DISABLED;
}

int curl_formget(struct curl_httppost *form, void *userp, curl_formget_callback append)
{
    return CURL_FORMADD_DISABLED;
}

void curl_formfree(struct curl_httppost *form)
{
}
