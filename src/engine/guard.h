/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Guard: which calls are refused while the library is inside of which callback (section 1.13).
 *
 * A multi remembers what is on its call stack as a set of bits. Entering adds one and returns what
 * was there; leaving restores that, so nested callbacks are seen whole (C-143). The guard belongs
 * to one multi: others may be driven from inside its callbacks (C-145).
 */
#ifndef WHIM_ENGINE_GUARD_H
#define WHIM_ENGINE_GUARD_H

#include "engine/multi.h"

enum {
    WHIM_IN_EASY_CB = 1 << 0,   /* a callback set with curl_easy_setopt() */
    WHIM_IN_SOCKET_CB = 1 << 1, /* the socket or the timer callback */
    WHIM_IN_NOTIFY_CB = 1 << 2, /* the notify callback */
    WHIM_IN_DRIVE = 1 << 3,     /* a drive call, outside of callbacks */

    /* Calls that change the set of transfers or ask for descriptors. */
    WHIM_REFUSES_CHANGE = WHIM_IN_EASY_CB | WHIM_IN_SOCKET_CB,
    /* Calls that drive the multi or end it. */
    WHIM_REFUSES_DRIVE = WHIM_IN_EASY_CB | WHIM_IN_SOCKET_CB | WHIM_IN_NOTIFY_CB,
};

static inline unsigned whim_guard_enter(struct whim_multi *multi, unsigned what)
{
    unsigned before = multi->call_stack;

    multi->call_stack = before | what;
    return before;
}

static inline void whim_guard_leave(struct whim_multi *multi, unsigned before)
{
    multi->call_stack = before;
    multi->is_clock_stale = true; /* who knows how long the callback took */
}

static inline bool whim_guard_refuses(const struct whim_multi *multi, unsigned refused_in)
{
    return (multi->call_stack & refused_in) != 0;
}

#endif
