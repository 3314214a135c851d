/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* The adapter for Linux epoll.
 *
 * An event's data.u64 is MARK (16 bits), the loop's number (12), the registration's generation
 * (12), the descriptor (24). MARK makes it no pointer that a program has: bits 48 to 55 are neither
 * all 0 nor all 1, while bits 56 to 63 may hold a pointer's tag on some machines. The number tells
 * several adapters in one epoll set apart.
 *
 * Where epoll_wait() is not ours, time comes as an event as well, from a timer descriptor in the
 * same set. It is only ever moved earlier; when it expires too early it is set anew. */

#include <whimbrel/epoll.h>

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "bind.h"

#define EVENTS_PER_TURN 256
#define MARK 0x57B3u
#define NUMBERS 4096
#define FD_MAX 0xFFFFFF
#define ALL_FLAGS (WHIM_EPOLL_EDGE | WHIM_EPOLL_NESTED | WHIM_EPOLL_GUEST)

struct epoll_loop {
    struct whim_loop core; /* first */
    int epoll_fd;
    int timer_fd;      /* -1: whim_loop_prepare() bounds each wait */
    int64_t expiry_ns; /* when timer_fd expires, INT64_MAX: never */
    uint64_t mark;     /* the upper 28 bits of its events' data */
    bool is_guest;
};

static struct epoll_loop *loop_of(struct whim_loop *core)
{
    return (struct epoll_loop *)core;
}

/* A handle is the binding under its public name. */
static struct whim_bind *bind_of(const struct whim_epoll *e)
{
    return (struct whim_bind *)e;
}

/* -- events ----------------------------------------------------------------------------------- */

_Static_assert(WHIM_EPOLL_IS_MARKED((uint64_t)MARK << 48), "the header knows the mark");

static uint64_t pack_key(const struct epoll_loop *l, int fd, uint16_t generation)
{
    return l->mark | (uint64_t)generation << 24 | (uint64_t)fd;
}

static bool is_own(const struct epoll_loop *l, uint64_t key)
{
    return key >> 36 == l->mark >> 36;
}

static void take_event(struct epoll_loop *l, const struct epoll_event *event)
{
    int fd = (int)(event->data.u64 & FD_MAX);
    uint16_t generation = event->data.u64 >> 24 & (WHIM_GENERATIONS - 1);
    int bits = 0;

    if (fd == l->timer_fd) {
        l->expiry_ns = INT64_MAX;
        whim_loop_due(&l->core);
        return;
    }
    if (event->events & (EPOLLIN | EPOLLPRI))
        bits |= CURL_CSELECT_IN;
    if (event->events & EPOLLOUT)
        bits |= CURL_CSELECT_OUT;
    if (event->events & (EPOLLERR | EPOLLHUP))
        bits |= CURL_CSELECT_ERR;
    whim_loop_ready(&l->core, fd, generation, bits);
}

/* -- the five operations ---------------------------------------------------------------------- */

static int watch(struct whim_loop *core, struct whim_watch *w)
{
    struct epoll_loop *l = loop_of(core);
    int op = w->told ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    struct epoll_event event = {.data.u64 = pack_key(l, w->fd, w->generation)};

    if (w->fd > FD_MAX) {
        errno = EMFILE;
        return -1;
    }
    if (w->mask & WHIM_WATCH_EDGE)
        event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    if (w->mask & CURL_CSELECT_IN)
        event.events |= EPOLLIN;
    if (w->mask & CURL_CSELECT_OUT)
        event.events |= EPOLLOUT;
    if (!epoll_ctl(l->epoll_fd, op, w->fd, &event))
        return 0;
    if (op == EPOLL_CTL_MOD && errno == ENOENT)
        return epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, w->fd, &event);
    if (op == EPOLL_CTL_ADD && errno == EEXIST)
        return epoll_ctl(l->epoll_fd, EPOLL_CTL_MOD, w->fd, &event);
    return -1;
}

static int unwatch(struct whim_loop *core, struct whim_watch *w)
{
    struct epoll_event event = {.events = 0}; /* not read, but not NULL for old kernels */

    if (!epoll_ctl(loop_of(core)->epoll_fd, EPOLL_CTL_DEL, w->fd, &event))
        return 0;
    return errno == EBADF || errno == ENOENT ? 0 : -1;
}

