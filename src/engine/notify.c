/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/notify.h"

#include "engine/guard.h"
#include "engine/multi.h"
#include "engine/transfer.h"

void whim_notify_init(struct whim_notify *notify)
{
    *notify = (struct whim_notify){0};
    whim_list_init(&notify->done);
}

CURLMcode whim_notify_enable(struct whim_notify *notify, unsigned type, bool is_enabled)
{
    if (type > CURLMNOTIFY_EASY_DONE)
        return CURLM_UNKNOWN_OPTION;
    if (is_enabled)
        notify->enabled |= 1u << type;
    else
        notify->enabled &= ~(1u << type);
    return CURLM_OK;
}

static bool is_wanted(const struct whim_notify *notify, unsigned type)
{
    return notify->cb && notify->enabled >> type & 1;
}

void whim_notify_info_read(struct whim_multi *multi)
{
    if (is_wanted(&multi->notify, CURLMNOTIFY_INFO_READ))
        multi->notify.is_info_read_pending = true;
}

void whim_notify_done(struct whim_multi *multi, struct whim_transfer *transfer)
{
    if (is_wanted(&multi->notify, CURLMNOTIFY_EASY_DONE))
        whim_list_add_last(&multi->notify.done, &transfer->notified);
}

static void call(struct whim_multi *multi, unsigned type, struct whim_transfer *transfer)
{
    unsigned before;

    if (!is_wanted(&multi->notify, type))
        return; /* disabled since */
    before = whim_guard_enter(multi, WHIM_IN_NOTIFY_CB);
    multi->notify.cb(multi, type, transfer, multi->notify.data);
    whim_guard_leave(multi, before);
}

void whim_notify_dispatch(struct whim_multi *multi)
{
    struct whim_notify *notify = &multi->notify;
    struct whim_list *first;

    while (notify->is_info_read_pending || !whim_list_is_empty(&notify->done)) {
        if (notify->is_info_read_pending) {
            notify->is_info_read_pending = false;
            call(multi, CURLMNOTIFY_INFO_READ, NULL);
        }
        first = whim_list_first(&notify->done);
        if (first) {
            whim_list_del(first);
            call(multi, CURLMNOTIFY_EASY_DONE,
                 WHIM_CONTAINER_OF(first, struct whim_transfer, notified));
        }
    }
}
