/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/deadline.h"

#include "engine/conn.h"
#include "engine/multi.h"
#include "engine/pace.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "util/clock.h"

enum {
    DEFAULT_CONNECT_TIMEOUT_MS = 300 * 1000,
    POLLING_MS = 10,
};

static int64_t min_us(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static bool is_connecting(const struct whim_transfer *transfer)
{
    return transfer->state == WHIM_TRANSFER_QUEUED || transfer->state == WHIM_TRANSFER_WAITING ||
           transfer->state == WHIM_TRANSFER_CONNECTING;
}

/* start + ms, or never when that passes the end of time. */
static int64_t after_ms(int64_t start_us, int64_t ms)
{
    int64_t us;

    if (__builtin_mul_overflow(ms, WHIM_US_PER_MS, &us) ||
        __builtin_add_overflow(start_us, us, &us))
        return WHIM_NEVER;
    return us;
}

int64_t whim_deadline_us(const struct whim_transfer *transfer)
{
    int64_t total_ms = whim_opt_num(&transfer->options, WHIM_OPT_TIMEOUT_MS);
    int64_t deadline = WHIM_NEVER;

    if (total_ms > 0)
        deadline = after_ms(transfer->info.start_us, total_ms);
    if (is_connecting(transfer)) {
        int64_t connect_ms = whim_opt_num(&transfer->options, WHIM_OPT_CONNECTTIMEOUT_MS);

        if (connect_ms <= 0)
            connect_ms = DEFAULT_CONNECT_TIMEOUT_MS;
        deadline = min_us(deadline, after_ms(transfer->connect_start_us, connect_ms));
    }
    return deadline;
}

void whim_deadline_arm(struct whim_transfer *transfer)
{
    struct whim_multi *multi = transfer->multi;
    int64_t deadline = whim_deadline_us(transfer);

    if (transfer->state == WHIM_TRANSFER_EXCHANGING) {
        if (transfer->is_continue_awaited)
            deadline = min_us(deadline, transfer->continue_us);
        if (transfer->pace)
            deadline = min_us(deadline, whim_pace_next_us(transfer));
        if (transfer->is_polling)
            deadline = min_us(deadline, after_ms(multi->now_us, POLLING_MS));
    }
    if (deadline == WHIM_NEVER)
        whim_timer_disarm(&multi->timers, &transfer->timer);
    else
        whim_timer_arm(&multi->timers, &transfer->timer, deadline);
}

static void tell_timeout(struct whim_transfer *transfer)
{
    const struct whim_info *info = &transfer->info;
    long long ms = (transfer->multi->now_us - info->start_us) / WHIM_US_PER_MS;

    if (transfer->conn && transfer->conn->state == WHIM_CONN_RESOLVING)
        whim_trace_error(transfer, "Resolving timed out after %lld milliseconds", ms);
    else if (is_connecting(transfer))
        whim_trace_error(transfer, "Connection timed out after %lld milliseconds", ms);
    else if (info->content_length >= 0)
        whim_trace_error(transfer,
                         "Operation timed out after %lld milliseconds with %lld out of %lld bytes "
                         "received",
                         ms, (long long)info->n_received, (long long)info->content_length);
    else
        whim_trace_error(transfer,
                         "Operation timed out after %lld milliseconds with %lld bytes received",
                         ms, (long long)info->n_received);
}

bool whim_deadline_is_passed(struct whim_transfer *transfer)
{
    if (transfer->state == WHIM_TRANSFER_CONNECTED || !transfer->info.start_us ||
        whim_deadline_us(transfer) > transfer->multi->now_us)
        return false; /* who has connected, and no more was asked, has no time limit (C-183) */
    tell_timeout(transfer);
    whim_transfer_finish(transfer, CURLE_OPERATION_TIMEDOUT, false);
    return true;
}

void whim_deadline_fire(struct whim_transfer *transfer)
{
    if (whim_deadline_is_passed(transfer))
        return;
    if (is_connecting(transfer)) {
        if (transfer->info.start_us) /* its limit was raised meanwhile */
            whim_deadline_arm(transfer);
        return;
    }
    if (transfer->is_continue_awaited && transfer->continue_us <= transfer->multi->now_us) {
        whim_trace_text(transfer, "Done waiting for 100-continue");
        transfer->is_continue_awaited = false;
    }
    whim_transfer_run(transfer);
}
