/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* The loop's side: turns, waiting, events, and when memory is let go.
 *
 * A turn of a loop that waits by itself:
 *   1. prepare: run what is due, hand out messages, tell the loop changed masks, bound the wait
 *   2. the adapter waits, then reports events with ready
 *   3. leave: hand out messages; run once what that made runnable (timer 0), so that a transfer
 *      added by a message's callback starts in this turn; tell the loop changed masks
 * A loop that calls us has 3 after each batch of events, and 1 when the armed timer is due.
 *
 * Changed masks wait in a queue until then. An edge-triggered loop is never told again: there the
 * queue holds descriptors whose readiness came before the library wanted it. A mask that the loop
 * refuses to change is tried again every RETRY_MS, and the library is told of an error on that
 * descriptor meanwhile, so that nothing hangs. */

#include "bound.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>

#include "pid.h"

#define NS_PER_MS 1000000
#define RETRY_MS 100

#define BOTH_WAYS (CURL_CSELECT_IN | CURL_CSELECT_OUT)

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail with a known clock */
    return (int64_t)now.tv_sec * 1000 * NS_PER_MS + now.tv_nsec;
}

int64_t whim_clock_after_ms(long delay_ms)
{
    return now_ns() + (int64_t)(delay_ms > INT_MAX ? INT_MAX : delay_ms) * NS_PER_MS;
}

static long ms_until(int64_t deadline_ns)
{
    int64_t left_ns;

    if (deadline_ns == WHIM_AT_ONCE)
        return 0;
    left_ns = deadline_ns - now_ns();
    return left_ns <= 0 ? 0 : (long)((left_ns + NS_PER_MS - 1) / NS_PER_MS);
}

/* -- the earliest deadline -------------------------------------------------------------------- */

static int64_t find_deadline(const struct whim_loop *l)
{
    int64_t earliest_ns = l->watches.first_queued >= 0 ? WHIM_AT_ONCE : l->retry_ns;
    const struct whim_bind *b;

    for (b = l->binds; b; b = b->next)
        if (b->deadline_ns < earliest_ns)
            earliest_ns = b->deadline_ns;
    return earliest_ns;
}

int whim_loop_tell_timer(struct whim_loop *l)
{
    int64_t deadline_ns = find_deadline(l);
    int rc;

    if (deadline_ns == l->armed_ns)
        return 0;
    rc = deadline_ns == WHIM_NEVER ? l->ops->disarm(l) : l->ops->arm(l, ms_until(deadline_ns));
    if (!rc)
        l->armed_ns = deadline_ns;
    return rc;
}

/* -- memory ----------------------------------------------------------------------------------- */

void whim_loop_init(struct whim_loop *l, const struct whim_loop_ops *ops, bool is_edge)
{
    *l = (struct whim_loop){
        .ops = ops,
        .is_edge = is_edge,
        .pid = whim_pid_now(),
        .armed_ns = WHIM_NEVER,
        .retry_ns = WHIM_NEVER,
    };
    whim_watches_init(&l->watches);
}

bool whim_loop_is_inherited(const struct whim_loop *l)
{
    return l->pid != whim_pid_now();
}

void whim_loop_hold(struct whim_loop *l)
{
    l->n_held++;
}

void whim_loop_release(struct whim_loop *l)
{
    struct whim_bind **link = &l->binds;
    int error = errno;

    if (--l->n_held)
        return;
    while (*link) {
        struct whim_bind *b = *link;

        if (b->is_closed) {
            *link = b->next;
            free(b);
        } else {
            link = &b->next;
        }
    }
    if (!l->binds) {
        whim_watches_fini(&l->watches);
        l->ops->close(l);
    }
    errno = error;
}

/* -- work that waits for the loop ------------------------------------------------------------- */

static void queue_refused(struct whim_loop *l)
{
    struct whim_bind *b;
    int fd;

    l->retry_ns = WHIM_NEVER;
    for (b = l->binds; b; b = b->next) {
        for (fd = b->first_watch; fd >= 0; fd = l->watches.slots[fd].next)
            if (l->watches.slots[fd].refused)
                whim_watch_queue(&l->watches, &l->watches.slots[fd]);
    }
}

/* One queued descriptor: replay readiness (edge), or tell the loop its mask (level). */
static void settle_watch(struct whim_loop *l, struct whim_watch *w)
{
    struct whim_bind *b = w->owner;
    int fd = w->fd, bits = w->ready & w->mask & BOTH_WAYS;

    if (w->mask & WHIM_WATCH_EDGE) {
        w->ready &= (uint8_t)~bits;
        if (bits)
            whim_bound_drive(b, fd, bits);
    } else if (w->mask != w->told && whim_bound_tell(l, w)) {
        l->retry_ns = whim_clock_after_ms(RETRY_MS);
        whim_bound_drive(b, fd, BOTH_WAYS | CURL_CSELECT_ERR);
    }
}

/* A replay can queue its descriptor again: what is queued meanwhile waits for the next time. */
static void settle_queue(struct whim_loop *l)
{
    int last = l->watches.last_queued, fd = -1;

    while (last >= 0 && fd != last) {
        struct whim_watch *w;

        fd = whim_watch_unqueue(&l->watches);
        w = whim_watch_find(&l->watches, fd);
        if (w)
            settle_watch(l, w);
    }
}

static void drain_all(struct whim_loop *l)
{
    struct whim_bind *b;

    for (b = l->binds; b; b = b->next)
        if (b->has_messages)
            whim_bound_drain(b);
}

