/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Around every callback that is set on an easy handle: the guard of its multi (section 1.13), or, of
 * a handle that is in none, its own: what would free it is refused in either case.
 */
#ifndef WHIM_ENGINE_CALLBACK_H
#define WHIM_ENGINE_CALLBACK_H

#include "engine/guard.h"
#include "engine/transfer.h"

#define WHIM_CALLBACK_APART 0x80000000u /* beside what guards say */

/* Returns what whim_callback_leave() has to be given. */
static inline unsigned whim_callback_enter(struct whim_transfer *transfer)
{
    unsigned before;

    if (transfer->multi)
        return whim_guard_enter(transfer->multi, WHIM_IN_EASY_CB);
    before = WHIM_CALLBACK_APART | transfer->is_in_callback;
    transfer->is_in_callback = true;
    return before;
}

static inline void whim_callback_leave(struct whim_transfer *transfer, unsigned before)
{
    if (before & WHIM_CALLBACK_APART)
        transfer->is_in_callback = before & 1;
    else if (transfer->multi)
        whim_guard_leave(transfer->multi, before);
}

#endif
