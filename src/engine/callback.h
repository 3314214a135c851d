/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Around every callback that is set on an easy handle: the guard of its multi (section 1.13).
 */
#ifndef WHIM_ENGINE_CALLBACK_H
#define WHIM_ENGINE_CALLBACK_H

#include "engine/guard.h"
#include "engine/transfer.h"

/* Returns what whim_callback_leave() has to be given. */
static inline unsigned whim_callback_enter(struct whim_transfer *transfer)
{
    return transfer->multi ? whim_guard_enter(transfer->multi, WHIM_IN_EASY_CB) : 0;
}

static inline void whim_callback_leave(struct whim_transfer *transfer, unsigned before)
{
    if (transfer->multi)
        whim_guard_leave(transfer->multi, before);
}

#endif
