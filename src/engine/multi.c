/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/multi.h"

#include "engine/conn.h"
#include "engine/decode.h"
#include "engine/doh.h"
#include "engine/drive.h"
#include "engine/follow.h"
#include "engine/guard.h"
#include "engine/login.h"
#include "engine/lookup.h"
#include "engine/poller.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/headers.h"
#include "tls/context.h"
#include "tls/sessions.h"
#include "util/clock.h"
#include "util/mem.h"

#include <assert.h>
#include <string.h>

enum {
    MAX_HEAD_BYTES = 1024 * 1024, /* of one request's head */
    DEFAULT_MAX_STREAMS = 100,
    MAX_CHECKED = 1000,
};

struct whim_multi *whim_multi_new(void)
{
    struct whim_multi *multi = whim_calloc(1, sizeof(*multi));

    if (!multi)
        return NULL;
    multi->magic = WHIM_MULTI_MAGIC;
    multi->is_multiplexed = true;
    multi->announced_us = WHIM_NEVER;
    multi->max_streams = DEFAULT_MAX_STREAMS;
    whim_wakeup_init(&multi->wakeup);
    whim_timers_init(&multi->timers);
    whim_registry_init(&multi->registry);
    whim_list_init(&multi->transfers);
    whim_list_init(&multi->runnable);
    whim_list_init(&multi->waiting);
    whim_list_init(&multi->messages);
    whim_list_init(&multi->reporting);
    whim_pool_init(&multi->pool);
    whim_parting_init(&multi->parting);
    whim_timer_init(&multi->resolver_timer, WHIM_TIMER_RESOLVER);
    whim_notify_init(&multi->notify);
    whim_sentry_init(&multi->sentry);
    whim_buf_init(&multi->head, MAX_HEAD_BYTES);
    return multi;
}

/*
 * All but telling the loop: the transfer's request ends here and now, without a message. It keeps
 * the pointer to the multi, which guards it against its own callbacks until the caller lets go.
 */
static void detach(struct whim_multi *multi, struct whim_transfer *transfer)
{
    if (transfer->state != WHIM_TRANSFER_DONE && transfer->state != WHIM_TRANSFER_CONNECTED)
        multi->n_alive--;
    whim_transfer_unqueue(transfer);
    whim_transfer_enter(transfer, WHIM_TRANSFER_APART);
    whim_list_del(&transfer->notified);
    whim_list_del(&transfer->in_multi);
    multi->n_transfers--;
    whim_transfer_release(transfer, false);
}

static void tell_timer_is_off(struct whim_multi *multi)
{
    unsigned before;

    if (!multi->timer_cb || !multi->is_timer_told)
        return;
    multi->announced_us = WHIM_NEVER;
    before = whim_guard_enter(multi, WHIM_IN_SOCKET_CB);
    multi->timer_cb(multi, -1, multi->timer_data);
    whim_guard_leave(multi, before);
}

void whim_multi_free(struct whim_multi *multi)
{
    struct whim_list *first;

    /* D-2: what the loop knows is taken back first, while every descriptor is open. */
    multi->is_closing = true;
    multi->now_us = whim_clock_now_us();
    whim_registry_remove_all(multi);
    tell_timer_is_off(multi);

    while ((first = whim_list_first(&multi->transfers))) {
        struct whim_transfer *transfer = WHIM_CONTAINER_OF(first, struct whim_transfer, in_multi);

        detach(multi, transfer);
        transfer->multi = NULL;
    }
    whim_parting_end_all(multi);
    whim_pool_fini(multi);
    whim_lookup_fini(multi);
    whim_tls_sessions_unref(multi->tls_sessions);
    whim_tls_unref(multi->tls);
    whim_poller_free(multi->poller);
    whim_sentry_close(&multi->sentry);
    whim_wakeup_fini(&multi->wakeup);
    whim_registry_fini(&multi->registry);
    whim_buf_fini(&multi->head);
    whim_free(multi->recv_buffer);
    whim_free(multi->decode_buffer);
    whim_free(multi->upload_buffer);
    if (multi->stand_in) {
        multi->stand_in->multi = NULL;
        whim_transfer_free(multi->stand_in);
    }
    memset(multi, 0, sizeof(*multi)); /* stale use fails the magic check, not by luck (C-38) */
    whim_free(multi);
}

