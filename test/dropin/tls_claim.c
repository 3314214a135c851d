/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * tls_claim: preloaded, it lets libcurl name the TLS library that the environment's CLAIMED_TLS
 * says ("GnuTLS/3.7.9"), for programs that refuse to start without the one that they were built
 * with.
 */
#define _GNU_SOURCE
#include <curl/curl.h>

#include <dlfcn.h>
#include <stdlib.h>
#include <strings.h>

static const char *claimed(void)
{
    const char *claim = getenv("CLAIMED_TLS");

    return claim ? claim : "";
}

curl_version_info_data *curl_version_info(CURLversion age)
{
    static curl_version_info_data data;
    curl_version_info_data *(*told)(CURLversion) = NULL;
    /* Whoever asks has loaded it, perhaps for itself alone. */
    void *library = dlopen("libcurl.so.4", RTLD_LAZY | RTLD_NOLOAD);

    if (library)
        *(void **)&told = dlsym(library, "curl_version_info");
    if (!told)
        return NULL;
    data = *told(age);
    data.ssl_version = claimed();
    return &data;
}

CURLsslset curl_global_sslset(curl_sslbackend id, const char *name,
                              const curl_ssl_backend ***available)
{
    static const curl_ssl_backend known[] = {
        { .id = CURLSSLBACKEND_GNUTLS, .name = "gnutls" },
        { .id = CURLSSLBACKEND_OPENSSL, .name = "openssl" },
    };
    static const curl_ssl_backend *list[2];

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strncasecmp(claimed(), known[i].name, 3) == 0)
            list[0] = &known[i];
    if (available)
        *available = list;
    return list[0] && (id == list[0]->id || (name && strcasecmp(name, list[0]->name) == 0))
               ? CURLSSLSET_OK
               : CURLSSLSET_UNKNOWN_BACKEND;
}
