/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* The adapter for kqueue.
 *
 * An event's udata is the loop's number (12 bits), the registration's generation (12) and a 1, so
 * it is odd and small, which no pointer is. The number tells several adapters in one queue apart.
 * The descriptor is the event's ident. Each direction is a filter of its own.
 *
 * Where kevent() is not waited for by us, time comes as an event as well: a one-shot timer whose
 * ident is the loop's address. It is only ever moved earlier; when it fires too early it is set
 * anew. */

#include <whimbrel/kqueue.h>

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/event.h>
#include <sys/time.h>
#include <unistd.h>

#include "bind.h"

#define EVENTS_PER_TURN 256
#define NUMBERS 4096
#define ALL_FLAGS (WHIM_KQUEUE_EDGE | WHIM_KQUEUE_NESTED | WHIM_KQUEUE_GUEST)

struct kqueue_loop {
    struct whim_loop core; /* first */
    int kqueue_fd;
    bool has_timer;    /* if not, whim_loop_prepare() bounds each wait */
    int64_t expiry_ns; /* when the timer fires, INT64_MAX: never */
    uintptr_t mark;    /* the upper bits of its events' udata, and the 1 */
    bool is_guest;
};

static struct kqueue_loop *loop_of(struct whim_loop *core)
{
    return (struct kqueue_loop *)core;
}

/* A handle is the binding under its public name. */
static struct whim_bind *bind_of(const struct whim_kqueue *k)
{
    return (struct whim_bind *)k;
}

/* -- events ----------------------------------------------------------------------------------- */

static void *pack_udata(const struct kqueue_loop *l, uint16_t generation)
{
    return (void *)(l->mark | (uintptr_t)generation << 1);
}

static bool is_own(const struct kqueue_loop *l, uintptr_t udata)
{
    return (udata & ~(uintptr_t)((WHIM_GENERATIONS - 1) << 1)) == l->mark;
}

static void take_event(struct kqueue_loop *l, const struct kevent *event)
{
    uint16_t generation = (uintptr_t)event->udata >> 1 & (WHIM_GENERATIONS - 1);
    int bits = 0;

    if (event->filter == EVFILT_TIMER) {
        l->expiry_ns = INT64_MAX;
        whim_loop_due(&l->core);
        return;
    }
    if (event->filter == EVFILT_READ)
        bits |= CURL_CSELECT_IN;
    if (event->filter == EVFILT_WRITE)
        bits |= CURL_CSELECT_OUT;
    if ((event->flags & EV_ERROR) || ((event->flags & EV_EOF) && event->fflags))
        bits |= CURL_CSELECT_ERR;
    whim_loop_ready(&l->core, (int)event->ident, generation, bits);
}

/* -- the five operations ---------------------------------------------------------------------- */

/* One change. Taking back what is not there any more is no failure. */
static int change(struct kqueue_loop *l, struct whim_watch *w, int filter, int flags)
{
    struct kevent event;

    EV_SET(&event, (uintptr_t)w->fd, filter, flags, 0, 0, pack_udata(l, w->generation));
    if (!kevent(l->kqueue_fd, &event, 1, NULL, 0, NULL))
        return 0;
    return (flags & EV_DELETE) && (errno == EBADF || errno == ENOENT) ? 0 : -1;
}

/* Adding comes first: if it fails things are as they were, or wider. */
static int watch(struct whim_loop *core, struct whim_watch *w)
{
    struct kqueue_loop *l = loop_of(core);
    bool is_edge = w->mask & WHIM_WATCH_EDGE;
    int added = is_edge ? CURL_POLL_INOUT : w->mask & ~w->told;
    int removed = w->told & ~w->mask;
    int add = EV_ADD | (is_edge ? EV_CLEAR : 0);

    if ((added & CURL_CSELECT_IN) && change(l, w, EVFILT_READ, add))
        return -1;
    if ((added & CURL_CSELECT_OUT) && change(l, w, EVFILT_WRITE, add)) {
        if (added & CURL_CSELECT_IN) {
            int error = errno;

            change(l, w, EVFILT_READ, EV_DELETE);
            errno = error;
        }
        return -1;
    }
    if ((removed & CURL_CSELECT_IN) && change(l, w, EVFILT_READ, EV_DELETE))
        return -1;
    if ((removed & CURL_CSELECT_OUT) && change(l, w, EVFILT_WRITE, EV_DELETE))
        return -1;
    return 0;
}

static int unwatch(struct whim_loop *core, struct whim_watch *w)
{
    struct kqueue_loop *l = loop_of(core);
    int told = w->told & WHIM_WATCH_EDGE ? CURL_POLL_INOUT : w->told;
    int rc = 0;

    if (told & CURL_CSELECT_IN)
        rc = change(l, w, EVFILT_READ, EV_DELETE);
    if ((told & CURL_CSELECT_OUT) && change(l, w, EVFILT_WRITE, EV_DELETE))
        rc = -1;
    return rc;
}

