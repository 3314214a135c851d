/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* The adapter for poll(2).
 *
 * The array given to poll() is dense. A registration's note is its place there, plus one; taking
 * one out moves the last into its place. What poll() found ready is copied, with its generation,
 * before anything is done about it, as that changes the array. */

#include <whimbrel/poll.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "bind.h"

#define PLACES_FIRST 64

struct poll_event {
    int fd;
    uint16_t generation;
    short revents;
};

struct poll_loop {
    struct whim_loop core; /* first */
    struct pollfd *places;
    struct poll_event *events; /* as many as there may be places */
    int n_places, n_places_max;
};

static struct poll_loop *loop_of(struct whim_loop *core)
{
    return (struct poll_loop *)core;
}

/* A handle is the binding under its public name. */
static struct whim_bind *bind_of(const struct whim_poll *p)
{
    return (struct whim_bind *)p;
}

/* -- events ----------------------------------------------------------------------------------- */

static void take_event(struct poll_loop *l, const struct poll_event *event)
{
    int bits = 0;

    if (event->revents & (POLLIN | POLLPRI))
        bits |= CURL_CSELECT_IN;
    if (event->revents & POLLOUT)
        bits |= CURL_CSELECT_OUT;
    if (event->revents & (POLLERR | POLLHUP | POLLNVAL))
        bits |= CURL_CSELECT_ERR;
    whim_loop_ready(&l->core, event->fd, event->generation, bits);
}

static int collect_events(struct poll_loop *l, int n_ready)
{
    int i, n = 0;

    for (i = 0; i < l->n_places && n < n_ready; i++) {
        const struct pollfd *place = &l->places[i];

        if (place->revents) {
            struct whim_watch *w = whim_watch_find(&l->core.watches, place->fd);

            l->events[n++] = (struct poll_event){place->fd, w->generation, place->revents};
        }
    }
    return n;
}

/* -- the five operations ---------------------------------------------------------------------- */

static int grow(struct poll_loop *l)
{
    size_t n = l->n_places_max ? (size_t)l->n_places_max * 2 : PLACES_FIRST;
    struct poll_event *events = realloc(l->events, n * sizeof *events);
    struct pollfd *places;

    if (!events)
        return -1;
    l->events = events;
    places = realloc(l->places, n * sizeof *places);
    if (!places)
        return -1;
    l->places = places;
    l->n_places_max = (int)n;
    return 0;
}

static int watch(struct whim_loop *core, struct whim_watch *w)
{
    struct poll_loop *l = loop_of(core);
    struct pollfd *place;

    if (!w->told) {
        if (l->n_places == l->n_places_max && grow(l))
            return -1;
        w->note = (void *)(uintptr_t)++l->n_places;
    }
    place = &l->places[(uintptr_t)w->note - 1];
    *place = (struct pollfd){.fd = w->fd};
    if (w->mask & CURL_CSELECT_IN)
        place->events |= POLLIN;
    if (w->mask & CURL_CSELECT_OUT)
        place->events |= POLLOUT;
    return 0;
}

static int unwatch(struct whim_loop *core, struct whim_watch *w)
{
    struct poll_loop *l = loop_of(core);
    struct pollfd *place = &l->places[(uintptr_t)w->note - 1];
    struct pollfd *last = &l->places[--l->n_places];

    if (place != last) {
        *place = *last;
        whim_watch_find(&core->watches, place->fd)->note = w->note;
    }
    return 0;
}

static int arm(struct whim_loop *core, long delay_ms)
{
    return 0; /* whim_loop_prepare() bounds each wait */
}

static int disarm(struct whim_loop *core)
{
    return 0;
}

static void close_loop(struct whim_loop *core)
{
    struct poll_loop *l = loop_of(core);

    free(l->places);
    free(l->events);
    free(l);
}

static const struct whim_loop_ops poll_ops = {
    .watch = watch,
    .unwatch = unwatch,
    .arm = arm,
    .disarm = disarm,
    .close = close_loop,
};

/* -- opening ---------------------------------------------------------------------------------- */

static struct poll_loop *new_loop(void)
{
    struct poll_loop *l = calloc(1, sizeof *l);

    if (l)
        whim_loop_init(&l->core, &poll_ops, false);
    return l;
}

struct whim_poll *whim_poll_open(CURLM *multi, const struct whim_poll_options *options)
{
    static const struct whim_poll_options defaults;
    struct whim_loop *core;

    if (!options)
        options = &defaults;
    if (options->flags) {
        errno = EINVAL;
        return NULL;
    }
    if (options->join) {
        core = whim_bind_loop(bind_of(options->join));
    } else {
        struct poll_loop *l = new_loop();

        if (!l)
            return NULL;
        core = &l->core;
    }
    return (struct whim_poll *)whim_bind_open(core, multi, options->done, options->data);
}

/* -- running ---------------------------------------------------------------------------------- */

static int turn(struct whim_bind *b, int timeout_ms)
{
    struct poll_loop *l = loop_of(whim_bind_loop(b));
    int i, n, wait_ms, error;

    if (whim_bind_enter(b))
        return -1;
    wait_ms = whim_loop_prepare(&l->core, timeout_ms);
    n = poll(l->places, (nfds_t)l->n_places, wait_ms);
    error = n < 0 && errno != EINTR ? errno : 0;
    n = collect_events(l, n);
    for (i = 0; i < n; i++) {
        struct poll_event event = l->events[i]; /* the array may move */

        take_event(l, &event);
    }
    return whim_bind_leave(b, error);
}

int whim_poll_turn(struct whim_poll *p, int timeout_ms)
{
    return turn(bind_of(p), timeout_ms);
}

int whim_poll_run(struct whim_poll *p, int timeout_ms)
{
    return whim_bind_run(bind_of(p), timeout_ms, turn);
}

void whim_poll_close(struct whim_poll *p)
{
    whim_bind_close(bind_of(p));
}
