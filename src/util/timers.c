/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/timers.h"

#include <stddef.h>

void whim_timers_init(struct whim_timers *timers)
{
    *timers = (struct whim_timers){0};
}

void whim_timer_init(struct whim_timer *timer, uint8_t kind)
{
    *timer = (struct whim_timer){.kind = kind};
}

static bool is_before(const struct whim_timer *a, const struct whim_timer *b)
{
    if (a->deadline_us != b->deadline_us)
        return a->deadline_us < b->deadline_us;
    return (int32_t)(a->order - b->order) < 0; /* survives the wrap of the counter */
}

/* Makes the later of two roots the first child of the other. Either may be NULL. */
static struct whim_timer *meld(struct whim_timer *a, struct whim_timer *b)
{
    if (!a)
        return b;
    if (!b)
        return a;
    if (is_before(b, a)) {
        struct whim_timer *swap = a;

        a = b;
        b = swap;
    }
    b->prev = a;
    b->next = a->child;
    if (b->next)
        b->next->prev = b;
    a->child = b;
    a->next = NULL;
    a->prev = NULL;
    return a;
}

/* Two passes over a list of siblings: meld pairs left to right, then all right to left. */
static struct whim_timer *meld_siblings(struct whim_timer *first)
{
    struct whim_timer *pairs = NULL;
    struct whim_timer *root = NULL;

    while (first) {
        struct whim_timer *a = first;
        struct whim_timer *b = a->next;

        first = b ? b->next : NULL;
        a->next = NULL;
        a->prev = NULL;
        if (b) {
            b->next = NULL;
            b->prev = NULL;
        }
        a = meld(a, b);
        a->next = pairs;
        pairs = a;
    }
    while (pairs) {
        struct whim_timer *next = pairs->next;

        pairs->next = NULL;
        root = meld(root, pairs);
        pairs = next;
    }
    return root;
}

void whim_timer_disarm(struct whim_timers *timers, struct whim_timer *timer)
{
    struct whim_timer *orphans;

    if (!timer->is_armed)
        return;
    orphans = meld_siblings(timer->child);
    if (timer == timers->root) {
        timers->root = orphans;
    } else {
        if (timer->prev->child == timer)
            timer->prev->child = timer->next;
        else
            timer->prev->next = timer->next;
        if (timer->next)
            timer->next->prev = timer->prev;
        timers->root = meld(timers->root, orphans);
    }
    timer->child = NULL;
    timer->next = NULL;
    timer->prev = NULL;
    timer->is_armed = false;
}

void whim_timer_arm(struct whim_timers *timers, struct whim_timer *timer, int64_t deadline_us)
{
    if (timer->is_armed) {
        if (timer->deadline_us == deadline_us)
            return;
        whim_timer_disarm(timers, timer);
    }
    timer->deadline_us = deadline_us;
    timer->order = timers->n_armed_ever++;
    timer->is_armed = true;
    timers->root = meld(timers->root, timer);
}

struct whim_timer *whim_timers_take_due(struct whim_timers *timers, int64_t now_us)
{
    struct whim_timer *first = timers->root;

    if (!first || first->deadline_us > now_us)
        return NULL;
    whim_timer_disarm(timers, first);
    return first;
}
