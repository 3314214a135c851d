/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * TLS sessions out of a handle's multi, and into it: the one where it is added, else its own.
 */
#include "api/handles.h"
#include "tls/context.h"
#include "tls/session_export.h"

struct export_call {
    struct whim_transfer *transfer;
    struct whim_multi *multi;
    curl_ssls_export_cb *cb;
    void *arg;
};

/* The sessions of that multi, made if need be; NULL: out of memory. */
static struct whim_tls_sessions *sessions_of(struct whim_multi *multi)
{
    if (!multi->tls_sessions)
        multi->tls_sessions = whim_tls_sessions_new(NULL, NULL, NULL);
    return multi->tls_sessions;
}

/* The call's multi, or the code to return. */
static CURLcode enter(CURL *handle, struct whim_transfer **ret_transfer,
                      struct whim_multi **ret_multi)
{
    struct whim_transfer *transfer = whim_transfer_from(handle);

    if (!transfer)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (!whim_tls_is_built_in())
        return CURLE_NOT_BUILT_IN;
    if (whim_api_is_busy(transfer))
        return CURLE_RECURSIVE_API_CALL;
    *ret_transfer = transfer;
    *ret_multi = transfer->multi ? transfer->multi : whim_api_own_multi(transfer);
    return *ret_multi && sessions_of(*ret_multi) ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

CURLcode curl_easy_ssls_import(CURL *handle, const char *session_key, const unsigned char *shmac,
                               size_t shmac_len, const unsigned char *sdata, size_t sdata_len)
{
    struct whim_transfer *transfer;
    struct whim_multi *multi;
    CURLcode result = enter(handle, &transfer, &multi);

    if (result != CURLE_OK)
        return result;
    if (!session_key && !shmac)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    return whim_tls_sessions_import(multi->tls_sessions, session_key, shmac, shmac_len, sdata,
                                    sdata_len);
}

static CURLcode take(void *arg, const struct whim_tls_exported *session)
{
    struct export_call *call = arg;
    unsigned before = whim_guard_enter(call->multi, WHIM_IN_EASY_CB);
    CURLcode result = call->cb(call->transfer, call->arg, session->key, session->salted,
                               session->salted_len, session->data, session->len,
                               session->valid_until_s, session->tls_version, session->alpn,
                               session->early_data_max);

    whim_guard_leave(call->multi, before);
    return result;
}

CURLcode curl_easy_ssls_export(CURL *handle, curl_ssls_export_cb *export_cb, void *userp)
{
    struct export_call call = {.cb = export_cb, .arg = userp};
    CURLcode result = enter(handle, &call.transfer, &call.multi);

    if (result != CURLE_OK)
        return result;
    if (!export_cb)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    return whim_tls_sessions_export(call.multi->tls_sessions, take, &call);
}
