/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/drive.h"

#include "dns/resolver.h"
#include "engine/conn.h"
#include "engine/deadline.h"
#include "engine/dial.h"
#include "engine/guard.h"
#include "engine/lookup.h"
#include "engine/multi.h"
#include "engine/poller.h"
#include "engine/progress.h"
#include "engine/transfer.h"
#include "util/clock.h"

#include <limits.h>
#include <stddef.h>

enum {
    READY_BATCH = 256,
    MAX_UNREAD_BACKOFF_US = 1000 * 1000,
    MAX_TIMER_DELAY_US = 20 * 1000,
};

static void fire(struct whim_multi *multi, struct whim_timer *timer)
{
    switch ((enum whim_timer_kind)timer->kind) {
    case WHIM_TIMER_TRANSFER:
        whim_deadline_fire(WHIM_CONTAINER_OF(timer, struct whim_transfer, timer));
        break;
    case WHIM_TIMER_DIAL:
        whim_dial_on_timer(WHIM_CONTAINER_OF(timer, struct whim_dial, timer));
        break;
    case WHIM_TIMER_RESOLVER:
        whim_lookup_on_time(multi);
        break;
    case WHIM_TIMER_PARTING:
        whim_parting_on_timer(multi);
        break;
    }
}

/*
 * Two phases: those due by now are taken out of the heap one by one as they fire; what arms itself
 * anew does so for a later time, so this ends (C-68).
 */
static void fire_due(struct whim_multi *multi)
{
    struct whim_timer *timer;

    while ((timer = whim_timers_take_due(&multi->timers, multi->now_us)))
        fire(multi, timer);
}

/* Each transfer that is in the queue now gets a turn; who queues up meanwhile waits for the next. */
static void run_queue(struct whim_multi *multi)
{
    struct whim_list turn;
    struct whim_list *first;

    whim_list_init(&turn);
    whim_list_splice(&turn, &multi->runnable);
    while ((first = whim_list_first(&turn))) {
        struct whim_transfer *transfer = WHIM_CONTAINER_OF(first, struct whim_transfer, queue);

        whim_transfer_unqueue(transfer);
        whim_transfer_run(transfer);
    }
}

/* False: the descriptor is unknown, stale or removed; event libraries do deliver such. */
static bool serve_socket(struct whim_multi *multi, int fd)
{
    struct whim_registration *entry = whim_registry_find(&multi->registry, fd);

    if (!entry)
        return false;
    switch ((enum whim_owner_kind)entry->owner_kind) {
    case WHIM_OWNER_CONN:
        whim_conn_on_socket(entry->owner, fd);
        break;
    case WHIM_OWNER_RESOLVER:
        whim_resolver_on_socket(multi->resolver, fd, entry->wanted & WHIM_READ,
                                entry->wanted & WHIM_WRITE, multi->now_us);
        break;
    case WHIM_OWNER_NONE:
        break;
    }
    return true;
}

/* Nobody reads the messages: the reminders become rarer, so that the loop does not spin. */
static void back_off_unread(struct whim_multi *multi)
{
    if (!multi->n_messages)
        return;
    multi->unread_backoff_us =
        multi->unread_backoff_us ? multi->unread_backoff_us * 2 : WHIM_US_PER_MS;
    if (multi->unread_backoff_us > MAX_UNREAD_BACKOFF_US)
        multi->unread_backoff_us = MAX_UNREAD_BACKOFF_US;
    multi->unread_us = multi->now_us + multi->unread_backoff_us;
}

static void work_on_time(struct whim_multi *multi)
{
    back_off_unread(multi);
    fire_due(multi);
    run_queue(multi);
    whim_pool_end_linger(multi);
}

static unsigned begin(struct whim_multi *multi)
{
    multi->is_clock_stale = true;
    whim_multi_now_us(multi);
    multi->sentry.n_starts = 0; /* what it said is from before */
    return whim_guard_enter(multi, WHIM_IN_DRIVE);
}

static CURLMcode end(struct whim_multi *multi, unsigned before)
{
    whim_guard_leave(multi, before);
    whim_registry_flush(multi);
    whim_notify_dispatch(multi); /* may add and remove: in drive calls alone (C-126) */
    return whim_drive_settle(multi);
}

/*
 * Does the loop pass over the timer that it was told? One that has always got a socket to serve may
 * never come to it (C-59). Not as soon as it is due: most loops serve what is ready first, each
 * socket once, and the timer then, for all of them in one call.
 */
static bool is_timer_overdue(struct whim_multi *multi)
{
    int64_t due_us = multi->timer_cb ? multi->announced_us : whim_drive_deadline_us(multi);

    if (due_us > multi->now_us)
        return false;
    if (!multi->n_late_calls++)
        multi->late_since_us = multi->now_us;
    if (due_us == WHIM_AT_ONCE)
        due_us = multi->late_since_us;
    return multi->n_late_calls > (unsigned)multi->registry.n_entries ||
           multi->now_us - due_us > MAX_TIMER_DELAY_US;
}

CURLMcode whim_drive_socket(struct whim_multi *multi, int fd)
{
    unsigned before = begin(multi);

    if (fd == CURL_SOCKET_TIMEOUT) {
        multi->announced_us = WHIM_NEVER; /* it has fired: the next one is told anew (C-95) */
        work_on_time(multi);
    } else if (!serve_socket(multi, fd)) {
        work_on_time(multi); /* there is no socket to serve, but the time is right (C-61) */
    } else {
        if (!multi->n_alive)
            whim_pool_end_linger_of(multi, fd);
        if (is_timer_overdue(multi)) {
            multi->n_late_calls = 0; /* also for those who have no timer to be told */
            multi->announced_us = WHIM_NEVER;
            work_on_time(multi);
        }
    }
    return end(multi, before);
}

