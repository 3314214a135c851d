/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The checks that public calls begin with: is it a handle of the right kind (C-1), and is the call
 * allowed here (section 1.13).
 */
#ifndef WHIM_API_HANDLES_H
#define WHIM_API_HANDLES_H

#include "engine/guard.h"
#include "engine/multi.h"
#include "engine/transfer.h"

/* The multi in *ret_multi, or the code to return. refused_in: WHIM_REFUSES_*, or 0. */
static inline CURLMcode whim_api_enter_multi(CURLM *handle, unsigned refused_in,
                                             struct whim_multi **ret_multi)
{
    struct whim_multi *multi = whim_multi_from(handle);

    if (!multi)
        return CURLM_BAD_HANDLE;
    if (whim_guard_refuses(multi, refused_in))
        return CURLM_RECURSIVE_API_CALL;
    *ret_multi = multi;
    return CURLM_OK;
}

/* Is a drive call or a callback of the transfer's multi on the call stack? */
static inline bool whim_api_is_busy(const struct whim_transfer *transfer)
{
    return transfer->is_in_callback ||
           (transfer->multi &&
            whim_guard_refuses(transfer->multi, WHIM_REFUSES_DRIVE | WHIM_IN_DRIVE));
}

/* The multi that performs for this handle alone, made if need be; NULL: out of memory (easy.c). */
struct whim_multi *whim_api_own_multi(struct whim_transfer *transfer);

#endif
