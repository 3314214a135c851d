/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/settings.h"

/* From configure: an empty text is none. */
#ifndef WHIM_CA_BUNDLE
#define WHIM_CA_BUNDLE ""
#endif
#ifndef WHIM_CA_PATH
#define WHIM_CA_PATH ""
#endif

enum { CA_CACHE_TIMEOUT_S = 24 * 60 * 60 };

const char *whim_tls_default_ca_file(void)
{
    static const char path[] = WHIM_CA_BUNDLE;

    return path[0] ? path : NULL;
}

const char *whim_tls_default_ca_path(void)
{
    static const char path[] = WHIM_CA_PATH;

    return path[0] ? path : NULL;
}

void whim_tls_settings_init(struct whim_tls_settings *ret_settings)
{
    *ret_settings = (struct whim_tls_settings){
        .is_peer_verified = true,
        .is_host_verified = true,
        .min_version = CURL_SSLVERSION_DEFAULT,
        .max_version = CURL_SSLVERSION_MAX_DEFAULT,
        .ca_file = whim_tls_default_ca_file(),
        .ca_path = whim_tls_default_ca_path(),
        .ca_cache_timeout_s = CA_CACHE_TIMEOUT_S,
    };
}
