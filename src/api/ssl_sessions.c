/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * TLS sessions are not moved between processes: that is not built in.
 */
#include <curl/curl.h>

CURLcode curl_easy_ssls_import(CURL *handle, const char *session_key, const unsigned char *shmac,
                               size_t shmac_len, const unsigned char *sdata, size_t sdata_len)
{
    return CURLE_NOT_BUILT_IN;
}

CURLcode curl_easy_ssls_export(CURL *handle, curl_ssls_export_cb *export_cb, void *userp)
{
    return CURLE_NOT_BUILT_IN;
}
