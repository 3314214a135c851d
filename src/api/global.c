/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "api/global.h"

#include "dns/resolver.h"
#include "tls/context.h"
#include "util/mem.h"

#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static unsigned n_inits; /* not yet undone; under the mutex */

/*
 * The first of several decides about the memory; hooks NULL: the C library's. Cleaning up leaves
 * the hooks, because what was allocated through them may still be freed after it.
 */
static CURLcode init(const struct whim_mem_hooks *hooks, bool is_lazy)
{
    CURLcode result = CURLE_OK;

    pthread_mutex_lock(&mutex);
    if (n_inits == 0) {
        if (hooks)
            whim_mem_set_hooks(hooks);
        else
            whim_mem_reset_hooks();
        if (whim_dns_global_init() != 0)
            result = CURLE_FAILED_INIT;
        else
            whim_tls_global_init();
    }
    if (result == CURLE_OK && (n_inits == 0 || !is_lazy))
        n_inits++;
    pthread_mutex_unlock(&mutex);
    return result;
}

CURLcode whim_global_init_lazily(void)
{
    return init(NULL, true);
}

/* The flags choose nothing: TLS is always wanted, and the others are of other systems. */
CURLcode curl_global_init(long flags)
{
    return init(NULL, false);
}

CURLcode curl_global_init_mem(long flags, curl_malloc_callback malloc_cb,
                              curl_free_callback free_cb, curl_realloc_callback realloc_cb,
                              curl_strdup_callback strdup_cb, curl_calloc_callback calloc_cb)
{
    struct whim_mem_hooks hooks = {
        .malloc = malloc_cb,
        .free = free_cb,
        .realloc = realloc_cb,
        .strdup = strdup_cb,
        .calloc = calloc_cb,
    };

    if (!malloc_cb || !free_cb || !realloc_cb || !strdup_cb || !calloc_cb)
        return CURLE_FAILED_INIT;
    return init(&hooks, false);
}

void curl_global_cleanup(void)
{
    pthread_mutex_lock(&mutex);
    if (n_inits > 0 && --n_inits == 0) {
        whim_dns_global_cleanup();
        whim_tls_global_cleanup();
    }
    pthread_mutex_unlock(&mutex);
}

/* What is traced is said by VERBOSE alone: there are no components to choose among. */
CURLcode curl_global_trace(const char *config)
{
    return CURLE_OK;
}

/* There is one TLS library at most, so naming it is all that can be done. */
CURLsslset curl_global_sslset(curl_sslbackend id, const char *name,
                              const curl_ssl_backend ***pick_available)
{
    static const curl_ssl_backend openssl = {CURLSSLBACKEND_OPENSSL, "openssl"};
    static const curl_ssl_backend *available[] = {&openssl, NULL};
    bool is_there = whim_tls_is_built_in();

    if (pick_available)
        *pick_available = is_there ? available : available + 1;
    if (!is_there)
        return CURLSSLSET_NO_BACKENDS;
    return id == openssl.id || (name && curl_strequal(name, openssl.name))
               ? CURLSSLSET_OK
               : CURLSSLSET_UNKNOWN_BACKEND;
}
