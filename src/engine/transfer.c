/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/transfer.h"

#include "engine/chain.h"
#include "engine/conn.h"
#include "engine/cookies.h"
#include "engine/deadline.h"
#include "engine/doh.h"
#include "engine/follow.h"
#include "engine/login.h"
#include "engine/messages.h"
#include "engine/multi.h"
#include "engine/pace.h"
#include "engine/pool.h"
#include "engine/progress.h"
#include "engine/sites.h"
#include "engine/start.h"
#include "engine/tls_report.h"
#include "engine/trace.h"
#include "proto/headers.h"
#include "util/mem.h"

#include <assert.h>
#include <string.h>

/* The states that may follow each one; only assertions look. */
static const unsigned next_states[] __attribute__((unused)) = {
#define TRANSFER_STATE(name, next) [WHIM_TRANSFER_##name] = next,
#include "engine/tbl/transfer_states.h"
};

void whim_transfer_init(struct whim_transfer *transfer)
{
    transfer->magic = WHIM_TRANSFER_MAGIC;
    whim_list_init(&transfer->in_multi);
    whim_list_init(&transfer->queue);
    whim_list_init(&transfer->notified);
    whim_list_init(&transfer->reporting);
    whim_timer_init(&transfer->timer, WHIM_TIMER_TRANSFER);
    whim_info_reset(&transfer->info);
    whim_options_init(&transfer->options);
}

struct whim_transfer *whim_transfer_new(void)
{
    struct whim_transfer *transfer = whim_calloc(1, sizeof(*transfer));

    if (transfer)
        whim_transfer_init(transfer);
    return transfer;
}

struct whim_transfer *whim_transfer_dup(const struct whim_transfer *transfer)
{
    struct whim_transfer *copy = whim_transfer_new();

    if (copy && (whim_options_copy(&copy->options, &transfer->options) != CURLE_OK ||
                 whim_cookies_copy(copy, transfer) != CURLE_OK ||
                 whim_sites_copy(copy, transfer) != CURLE_OK)) {
        whim_sites_drop(copy);
        whim_transfer_free(copy);
        return NULL;
    }
    return copy;
}

void whim_transfer_fini(struct whim_transfer *transfer)
{
    assert(!transfer->multi);
    transfer->magic = 0; /* a stale pointer fails the check, not by luck (C-38); callbacks too */
    if (transfer->own_multi)
        whim_multi_free(transfer->own_multi);
    whim_sites_fini(transfer);
    whim_follow_fini(transfer);
    whim_login_fini(transfer);
    whim_cookies_fini(transfer);
    whim_str_unref_secret(transfer->url_text);
    whim_info_fini(&transfer->info);
    whim_headers_free(transfer->headers);
    whim_options_fini(&transfer->options);
}

void whim_transfer_free(struct whim_transfer *transfer)
{
    whim_transfer_fini(transfer);
    whim_free(transfer);
}

void whim_transfer_enter(struct whim_transfer *transfer, enum whim_transfer_state state)
{
    assert(state == WHIM_TRANSFER_APART || state == WHIM_TRANSFER_DONE ||
           next_states[transfer->state] & 1u << state);
    transfer->state = (uint8_t)state;
}

void whim_transfer_unqueue(struct whim_transfer *transfer)
{
    if (transfer->is_waiting)
        transfer->multi->n_waiting--;
    if (transfer->is_message_unread)
        transfer->multi->n_messages--;
    transfer->is_queued = false;
    transfer->is_waiting = false;
    transfer->is_message_unread = false;
    whim_list_del(&transfer->queue);
}

void whim_transfer_schedule(struct whim_transfer *transfer)
{
    assert(transfer->state != WHIM_TRANSFER_APART);
    if (transfer->is_queued || transfer->state == WHIM_TRANSFER_DONE)
        return;
    whim_transfer_unqueue(transfer);
    if (transfer->state == WHIM_TRANSFER_WAITING)
        whim_transfer_enter(transfer, WHIM_TRANSFER_QUEUED);
    transfer->is_queued = true;
    whim_list_add_last(&transfer->multi->runnable, &transfer->queue);
}

void whim_transfer_run(struct whim_transfer *transfer)
{
    if (whim_deadline_is_passed(transfer))
        return; /* it is done */
    switch ((enum whim_transfer_state)transfer->state) {
    case WHIM_TRANSFER_QUEUED:
        whim_start_transfer(transfer);
        break;
    case WHIM_TRANSFER_CONNECTING:
        if (transfer->conn->is_chain_held)
            whim_chain_on_ready(transfer->conn);
        break;
    case WHIM_TRANSFER_EXCHANGING:
        transfer->conn->session->on_ready(transfer->conn);
        break;
    default:
        break; /* waits for something else: the pool, the resolver, a dial attempt */
    }
}

