/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * curl_multi_setopt (section 1.12).
 */
#include "api/handles.h"
#include "dns/resolver.h"
#include "engine/drive.h"

#include <stdarg.h>
#include <whimbrel/whimbrel.h>

/* Limits of connections: a change may let waiting transfers go on (C-179). */
static CURLMcode set_limit(struct whim_multi *multi, long *limit, long value)
{
    if (value < 0)
        return CURLM_BAD_FUNCTION_ARGUMENT;
    *limit = value;
    if (whim_list_is_empty(&multi->transfers))
        return CURLM_OK;
    whim_pool_wake_all(multi);
    return whim_drive_settle(multi);
}

static CURLMcode forget_network(struct whim_multi *multi, long what)
{
    if (what & (CURLMNWC_CLEAR_ALL | CURLMNWC_CLEAR_CONNS))
        whim_pool_clear(multi);
    if (what & (CURLMNWC_CLEAR_ALL | CURLMNWC_CLEAR_DNS) && multi->resolver)
        whim_resolver_clear_cache(multi->resolver);
    return whim_drive_settle(multi);
}

static CURLMcode set_long(struct whim_multi *multi, CURLMoption option, long value)
{
    switch ((int)option) {
    case CURLMOPT_PIPELINING:
        multi->is_multiplexed = (value & CURLPIPE_MULTIPLEX) != 0;
        return CURLM_OK;
    case CURLMOPT_MAXCONNECTS:
        multi->pool.max_idle = value > 0 ? value : 0;
        return CURLM_OK;
    case CURLMOPT_MAX_HOST_CONNECTIONS:
        return set_limit(multi, &multi->pool.max_per_host, value);
    case CURLMOPT_MAX_TOTAL_CONNECTIONS:
        return set_limit(multi, &multi->pool.max_total, value);
    case CURLMOPT_MAX_CONCURRENT_STREAMS:
        multi->max_streams = value < 1 || value > INT32_MAX ? 100 : value;
        return CURLM_OK;
    case CURLMOPT_NETWORK_CHANGED:
        return forget_network(multi, value);
    case CURLMOPT_RESOLVE_THREADS_MAX: /* there are no threads: nothing to limit */
        return value < 1 || value > (long)UINT32_MAX ? CURLM_BAD_FUNCTION_ARGUMENT : CURLM_OK;
    case CURLMOPT_QUICK_EXIT:          /* nor to wait for */
    case CURLMOPT_MAX_PIPELINE_LENGTH: /* and these ended with pipelining (C-139) */
        return CURLM_OK;
    case WHIM_MOPT_IDLE_WATCH:
        whim_multi_watch_idle(multi, value != 0);
        return CURLM_OK;
    default:
        return CURLM_UNKNOWN_OPTION;
    }
}

static CURLMcode set_pointer(struct whim_multi *multi, CURLMoption option, void *value)
{
    switch (option) {
    case CURLMOPT_SOCKETDATA:
        multi->socket_data = value;
        return CURLM_OK;
    case CURLMOPT_TIMERDATA:
        multi->timer_data = value;
        return CURLM_OK;
    case CURLMOPT_PUSHDATA:
        multi->push_data = value;
        return CURLM_OK;
    case CURLMOPT_NOTIFYDATA:
        multi->notify.data = value;
        return CURLM_OK;
    case CURLMOPT_PIPELINING_SITE_BL:
    case CURLMOPT_PIPELINING_SERVER_BL:
        return CURLM_OK;
    default:
        return CURLM_UNKNOWN_OPTION;
    }
}

static CURLMcode set_function(struct whim_multi *multi, CURLMoption option, va_list *args)
{
    switch (option) {
    case CURLMOPT_SOCKETFUNCTION:
        return whim_multi_set_socket_cb(multi, va_arg(*args, curl_socket_callback));
    case CURLMOPT_TIMERFUNCTION:
        multi->timer_cb = va_arg(*args, curl_multi_timer_callback);
        multi->announced_us = WHIM_NEVER;
        return CURLM_OK;
    case CURLMOPT_PUSHFUNCTION:
        multi->push_cb = va_arg(*args, curl_push_callback);
        return CURLM_OK;
    case CURLMOPT_NOTIFYFUNCTION:
        multi->notify.cb = va_arg(*args, curl_notify_callback);
        return CURLM_OK;
    default:
        return CURLM_UNKNOWN_OPTION;
    }
}

#undef curl_multi_setopt
CURLMcode curl_multi_setopt(CURLM *multi_handle, CURLMoption option, ...)
{
    struct whim_multi *multi;
    CURLMcode result = whim_api_enter_multi(multi_handle, WHIM_REFUSES_CHANGE, &multi);
    va_list args;

    if (result != CURLM_OK)
        return result;
    va_start(args, option);
    if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB)
        result = option == CURLMOPT_CONTENT_LENGTH_PENALTY_SIZE ||
                         option == CURLMOPT_CHUNK_LENGTH_PENALTY_SIZE
                     ? CURLM_OK
                     : CURLM_UNKNOWN_OPTION;
    else if (option >= CURLOPTTYPE_FUNCTIONPOINT && option < CURLOPTTYPE_OFF_T)
        result = set_function(multi, option, &args);
    else if (option >= CURLOPTTYPE_OBJECTPOINT && option < CURLOPTTYPE_FUNCTIONPOINT)
        result = set_pointer(multi, option, va_arg(args, void *));
    else
        result = set_long(multi, option, va_arg(args, long));
    va_end(args);
    return result;
}
