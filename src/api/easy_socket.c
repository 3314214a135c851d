/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Sending and receiving over the connection of a CONNECT_ONLY handle (C-198).
 */
#include "api/handles.h"
#include "engine/conn.h"
#include "engine/trace.h"

/* At once: more than any socket takes. */
enum { MAX_SENT = 1 << 30 };

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

/* Nobody else sends what the link keeps. False: it still keeps some. */
static bool flush(struct whim_conn *conn)
{
    if (conn->link->has_unsent)
        conn->link->ops->flush(conn->link); /* an error is told by what comes next */
    return !conn->link->has_unsent;
}

static CURLcode fail(struct whim_conn *conn, CURLcode result)
{
    conn->transfer->info.os_error = conn->link->os_error;
    return result;
}

CURLcode curl_easy_recv(CURL *curl, void *buffer, size_t buflen, size_t *n)
{
    struct whim_conn *conn;
    CURLcode result = find_conn(curl, &conn);

    if (result != CURLE_OK)
        return result;
    *n = 0;
    flush(conn);
    switch (conn->link->ops->recv(conn->link, buffer, buflen, n)) {
    case WHIM_LINK_OK:
    case WHIM_LINK_CLOSED:
        return CURLE_OK;
    case WHIM_LINK_AGAIN:
        return CURLE_AGAIN;
    default:
        return fail(conn, CURLE_RECV_ERROR);
    }
}

/*
 * A link may take bytes and keep them until the socket does. To say that they are sent would leave
 * them where they are when the application does not call again; so it is told CURLE_AGAIN, and comes
 * again with the same bytes, as everywhere. They are told then, and not sent twice.
 */
static bool tell_owed(struct whim_conn *conn, size_t buflen, size_t *n)
{
    if (!flush(conn) || !conn->n_owed)
        return false;
    *n = conn->n_owed < buflen ? conn->n_owed : buflen;
    conn->n_owed -= (uint32_t)*n;
    return true;
}

CURLcode curl_easy_send(CURL *curl, const void *buffer, size_t buflen, size_t *n)
{
    struct whim_conn *conn;
    struct iovec vec = {(void *)buffer, buflen};
    CURLcode result = find_conn(curl, &conn);

    if (result != CURLE_OK)
        return result;
    *n = 0;
    if (vec.iov_len > MAX_SENT)
        vec.iov_len = MAX_SENT;
    if (tell_owed(conn, buflen, n))
        return CURLE_OK;
    switch (conn->link->ops->send(conn->link, &vec, 1, n)) {
    case WHIM_LINK_OK:
        if (flush(conn))
            return CURLE_OK;
        conn->n_owed = (uint32_t)*n;
        *n = 0;
        return CURLE_AGAIN;
    case WHIM_LINK_AGAIN:
        return buflen ? CURLE_AGAIN : CURLE_OK;
    default:
        return fail(conn, CURLE_SEND_ERROR);
    }
}
