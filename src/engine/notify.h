/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Notifications (C-125..C-128): events that are collected while a drive call runs, and told near
 * its end, when callbacks may add and remove handles.
 *
 * INFO_READ is one pending bit. EASY_DONE is a list of transfers, linked through a member of
 * theirs: collecting never allocates, and a transfer that is removed drops out of it.
 */
#ifndef WHIM_ENGINE_NOTIFY_H
#define WHIM_ENGINE_NOTIFY_H

#include "util/list.h"

#include <curl/curl.h>
#include <stdbool.h>

struct whim_multi;
struct whim_transfer;

struct whim_notify {
    curl_notify_callback cb;
    void *data;
    unsigned enabled; /* bit 1 << CURLMNOTIFY_* */
    bool is_info_read_pending;
    struct whim_list done; /* whim_transfer.notified */
};

void whim_notify_init(struct whim_notify *notify);
/* CURLM_UNKNOWN_OPTION for a type that there is not. */
CURLMcode whim_notify_enable(struct whim_notify *notify, unsigned type, bool is_enabled);
/* The message queue was empty and is not any more. */
void whim_notify_info_read(struct whim_multi *multi);
void whim_notify_done(struct whim_multi *multi, struct whim_transfer *transfer);
/* Tells everything collected, and what the callbacks raise meanwhile (C-126). */
void whim_notify_dispatch(struct whim_multi *multi);

#endif
