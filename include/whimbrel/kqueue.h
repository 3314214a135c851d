/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* whimbrel/kqueue.h: drive a multi handle from kqueue, on the BSDs and macOS.
 *
 * Three ways to use it:
 * - the adapter owns the loop: whim_kqueue_open, add transfers, whim_kqueue_run;
 * - it is one descriptor in your loop, whatever that is: open with WHIM_KQUEUE_NESTED, watch
 *   whim_kqueue_fd() for reading, call whim_kqueue_turn(k, 0) when it is readable;
 * - it is a guest in your own queue: open with WHIM_KQUEUE_GUEST, and hand each batch of events to
 *   whim_kqueue_take().
 * It uses libcurl's public functions alone and works with any libcurl. See whimbrel-kqueue(3). */

#ifndef WHIMBREL_KQUEUE_H
#define WHIMBREL_KQUEUE_H

#include <curl/curl.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kevent;
struct whim_kqueue;

/* Watch edge-triggered (EV_CLEAR), if the library reads until there is no more, as Whimbrel's. */
#define WHIM_KQUEUE_EDGE 1u
/* Make whim_kqueue_fd() readable when there is something to do, for use in another loop. */
#define WHIM_KQUEUE_NESTED 2u
/* Use the queue `kqueue_fd`, which stays yours. */
#define WHIM_KQUEUE_GUEST 4u

/* True for the udata of an adapter's event: odd and small, as no pointer is. */
#define WHIM_KQUEUE_IS_MARKED(udata) (((size_t)(udata) & 1) && (size_t)(udata) < 1u << 25)

/* All zero is fine. */
struct whim_kqueue_options {
    /* Called once for each transfer that has ended, in place of curl_multi_info_read(), which is
     * left to you if this is NULL. It may add, remove and clean up handles, close the adapter and
     * clean up the multi handle. `easy` is NULL when the library lost all its transfers because
     * kevent failed and it cannot say so for each (never with Whimbrel): remove them. */
    void (*done)(CURL *easy, CURLcode result, void *data);
    void *data;
    struct whim_kqueue *join; /* share the loop of this adapter, with its flags */
    unsigned flags;
    int kqueue_fd; /* with WHIM_KQUEUE_GUEST */
};

/* Drive `multi` from here on. NULL with errno: EINVAL (bad arguments), EDEADLK (called inside a
 * callback of this multi handle), EPERM (joins a parent process's loop), or no resources. */
struct whim_kqueue *whim_kqueue_open(CURLM *multi, const struct whim_kqueue_options *options);

/* Run the loop until this multi handle has nothing left to do (0) or `timeout_ms` have passed
 * (1; negative: no limit). -1 with errno: EPERM (in the child of a fork), EBUSY (called inside a
 * callback), EINVAL (a guest has no loop), or what failed. */
int whim_kqueue_run(struct whim_kqueue *k, int timeout_ms);

/* One turn: wait at most `timeout_ms` (negative: no limit) and do what there is to do. Gives the
 * number of running transfers, or -1 as above. */
int whim_kqueue_turn(struct whim_kqueue *k, int timeout_ms);

/* The queue's descriptor. Watch it, and nothing else. */
int whim_kqueue_fd(const struct whim_kqueue *k);

/* For a guest: act on the adapter's own events among `events[n]`, a batch that kevent() gave, and
 * move the others to the front. Gives how many they are, or -1 with errno EPERM. Adapters that
 * join each other take each other's. Ignore events of adapters since closed:
 * WHIM_KQUEUE_IS_MARKED(event.udata). */
int whim_kqueue_take(struct whim_kqueue *k, struct kevent *events, int n);

/* Forget the multi handle: at any time, in a callback too, before or after curl_multi_cleanup().
 * Transfers that are left go on when driven in another way. NULL is ignored. */
void whim_kqueue_close(struct whim_kqueue *k);

#ifdef __cplusplus
}
#endif

#endif
