/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The loop over libevent: one event per registration, one for the timer, one for a turn's end.
 */
#include "drive.h"
#include "interpose.h"

#include <event2/event.h>
#include <stdlib.h>

struct libevent_loop {
    struct drive *drive;
    struct event_base *base;
    struct event *timer, *turn_end;
    struct event *events[LEDGER_MAX_FDS];
};

static void take_event(evutil_socket_t fd, short what, void *arg)
{
    struct libevent_loop *loop = arg;

    drive_event(loop->drive, fd, loop->drive->ledger.entries[fd].generation,
                (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void take_timer(evutil_socket_t fd, short what, void *arg)
{
    struct libevent_loop *loop = arg;

    if (!ledger_timer_left_ms(&loop->drive->ledger))
        drive_timeout(loop->drive);
}

static void end_turn(evutil_socket_t fd, short what, void *arg)
{
}

static void *init_libevent_loop(struct drive *drive)
{
    struct libevent_loop *loop = calloc(1, sizeof(*loop));

    if (!loop)
        return NULL;
    loop->drive = drive;
    loop->base = event_base_new();
    CHECK(loop->base != NULL);
    loop->timer = evtimer_new(loop->base, take_timer, loop);
    loop->turn_end = evtimer_new(loop->base, end_turn, loop);
    CHECK(loop->timer && loop->turn_end);
    return loop;
}

static void fini_libevent_loop(void *state)
{
    struct libevent_loop *loop = state;

    for (int fd = 0; fd < LEDGER_MAX_FDS; fd++)
        if (loop->events[fd])
            event_free(loop->events[fd]);
    event_free(loop->timer);
    event_free(loop->turn_end);
    event_base_free(loop->base);
    free(loop);
}

static void unwatch_libevent(void *state, int fd)
{
    struct libevent_loop *loop = state;

    if (loop->events[fd])
        event_free(loop->events[fd]);
    loop->events[fd] = NULL;
}

static void watch_libevent(void *state, int fd, int what, int was)
{
    struct libevent_loop *loop = state;
    short events = (short)(EV_PERSIST | (what & CURL_POLL_IN ? EV_READ : 0) |
                           (what & CURL_POLL_OUT ? EV_WRITE : 0));

    unwatch_libevent(state, fd);
    loop->events[fd] = event_new(loop->base, fd, events, take_event, loop);
    if (!loop->events[fd] || event_add(loop->events[fd], NULL))
        FAIL("libevent does not take descriptor %d", fd);
}

static void set_timer(struct event *timer, int ms)
{
    struct timeval wait = {ms / 1000, ms % 1000 * 1000};

    if (evtimer_add(timer, &wait))
        FAIL("libevent does not take a timer of %d ms", ms);
}

static void arm_libevent(void *state)
{
    struct libevent_loop *loop = state;

    set_timer(loop->timer, ledger_timer_left_ms(&loop->drive->ledger));
}

static void disarm_libevent(void *state)
{
    struct libevent_loop *loop = state;

    evtimer_del(loop->timer);
}

/* The timer is set again each turn, since a test may have moved the library's clock. */
static void turn_libevent(void *state, int ms)
{
    struct libevent_loop *loop = state;

    if (loop->drive->ledger.is_armed)
        arm_libevent(state);
    set_timer(loop->turn_end, ms);
    if (event_base_loop(loop->base, ms ? EVLOOP_ONCE : EVLOOP_ONCE | EVLOOP_NONBLOCK) < 0)
        FAIL("event_base_loop failed");
    evtimer_del(loop->turn_end);
}

const struct drive_loop drive_loop_libevent = {
    .name = "libevent",
    .hooks = {watch_libevent, unwatch_libevent, arm_libevent, disarm_libevent},
    .has_callbacks = true,
    .init = init_libevent_loop,
    .fini = fini_libevent_loop,
    .turn = turn_libevent,
};
