/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The HTTP/1.x session: one exchange at a time on a connection.
 *
 *   begin     builds the head and sends it, with the body if that lies in memory
 *   on_ready  sends what is left, then receives (http1_receive.c)
 *
 * Both directions run at once: a response may come before the request has been sent. A send that
 * fails does not end the exchange: the peer may have answered before it closed.
 */
#include "engine/http1_exchange.h"

#include "engine/conn.h"
#include "engine/deadline.h"
#include "engine/decode.h"
#include "engine/held.h"
#include "engine/http1_challenge.h"
#include "engine/multi.h"
#include "engine/pace.h"
#include "engine/progress.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "util/clock.h"
#include "util/mem.h"

#include <stdio.h>
#include <string.h>


/* Keeps what the socket did not take of the head. */
static CURLcode keep_head(struct whim_conn *conn, const char *data, size_t len)
{
    conn->out = whim_memdup0(data, len);
    if (!conn->out)
        return CURLE_OUT_OF_MEMORY;
    conn->out_len = (uint32_t)len;
    conn->out_off = 0;
    return CURLE_OK;
}

static void drop_head(struct whim_conn *conn)
{
    whim_free(conn->out);
    conn->out = NULL;
    conn->out_len = 0;
    conn->out_off = 0;
}

/*
 * The socket takes no more: whatever is left of the request stays unsent. What the peer has said
 * before is still to be read.
 */
static void stop_sending(struct whim_conn *conn)
{
    drop_head(conn);
    conn->has_send_failed = true;
    conn->is_send_over = true;
    conn->is_no_reuse = true;
}

static void note_if_sent(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;

    if (!conn->out && whim_upload_is_done(&transfer->upload) && !transfer->info.posttransfer_us)
        transfer->info.posttransfer_us =
            whim_info_since_start(&transfer->info, conn->multi->now_us);
}

/* Sends the head, and with it the memory that follows, in one system call. */
static CURLcode send_first(struct whim_conn *conn, const char *head, size_t head_len)
{
    struct whim_transfer *transfer = conn->transfer;
    struct whim_upload *upload = &transfer->upload;
    bool has_body = upload->source == WHIM_UPLOAD_MEMORY && !upload->is_chunked &&
                    !upload->is_read_to_end && !transfer->is_continue_awaited &&
                    !transfer->is_send_paused;
    const char *body = upload->memory;
    size_t body_len = has_body ? whim_pace_send_allowance(transfer, (size_t)upload->n_left) : 0;
    struct iovec vec[2] = {{(char *)head, head_len}, {(char *)body, body_len}};
    size_t n = 0;

    switch (conn->link->ops->send(conn->link, vec, body_len ? 2 : 1, &n)) {
    case WHIM_LINK_OK:
        break;
    case WHIM_LINK_AGAIN:
        n = 0;
        break;
    default:
        stop_sending(conn);
        return CURLE_OK;
    }
    if (n < head_len)
        return keep_head(conn, head + n, head_len - n);
    n -= head_len;
    if (!n)
        return CURLE_OK;
    transfer->info.request_bytes += (uint32_t)n; /* the body counts when it goes with the head */
    whim_trace_data(transfer, CURLINFO_DATA_OUT, body, n);
    whim_pace_sent(transfer, n);
    return whim_upload_sent(transfer, body, body_len, n);
}

static bool send_kept_head(struct whim_conn *conn)
{
    struct iovec vec = {conn->out + conn->out_off, conn->out_len - conn->out_off};
    size_t n = 0;

    switch (conn->link->ops->send(conn->link, &vec, 1, &n)) {
    case WHIM_LINK_OK:
        conn->out_off += (uint32_t)n;
        if (conn->out_off < conn->out_len)
            return false;
        drop_head(conn);
        return true;
    case WHIM_LINK_AGAIN:
        return false;
    default:
        stop_sending(conn);
        return false;
    }
}

/* Does the body have bytes that may go out now? */
static bool may_send_body(const struct whim_conn *conn)
{
    const struct whim_transfer *transfer = conn->transfer;

    return !conn->is_send_over && !whim_upload_is_done(&transfer->upload) &&
           !transfer->is_continue_awaited && !transfer->is_send_paused &&
           !whim_pace_is_send_limited(transfer);
}

/* One buffer of the body. *ret_is_more: the socket took all of it. */
static CURLcode send_body_once(struct whim_conn *conn, bool *ret_is_more)
{
    struct whim_transfer *transfer = conn->transfer;
    const char *data;
    size_t len;
    size_t n = 0;
    struct iovec vec;
    CURLcode result = whim_upload_next(transfer, &data, &len);

    *ret_is_more = false;
    if (result != CURLE_OK || !len)
        return result;
    vec = (struct iovec){(char *)data, whim_pace_send_allowance(transfer, len)};
    if (vec.iov_len) {
        switch (conn->link->ops->send(conn->link, &vec, 1, &n)) {
        case WHIM_LINK_OK:
        case WHIM_LINK_AGAIN:
            break;
        default:
            stop_sending(conn);
            return CURLE_OK;
        }
    }
    if (n) {
        whim_trace_data(transfer, CURLINFO_DATA_OUT, data, n);
        whim_pace_sent(transfer, n);
    }
    *ret_is_more = n == len;
    return whim_upload_sent(transfer, data, len, n);
}