bool whim_transfer_fails_condition(const struct whim_transfer *transfer)
{
    int64_t wanted = whim_opt_num(&transfer->options, WHIM_OPT_TIMEVALUE_LARGE);
    int64_t seen = transfer->info.filetime;

    if (seen <= 0 || !wanted)
        return false;
    if (whim_opt_num(&transfer->options, WHIM_OPT_TIMECONDITION) == CURL_TIMECOND_IFUNMODSINCE)
        return seen >= wanted;
    return seen <= wanted;
}

CURLcode whim_transfer_keep_header(struct whim_transfer *transfer, unsigned origin,
                                   const char *line, size_t len)
{
    CURLcode result;

    if (transfer->is_internal)
        return CURLE_OK;
    if (!transfer->headers && !(transfer->headers = whim_headers_new()))
        return CURLE_OUT_OF_MEMORY;
    result = whim_headers_add(transfer->headers, origin, line, len);
    if (result == CURLE_TOO_LARGE)
        whim_trace_error(transfer, "Too many response headers, %u is max", WHIM_HEADERS_MAX);
    return result;
}

void whim_transfer_release(struct whim_transfer *transfer, bool can_keep_conn)
{
    struct whim_conn *conn = transfer->conn;
    struct whim_multi *multi = transfer->multi;

    whim_timer_disarm(&multi->timers, &transfer->timer);
    whim_list_del(&transfer->reporting);
    whim_upload_fini(transfer);
    whim_pace_fini(transfer);
    if (conn) {
        transfer->conn = NULL;
        conn->transfer = NULL;
        whim_conn_release(conn, transfer, can_keep_conn);
    }
    if (transfer->is_woken || transfer->wait_number) { /* it may have been woken, and waited again */
        transfer->is_woken = false;
        whim_pool_wake(multi, transfer->origin);
    }
    transfer->wait_number = 0;
    if (transfer->origin) {
        whim_origin_unref(transfer->origin);
        transfer->origin = NULL;
    }
}

static void note_failure(struct whim_transfer *transfer, CURLcode result)
{
    if (!transfer->is_error_told)
        whim_trace_error(transfer, "%s", curl_easy_strerror(result));
}

/* From the start, on a connection that is certainly new, or on the present one. */
static void start_again(struct whim_transfer *transfer, bool can_keep_conn)
{
    transfer->n_retries++;
    transfer->wants_fresh_conn = !can_keep_conn;
    if (transfer->state == WHIM_TRANSFER_EXCHANGING) /* it was connected: the limit counts anew */
        transfer->connect_start_us = whim_multi_now_us(transfer->multi);
    whim_transfer_release(transfer, can_keep_conn);
    whim_progress_watch(transfer);
    whim_transfer_enter(transfer, WHIM_TRANSFER_QUEUED);
    whim_transfer_schedule(transfer);
    whim_deadline_arm(transfer);
}

/* The same request, by another way than before. */
static void start_again_straight(struct whim_transfer *transfer, bool can_keep_conn)
{
    start_again(transfer, can_keep_conn);
    transfer->wants_fresh_conn = false;
}

/* A way that does not lead there is given up for the straight one. */
static bool try_without_alternative(struct whim_transfer *transfer, CURLcode result)
{
    if (!transfer->sites || !whim_sites_drop_alternative(transfer, result))
        return false;
    whim_trace_reset_error(transfer);
    start_again_straight(transfer, false);
    return true;
}

void whim_transfer_finish(struct whim_transfer *transfer, CURLcode result, bool can_keep_conn)
{
    struct whim_info *info = &transfer->info;

    if (result != CURLE_OK && try_without_alternative(transfer, result))
        return;
    if (transfer->state == WHIM_TRANSFER_EXCHANGING && result == CURLE_OK &&
        !whim_progress_update(transfer, true)) {
        result = CURLE_ABORTED_BY_CALLBACK;
        can_keep_conn = false;
    }
    info->total_us = whim_info_since_start(info, transfer->multi->now_us);
    if (result != CURLE_OK)
        note_failure(transfer, result);
    if (transfer->conn && whim_trace_is_on(transfer))
        whim_trace_text(transfer,
                        result == CURLE_OK && can_keep_conn && !transfer->conn->is_no_reuse
                            ? "Connection #%lld to host %s left intact"
                            : "Closing connection #%lld to host %s",
                        (long long)transfer->conn->id, transfer->conn->origin->host);
    whim_transfer_unqueue(transfer); /* after the last callback that may unpause it */
    if (transfer->state == WHIM_TRANSFER_REQUESTING && result == CURLE_OK) {
        whim_timer_disarm(&transfer->multi->timers, &transfer->timer);
        whim_list_del(&transfer->reporting);
        whim_transfer_enter(transfer, WHIM_TRANSFER_CONNECTED); /* keeps its connection */
    } else {
        if (transfer->conn)
            transfer->conn->is_over = result == CURLE_OK;
        whim_transfer_enter(transfer, WHIM_TRANSFER_DONE);
        whim_transfer_release(transfer, can_keep_conn && result == CURLE_OK);
    }
    if (transfer->is_internal) {
        whim_doh_transfer_done(transfer, result);
        return;
    }
    transfer->multi->n_alive--;
    whim_messages_add(transfer, result);
}

