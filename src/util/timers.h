/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Timers: deadlines in a pairing heap of intrusive nodes.
 *
 * Arming, re-arming and disarming never allocate and never fail. Deadlines are absolute, in
 * microseconds of the monotonic clock. Equal deadlines fire in the order in which they were armed.
 * Firing has two phases (the caller's loop): take out each due node with whim_timers_take_due()
 * and run its owner; a node armed meanwhile for a time not after now is due in the same loop, so
 * callers that must be fair take a bounded number.
 */
#ifndef WHIM_UTIL_TIMERS_H
#define WHIM_UTIL_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

struct whim_timer {
    struct whim_timer *child;
    struct whim_timer *next;
    struct whim_timer *prev; /* previous sibling, or the parent of a first child */
    int64_t deadline_us;
    uint32_t order;
    bool is_armed;
    uint8_t kind; /* the owner's to use: says what structure the node is part of */
};

struct whim_timers {
    struct whim_timer *root;
    uint32_t n_armed_ever;
};

void whim_timers_init(struct whim_timers *timers);
void whim_timer_init(struct whim_timer *timer, uint8_t kind);
/* Arms it, or moves it when it is armed already. */
void whim_timer_arm(struct whim_timers *timers, struct whim_timer *timer, int64_t deadline_us);
/* Does nothing when it is not armed. */
void whim_timer_disarm(struct whim_timers *timers, struct whim_timer *timer);
/* The earliest node, still armed; NULL: none. */
static inline struct whim_timer *whim_timers_first(const struct whim_timers *timers)
{
    return timers->root;
}
/* Disarms and returns the earliest node if it is due at now_us; NULL: none is. */
struct whim_timer *whim_timers_take_due(struct whim_timers *timers, int64_t now_us);

#endif
