/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Which library this is. Programs compare the number with the one that they were compiled with,
 * so it is libcurl's, of the release whose interface the headers declare; our own name and version
 * stand beside it. Others are named as they are at run time.
 */
#include "config.h"
#include "dns/resolver.h"
#include "tls/context.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>

#ifndef WHIM_HOST
#define WHIM_HOST "unknown"
#endif

static const char *const protocols[] = {
#define PROTOCOL(scheme) scheme,
#include "api/tbl/features.h"
    NULL,
};

static const char *const feature_names[] = {
#define FEATURE(name, bit) name,
#include "api/tbl/features.h"
    NULL,
};

static char version_text[128];

static curl_version_info_data version_data = {
    .age = CURLVERSION_NOW,
    .version = LIBCURL_VERSION,
    .version_num = LIBCURL_VERSION_NUM,
    .host = WHIM_HOST,
    .features = 0
#define FEATURE(name, bit) | CURL_VERSION_##bit
#include "api/tbl/features.h"
    ,
    .protocols = protocols,
    .feature_names = feature_names,
};

static void fill_in_others(void)
{
    version_data.ares = whim_dns_ares_version(&version_data.ares_num);
    version_data.ssl_version = whim_tls_library_version();
    snprintf(version_text, sizeof(version_text), "libcurl/%s Whimbrel/%s%s%s c-ares/%s",
             LIBCURL_VERSION, PACKAGE_VERSION, version_data.ssl_version ? " " : "",
             version_data.ssl_version ? version_data.ssl_version : "", version_data.ares);
}

static void fill_in_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, fill_in_others);
}

/* The library's own text, whatever the type says: not to be changed. */
char *curl_version(void)
{
    fill_in_once();
    return version_text;
}

/* The same for every age that is asked for: newer fields only ever follow the older ones. */
curl_version_info_data *curl_version_info(CURLversion age)
{
    fill_in_once();
    return &version_data;
}
