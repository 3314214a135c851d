/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* bind: what all adapters share. It binds a multi handle to an event loop through libcurl's public
 * functions alone, so that it serves whichever library the program has linked.
 *
 *     multi handle --socket callback--> whim_bind --watch, unwatch--> the adapter's operations
 *                  --timer callback---> (one each) --arm, disarm---->
 *     multi handle <--socket_action---  whim_loop <--ready, due-----  the adapter's loop
 *
 * whim_loop is the loop as seen from here: the registrations of all multi handles that share it.
 * An adapter puts it FIRST in its own loop struct and supplies five operations. whim_bind is one
 * multi handle on that loop; it is what the adapter's user holds.
 *
 * What is decided here once, so that no adapter can forget it:
 * - a registration is (descriptor, generation), and a stale event is dropped (D-3);
 * - REMOVE reaches the loop at once, while the descriptor is open; a first interest reaches it at
 *   once, so that its failure fails the transfers (C-81); changes of a mask in between are
 *   collected and told once before the loop waits again (D-5);
 * - deadlines are kept in nanoseconds of the monotonic clock, and waits round up; the timer 0
 *   never runs inside the timer callback (C-97, D-4);
 * - messages are read out after the library has returned, and handed to the user's callback,
 *   which may do anything: add, remove, clean up, close the adapter, clean up the multi handle;
 * - closing works at any time and in any order: memory is let go when the last function of ours
 *   has left the stack, and a multi handle that may be gone is never touched (see bind.c);
 * - in the child of a fork nothing is done to the loop, which it shares with its parent (D-8).
 *
 * Callers: adapters. One loop and its multi handles belong to one thread at a time. */

#ifndef WHIM_ADAPTERS_BIND_H
#define WHIM_ADAPTERS_BIND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <curl/curl.h>

#include "watch.h"

/* The engine's extension: idle pooled connections stay registered for reading. Other libraries
 * answer CURLM_UNKNOWN_OPTION. The adapters build without the engine's own header. */
#ifndef WHIM_MOPT_IDLE_WATCH
#define WHIM_MOPT_IDLE_WATCH ((CURLMoption)7001)
#endif

/* In whim_watch.mask: tell me about both directions, and only when one becomes ready anew. */
#define WHIM_WATCH_EDGE 0x80

struct whim_loop;

/* The five operations. Every slot is mandatory. None may call libcurl or the user, and none is
 * called in the child of a fork, save close. They return 0, or -1 with errno. */
struct whim_loop_ops {
    /* Tell the loop to watch w->fd for w->mask. w->told is what it watches for now: 0 for a new
     * registration, which must be told apart from older ones by (w->fd, w->generation), say by
     * keeping both where the loop hands them back with the event. w->note is 0 then, and is the
     * adapter's to use until unwatch. If the loop turns out to know the descriptor already, or
     * to have lost it, put that right (D-6). -1 leaves things as they were. */
    int (*watch)(struct whim_loop *loop, struct whim_watch *w);

    /* Forget w->fd, which is still open, and free w->note. A descriptor that the loop has lost
     * already (EBADF, ENOENT) is no failure. Called once for each registration. */
    int (*unwatch)(struct whim_loop *loop, struct whim_watch *w);

    /* Have whim_loop_due() called `delay_ms` from now, not earlier; 0 means as soon as the loop
     * runs, never from here. Replaces what was armed before. A loop whose every wait is bounded by
     * whim_loop_prepare() has nothing to do. */
    int (*arm)(struct whim_loop *loop, long delay_ms);

    /* Take back what arm asked for. */
    int (*disarm)(struct whim_loop *loop);

    /* The last multi handle has left and every registration has been unwatched: free the loop
     * struct, and close what the adapter opened. In the child of a fork (see
     * whim_loop_is_inherited) registrations are still there and must be left alone. */
    void (*close)(struct whim_loop *loop);
};

/* Fields belong to bind.c. */
struct whim_loop {
    const struct whim_loop_ops *ops;
    bool is_edge;
    struct whim_watches watches;
    struct whim_bind *binds;
    pid_t pid;
    int n_held;     /* functions on the stack that need our memory */
    int n_entered;  /* of these, the ones that finish queued work when they leave */
    bool is_turning;
    int64_t armed_ns; /* the deadline last given to arm, INT64_MAX: none */
    int64_t retry_ns; /* when to tell again what the loop has refused, INT64_MAX: never */
};

typedef void whim_done_fn(CURL *easy, CURLcode result, void *data);

/* -- life ------------------------------------------------------------------------------------ */

/* Make a loop without multi handles. With `is_edge`, watch is asked once per descriptor, with
 * WHIM_WATCH_EDGE, unless the library turns out not to be edge-safe (D-5). */
void whim_loop_init(struct whim_loop *loop, const struct whim_loop_ops *ops, bool is_edge);

/* Bind `multi` to the loop. NULL with errno: EINVAL (not a multi handle), EDEADLK (called inside
 * one of its callbacks), EPERM (the loop is a parent process's), ENOMEM, ENFILE, or what arm gave.
 * On failure a loop that has no other multi handle is closed. */
struct whim_bind *whim_bind_open(struct whim_loop *loop, CURLM *multi, whim_done_fn *done,
                                 void *data);

/* Take the multi handle off the loop: at any time, from any callback, in any order with
 * curl_multi_cleanup. The loop is closed with its last multi handle. NULL is ignored. */
void whim_bind_close(struct whim_bind *b);

struct whim_loop *whim_bind_loop(const struct whim_bind *b);

/* True in a process that inherited the loop by fork. */
bool whim_loop_is_inherited(const struct whim_loop *loop);

/* -- one turn of a loop that waits by itself -------------------------------------------------- */

/* Begin a turn. -1 with errno: EPERM (see above), EBUSY (called inside a turn). */
int whim_bind_enter(struct whim_bind *b);

/* Run what is due, tell the loop what has changed, and say how long it may wait: milliseconds
 * rounded up, at most `max_ms` unless that is negative; -1: no limit. */
int whim_loop_prepare(struct whim_loop *loop, int max_ms);

/* An event came: `bits` of CURL_CSELECT_IN, OUT, ERR. May close anything but the loop's memory. */
void whim_loop_ready(struct whim_loop *loop, int fd, uint16_t generation, int bits);

/* End the turn: hand out messages, run what became runnable. `error` is 0 or the errno of the
 * failed wait. Gives the number of transfers that were running when the library last said, or -1
 * with errno. `b` and its loop may be gone afterwards. */
int whim_bind_leave(struct whim_bind *b, int error);

/* Call `turn` until the multi handle has nothing left to do (0), `timeout_ms` have passed (1;
 * negative: no limit) or an error (-1). 1 also when nothing could ever end the wait. */
int whim_bind_run(struct whim_bind *b, int timeout_ms,
                  int (*turn)(struct whim_bind *b, int timeout_ms));

/* -- a loop that calls us --------------------------------------------------------------------- */

/* Around any number of whim_loop_ready(). After leave the loop's memory may be gone. */
int whim_loop_enter(struct whim_loop *loop);
void whim_loop_leave(struct whim_loop *loop);

/* The time that arm asked for has come. Complete in itself. */
void whim_loop_due(struct whim_loop *loop);

/* The monotonic clock's nanoseconds, `delay_ms` from now. */
int64_t whim_clock_after_ms(long delay_ms);

/* Keep the memory of the loop and its bindings until release, whatever is closed meanwhile. */
void whim_loop_hold(struct whim_loop *loop);
void whim_loop_release(struct whim_loop *loop);

#endif
