/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* fake_loop: an event loop that notes what the adapters' core asks of it, and fails when told to.
 * It aborts when a registration is watched after it was forgotten, forgotten twice, or left over
 * when the loop is closed (D-2). */

#ifndef TEST_ADAPTER_FAKE_LOOP_H
#define TEST_ADAPTER_FAKE_LOOP_H

#include <adapters/bind.h>

#define FAKE_FDS_MAX 1024

struct fake_loop {
    struct whim_loop core; /* first */
    int n_watches, n_unwatches, n_arms, n_disarms;
    int last_fd, last_mask;
    long last_delay_ms;
    uint16_t generations[FAKE_FDS_MAX];
    int masks[FAKE_FDS_MAX]; /* what is watched for now */
    int fail_watches, fail_arms; /* so many fail, with ENOSPC */
};

extern int n_fake_loops; /* open */

struct fake_loop *fake_loop_new(bool is_edge);

/* As the loop would: its event for `fd` as last watched. */
void fake_loop_event(struct fake_loop *l, int fd, int bits);

#endif
