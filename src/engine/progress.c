/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/progress.h"

#include "engine/callback.h"
#include "engine/meter.h"
#include "engine/multi.h"
#include "engine/trace.h"
#include "engine/transfer.h"

/* What the callback says: 0 go on, CURL_PROGRESSFUNC_CONTINUE go on with the meter, else abort. */
static int call(struct whim_transfer *transfer)
{
    const struct whim_options *options = &transfer->options;
    const struct whim_info *info = &transfer->info;
    curl_xferinfo_callback cb =
        WHIM_OPT_FN(curl_xferinfo_callback, options, WHIM_OPT_XFERINFOFUNCTION);
    curl_progress_callback old =
        WHIM_OPT_FN(curl_progress_callback, options, WHIM_OPT_PROGRESSFUNCTION);
    void *arg = whim_opt_ptr(options, WHIM_OPT_XFERINFODATA);
    curl_off_t to_get = info->content_length > 0 ? info->content_length : 0;
    curl_off_t to_put = info->upload_length > 0 ? info->upload_length : 0;
    unsigned before;
    int answer;

    if (!cb && !old)
        return CURL_PROGRESSFUNC_CONTINUE;
    before = whim_callback_enter(transfer);
    if (cb)
        answer = cb(arg, to_get, info->n_received, to_put, info->n_sent);
    else
        answer = old(arg, (double)to_get, (double)info->n_received, (double)to_put,
                     (double)info->n_sent);
    whim_callback_leave(transfer, before);
    return answer;
}

void whim_progress_watch(struct whim_transfer *transfer)
{
    if (!whim_opt_num(&transfer->options, WHIM_OPT_NOPROGRESS))
        whim_list_add_last(&transfer->multi->reporting, &transfer->reporting);
}

bool whim_progress_update(struct whim_transfer *transfer, bool is_final)
{
    int answer;

    if (whim_opt_num(&transfer->options, WHIM_OPT_NOPROGRESS))
        return true;
    answer = call(transfer);
    if (answer == CURL_PROGRESSFUNC_CONTINUE) {
        whim_meter_update(transfer, is_final);
        return true;
    }
    if (answer == 0)
        return true;
    whim_trace_error(transfer, "Callback aborted");
    return false;
}

void whim_progress_update_all(struct whim_multi *multi)
{
    struct whim_list *at;
    struct whim_list *next;

    for (at = multi->reporting.next; at != &multi->reporting; at = next) {
        struct whim_transfer *transfer = WHIM_CONTAINER_OF(at, struct whim_transfer, reporting);

        next = at->next; /* callbacks can take nobody out; finishing takes out this one alone */
        if (!whim_progress_update(transfer, false))
            whim_transfer_finish(transfer, CURLE_ABORTED_BY_CALLBACK, false);
    }
}
