/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Which library this is. Programs compare the number with the one that they were compiled with,
 * so it is libcurl's, of the release whose interface the headers declare; our own name and version
 * stand beside it. Others are named as they are at run time.
 */
#include "config.h"
#include "dns/resolver.h"
#include "proto/coding.h"
#include "proto/cookie_suffix.h"
#include "tls/context.h"
#include "util/idn.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

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

static char version_text[256];

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

/* Appends " NAME/VERSION" to the text, or nothing. */
static void append_version(const char *name, const char *version)
{
    size_t len = strlen(version_text);

    if (version)
        snprintf(version_text + len, sizeof(version_text) - len, " %s%s", name, version);
}

static void fill_in_others(void)
{
    struct whim_codings_versions codings;

    version_data.ares = whim_dns_ares_version(&version_data.ares_num);
    version_data.ssl_version = whim_tls_library_version();
    whim_codings_versions(&codings);
    version_data.libz_version = codings.zlib;
    version_data.brotli_version = codings.brotli;
    version_data.brotli_ver_num = codings.brotli_number;
    version_data.zstd_version = codings.zstd;
    version_data.zstd_ver_num = codings.zstd_number;
    version_data.libidn = whim_idn_version();
    snprintf(version_text, sizeof(version_text), "libcurl/%s Whimbrel/%s", LIBCURL_VERSION,
             PACKAGE_VERSION);
    append_version("", version_data.ssl_version);
    append_version("zlib/", codings.zlib);
    append_version("brotli/", codings.brotli);
    append_version("zstd/", codings.zstd);
    append_version("c-ares/", version_data.ares);
    append_version("libidn2/", version_data.libidn);
    append_version("libpsl/", whim_cookie_suffix_version());
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
