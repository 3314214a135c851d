/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * tls_claim: preloaded, it lets curl_version_info() name the TLS library that the environment's
 * CLAIMED_TLS says, for programs that refuse to start without the one that they were built with.
 */
#define _GNU_SOURCE
#include <curl/curl.h>

#include <dlfcn.h>
#include <stdlib.h>

curl_version_info_data *curl_version_info(CURLversion age)
{
    static curl_version_info_data data;
    curl_version_info_data *(*told)(CURLversion);

    *(void **)&told = dlsym(RTLD_NEXT, "curl_version_info");
    if (!told)
        return NULL;
    data = *told(age);
    data.ssl_version = getenv("CLAIMED_TLS");
    return &data;
}