static bool run_due(struct whim_loop *l, int64_t now)
{
    struct whim_bind *b;
    bool ran = false;

    for (b = l->binds; b; b = b->next) {
        if (b->deadline_ns <= now) {
            whim_bound_drive_due(b);
            ran = true;
        }
    }
    if (l->retry_ns <= now)
        queue_refused(l);
    return ran;
}

/* After the application was let in, the count of running transfers may be too high, and a run
 * would wait for one that was removed. */
static bool refresh_counts(struct whim_loop *l)
{
    struct whim_bind *b;
    bool ran = false;

    for (b = l->binds; b; b = b->next) {
        if (b->is_unsure && b->n_running > 0 && !whim_bound_is_quiet(b)) {
            whim_bound_drive(b, CURL_SOCKET_TIMEOUT, 0);
            ran = true;
        }
    }
    return ran;
}

static bool is_idle(const struct whim_bind *b)
{
    if (b->is_closed || b->is_gone || whim_bound_is_quiet(b))
        return true;
    return !b->n_running && !b->is_kicked && b->deadline_ns != WHIM_AT_ONCE;
}

static bool is_all_idle(const struct whim_loop *l)
{
    const struct whim_bind *b;

    for (b = l->binds; b; b = b->next)
        if (!is_idle(b))
            return false;
    return true;
}

/* -- entering and leaving --------------------------------------------------------------------- */

int whim_loop_enter(struct whim_loop *l)
{
    if (whim_loop_is_inherited(l)) {
        errno = EPERM;
        return -1;
    }
    l->n_entered++;
    whim_loop_hold(l);
    return 0;
}

static void finish_turn(struct whim_loop *l)
{
    drain_all(l);
    if (run_due(l, WHIM_AT_ONCE))
        drain_all(l);
    settle_queue(l);
    drain_all(l);
    (void)whim_loop_tell_timer(l);
}

void whim_loop_leave(struct whim_loop *l)
{
    struct whim_bind *b;

    if (l->n_entered == 1) {
        finish_turn(l);
        for (b = l->binds; b && !l->is_turning; b = b->next)
            b->failure = 0; /* nobody here to report it to */
    }
    l->n_entered--;
    whim_loop_release(l);
}

int whim_bind_enter(struct whim_bind *b)
{
    if (b->loop->is_turning) {
        errno = EBUSY;
        return -1;
    }
    if (whim_loop_enter(b->loop))
        return -1;
    b->loop->is_turning = true;
    return 0;
}

int whim_bind_leave(struct whim_bind *b, int error)
{
    struct whim_loop *l = b->loop;
    int n_running;

    whim_loop_hold(l);
    whim_loop_leave(l);
    n_running = b->is_closed || b->is_gone ? 0 : b->n_running;
    if (!error)
        error = b->failure;
    b->failure = 0;
    l->is_turning = false;
    whim_loop_release(l);
    if (!error)
        return n_running;
    errno = error;
    return -1;
}

/* -- a turn ----------------------------------------------------------------------------------- */

int whim_loop_prepare(struct whim_loop *l, int max_ms)
{
    int64_t deadline_ns = find_deadline(l);
    bool ran = deadline_ns != WHIM_NEVER && run_due(l, now_ns());
    long wait_ms;

    ran |= refresh_counts(l);
    settle_queue(l);
    drain_all(l);
    if (ran && is_all_idle(l))
        return 0;
    deadline_ns = find_deadline(l);
    if (deadline_ns == WHIM_NEVER)
        return max_ms < 0 ? -1 : max_ms;
    wait_ms = ms_until(deadline_ns);
    if (wait_ms > INT_MAX)
        wait_ms = INT_MAX;
    return max_ms < 0 || wait_ms < max_ms ? (int)wait_ms : max_ms;
}

void whim_loop_ready(struct whim_loop *l, int fd, uint16_t generation, int bits)
{
    struct whim_watch *w = whim_watch_find(&l->watches, fd);

    if (!w || w->generation != generation)
        return;
    if (bits & CURL_CSELECT_ERR) /* C-60: let the library find the error by reading or writing */
        bits |= BOTH_WAYS;
    if (w->mask & WHIM_WATCH_EDGE) {
        w->ready |= (uint8_t)(bits & BOTH_WAYS);
        bits &= w->mask | CURL_CSELECT_ERR;
        w->ready &= (uint8_t)~bits;
    } else if (!(bits & (w->mask | CURL_CSELECT_ERR))) {
        return; /* its mask has changed, and the loop will be told before it waits */
    }
    if (bits)
        whim_bound_drive(w->owner, fd, bits);
}

void whim_loop_due(struct whim_loop *l)
{
    int64_t now = now_ns();

    if (whim_loop_enter(l))
        return;
    l->armed_ns = WHIM_NEVER; /* it has fired; what is left is armed anew on leaving */
    run_due(l, now);
    settle_queue(l);
    whim_loop_leave(l);
}

int whim_bind_run(struct whim_bind *b, int timeout_ms,
                  int (*turn)(struct whim_bind *b, int timeout_ms))
{
    struct whim_loop *l = b->loop;
    int64_t end_ns = timeout_ms < 0 ? WHIM_NEVER : whim_clock_after_ms(timeout_ms);
    int rc = 0;

    whim_loop_hold(l);
    b->is_unsure = true;
    while (!is_idle(b)) {
        long left_ms = end_ns == WHIM_NEVER ? -1 : ms_until(end_ns);

        rc = turn(b, (int)left_ms);
        if (rc < 0)
            break;
        rc = left_ms == 0 && !is_idle(b);
        if (rc)
            break;
    }
    whim_loop_release(l);
    return rc;
}