static void update_idle_interest(struct whim_multi *multi)
{
    struct whim_list *at;

    for (at = multi->pool.idle.next; at != &multi->pool.idle; at = at->next)
        whim_conn_update_interest(WHIM_CONTAINER_OF(at, struct whim_conn, in_idle));
}

/* Programs dereference the handle that the socket callback names, whatever C-73 says. */
static bool make_stand_in(struct whim_multi *multi)
{
    if (multi->stand_in)
        return true;
    multi->stand_in = whim_transfer_new();
    if (!multi->stand_in)
        return false;
    multi->stand_in->is_stand_in = true;
    multi->stand_in->multi = multi;
    return true;
}

CURLMcode whim_multi_set_socket_cb(struct whim_multi *multi, curl_socket_callback cb)
{
    bool is_first_or_last = !multi->socket_cb != !cb;

    if (cb && !make_stand_in(multi))
        return CURLM_OUT_OF_MEMORY;
    multi->socket_cb = cb;
    if (!is_first_or_last)
        return CURLM_OK;
    update_idle_interest(multi);
    whim_registry_reannounce(multi);
    return CURLM_OK;
}

void whim_multi_watch_idle(struct whim_multi *multi, bool is_watched)
{
    multi->is_idle_watched = is_watched;
    update_idle_interest(multi);
}

/* Everything that one request leaves behind on the handle. */
static void reset_request(struct whim_multi *multi, struct whim_transfer *transfer)
{
    whim_trace_reset_error(transfer);
    whim_info_reset(&transfer->info);
    if (transfer->headers)
        whim_headers_reset(transfer->headers);
    whim_follow_fini(transfer);
    whim_login_forget_round(transfer);
    transfer->info.transfer_id = multi->last_transfer_id++;
    transfer->n_retries = 0;
    transfer->is_recv_paused = false;
    transfer->is_send_paused = false;
    transfer->is_source_paused = false;
    transfer->is_response_begun = false;
    transfer->is_response_done = false;
    transfer->is_continue_awaited = false;
    transfer->is_expect_refused = false;
    transfer->has_met_proxy = false;
    transfer->is_login_waived = false;
    transfer->is_range_kept = false;
    transfer->is_condition_unmet = false;
    transfer->is_misdirected = false;
    transfer->wants_fresh_conn = false;
    transfer->wait_number = 0;
    transfer->is_woken = false;
    transfer->is_polling = false;
    transfer->is_header_written = false;
}

static void revive(struct whim_multi *multi)
{
    multi->is_dead = false;
    multi->is_timer_lost = false;
}

/*
 * C-21. The handle counts as added already, and its multi as busy: a closesocket callback can do
 * nothing with either.
 */
static void free_own_multi(struct whim_transfer *transfer)
{
    struct whim_multi *own = transfer->own_multi;
    unsigned before = whim_guard_enter(transfer->multi, WHIM_IN_EASY_CB);

    transfer->own_multi = NULL;
    whim_multi_free(own);
    whim_guard_leave(transfer->multi, before);
}

CURLMcode whim_multi_add(struct whim_multi *multi, struct whim_transfer *transfer)
{
    CURLMcode result;

    if (transfer->multi)
        return CURLM_ADDED_ALREADY;
    if (transfer->is_in_callback)
        return CURLM_RECURSIVE_API_CALL;
    if (multi->is_dead && multi->n_transfers)
        return CURLM_ABORTED_BY_CALLBACK;
    revive(multi);
    transfer->multi = multi;
    if (transfer->own_multi && transfer->own_multi != multi)
        free_own_multi(transfer);
    reset_request(multi, transfer);
    if (!multi->n_alive)
        multi->announced_us = WHIM_NEVER; /* a loop may have dropped the timer when all was done */
    whim_list_add_last(&multi->transfers, &transfer->in_multi);
    multi->n_transfers++;
    multi->n_alive++;
    multi->n_added_ever++;
    whim_transfer_enter(transfer, WHIM_TRANSFER_QUEUED);
    whim_transfer_schedule(transfer);

    result = whim_drive_settle(multi);
    if (result == CURLM_OK)
        return CURLM_OK;
    detach(multi, transfer); /* C-45: as if it had not been added */
    transfer->multi = NULL;
    multi->n_added_ever--;
    if (!multi->n_transfers)
        revive(multi);
    return result;
}

