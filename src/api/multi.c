/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The life of a multi handle and of the handles in it; driving it.
 */
#include "api/global.h"
#include "api/handles.h"
#include "engine/drive.h"
#include "engine/messages.h"
#include "util/mem.h"

#include <limits.h>

CURLM *curl_multi_init(void)
{
    if (whim_global_init_lazily() != CURLE_OK)
        return NULL;
    return whim_multi_new();
}

CURLMcode curl_multi_cleanup(CURLM *multi_handle)
{
    struct whim_multi *multi;
    CURLMcode result = whim_api_enter_multi(multi_handle, WHIM_REFUSES_DRIVE, &multi);

    if (result == CURLM_OK)
        whim_multi_free(multi);
    return result;
}

CURLMcode curl_multi_add_handle(CURLM *multi_handle, CURL *easy_handle)
{
    struct whim_multi *multi;
    struct whim_transfer *transfer = whim_transfer_from(easy_handle);
    CURLMcode result = whim_api_enter_multi(multi_handle, WHIM_REFUSES_CHANGE, &multi);

    if (result != CURLM_OK)
        return result;
    if (!transfer)
        return CURLM_BAD_EASY_HANDLE;
    if (transfer->multi && transfer->multi == transfer->own_multi && !whim_api_is_busy(transfer))
        whim_multi_remove(transfer->own_multi, transfer); /* kept a CONNECT_ONLY connection there */
    return whim_multi_add(multi, transfer);
}

CURLMcode curl_multi_remove_handle(CURLM *multi_handle, CURL *easy_handle)
{
    struct whim_multi *multi;
    struct whim_transfer *transfer = whim_transfer_from(easy_handle);
    CURLMcode result;

    if (!whim_multi_from(multi_handle))
        return CURLM_BAD_HANDLE;
    if (!transfer || transfer->is_stand_in)
        return CURLM_BAD_EASY_HANDLE;
    result = whim_api_enter_multi(multi_handle, WHIM_REFUSES_CHANGE, &multi);
    if (result != CURLM_OK)
        return result;
    if (!transfer->multi)
        return CURLM_OK;
    if (transfer->multi != multi)
        return CURLM_BAD_EASY_HANDLE;
    return whim_multi_remove(multi, transfer);
}

static void tell_running(const struct whim_multi *multi, int *ret_running)
{
    if (ret_running)
        *ret_running = multi->n_alive > INT_MAX ? INT_MAX : (int)multi->n_alive;
}

/* The frame of every drive call. */
static CURLMcode drive(CURLM *multi_handle, int *ret_running,
                       CURLMcode (*work)(struct whim_multi *multi, int fd), int fd)
{
    struct whim_multi *multi;
    CURLMcode result = whim_api_enter_multi(multi_handle, WHIM_REFUSES_DRIVE, &multi);

    if (result != CURLM_OK)
        return result;
    result = multi->is_dead ? whim_multi_verdict(multi) : work(multi, fd);
    tell_running(multi, ret_running);
    return result;
}

static CURLMcode work_all(struct whim_multi *multi, int fd)
{
    (void)fd;
    return whim_drive_all(multi);
}

static CURLMcode work_perform(struct whim_multi *multi, int fd)
{
    (void)fd;
    return whim_drive_perform(multi);
}

/* The mask is a hint that nothing is built on: wrong, missing and extra bits are harmless (C-59). */
CURLMcode curl_multi_socket_action(CURLM *multi_handle, curl_socket_t fd, int ev_bitmask,
                                   int *running_handles)
{
    (void)ev_bitmask;
    return drive(multi_handle, running_handles, whim_drive_socket, fd);
}

#undef curl_multi_socket
CURLMcode curl_multi_socket(CURLM *multi_handle, curl_socket_t fd, int *running_handles)
{
    return drive(multi_handle, running_handles, whim_drive_socket, fd);
}

CURLMcode curl_multi_socket_all(CURLM *multi_handle, int *running_handles)
{
    return drive(multi_handle, running_handles, work_all, CURL_SOCKET_TIMEOUT);
}

