/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* whimbrel/epoll.h: drive a multi handle from Linux epoll.
 *
 * Three ways to use it:
 * - the adapter owns the loop: whim_epoll_open, add transfers, whim_epoll_run;
 * - it is one descriptor in your loop, whatever that is: open with WHIM_EPOLL_NESTED, watch
 *   whim_epoll_fd() for reading, call whim_epoll_turn(e, 0) when it is readable;
 * - it is a guest in your own epoll set: open with WHIM_EPOLL_GUEST, and hand each batch of events
 *   to whim_epoll_take().
 * It uses libcurl's public functions alone and works with any libcurl. See whimbrel-epoll(3). */

#ifndef WHIMBREL_EPOLL_H
#define WHIMBREL_EPOLL_H

#include <curl/curl.h>

#ifdef __cplusplus
extern "C" {
#endif

struct epoll_event;
struct whim_epoll;

/* Watch edge-triggered, if the library reads until there is no more, as Whimbrel's does. */
#define WHIM_EPOLL_EDGE 1u
/* Make whim_epoll_fd() readable when there is something to do, for use in another loop. */
#define WHIM_EPOLL_NESTED 2u
/* Use the epoll set `epoll_fd`, which stays yours. */
#define WHIM_EPOLL_GUEST 4u

/* True for the data of an adapter's event. */
#define WHIM_EPOLL_IS_MARKED(u64) ((u64) >> 48 == 0x57B3u)

/* All zero is fine. */
struct whim_epoll_options {
    /* Called once for each transfer that has ended, in place of curl_multi_info_read(), which is
     * left to you if this is NULL. It may add, remove and clean up handles, close the adapter and
     * clean up the multi handle. `easy` is NULL when the library lost all its transfers because
     * epoll failed and it cannot say so for each (never with Whimbrel): remove them. */
    void (*done)(CURL *easy, CURLcode result, void *data);
    void *data;
    struct whim_epoll *join; /* share the loop of this adapter, with its flags */
    unsigned flags;
    int epoll_fd; /* with WHIM_EPOLL_GUEST */
};

/* Drive `multi` from here on. NULL with errno: EINVAL (bad arguments), EDEADLK (called inside a
 * callback of this multi handle), EPERM (joins a parent process's loop), or no resources. */
struct whim_epoll *whim_epoll_open(CURLM *multi, const struct whim_epoll_options *options);

/* Run the loop until this multi handle has nothing left to do (0) or `timeout_ms` have passed
 * (1; negative: no limit). -1 with errno: EPERM (in the child of a fork), EBUSY (called inside a
 * callback), EINVAL (a guest has no loop), or what failed. */
int whim_epoll_run(struct whim_epoll *e, int timeout_ms);

/* One turn: wait at most `timeout_ms` (negative: no limit) and do what there is to do. Gives the
 * number of running transfers, or -1 as above. */
int whim_epoll_turn(struct whim_epoll *e, int timeout_ms);

/* The epoll set's descriptor. Watch it, and nothing else. */
int whim_epoll_fd(const struct whim_epoll *e);

/* For a guest: act on the adapter's own events among `events[n]`, a batch that epoll_wait() gave,
 * and move the others to the front. Gives how many they are, or -1 with errno EPERM. Adapters that
 * join each other take each other's. The adapter marks its events in the upper bits of data.u64,
 * as no pointer and no data.fd in a zeroed data looks. Ignore events of adapters since closed:
 * WHIM_EPOLL_IS_MARKED(event.data.u64). */
int whim_epoll_take(struct whim_epoll *e, struct epoll_event *events, int n);

/* Forget the multi handle: at any time, in a callback too, before or after curl_multi_cleanup().
 * Transfers that are left go on when driven in another way. NULL is ignored. */
void whim_epoll_close(struct whim_epoll *e);

#ifdef __cplusplus
}
#endif

#endif