CURLMcode whim_multi_remove(struct whim_multi *multi, struct whim_transfer *transfer)
{
    bool was_dead = multi->is_dead;
    CURLMcode result;

    if (!whim_guard_refuses(multi, WHIM_IN_DRIVE))
        multi->now_us = whim_clock_now_us();
    detach(multi, transfer);
    if (!multi->n_transfers) {
        revive(multi); /* the last one has left: the multi may be used again (C-81) */
        whim_pool_end_all_linger(multi); /* as long as there is a handle to name with it */
        whim_parting_end_all(multi);
    }
    multi->leaving = transfer;
    result = whim_drive_settle(multi);
    multi->leaving = NULL;
    transfer->multi = NULL;
    if (!multi->n_transfers) {
        revive(multi); /* and nobody is left whom a callback that fails now could hurt */
        return CURLM_OK;
    }
    return was_dead ? CURLM_OK : result; /* that it is dead has been said before */
}

void whim_multi_die(struct whim_multi *multi)
{
    if (!multi->is_closing)
        multi->is_dead = true;
}

CURLMcode whim_multi_verdict(struct whim_multi *multi)
{
    struct whim_list *at;
    struct whim_list *next;

    if (!multi->is_dead)
        return CURLM_OK;
    if (multi->is_timer_lost) {
        multi->is_timer_lost = false;
        return CURLM_ABORTED_BY_CALLBACK;
    }
    for (at = multi->transfers.next; at != &multi->transfers; at = next) {
        struct whim_transfer *transfer = WHIM_CONTAINER_OF(at, struct whim_transfer, in_multi);

        next = at->next;
        if (transfer->state != WHIM_TRANSFER_DONE && transfer->state != WHIM_TRANSFER_CONNECTED)
            whim_transfer_finish(transfer, CURLE_ABORTED_BY_CALLBACK, false);
    }
    return CURLM_ABORTED_BY_CALLBACK;
}

CURL *whim_multi_name_of(struct whim_multi *multi, struct whim_transfer *transfer)
{
    struct whim_list *any = whim_list_first(&multi->transfers);

    if (transfer && transfer->is_internal)
        transfer = whim_doh_waiter(transfer);
    if (transfer)
        return transfer;
    if (any)
        return WHIM_CONTAINER_OF(any, struct whim_transfer, in_multi);
    return multi->leaving ? multi->leaving : multi->stand_in;
}

CURL *whim_multi_easy_of_socket(struct whim_multi *multi, int fd)
{
    struct whim_registration *entry = whim_registry_find(&multi->registry, fd);
    bool is_of_conn = entry && entry->owner_kind == WHIM_OWNER_CONN;

    return whim_multi_name_of(
        multi, is_of_conn ? ((struct whim_conn *)entry->owner)->transfer : NULL);
}

char *whim_multi_recv_buffer(struct whim_multi *multi)
{
    if (!multi->recv_buffer)
        multi->recv_buffer = whim_malloc(WHIM_RECV_BUFFER_BYTES);
    return multi->recv_buffer;
}

char *whim_multi_decode_buffer(struct whim_multi *multi)
{
    if (!multi->decode_buffer)
        multi->decode_buffer = whim_malloc(WHIM_DECODE_BUFFER_BYTES);
    return multi->decode_buffer;
}

#ifndef NDEBUG
static bool has_reason_to_go_on(const struct whim_multi *multi, const struct whim_transfer *transfer)
{
    const struct whim_conn *conn = transfer->conn;

    if (transfer->state == WHIM_TRANSFER_DONE || transfer->state == WHIM_TRANSFER_CONNECTED)
        return true;
    if (transfer->is_queued || transfer->is_waiting || transfer->timer.is_armed)
        return true;
    if (transfer->is_recv_paused || transfer->is_send_paused)
        return true;
    if (!conn)
        return false;
    if (conn->state != WHIM_CONN_READY)
        return true; /* the dial attempts' or the resolver's interests and timers */
    return multi->registry.entries[conn->socket.fd].wanted != 0;
}
#endif

void whim_multi_check(struct whim_multi *multi)
{
#ifndef NDEBUG
    if (multi->n_transfers > MAX_CHECKED)
        return; /* a debug build is to stay usable */
    for (struct whim_list *at = multi->transfers.next; at != &multi->transfers; at = at->next)
        assert(has_reason_to_go_on(multi,
                                   WHIM_CONTAINER_OF(at, struct whim_transfer, in_multi)));
#endif
}
