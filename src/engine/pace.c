/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/pace.h"

#include "engine/multi.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "util/clock.h"
#include "util/mem.h"

/* A refill is waited for until this part of a second's worth has come together: 50 ms. */
enum { REFILL_PARTS = 20 };

static int64_t recv_limit(const struct whim_transfer *transfer)
{
    return whim_opt_num(&transfer->options, WHIM_OPT_MAX_RECV_SPEED_LARGE);
}

static int64_t send_limit(const struct whim_transfer *transfer)
{
    return whim_opt_num(&transfer->options, WHIM_OPT_MAX_SEND_SPEED_LARGE);
}

static int64_t low_speed_s(const struct whim_transfer *transfer)
{
    if (!whim_opt_num(&transfer->options, WHIM_OPT_LOW_SPEED_LIMIT))
        return 0;
    return whim_opt_num(&transfer->options, WHIM_OPT_LOW_SPEED_TIME);
}

static void refill(struct whim_bucket *bucket, int64_t limit, int64_t now_us)
{
    int64_t elapsed_us = now_us - bucket->filled_us;
    int64_t n;

    if (limit <= 0)
        return;
    if (!bucket->is_filled || elapsed_us >= WHIM_US_PER_S) {
        bucket->n_tokens = limit;
        bucket->filled_us = now_us;
        bucket->is_filled = true;
        return;
    }
    if (__builtin_mul_overflow(limit, elapsed_us, &n))
        n = limit; /* a limit that nothing reaches */
    else
        n /= WHIM_US_PER_S;
    if (n <= 0)
        return; /* keep the time: fractions add up */
    bucket->n_tokens = bucket->n_tokens > limit - n ? limit : bucket->n_tokens + n;
    bucket->filled_us = now_us;
}

static int64_t refill_goal(int64_t limit)
{
    return limit / REFILL_PARTS ? limit / REFILL_PARTS : 1;
}

/* When the bucket will have enough to go on. */
static int64_t refilled_us(const struct whim_bucket *bucket, int64_t limit)
{
    int64_t missing = refill_goal(limit) - bucket->n_tokens;

    return bucket->filled_us + (int64_t)((double)missing * WHIM_US_PER_S / (double)limit) + 1;
}

static bool is_limited(const struct whim_bucket *bucket, int64_t limit)
{
    return limit > 0 && bucket->is_filled && bucket->n_tokens <= 0;
}

static size_t allowance(struct whim_bucket *bucket, int64_t limit, size_t n)
{
    if (limit <= 0)
        return n;
    if (bucket->n_tokens <= 0)
        return 0;
    return (uint64_t)bucket->n_tokens < n ? (size_t)bucket->n_tokens : n;
}

static bool is_paused(const struct whim_transfer *transfer)
{
    return transfer->is_recv_paused || transfer->is_send_paused;
}

void whim_pace_restart(struct whim_transfer *transfer)
{
    struct whim_pace *pace = transfer->pace;

    if (!pace)
        return;
    pace->sample_us = transfer->multi->now_us;
    pace->sample_bytes = transfer->info.n_received + transfer->info.n_sent;
    pace->slow_since_us = 0;
}

/* Once a second: was the last second too slow, and for how long has it been so? */
static bool check_speed(struct whim_transfer *transfer)
{
    struct whim_pace *pace = transfer->pace;
    int64_t now_us = transfer->multi->now_us;
    int64_t limit = whim_opt_num(&transfer->options, WHIM_OPT_LOW_SPEED_LIMIT);
    int64_t time_s = low_speed_s(transfer);
    int64_t n_bytes = transfer->info.n_received + transfer->info.n_sent;
    int64_t elapsed_us = now_us - pace->sample_us;
    bool is_slow;

    if (!time_s || is_paused(transfer)) { /* a pause is nobody's fault */
        whim_pace_restart(transfer);
        return true;
    }
    if (elapsed_us < WHIM_US_PER_S)
        return true;
    is_slow = (double)(n_bytes - pace->sample_bytes) * WHIM_US_PER_S / (double)elapsed_us <
              (double)limit;
    if (!is_slow)
        pace->slow_since_us = 0;
    else if (!pace->slow_since_us)
        pace->slow_since_us = pace->sample_us;
    pace->sample_us = now_us;
    pace->sample_bytes = n_bytes;
    if (!is_slow || now_us - pace->slow_since_us < time_s * WHIM_US_PER_S)
        return true;
    whim_trace_error(transfer,
                     "Operation too slow. Less than %lld bytes/sec transferred the last %lld seconds",
                     (long long)limit, (long long)time_s);
    whim_transfer_finish(transfer, CURLE_OPERATION_TIMEDOUT, false);
    return false;
}

bool whim_pace_is_missing(const struct whim_transfer *transfer)
{
    return !transfer->pace && (recv_limit(transfer) > 0 || send_limit(transfer) > 0 ||
                               low_speed_s(transfer));
}

bool whim_pace_check(struct whim_transfer *transfer)
{
    int64_t recv = recv_limit(transfer);
    int64_t send = send_limit(transfer);
    int64_t now_us = transfer->multi->now_us;

    if (!transfer->pace) {
        if (recv <= 0 && send <= 0 && !low_speed_s(transfer))
            return true;
        transfer->pace = whim_calloc(1, sizeof(*transfer->pace));
        if (!transfer->pace) {
            whim_transfer_finish(transfer, CURLE_OUT_OF_MEMORY, false);
            return false;
        }
        transfer->pace->sample_us = now_us;
    }
    refill(&transfer->pace->recv, recv, now_us);
    refill(&transfer->pace->send, send, now_us);
    return check_speed(transfer);
}

void whim_pace_fini(struct whim_transfer *transfer)
{
    whim_free(transfer->pace);
    transfer->pace = NULL;
}

int64_t whim_pace_next_us(const struct whim_transfer *transfer)
{
    const struct whim_pace *pace = transfer->pace;
    int64_t next_us = WHIM_NEVER;
    int64_t us;

    if (low_speed_s(transfer) && !is_paused(transfer))
        next_us = pace->sample_us + WHIM_US_PER_S;
    if (whim_pace_is_recv_limited(transfer) && !transfer->is_recv_paused) {
        us = refilled_us(&pace->recv, recv_limit(transfer));
        next_us = us < next_us ? us : next_us;
    }
    if (whim_pace_is_send_limited(transfer) && !transfer->is_send_paused) {
        us = refilled_us(&pace->send, send_limit(transfer));
        next_us = us < next_us ? us : next_us;
    }
    return next_us;
}

size_t whim_pace_recv_allowance(struct whim_transfer *transfer, size_t n)
{
    return transfer->pace ? allowance(&transfer->pace->recv, recv_limit(transfer), n) : n;
}

size_t whim_pace_send_allowance(struct whim_transfer *transfer, size_t n)
{
    return transfer->pace ? allowance(&transfer->pace->send, send_limit(transfer), n) : n;
}

void whim_pace_received(struct whim_transfer *transfer, size_t n)
{
    if (transfer->pace)
        transfer->pace->recv.n_tokens -= (int64_t)n;
}

void whim_pace_sent(struct whim_transfer *transfer, size_t n)
{
    if (transfer->pace)
        transfer->pace->send.n_tokens -= (int64_t)n;
}

bool whim_pace_is_recv_limited(const struct whim_transfer *transfer)
{
    return transfer->pace && is_limited(&transfer->pace->recv, recv_limit(transfer));
}

bool whim_pace_is_send_limited(const struct whim_transfer *transfer)
{
    return transfer->pace && is_limited(&transfer->pace->send, send_limit(transfer));
}
