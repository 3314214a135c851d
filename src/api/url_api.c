/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * CURLU handles: made, copied, thrown away. url_get.c and url_set.c have the rest of the API.
 */
#include "api/url_handle.h"
#include "util/mem.h"

CURLU *curl_url(void)
{
    return whim_calloc(1, sizeof(struct Curl_URL));
}

void whim_url_handle_reset(struct Curl_URL *handle)
{
    for (unsigned i = 0; i < WHIM_N_URL_PARTS; i++)
        whim_free(handle->parts[i]);
    *handle = (struct Curl_URL){0};
}

void curl_url_cleanup(CURLU *handle)
{
    if (handle) {
        whim_url_handle_reset(handle);
        whim_free(handle);
    }
}

CURLU *curl_url_dup(const CURLU *handle)
{
    CURLU *copy = handle ? curl_url() : NULL;

    if (!copy)
        return NULL;
    copy->has_guessed_scheme = handle->has_guessed_scheme;
    for (unsigned i = 0; i < WHIM_N_URL_PARTS; i++) {
        if (!handle->parts[i])
            continue;
        copy->parts[i] = whim_strdup(handle->parts[i]);
        if (!copy->parts[i]) {
            curl_url_cleanup(copy);
            return NULL;
        }
    }
    return copy;
}
