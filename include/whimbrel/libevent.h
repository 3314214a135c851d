/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* whimbrel/libevent.h: drive a multi handle from a libevent 2 event base.
 *
 * Two ways to use it:
 * - in your own base: open with `base`, and run that base as you do; the adapter's events are
 *   among the others, and it needs nothing more;
 * - the adapter owns the loop: open without, add transfers, whim_libevent_run.
 * It uses libcurl's public functions alone and works with any libcurl. See whimbrel-libevent(3). */

#ifndef WHIMBREL_LIBEVENT_H
#define WHIMBREL_LIBEVENT_H

#include <curl/curl.h>

#ifdef __cplusplus
extern "C" {
#endif

struct event_base;
struct whim_libevent;

/* Watch edge-triggered, if the base can and the library reads until there is no more, as
 * Whimbrel's does. */
#define WHIM_LIBEVENT_EDGE 1u

/* All zero is fine. */
struct whim_libevent_options {
    /* Called once for each transfer that has ended, in place of curl_multi_info_read(), which is
     * left to you if this is NULL. It may add, remove and clean up handles, close the adapter and
     * clean up the multi handle. `easy` is NULL when the library lost all its transfers because
     * libevent failed and it cannot say so for each (never with Whimbrel): remove them. */
    void (*done)(CURL *easy, CURLcode result, void *data);
    void *data;
    struct whim_libevent *join; /* share the loop of this adapter, with its flags and base */
    unsigned flags;
    struct event_base *base; /* NULL: a new one. Close the adapter before you free yours */
};

/* Drive `multi` from here on. NULL with errno: EINVAL (bad arguments), EDEADLK (called inside a
 * callback of this multi handle), EPERM (joins a parent process's loop), or no resources. */
struct whim_libevent *whim_libevent_open(CURLM *multi,
                                         const struct whim_libevent_options *options);

/* Run the base until this multi handle has nothing left to do (0) or `timeout_ms` have passed
 * (1; negative: no limit). -1 with errno: EPERM (in the child of a fork), EBUSY (called inside a
 * callback), or what failed. Other events of the base are served meanwhile. */
int whim_libevent_run(struct whim_libevent *e, int timeout_ms);

/* One turn: wait at most `timeout_ms` (negative: no limit) and do what there is to do. Gives the
 * number of running transfers, or -1 as above. */
int whim_libevent_turn(struct whim_libevent *e, int timeout_ms);

/* Forget the multi handle: at any time, in a callback too, before or after curl_multi_cleanup().
 * Transfers that are left go on when driven in another way. NULL is ignored. */
void whim_libevent_close(struct whim_libevent *e);

#ifdef __cplusplus
}
#endif

#endif