CURLMcode curl_multi_perform(CURLM *multi_handle, int *running_handles)
{
    return drive(multi_handle, running_handles, work_perform, CURL_SOCKET_TIMEOUT);
}

CURLMcode curl_multi_timeout(CURLM *multi_handle, long *milliseconds)
{
    struct whim_multi *multi;
    CURLMcode result = whim_api_enter_multi(multi_handle, WHIM_REFUSES_CHANGE, &multi);

    if (result != CURLM_OK)
        return result;
    if (!milliseconds)
        return CURLM_BAD_FUNCTION_ARGUMENT;
    *milliseconds = whim_drive_deadline_ms(multi);
    return CURLM_OK;
}

CURLMsg *curl_multi_info_read(CURLM *multi_handle, int *msgs_in_queue)
{
    struct whim_multi *multi = whim_multi_from(multi_handle);
    CURLMsg *message = NULL;
    int n_left = 0;

    if (multi)
        message = whim_messages_take(multi, &n_left);
    if (msgs_in_queue)
        *msgs_in_queue = n_left;
    return message;
}

CURLMcode curl_multi_assign(CURLM *multi_handle, curl_socket_t fd, void *sockp)
{
    struct whim_multi *multi;
    struct whim_registration *entry;
    CURLMcode result = whim_api_enter_multi(multi_handle, 0, &multi);

    if (result != CURLM_OK)
        return result;
    entry = whim_registry_find(&multi->registry, fd);
    if (!entry || !entry->announced)
        return CURLM_BAD_SOCKET;
    entry->socketp = sockp;
    return CURLM_OK;
}

CURL **curl_multi_get_handles(CURLM *multi_handle)
{
    struct whim_multi *multi = whim_multi_from(multi_handle);
    struct whim_list *at;
    CURL **handles;
    size_t n = 0;

    if (!multi)
        return NULL;
    handles = whim_malloc(((size_t)multi->n_transfers + 1) * sizeof(*handles));
    if (!handles)
        return NULL;
    for (at = multi->transfers.next; at != &multi->transfers; at = at->next)
        handles[n++] = WHIM_CONTAINER_OF(at, struct whim_transfer, in_multi);
    handles[n] = NULL;
    return handles;
}

CURLMcode curl_multi_get_offt(CURLM *multi_handle, CURLMinfo_offt info, curl_off_t *pvalue)
{
    struct whim_multi *multi = whim_multi_from(multi_handle);

    if (!multi)
        return CURLM_BAD_HANDLE;
    if (!pvalue)
        return CURLM_BAD_FUNCTION_ARGUMENT;
    switch (info) {
    case CURLMINFO_XFERS_CURRENT:
        *pvalue = multi->n_transfers;
        return CURLM_OK;
    case CURLMINFO_XFERS_RUNNING:
        *pvalue = multi->n_alive - multi->n_waiting;
        return CURLM_OK;
    case CURLMINFO_XFERS_PENDING:
        *pvalue = multi->n_waiting;
        return CURLM_OK;
    case CURLMINFO_XFERS_DONE:
        *pvalue = multi->n_transfers - multi->n_alive;
        return CURLM_OK;
    case CURLMINFO_XFERS_ADDED:
        *pvalue = multi->n_added_ever;
        return CURLM_OK;
    default:
        *pvalue = -1;
        return CURLM_UNKNOWN_OPTION;
    }
}

static CURLMcode set_notify(CURLM *multi_handle, unsigned type, bool is_enabled)
{
    struct whim_multi *multi = whim_multi_from(multi_handle);

    return multi ? whim_notify_enable(&multi->notify, type, is_enabled) : CURLM_BAD_HANDLE;
}

CURLMcode curl_multi_notify_enable(CURLM *multi_handle, unsigned int notification)
{
    return set_notify(multi_handle, notification, true);
}

CURLMcode curl_multi_notify_disable(CURLM *multi_handle, unsigned int notification)
{
    return set_notify(multi_handle, notification, false);
}
