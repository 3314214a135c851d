/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The life of an easy handle, and performing one by itself.
 */
#include "api/global.h"
#include "api/handles.h"
#include "engine/cookies.h"
#include "engine/drive.h"
#include "engine/follow.h"
#include "engine/login.h"
#include "engine/messages.h"
#include "engine/trace.h"

enum { MAX_WAIT_MS = 1000 }; /* between two calls of a progress callback */

CURL *curl_easy_init(void)
{
    if (whim_global_init_lazily() != CURLE_OK)
        return NULL;
    return whim_transfer_new();
}

void curl_easy_cleanup(CURL *handle)
{
    struct whim_transfer *transfer = whim_transfer_from(handle);

    if (!transfer || transfer->is_stand_in || whim_api_is_busy(transfer))
        return; /* from inside of one of its own callbacks it is ignored (section 1.13) */
    if (transfer->multi)
        whim_multi_remove(transfer->multi, transfer); /* C-17 */
    whim_cookies_save(transfer);
    whim_transfer_free(transfer);
}

void curl_easy_reset(CURL *handle)
{
    struct whim_transfer *transfer = whim_transfer_from(handle);

    if (!transfer || whim_api_is_busy(transfer))
        return;
    whim_options_reset(&transfer->options);
    transfer->has_dns_wildcard = false;
    if (transfer->multi)
        return;
    whim_info_reset(&transfer->info);
    whim_follow_fini(transfer);
    whim_login_fini(transfer);
}

CURL *curl_easy_duphandle(CURL *handle)
{
    struct whim_transfer *transfer = whim_transfer_from(handle);

    return transfer ? whim_transfer_dup(transfer) : NULL;
}

struct whim_multi *whim_api_own_multi(struct whim_transfer *transfer)
{
    struct whim_multi *multi = transfer->own_multi;
    int64_t max_idle = whim_opt_num(&transfer->options, WHIM_OPT_MAXCONNECTS);

    if (!multi)
        multi = whim_multi_new();
    if (!multi)
        return NULL;
    multi->pool.max_idle = max_idle > 0 ? (long)max_idle : 0;
    transfer->own_multi = multi;
    return multi;
}

static CURLcode from_multi_code(CURLMcode code)
{
    switch (code) {
    case CURLM_OUT_OF_MEMORY:
        return CURLE_OUT_OF_MEMORY;
    case CURLM_RECURSIVE_API_CALL:
        return CURLE_RECURSIVE_API_CALL;
    default:
        return CURLE_FAILED_INIT;
    }
}

/* Drives the multi until its only transfer has its result. */
static CURLcode drive_to_end(struct whim_multi *multi)
{
    CURLMsg *message;
    int n_left;

    while (!(message = whim_messages_take(multi, &n_left))) {
        CURLMcode code = whim_drive_turn(multi, MAX_WAIT_MS);

        if (code != CURLM_OK)
            return from_multi_code(code);
    }
    return message->data.result;
}

CURLcode curl_easy_perform(CURL *handle)
{
    struct whim_transfer *transfer = whim_transfer_from(handle);
    struct whim_multi *multi;
    CURLMcode code;
    CURLcode result;

    if (!transfer)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (whim_api_is_busy(transfer))
        return CURLE_RECURSIVE_API_CALL; /* C-207 */
    if (transfer->multi && transfer->multi != transfer->own_multi)
        return CURLE_FAILED_INIT; /* C-20 */
    multi = whim_api_own_multi(transfer);
    if (!multi)
        return CURLE_OUT_OF_MEMORY;
    if (transfer->multi)
        whim_multi_remove(multi, transfer);
    code = whim_multi_add(multi, transfer);
    if (code != CURLM_OK)
        return from_multi_code(code);
    result = drive_to_end(multi);
    if (transfer->state != WHIM_TRANSFER_CONNECTED) /* CONNECT_ONLY stays with its connection */
        whim_multi_remove(multi, transfer);
    return result;
}

CURLcode curl_easy_upkeep(CURL *handle)
{
    struct whim_transfer *transfer = whim_transfer_from(handle);

    if (!transfer)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    /* No protocol that is there has anything to send on an idle connection (C-199). */
    return whim_api_is_busy(transfer) ? CURLE_RECURSIVE_API_CALL : CURLE_OK;
}