enum { MAX_RETRIES = 5 };

/* A connection that was idle may have been closed by the peer as the request went out. */
static bool can_retry(const struct whim_transfer *transfer)
{
    return transfer->conn->is_reused && !transfer->is_response_begun &&
           transfer->n_retries < MAX_RETRIES;
}

/* The same with the origin kept, which has learnt something. */
static void start_again_there(struct whim_transfer *transfer, bool can_keep_conn)
{
    struct whim_origin *origin = transfer->origin;
    CURLcode result;

    if (transfer->n_retries >= MAX_RETRIES) {
        whim_trace_error(transfer, "Credentials are asked for again and again");
        whim_transfer_finish(transfer, CURLE_RECV_ERROR, false);
        return;
    }
    whim_origin_ref(origin); /* it lives on without a connection */
    start_again(transfer, can_keep_conn);
    transfer->origin = origin;
    result = whim_upload_init(transfer);
    if (result != CURLE_OK)
        whim_transfer_finish(transfer, result, false);
}

void whim_transfer_reconnect(struct whim_transfer *transfer)
{
    whim_trace_text(transfer, "The proxy closes, connecting again with credentials");
    start_again_there(transfer, false);
}

/* Another request is to be sent: nothing is known of a response. */
static void forget_exchange(struct whim_transfer *transfer)
{
    struct whim_info *info = &transfer->info;

    if (transfer->is_source_paused) /* it is asked anew, and may pause anew */
        transfer->is_send_paused = false;
    transfer->is_source_paused = false;
    transfer->is_response_begun = false;
    transfer->is_response_done = false;
    info->n_sent = 0;
    info->n_received = 0;
    info->posttransfer_us = 0;
    info->content_length = -1;
    info->has_content_type = false;
    info->retry_after_s = 0;
    info->filetime = -1;
}

/* What comes from now on answers another request. */
static CURLcode count_request(struct whim_transfer *transfer)
{
    return transfer->headers ? whim_headers_begin_request(transfer->headers) : CURLE_OK;
}

/* The same request is to be sent once more: the source from its start. */
static CURLcode rewind_exchange(struct whim_transfer *transfer)
{
    forget_exchange(transfer);
    return whim_upload_rewind(transfer);
}

void whim_transfer_ask_again(struct whim_transfer *transfer, bool can_keep_conn)
{
    CURLcode result = rewind_exchange(transfer);
    bool is_misdirected = transfer->is_misdirected;

    transfer->is_misdirected = false;
    if (result == CURLE_OK)
        result = count_request(transfer);
    whim_trace_text(transfer, "Sending the request again");
    if (result != CURLE_OK)
        whim_transfer_finish(transfer, result, false);
    else if (is_misdirected)
        start_again_straight(transfer, can_keep_conn);
    else
        start_again_there(transfer,
                          can_keep_conn &&
                              !whim_opt_num(&transfer->options, WHIM_OPT_FORBID_REUSE));
}

/* Where the next request is on its way is measured from the start too, but not reached yet. */
static void forget_times(struct whim_info *info)
{
    info->queue_us = 0;
    info->namelookup_us = 0;
    info->connect_us = 0;
    info->pretransfer_us = 0;
    info->starttransfer_us = 0;
    if (info->tls)
        info->tls->appconnect_us = 0;
}

void whim_transfer_hop(struct whim_transfer *transfer, bool can_keep_conn)
{
    CURLcode result = CURLE_OK;

    if (transfer->follow->is_get)
        forget_exchange(transfer); /* with the body */
    else
        result = rewind_exchange(transfer);
    if (result == CURLE_OK)
        result = count_request(transfer);
    can_keep_conn = can_keep_conn && !whim_opt_num(&transfer->options, WHIM_OPT_FORBID_REUSE);
    whim_trace_text(transfer, "Following a redirect by %s to %s", whim_follow_method_name(transfer),
                    transfer->url_text->text);
    if (result != CURLE_OK) {
        whim_transfer_finish(transfer, result, false);
        return;
    }
    forget_times(&transfer->info);
    whim_login_forget_round(transfer);
    transfer->connect_start_us = whim_multi_now_us(transfer->multi);
    start_again(transfer, can_keep_conn);
    transfer->n_retries = 0;
    transfer->wants_fresh_conn = false;
}

void whim_transfer_conn_lost(struct whim_transfer *transfer, CURLcode result, const char *reason)
{
    CURLcode rewound;

    if (!can_retry(transfer)) {
        whim_trace_error(transfer, "%s", reason);
        whim_transfer_finish(transfer, result, false);
        return;
    }
    whim_trace_text(transfer, "Connection died, retrying a fresh connect");
    rewound = rewind_exchange(transfer);
    if (rewound != CURLE_OK) {
        whim_transfer_finish(transfer, rewound, false);
        return;
    }
    start_again(transfer, false);
}
