/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Waiting without a loop: poll, wait, wakeup, and the lists of descriptors for those who wait by
 * themselves (section 1.10).
 */
#ifndef WHIM_ENGINE_WAIT_H
#define WHIM_ENGINE_WAIT_H

#include <curl/curl.h>
#include <stdbool.h>

struct whim_multi;

struct whim_wait_request {
    struct curl_waitfd *extra; /* the application's own descriptors; revents are written */
    unsigned n_extra;
    int timeout_ms;
    bool is_poll; /* curl_multi_poll: sleeps with nothing to wait for, and can be woken */
};

/* *ret_n_ready, which may be NULL: descriptors that are ready, without the wake-up's (C-115). */
CURLMcode whim_wait(struct whim_multi *multi, const struct whim_wait_request *request,
                    int *ret_n_ready);

/* Ends the current or the next poll. The one function that other threads may call (C-116). */
CURLMcode whim_wakeup(struct whim_multi *multi);

/* Adds every descriptor with an interest to the sets; *ret_max_fd is -1 when there is none. */
CURLMcode whim_wait_fill_sets(struct whim_multi *multi, fd_set *read_set, fd_set *write_set,
                              int *ret_max_fd);

/* Fills up to n_slots; returns how many there are. */
unsigned whim_wait_fill_fds(struct whim_multi *multi, struct curl_waitfd *slots, unsigned n_slots);

#endif
