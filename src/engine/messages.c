/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/messages.h"

#include "engine/multi.h"
#include "engine/transfer.h"

void whim_messages_add(struct whim_transfer *transfer, CURLcode result)
{
    struct whim_multi *multi = transfer->multi;

    transfer->message.msg = CURLMSG_DONE;
    transfer->message.easy_handle = transfer;
    transfer->message.data.result = result;
    if (!multi->n_messages) {
        whim_notify_info_read(multi);
        multi->unread_backoff_us = 0;
        multi->unread_us = WHIM_AT_ONCE;
    }
    transfer->is_message_unread = true;
    multi->n_messages++;
    whim_list_add_last(&multi->messages, &transfer->queue);
    whim_notify_done(multi, transfer);
}

CURLMsg *whim_messages_take(struct whim_multi *multi, int *ret_n_left)
{
    struct whim_list *first = whim_list_first(&multi->messages);
    struct whim_transfer *transfer;

    *ret_n_left = 0;
    multi->unread_backoff_us = 0;
    multi->unread_us = WHIM_AT_ONCE;
    if (!first)
        return NULL;
    transfer = WHIM_CONTAINER_OF(first, struct whim_transfer, queue);
    whim_transfer_unqueue(transfer);
    *ret_n_left = (int)multi->n_messages;
    return &transfer->message;
}
