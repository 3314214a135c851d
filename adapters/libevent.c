/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* The adapter for libevent 2.
 *
 * Each registration has a note with an event of its own; changing a mask reassigns it, which does
 * not allocate. Time comes as an event as well. libevent counts a timeout from the time that it
 * cached before the callback it is in, so it may come early: whim_loop_due() then arms it anew.
 *
 * In the child of a fork the base's descriptors are shared with the parent, and deleting an event
 * would reach them: the base and its events are left to the process. */

#include <whimbrel/libevent.h>

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/time.h>

#include "bind.h"

#define ALL_FLAGS WHIM_LIBEVENT_EDGE

struct libevent_loop {
    struct whim_loop core; /* first */
    struct libevent_loop *next_left;
    struct event_base *base;
    struct event *timer; /* what arm asked for */
    struct event *limit; /* of one turn's wait */
    bool owns_base;
};

struct libevent_note {
    struct libevent_loop *loop;
    struct event *event;
    int fd;
    uint16_t generation;
};

static struct libevent_loop *loop_of(struct whim_loop *core)
{
    return (struct libevent_loop *)core;
}

/* A handle is the binding under its public name. */
static struct whim_bind *bind_of(const struct whim_libevent *e)
{
    return (struct whim_bind *)e;
}

/* -- events ----------------------------------------------------------------------------------- */

static void on_event(evutil_socket_t fd, short what, void *data)
{
    const struct libevent_note *note = data;
    struct whim_loop *core = &note->loop->core;
    int bits = 0;

    if (whim_loop_enter(core))
        return;
    if (what & EV_READ)
        bits |= CURL_CSELECT_IN;
    if (what & EV_WRITE)
        bits |= CURL_CSELECT_OUT;
    whim_loop_ready(core, note->fd, note->generation, bits); /* the note may be gone */
    whim_loop_leave(core);
}

static void on_due(evutil_socket_t fd, short what, void *data)
{
    whim_loop_due(data);
}

static void on_limit(evutil_socket_t fd, short what, void *data)
{
}

static struct timeval make_timeval(long delay_ms)
{
    return (struct timeval){.tv_sec = delay_ms / 1000, .tv_usec = delay_ms % 1000 * 1000};
}

/* -- the five operations ---------------------------------------------------------------------- */

static short events_for(const struct whim_watch *w)
{
    short what = EV_PERSIST;

    if (w->mask & WHIM_WATCH_EDGE)
        return EV_PERSIST | EV_ET | EV_READ | EV_WRITE;
    if (w->mask & CURL_CSELECT_IN)
        what |= EV_READ;
    if (w->mask & CURL_CSELECT_OUT)
        what |= EV_WRITE;
    return what;
}

static struct libevent_note *new_note(struct libevent_loop *l, const struct whim_watch *w)
{
    struct libevent_note *note = calloc(1, sizeof *note);

    if (!note)
        return NULL;
    note->loop = l;
    note->fd = w->fd;
    note->generation = w->generation;
    note->event = event_new(l->base, w->fd, events_for(w), on_event, note);
    if (!note->event) {
        free(note);
        return NULL;
    }
    return note;
}

static void free_note(struct libevent_note *note)
{
    event_free(note->event);
    free(note);
}

static int watch(struct whim_loop *core, struct whim_watch *w)
{
    struct libevent_loop *l = loop_of(core);
    struct libevent_note *note = w->note;
    int error;

    if (!note)
        note = new_note(l, w);
    else if (event_del(note->event) ||
             event_assign(note->event, l->base, w->fd, events_for(w), on_event, note))
        return -1;
    if (!note)
        return -1;
    errno = 0;
    if (event_add(note->event, NULL)) {
        error = errno ? errno : ENOMEM;
        if (!w->note)
            free_note(note);
        errno = error;
        return -1;
    }
    w->note = note;
    return 0;
}

static int unwatch(struct whim_loop *core, struct whim_watch *w)
{
    free_note(w->note); /* deletes the event; libevent ignores what the kernel has lost */
    return 0;
}

static int arm(struct whim_loop *core, long delay_ms)
{
    struct timeval delay = make_timeval(delay_ms);

    errno = ENOMEM;
    return event_add(loop_of(core)->timer, &delay);
}

static int disarm(struct whim_loop *core)
{
    return event_del(loop_of(core)->timer);
}

static void close_loop(struct whim_loop *core)
{
    static struct libevent_loop *left; /* to the process: the base still knows our events */
    struct libevent_loop *l = loop_of(core);

    if (whim_loop_is_inherited(core)) {
        l->next_left = left;
        left = l;
        return;
    }
    if (l->timer)
        event_free(l->timer);
    if (l->limit)
        event_free(l->limit);
    if (l->owns_base && l->base)
        event_base_free(l->base);
    free(l);
}

static const struct whim_loop_ops libevent_ops = {
    .watch = watch,
    .unwatch = unwatch,
    .arm = arm,
    .disarm = disarm,
    .close = close_loop,
};

/* -- opening ---------------------------------------------------------------------------------- */

static struct libevent_loop *new_loop(const struct whim_libevent_options *options)
{
    struct libevent_loop *l = calloc(1, sizeof *l);
    bool is_edge = options->flags & WHIM_LIBEVENT_EDGE;

    if (!l)
        return NULL;
    l->owns_base = !options->base;
    l->base = options->base ? options->base : event_base_new();
    is_edge = is_edge && l->base && (event_base_get_features(l->base) & EV_FEATURE_ET);
    whim_loop_init(&l->core, &libevent_ops, is_edge);
    if (l->base) {
        l->timer = evtimer_new(l->base, on_due, &l->core);
        l->limit = evtimer_new(l->base, on_limit, NULL);
    }
    if (!l->timer || !l->limit) {
        close_loop(&l->core);
        errno = ENOMEM;
        return NULL;
    }
    return l;
}

struct whim_libevent *whim_libevent_open(CURLM *multi,
                                         const struct whim_libevent_options *options)
{
    static const struct whim_libevent_options defaults;
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
        struct libevent_loop *l = new_loop(options);

        if (!l)
            return NULL;
        core = &l->core;
    }
    return (struct whim_libevent *)whim_bind_open(core, multi, options->done, options->data);
}

/* -- running ---------------------------------------------------------------------------------- */

static int turn(struct whim_bind *b, int timeout_ms)
{
    struct libevent_loop *l = loop_of(whim_bind_loop(b));
    struct timeval limit;
    int wait_ms, error = 0;

    if (whim_bind_enter(b))
        return -1;
    wait_ms = whim_loop_prepare(&l->core, timeout_ms);
    limit = make_timeval(wait_ms);
    if (wait_ms > 0 && event_add(l->limit, &limit))
        error = ENOMEM;
    else if (event_base_loop(l->base, wait_ms ? EVLOOP_ONCE : EVLOOP_NONBLOCK) < 0)
        error = EIO;
    if (wait_ms > 0)
        event_del(l->limit);
    return whim_bind_leave(b, error);
}

int whim_libevent_turn(struct whim_libevent *e, int timeout_ms)
{
    return turn(bind_of(e), timeout_ms);
}

int whim_libevent_run(struct whim_libevent *e, int timeout_ms)
{
    return whim_bind_run(bind_of(e), timeout_ms, turn);
}

void whim_libevent_close(struct whim_libevent *e)
{
    whim_bind_close(bind_of(e));
}