CURLMcode whim_drive_all(struct whim_multi *multi)
{
    unsigned before = begin(multi);

    multi->announced_us = WHIM_NEVER;
    work_on_time(multi);
    for (int fd = 0; fd < multi->registry.n_entries; fd++)
        serve_socket(multi, fd);
    return end(multi, before);
}

/* What the readiness set has; again while it fills whole batches, but not for ever. */
static void serve_ready(struct whim_multi *multi, int timeout_ms)
{
    struct whim_ready ready[READY_BATCH];
    int n_batches = multi->registry.n_watched / READY_BATCH + 1;
    int n;

    do {
        n = whim_poller_wait(multi->poller, ready, READY_BATCH, timeout_ms);
        if (timeout_ms)
            multi->now_us = whim_clock_now_us();
        timeout_ms = 0;
        for (int i = 0; i < n; i++)
            serve_socket(multi, ready[i].fd);
    } while (n == READY_BATCH && --n_batches > 0);
}

CURLMcode whim_drive_open_poller(struct whim_multi *multi)
{
    CURLMcode result;

    if (multi->poller)
        return CURLM_OK;
    result = whim_poller_new(&multi->poller);
    if (result == CURLM_OK)
        whim_registry_poll_all(multi);
    return result;
}

CURLMcode whim_drive_perform(struct whim_multi *multi)
{
    unsigned before = begin(multi);
    CURLMcode result = whim_drive_open_poller(multi);

    if (result != CURLM_OK) {
        whim_guard_leave(multi, before);
        return result;
    }
    if (multi->announced_us <= multi->now_us)
        multi->announced_us = WHIM_NEVER; /* a loop that answers its timer with perform (C-94) */
    work_on_time(multi);
    if (multi->registry.n_watched) {
        whim_registry_flush(multi); /* interests that the work has just stated */
        serve_ready(multi, 0);
    }
    run_queue(multi); /* those who waited for what ended just now */
    whim_progress_update_all(multi);
    return end(multi, before);
}

CURLMcode whim_drive_turn(struct whim_multi *multi, int max_wait_ms)
{
    unsigned before = begin(multi);
    CURLMcode result = whim_drive_open_poller(multi);
    long wait_ms;

    if (result != CURLM_OK) {
        whim_guard_leave(multi, before);
        return result;
    }
    work_on_time(multi);
    whim_registry_flush(multi);
    whim_lookup_update_timer(multi);
    wait_ms = multi->n_alive ? whim_drive_deadline_ms(multi) : 0;
    if (wait_ms < 0 || wait_ms > max_wait_ms)
        wait_ms = max_wait_ms;
    serve_ready(multi, (int)wait_ms);
    whim_progress_update_all(multi);
    return end(multi, before);
}

int64_t whim_drive_deadline_us(const struct whim_multi *multi)
{
    const struct whim_timer *first = whim_timers_first(&multi->timers);
    int64_t deadline = first ? first->deadline_us : WHIM_NEVER;

    if (multi->is_dead || !whim_list_is_empty(&multi->runnable) ||
        (multi->socket_cb && whim_pool_has_lingering(&multi->pool)))
        return WHIM_AT_ONCE;
    if (multi->n_messages && multi->timer_cb && multi->unread_us < deadline)
        deadline = multi->unread_us;
    return deadline;
}

static long ms_until(int64_t deadline_us, int64_t now_us)
{
    int64_t ms;

    if (deadline_us == WHIM_NEVER)
        return -1;
    if (deadline_us <= now_us)
        return 0;
    ms = (deadline_us - now_us - 1) / WHIM_US_PER_MS + 1; /* up: an early wake finds nothing due */
    return ms > INT_MAX ? INT_MAX : (long)ms;
}

long whim_drive_deadline_ms(const struct whim_multi *multi)
{
    int64_t deadline_us = whim_drive_deadline_us(multi);

    if (deadline_us == WHIM_AT_ONCE)
        return 0;
    return ms_until(deadline_us, whim_clock_now_us());
}

/* A limit that the callback itself sets is told by the next call: there is one in each. */
static void announce_deadline(struct whim_multi *multi)
{
    int64_t deadline_us;
    unsigned before;
    long ms;

    if (!multi->timer_cb || multi->is_dead)
        return;
    deadline_us = whim_drive_deadline_us(multi);
    if (deadline_us == multi->announced_us)
        return;
    multi->announced_us = deadline_us;
    multi->n_late_calls = 0;
    multi->is_timer_told = deadline_us != WHIM_NEVER;
    ms = deadline_us == WHIM_AT_ONCE ? 0 : ms_until(deadline_us, whim_clock_now_us());
    before = whim_guard_enter(multi, WHIM_IN_SOCKET_CB);
    if (multi->timer_cb(multi, ms, multi->timer_data) == -1) {
        whim_multi_die(multi);
        multi->is_timer_lost = true; /* nothing is announced after it in this call (C-65) */
    }
    whim_guard_leave(multi, before);
}

CURLMcode whim_drive_settle(struct whim_multi *multi)
{
    if (whim_guard_refuses(multi, WHIM_REFUSES_DRIVE | WHIM_IN_DRIVE))
        return CURLM_OK; /* inside of a call that settles at its own end */
    whim_registry_flush(multi);
    whim_lookup_update_timer(multi);
    announce_deadline(multi);
#ifndef NDEBUG
    whim_multi_check(multi);
#endif
    return whim_multi_verdict(multi);
}
