/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Sending and receiving over the connection of a CONNECT_ONLY handle (C-198).
 */
#include "api/handles.h"
#include "engine/conn.h"
#include "engine/trace.h"

static CURLcode find_conn(CURL *handle, struct whim_conn **ret_conn)
{
    struct whim_transfer *transfer = whim_transfer_from(handle);

    if (!transfer)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (whim_api_is_busy(transfer))
        return CURLE_RECURSIVE_API_CALL;
    if (!whim_opt_num(&transfer->options, WHIM_OPT_CONNECT_ONLY)) {
        whim_trace_error(transfer, "CONNECT_ONLY is required");
        return CURLE_UNSUPPORTED_PROTOCOL;
    }
    if (transfer->state != WHIM_TRANSFER_CONNECTED) {
        whim_trace_error(transfer, "Failed to get recent socket");
        return CURLE_UNSUPPORTED_PROTOCOL;
    }
    *ret_conn = transfer->conn;
    return CURLE_OK;
}

CURLcode curl_easy_recv(CURL *curl, void *buffer, size_t buflen, size_t *n)
{
    struct whim_conn *conn;
    CURLcode result = find_conn(curl, &conn);

    if (result != CURLE_OK)
        return result;
    *n = 0;
    switch (conn->link->ops->recv(conn->link, buffer, buflen, n)) {
    case WHIM_LINK_OK:
    case WHIM_LINK_CLOSED:
        return CURLE_OK;
    case WHIM_LINK_AGAIN:
        return CURLE_AGAIN;
    default:
        conn->transfer->info.os_error = conn->link->os_error;
        return CURLE_RECV_ERROR;
    }
}

CURLcode curl_easy_send(CURL *curl, const void *buffer, size_t buflen, size_t *n)
{
    struct whim_conn *conn;
    struct iovec vec = {(void *)buffer, buflen};
    CURLcode result = find_conn(curl, &conn);

    if (result != CURLE_OK)
        return result;
    *n = 0;
    switch (conn->link->ops->send(conn->link, &vec, 1, n)) {
    case WHIM_LINK_OK:
        return CURLE_OK;
    case WHIM_LINK_AGAIN:
        return buflen ? CURLE_AGAIN : CURLE_OK;
    default:
        conn->transfer->info.os_error = conn->link->os_error;
        return CURLE_SEND_ERROR;
    }
}
