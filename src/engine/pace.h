/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Pace: how fast a transfer may be (MAX_RECV_SPEED, MAX_SEND_SPEED; C-188), and how slow
 * (LOW_SPEED_LIMIT, LOW_SPEED_TIME; C-186).
 *
 * The limits are token buckets, one for each direction, filled at the limit's rate up to what one
 * second gives. While a bucket is empty the transfer has no interest in that direction and a
 * deadline for the refill: it never spins. The options are read each time, so they may be changed
 * while the transfer runs. A transfer without any of them has no struct whim_pace.
 */
#ifndef WHIM_ENGINE_PACE_H
#define WHIM_ENGINE_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct whim_transfer;

struct whim_bucket {
    int64_t n_tokens; /* bytes that may pass now; below 0 after more came than was asked for */
    int64_t filled_us;
    bool is_filled;
};

struct whim_pace {
    struct whim_bucket recv;
    struct whim_bucket send;
    int64_t sample_us; /* when the speed was looked at last */
    int64_t sample_bytes;
    int64_t slow_since_us; /* 0: not slow */
};

/*
 * Makes or updates the pace by the options, and looks at the speed when it is time to. False: the
 * transfer was too slow for too long, or memory ran out, and it is finished.
 */
bool whim_pace_check(struct whim_transfer *transfer);
void whim_pace_fini(struct whim_transfer *transfer);

/* Do the options want one that is not made yet? whim_pace_check() makes it. */
bool whim_pace_is_missing(const struct whim_transfer *transfer);

/* A pause begins or ends: the speed is counted anew from here (C-163). */
void whim_pace_restart(struct whim_transfer *transfer);

/* When whim_pace_check() has something to do next; WHIM_NEVER: not before something happens. */
int64_t whim_pace_next_us(const struct whim_transfer *transfer);

/* Of n bytes, how many may be moved now. */
size_t whim_pace_recv_allowance(struct whim_transfer *transfer, size_t n);
size_t whim_pace_send_allowance(struct whim_transfer *transfer, size_t n);
void whim_pace_received(struct whim_transfer *transfer, size_t n);
void whim_pace_sent(struct whim_transfer *transfer, size_t n);
/* Is the direction to wait for its refill? */
bool whim_pace_is_recv_limited(const struct whim_transfer *transfer);
bool whim_pace_is_send_limited(const struct whim_transfer *transfer);

#endif