static CURLcode send_body(struct whim_conn *conn)
{
    CURLcode result = CURLE_OK;
    bool is_more = true;
    int n_rounds = 0;

    while (result == CURLE_OK && is_more && may_send_body(conn)) {
        if (n_rounds++ == WHIM_RECV_ROUNDS) {
            whim_transfer_schedule(conn->transfer); /* others get their turn first (C-69) */
            break;
        }
        result = send_body_once(conn, &is_more);
    }
    return result;
}

/* Moves the request on. False: the transfer has failed, and the connection may be gone. */
static bool send_some(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    CURLcode result = CURLE_OK;

    if (conn->out && !send_kept_head(conn) && conn->out)
        return true;
    if (may_send_body(conn))
        result = send_body(conn);
    if (result != CURLE_OK) {
        whim_transfer_finish(transfer, result, false);
        return false;
    }
    note_if_sent(conn);
    return true;
}

/* The response came first, and now the request is through, or can go no further. */
static bool is_all_over(const struct whim_conn *conn)
{
    const struct whim_transfer *transfer = conn->transfer;

    return transfer->is_response_done &&
           (conn->is_send_over || (!conn->out && whim_upload_is_done(&transfer->upload)));
}

/* Nothing is left to be read after a send failed: no answer will come any more. */
static bool is_unanswerable(const struct whim_conn *conn)
{
    const struct whim_transfer *transfer = conn->transfer;

    return conn->has_send_failed && !transfer->is_response_done && !transfer->is_queued &&
           !conn->held && !transfer->is_recv_paused && !whim_pace_is_recv_limited(transfer);
}

void whim_http1_lose_unanswered(struct whim_conn *conn)
{
    char reason[CURL_ERROR_SIZE];

    conn->transfer->info.os_error = conn->link->os_error;
    snprintf(reason, sizeof(reason), "%s%s", conn->link->reason ? "" : "Send failure: ",
             whim_link_reason(conn->link));
    whim_transfer_conn_lost(conn->transfer, CURLE_SEND_ERROR, reason);
}

static void wait_for_continue(struct whim_transfer *transfer, bool expects_continue)
{
    int64_t ms = whim_opt_num(&transfer->options, WHIM_OPT_EXPECT_100_TIMEOUT_MS);

    transfer->is_continue_awaited = expects_continue;
    transfer->is_expect_sent = expects_continue;
    transfer->continue_us = whim_multi_now_us(transfer->multi) + ms * WHIM_US_PER_MS;
}

static void begin(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    struct whim_buf *head = &conn->multi->head;
    bool expects_continue;
    CURLcode result;

    if (!whim_pace_check(transfer))
        return;
    result = whim_http1_build_head(transfer, head, &expects_continue);
    if (result != CURLE_OK) {
        whim_transfer_finish(transfer, result, false);
        return;
    }
    conn->is_send_over = false;
    conn->has_send_failed = false;
    conn->is_hsts_noted = false;
    whim_http1_init(&conn->parser, whim_http1_parser_options(transfer));
    conn->parser.aliases = whim_opt_ptr(&transfer->options, WHIM_OPT_HTTP200ALIASES);
    whim_transfer_enter(transfer, WHIM_TRANSFER_EXCHANGING);
    transfer->info.request_bytes += (uint32_t)head->len;
    whim_trace_data(transfer, CURLINFO_HEADER_OUT, head->data, head->len);
    wait_for_continue(transfer, expects_continue);
    result = send_first(conn, head->data, head->len);
    if (result != CURLE_OK) {
        whim_transfer_finish(transfer, result, false);
        return;
    }
    if (transfer->upload.source != WHIM_UPLOAD_NONE && !conn->out && !send_some(conn))
        return;
    note_if_sent(conn);
    if (conn->is_send_over)
        whim_transfer_schedule(transfer); /* to read what the peer may have said, or its close */
    whim_deadline_arm(transfer);
    whim_conn_update_interest(conn);
}

static void on_ready(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;

    if (!whim_pace_check(transfer))
        return;
    if ((conn->out || may_send_body(conn)) && !send_some(conn))
        return;
    if (is_all_over(conn)) {
        whim_transfer_finish(transfer, CURLE_OK,
                             !conn->is_send_over &&
                                 !whim_opt_num(&transfer->options, WHIM_OPT_FORBID_REUSE));
        return;
    }
    if (whim_http1_receive(conn) == WHIM_HTTP1_GONE)
        return;
    if (is_unanswerable(conn)) {
        whim_http1_lose_unanswered(conn);
        return;
    }
    if (!whim_progress_update(transfer, false)) {
        whim_transfer_finish(transfer, CURLE_ABORTED_BY_CALLBACK, false);
        return;
    }
    whim_deadline_arm(transfer);
    whim_conn_update_interest(conn);
}

static unsigned want(const struct whim_conn *conn)
{
    const struct whim_transfer *transfer = conn->transfer;
    unsigned interest = 0;

    if (conn->out || may_send_body(conn))
        interest |= WHIM_WRITE;
    if (!transfer->is_response_done && !transfer->is_recv_paused &&
        !whim_pace_is_recv_limited(transfer))
        interest |= WHIM_READ;
    return interest;
}

static void end(struct whim_conn *conn)
{
    drop_head(conn);
    whim_free(conn->held);
    conn->held = NULL;
    whim_decode_free(conn->decode);
    conn->decode = NULL;
    whim_http1_fini(&conn->parser);
    whim_http1_challenge_end(conn);
}

const struct whim_session_ops whim_http1_session = {
    .name = "http1",
    .begin = begin,
    .on_ready = on_ready,
    .want = want,
    .end = end,
};
