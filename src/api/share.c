/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/share.h"

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

/* The kinds that a program may name, though none can be shared yet. */
static CURLSHcode check_kind(int kind)
{
    return kind > CURL_LOCK_DATA_SHARE && kind < CURL_LOCK_DATA_LAST ? CURLSHE_NOT_BUILT_IN
                                                                     : CURLSHE_BAD_OPTION;
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
    case CURLSHOPT_UNSHARE:
        result = check_kind(va_arg(args, int));
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
    explicit_bzero(share, sizeof(*share)); /* what still points here finds no magic */
    whim_free(share);
    return CURLSHE_OK;
}
