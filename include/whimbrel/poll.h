/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* whimbrel/poll.h: drive a multi handle from poll(2), on any POSIX system.
 *
 * The adapter owns the loop: whim_poll_open, add transfers, whim_poll_run. Its cost grows with the
 * number of descriptors watched; where there is epoll or kqueue, prefer those.
 * It uses libcurl's public functions alone and works with any libcurl. See whimbrel-poll(3). */

#ifndef WHIMBREL_POLL_H
#define WHIMBREL_POLL_H

#include <curl/curl.h>

#ifdef __cplusplus
extern "C" {
#endif

struct whim_poll;

/* All zero is fine. */
struct whim_poll_options {
    /* Called once for each transfer that has ended, in place of curl_multi_info_read(), which is
     * left to you if this is NULL. It may add, remove and clean up handles, close the adapter and
     * clean up the multi handle. `easy` is NULL when the library lost all its transfers because
     * memory ran out here and it cannot say so for each (never with Whimbrel): remove them. */
    void (*done)(CURL *easy, CURLcode result, void *data);
    void *data;
    struct whim_poll *join; /* share the loop of this adapter */
    unsigned flags;         /* none so far */
};

/* Drive `multi` from here on. NULL with errno: EINVAL (bad arguments), EDEADLK (called inside a
 * callback of this multi handle), EPERM (joins a parent process's loop), or no resources. */
struct whim_poll *whim_poll_open(CURLM *multi, const struct whim_poll_options *options);

/* Run the loop until this multi handle has nothing left to do (0) or `timeout_ms` have passed
 * (1; negative: no limit). -1 with errno: EPERM (in the child of a fork), EBUSY (called inside a
 * callback), or what failed. */
int whim_poll_run(struct whim_poll *p, int timeout_ms);

/* One turn: wait at most `timeout_ms` (negative: no limit) and do what there is to do. Gives the
 * number of running transfers, or -1 as above. */
int whim_poll_turn(struct whim_poll *p, int timeout_ms);

/* Forget the multi handle: at any time, in a callback too, before or after curl_multi_cleanup().
 * Transfers that are left go on when driven in another way. NULL is ignored. */
void whim_poll_close(struct whim_poll *p);

#ifdef __cplusplus
}
#endif

#endif
