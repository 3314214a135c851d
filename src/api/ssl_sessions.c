/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * TLS sessions out of where a handle finds its own, and into there: its share, or the multi where
 * it is added, else its private one.
 */
#include "api/handles.h"
#include "engine/callback.h"
#include "engine/share.h"
#include "engine/tls_settings.h"
#include "tls/context.h"
#include "tls/session_export.h"

struct export_call {
    struct whim_transfer *transfer;
    curl_ssls_export_cb *cb;
    void *arg;
};

/* The handle and its sessions, or the code to return. */
static CURLcode enter(CURL *handle, struct whim_transfer **ret_transfer,
                      struct whim_tls_sessions **ret_sessions)
{
    struct whim_transfer *transfer = whim_transfer_from(handle);
    struct whim_multi *multi;

    if (!transfer)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (!whim_tls_is_built_in())
        return CURLE_NOT_BUILT_IN;
    if (whim_api_is_busy(transfer))
        return CURLE_RECURSIVE_API_CALL;
    multi = transfer->multi ? transfer->multi : whim_api_own_multi(transfer);
    *ret_transfer = transfer;
    *ret_sessions = multi ? whim_tls_sessions_of(transfer, multi) : NULL;
    return *ret_sessions ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

CURLcode curl_easy_ssls_import(CURL *handle, const char *session_key, const unsigned char *shmac,
                               size_t shmac_len, const unsigned char *sdata, size_t sdata_len)
{
    struct whim_transfer *transfer;
    struct whim_tls_sessions *sessions;
    CURLcode result = enter(handle, &transfer, &sessions);

    if (result != CURLE_OK)
        return result;
    if (!session_key && !shmac)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    sessions = whim_tls_sessions_ref(sessions); /* whatever the callbacks do to the share */
    whim_share_tell(transfer, CURL_LOCK_DATA_SSL_SESSION, true);
    result = whim_tls_sessions_import(sessions, session_key, shmac, shmac_len, sdata, sdata_len);
    whim_share_tell(transfer, CURL_LOCK_DATA_SSL_SESSION, false);
    whim_tls_sessions_unref(sessions);
    return result;
}

static CURLcode take(void *arg, const struct whim_tls_exported *session)
{
    struct export_call *call = arg;
    unsigned before = whim_callback_enter(call->transfer);
    CURLcode result = call->cb(call->transfer, call->arg, session->key, session->salted,
                               session->salted_len, session->data, session->len,
                               session->valid_until_s, session->tls_version, session->alpn,
                               session->early_data_max);

    whim_callback_leave(call->transfer, before);
    return result;
}

CURLcode curl_easy_ssls_export(CURL *handle, curl_ssls_export_cb *export_cb, void *userp)
{
    struct export_call call = {.cb = export_cb, .arg = userp};
    struct whim_tls_sessions *sessions;
    CURLcode result = enter(handle, &call.transfer, &sessions);

    if (result != CURLE_OK)
        return result;
    if (!export_cb)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    sessions = whim_tls_sessions_ref(sessions); /* whatever the callback does to the share */
    result = whim_tls_sessions_export(sessions, take, &call);
    whim_tls_sessions_unref(sessions);
    return result;
}
