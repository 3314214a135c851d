/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Wake-up: a descriptor that becomes readable when somebody raises it, perhaps another thread.
 *
 * It is made by whoever needs it first: the thread that polls, or one that wants to wake it. Its
 * two ends are one descriptor on Linux (wakeup_eventfd.c), and those of a pipe elsewhere
 * (wakeup_pipe.c); wakeup.c does the rest. All but init and fini may be called by any thread.
 */
#ifndef WHIM_ENGINE_WAKEUP_H
#define WHIM_ENGINE_WAKEUP_H

#include <stdatomic.h>
#include <stdbool.h>

struct whim_wakeup_ends {
    int read_fd;
    int write_fd; /* maybe the same */
};

struct whim_wakeup {
    _Atomic(struct whim_wakeup_ends) ends; /* {-1, -1}: not made yet */
};

void whim_wakeup_init(struct whim_wakeup *wakeup);
void whim_wakeup_fini(struct whim_wakeup *wakeup);
/* What to wait for; -1: no descriptor to be had. */
int whim_wakeup_descriptor(struct whim_wakeup *wakeup);
/* Makes it readable; several times is as good as once. false: it failed. */
bool whim_wakeup_raise(struct whim_wakeup *wakeup);
/* Makes it wait for the next one. */
void whim_wakeup_swallow(struct whim_wakeup *wakeup);

/* Of the system: both ends, close-on-exec and non-blocking. false: not to be had. */
bool whim_wakeup_open_ends(struct whim_wakeup_ends *ret_ends);

#endif
