/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/share.h"

#include "engine/callback.h"
#include "engine/transfer.h"

struct whim_share *whim_share_of(const struct whim_transfer *transfer)
{
    return whim_opt_ptr(&transfer->options, WHIM_OPT_SHARE);
}

void whim_share_tell(struct whim_transfer *transfer, curl_lock_data kind, bool is_locked)
{
    const struct whim_share *share = whim_share_of(transfer);
    unsigned before;

    if (!share)
        return;
    before = whim_callback_enter(transfer);
    if (is_locked && share->lock)
        share->lock(transfer, kind, CURL_LOCK_ACCESS_SINGLE, share->lock_data);
    else if (!is_locked && share->unlock)
        share->unlock(transfer, kind, share->lock_data);
    whim_callback_leave(transfer, before);
}