static int arm(struct whim_loop *core, long delay_ms)
{
    struct kqueue_loop *l = loop_of(core);
    struct kevent event;
    int64_t expiry_ns;

    if (!l->has_timer)
        return 0;
    expiry_ns = whim_clock_after_ms(delay_ms);
    if (l->expiry_ns <= expiry_ns)
        return 0;
    /* Not every system takes a timer of 0 ms. */
    EV_SET(&event, (uintptr_t)l, EVFILT_TIMER, EV_ADD | EV_ONESHOT, 0, delay_ms ? delay_ms : 1,
           pack_udata(l, 0));
    if (kevent(l->kqueue_fd, &event, 1, NULL, 0, NULL))
        return -1;
    l->expiry_ns = expiry_ns;
    return 0;
}

static int disarm(struct whim_loop *core)
{
    return 0; /* at worst the timer fires once and nothing is due */
}

static void close_loop(struct whim_loop *core)
{
    struct kqueue_loop *l = loop_of(core);
    struct kevent event;

    if (l->kqueue_fd >= 0 && !whim_loop_is_inherited(core)) { /* a child inherits no queues */
        EV_SET(&event, (uintptr_t)l, EVFILT_TIMER, EV_DELETE, 0, 0, NULL);
        if (l->expiry_ns != INT64_MAX)
            (void)kevent(l->kqueue_fd, &event, 1, NULL, 0, NULL);
        if (!l->is_guest)
            close(l->kqueue_fd);
    }
    free(l);
}

static const struct whim_loop_ops kqueue_ops = {
    .watch = watch,
    .unwatch = unwatch,
    .arm = arm,
    .disarm = disarm,
    .close = close_loop,
};

/* -- opening ---------------------------------------------------------------------------------- */

static struct kqueue_loop *new_loop(const struct whim_kqueue_options *options)
{
    static atomic_uint last_number;
    struct kqueue_loop *l = calloc(1, sizeof *l);

    if (!l)
        return NULL;
    whim_loop_init(&l->core, &kqueue_ops, options->flags & WHIM_KQUEUE_EDGE);
    l->mark = (uintptr_t)(++last_number % NUMBERS) << 13 | 1;
    l->is_guest = options->flags & WHIM_KQUEUE_GUEST;
    l->has_timer = options->flags & (WHIM_KQUEUE_NESTED | WHIM_KQUEUE_GUEST);
    l->expiry_ns = INT64_MAX;
    l->kqueue_fd = l->is_guest ? options->kqueue_fd : kqueue();
    if (l->kqueue_fd < 0 || (!l->is_guest && fcntl(l->kqueue_fd, F_SETFD, FD_CLOEXEC))) {
        int error = l->is_guest ? EINVAL : errno;

        close_loop(&l->core);
        errno = error;
        return NULL;
    }
    return l;
}

struct whim_kqueue *whim_kqueue_open(CURLM *multi, const struct whim_kqueue_options *options)
{
    static const struct whim_kqueue_options defaults;
    struct whim_loop *core;

    if (!options)
        options = &defaults;
    if (options->flags & ~ALL_FLAGS) {
        errno = EINVAL;
        return NULL;
    }
    if (options->join) {
        core = whim_bind_loop(bind_of(options->join));
    } else {
        struct kqueue_loop *l = new_loop(options);

        if (!l)
            return NULL;
        core = &l->core;
    }
    return (struct whim_kqueue *)whim_bind_open(core, multi, options->done, options->data);
}

/* -- running ---------------------------------------------------------------------------------- */

static int turn(struct whim_bind *b, int timeout_ms)
{
    struct kqueue_loop *l = loop_of(whim_bind_loop(b));
    struct kevent events[EVENTS_PER_TURN];
    struct timespec wait;
    int i, n, wait_ms, error;

    if (l->is_guest) {
        errno = EINVAL;
        return -1;
    }
    if (whim_bind_enter(b))
        return -1;
    wait_ms = whim_loop_prepare(&l->core, timeout_ms);
    wait = (struct timespec){.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000L};
    n = kevent(l->kqueue_fd, NULL, 0, events, EVENTS_PER_TURN, wait_ms < 0 ? NULL : &wait);
    error = n < 0 && errno != EINTR ? errno : 0;
    for (i = 0; i < n; i++)
        take_event(l, &events[i]);
    return whim_bind_leave(b, error);
}

int whim_kqueue_turn(struct whim_kqueue *k, int timeout_ms)
{
    return turn(bind_of(k), timeout_ms);
}

int whim_kqueue_run(struct whim_kqueue *k, int timeout_ms)
{
    return whim_bind_run(bind_of(k), timeout_ms, turn);
}

int whim_kqueue_fd(const struct whim_kqueue *k)
{
    return loop_of(whim_bind_loop(bind_of(k)))->kqueue_fd;
}

int whim_kqueue_take(struct whim_kqueue *k, struct kevent *events, int n)
{
    struct kqueue_loop *l = loop_of(whim_bind_loop(bind_of(k)));
    int i, n_others = 0;

    if (whim_loop_enter(&l->core))
        return -1;
    for (i = 0; i < n; i++) {
        if (is_own(l, (uintptr_t)events[i].udata))
            take_event(l, &events[i]);
        else
            events[n_others++] = events[i];
    }
    whim_loop_leave(&l->core);
    return n_others;
}

void whim_kqueue_close(struct whim_kqueue *k)
{
    whim_bind_close(bind_of(k));
}