static int arm(struct whim_loop *core, long delay_ms)
{
    struct epoll_loop *l = loop_of(core);
    struct itimerspec when = {.it_value = {.tv_sec = delay_ms / 1000,
                                           .tv_nsec = delay_ms % 1000 * 1000000}};
    int64_t expiry_ns;

    if (l->timer_fd < 0)
        return 0;
    expiry_ns = whim_clock_after_ms(delay_ms);
    if (l->expiry_ns <= expiry_ns)
        return 0;
    if (!delay_ms)
        when.it_value.tv_nsec = 1; /* 0 would mean never */
    if (timerfd_settime(l->timer_fd, 0, &when, NULL))
        return -1;
    l->expiry_ns = expiry_ns;
    return 0;
}

static int disarm(struct whim_loop *core)
{
    return 0; /* at worst the timer expires once and nothing is due */
}

static void close_loop(struct whim_loop *core)
{
    struct epoll_loop *l = loop_of(core);

    if (l->timer_fd >= 0)
        close(l->timer_fd);
    if (!l->is_guest && l->epoll_fd >= 0)
        close(l->epoll_fd);
    free(l);
}

static const struct whim_loop_ops epoll_ops = {
    .watch = watch,
    .unwatch = unwatch,
    .arm = arm,
    .disarm = disarm,
    .close = close_loop,
};

/* -- opening ---------------------------------------------------------------------------------- */

static int open_timer(struct epoll_loop *l)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};

    l->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (l->timer_fd < 0)
        return -1;
    event.data.u64 = pack_key(l, l->timer_fd, 0);
    return epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, l->timer_fd, &event);
}

static struct epoll_loop *new_loop(const struct whim_epoll_options *options)
{
    static atomic_uint last_number;
    struct epoll_loop *l = calloc(1, sizeof *l);

    if (!l)
        return NULL;
    whim_loop_init(&l->core, &epoll_ops, options->flags & WHIM_EPOLL_EDGE);
    l->mark = (uint64_t)MARK << 48 | (uint64_t)(++last_number % NUMBERS) << 36;
    l->is_guest = options->flags & WHIM_EPOLL_GUEST;
    l->timer_fd = -1;
    l->expiry_ns = INT64_MAX;
    l->epoll_fd = l->is_guest ? options->epoll_fd : epoll_create1(EPOLL_CLOEXEC);
    if (l->epoll_fd < 0 ||
        ((options->flags & (WHIM_EPOLL_NESTED | WHIM_EPOLL_GUEST)) && open_timer(l))) {
        int error = l->epoll_fd < 0 && l->is_guest ? EINVAL : errno;

        close_loop(&l->core);
        errno = error;
        return NULL;
    }
    return l;
}

struct whim_epoll *whim_epoll_open(CURLM *multi, const struct whim_epoll_options *options)
{
    static const struct whim_epoll_options defaults;
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
        struct epoll_loop *l = new_loop(options);

        if (!l)
            return NULL;
        core = &l->core;
    }
    return (struct whim_epoll *)whim_bind_open(core, multi, options->done, options->data);
}

/* -- running ---------------------------------------------------------------------------------- */

static int turn(struct whim_bind *b, int timeout_ms)
{
    struct epoll_loop *l = loop_of(whim_bind_loop(b));
    struct epoll_event events[EVENTS_PER_TURN];
    int i, n, error;

    if (l->is_guest) {
        errno = EINVAL;
        return -1;
    }
    if (whim_bind_enter(b))
        return -1;
    n = epoll_wait(l->epoll_fd, events, EVENTS_PER_TURN, whim_loop_prepare(&l->core, timeout_ms));
    error = n < 0 && errno != EINTR ? errno : 0;
    for (i = 0; i < n; i++)
        take_event(l, &events[i]);
    return whim_bind_leave(b, error);
}

int whim_epoll_turn(struct whim_epoll *e, int timeout_ms)
{
    return turn(bind_of(e), timeout_ms);
}

int whim_epoll_run(struct whim_epoll *e, int timeout_ms)
{
    return whim_bind_run(bind_of(e), timeout_ms, turn);
}

int whim_epoll_fd(const struct whim_epoll *e)
{
    return loop_of(whim_bind_loop(bind_of(e)))->epoll_fd;
}

int whim_epoll_take(struct whim_epoll *e, struct epoll_event *events, int n)
{
    struct epoll_loop *l = loop_of(whim_bind_loop(bind_of(e)));
    int i, n_others = 0;

    if (whim_loop_enter(&l->core))
        return -1;
    for (i = 0; i < n; i++) {
        if (is_own(l, events[i].data.u64))
            take_event(l, &events[i]);
        else
            events[n_others++] = events[i];
    }
    whim_loop_leave(&l->core);
    return n_others;
}

void whim_epoll_close(struct whim_epoll *e)
{
    whim_bind_close(bind_of(e));
}
