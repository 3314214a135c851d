/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/share.h"

#include "dns/names.h"
#include "engine/shared_pool.h"
#include "proto/cookie_store.h"
#include "proto/cookie_suffix.h"
#include "proto/hsts.h"
#include "tls/context.h"
#include "tls/sessions.h"
#include "util/mem.h"

#include <curl/curl.h>
#include <stdarg.h>
#include <string.h>

#undef curl_share_setopt

CURLSH *curl_share_init(void)
{
    struct whim_share *share = whim_calloc(1, sizeof(*share));

    if (!share)
        return NULL;
    share->magic = WHIM_SHARE_MAGIC;
    atomic_init(&share->n_users, 0);
    return share;
}

static CURLSHcode share_names(struct whim_share *share, bool is_shared)
{
    if (is_shared == (share->names != NULL))
        return CURLSHE_OK;
    whim_dns_names_unref(share->names);
    share->names = is_shared ? whim_dns_names_new() : NULL;
    return is_shared && !share->names ? CURLSHE_NOMEM : CURLSHE_OK;
}

/* Closing calls the application, which must not find them, nor the share without a user. */
static void close_conns(struct whim_share *share)
{
    struct whim_shared_pool *conns = share->conns;

    share->conns = NULL;
    atomic_fetch_add(&share->n_users, 1);
    whim_shared_pool_close(conns);
    whim_shared_pool_unref(conns);
    atomic_fetch_sub(&share->n_users, 1);
}

static CURLSHcode share_conns(struct whim_share *share, bool is_shared)
{
    if (is_shared == (share->conns != NULL))
        return CURLSHE_OK;
    close_conns(share);
    if (is_shared)
        share->conns = whim_shared_pool_new();
    return is_shared && !share->conns ? CURLSHE_NOMEM : CURLSHE_OK;
}

static CURLSHcode share_hsts(struct whim_share *share, bool is_shared)
{
    if (!whim_tls_is_built_in())
        return CURLSHE_NOT_BUILT_IN;
    if (is_shared == (share->hsts != NULL))
        return CURLSHE_OK;
    whim_hsts_unref(share->hsts);
    share->hsts = is_shared ? whim_hsts_new() : NULL;
    return is_shared && !share->hsts ? CURLSHE_NOMEM : CURLSHE_OK;
}

static CURLSHcode share_tls_sessions(struct whim_share *share, bool is_shared)
{
    if (!whim_tls_is_built_in())
        return CURLSHE_NOT_BUILT_IN;
    if (is_shared == (share->tls_sessions != NULL))
        return CURLSHE_OK;
    whim_tls_sessions_unref(share->tls_sessions);
    share->tls_sessions = is_shared ? whim_tls_sessions_new(true) : NULL;
    return is_shared && !share->tls_sessions ? CURLSHE_NOMEM : CURLSHE_OK;
}

static CURLSHcode share_cookies(struct whim_share *share, bool is_shared)
{
    if (is_shared == (share->cookies != NULL))
        return CURLSHE_OK;
    whim_cookie_store_free(share->cookies);
    share->cookies = is_shared ? whim_cookie_store_new(true) : NULL;
    return is_shared && !share->cookies ? CURLSHE_NOMEM : CURLSHE_OK;
}

static CURLSHcode share_suffixes(struct whim_share *share, bool is_shared)
{
    if (!whim_cookie_suffix_has_list())
        return CURLSHE_NOT_BUILT_IN;
    share->has_psl = is_shared;
    return CURLSHE_OK;
}

static CURLSHcode set_shared(struct whim_share *share, int kind, bool is_shared)
{
    if (kind <= CURL_LOCK_DATA_SHARE || kind >= CURL_LOCK_DATA_LAST)
        return CURLSHE_BAD_OPTION;
    switch (kind) {
    case CURL_LOCK_DATA_DNS:
        return share_names(share, is_shared);
    case CURL_LOCK_DATA_CONNECT:
        return share_conns(share, is_shared);
    case CURL_LOCK_DATA_SSL_SESSION:
        return share_tls_sessions(share, is_shared);
    case CURL_LOCK_DATA_COOKIE:
        return share_cookies(share, is_shared);
    case CURL_LOCK_DATA_PSL:
        return share_suffixes(share, is_shared);
    case CURL_LOCK_DATA_HSTS:
        return share_hsts(share, is_shared);
    default:
        return CURLSHE_NOT_BUILT_IN;
    }
}

CURLSHcode curl_share_setopt(CURLSH *handle, CURLSHoption option, ...)
{
    struct whim_share *share = whim_share_from(handle);
    CURLSHcode result = CURLSHE_OK;
    va_list args;

    if (!share)
        return CURLSHE_INVALID;
    if (atomic_load(&share->n_users))
        return CURLSHE_IN_USE;
    va_start(args, option);
    switch (option) {
    case CURLSHOPT_SHARE:
        result = set_shared(share, va_arg(args, int), true);
        break;
    case CURLSHOPT_UNSHARE:
        result = set_shared(share, va_arg(args, int), false);
        break;
    case CURLSHOPT_LOCKFUNC:
        share->lock = va_arg(args, curl_lock_function);
        break;
    case CURLSHOPT_UNLOCKFUNC:
        share->unlock = va_arg(args, curl_unlock_function);
        break;
    case CURLSHOPT_USERDATA:
        share->lock_data = va_arg(args, void *);
        break;
    default:
        result = CURLSHE_BAD_OPTION;
    }
    va_end(args);
    return result;
}

/* Refused while an easy handle names it (C-201). */
CURLSHcode curl_share_cleanup(CURLSH *handle)
{
    struct whim_share *share = whim_share_from(handle);

    if (!share)
        return CURLSHE_INVALID;
    if (atomic_load(&share->n_users))
        return CURLSHE_IN_USE;
    close_conns(share);
    if (atomic_load(&share->n_users))
        return CURLSHE_IN_USE; /* a callback has given it to a handle */
    whim_dns_names_unref(share->names);
    whim_tls_sessions_unref(share->tls_sessions);
    whim_cookie_store_free(share->cookies);
    whim_hsts_unref(share->hsts);
    explicit_bzero(share, sizeof(*share)); /* what still points here finds no magic */
    whim_free(share);
    return CURLSHE_OK;
}
