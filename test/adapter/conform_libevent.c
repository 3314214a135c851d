/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* The conformance suite on the libevent adapter: with a base of its own, and in the application's.
 * Linked with --wrap=event_add, so that it can be made to fail. */

#include "conform.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/time.h>
#include <whimbrel/libevent.h>

static int n_sabotaged;

int __real_event_add(struct event *event, const struct timeval *timeout);
int __wrap_event_add(struct event *event, const struct timeval *timeout);

int __wrap_event_add(struct event *event, const struct timeval *timeout)
{
    if (!timeout && n_sabotaged > 0) {
        n_sabotaged--;
        errno = ENOSPC;
        return -1;
    }
    return __real_event_add(event, timeout);
}

static void sabotage(int n)
{
    n_sabotaged = n;
}

static void *open_with(CURLM *multi, const struct whim_subject_options *o, unsigned flags,
                       struct event_base *base)
{
    struct whim_libevent_options options = {
        .done = o->done,
        .data = o->data,
        .join = o->join,
        .flags = flags | (o->is_edge ? WHIM_LIBEVENT_EDGE : 0),
        .base = base,
    };

    return whim_libevent_open(multi, &options);
}

/* -- its own base ----------------------------------------------------------------------------- */

static void *open_level(CURLM *multi, const struct whim_subject_options *options)
{
    return open_with(multi, options, 0, NULL);
}

static void *open_edge(CURLM *multi, const struct whim_subject_options *options)
{
    return open_with(multi, options, WHIM_LIBEVENT_EDGE, NULL);
}

static int turn_own(void *adapter, int max_ms)
{
    return whim_libevent_turn(adapter, max_ms);
}

static void close_own(void *adapter)
{
    whim_libevent_close(adapter);
}

/* -- the application's base ------------------------------------------------------------------- */

struct host {
    struct event_base *base;
    struct event *limit;
    int n_guests;
};

struct guest {
    struct host *host;
    struct whim_libevent *e;
};

static void on_limit(evutil_socket_t fd, short what, void *data)
{
}

static struct host *open_host(void)
{
    struct host *host = calloc(1, sizeof *host);

    host->base = event_base_new();
    host->limit = evtimer_new(host->base, on_limit, NULL);
    return host;
}

static void leave_host(struct host *host)
{
    if (--host->n_guests)
        return;
    event_free(host->limit);
    event_base_free(host->base);
    free(host);
}

static void *open_guest(CURLM *multi, const struct whim_subject_options *options)
{
    struct whim_subject_options own = *options;
    struct guest *guest = calloc(1, sizeof *guest);

    guest->host = options->join ? ((struct guest *)options->join)->host : open_host();
    guest->host->n_guests++;
    own.join = NULL; /* two adapters on one base need not know each other */
    guest->e = open_with(multi, &own, 0, guest->host->base);
    if (!guest->e)
        abort();
    return guest;
}

/* The adapter is not called: its events come from the base. */
static int turn_guest(void *adapter, int max_ms)
{
    struct host *host = ((struct guest *)adapter)->host;
    struct timeval limit = {.tv_sec = max_ms / 1000, .tv_usec = max_ms % 1000 * 1000};
    int rc;

    host->n_guests++; /* the last guest may leave meanwhile */
    event_add(host->limit, &limit);
    rc = event_base_loop(host->base, max_ms ? EVLOOP_ONCE : EVLOOP_NONBLOCK);
    event_del(host->limit);
    leave_host(host);
    return rc < 0 ? -1 : 0;
}

static void close_guest(void *adapter)
{
    struct guest *guest = adapter;

    whim_libevent_close(guest->e);
    leave_host(guest->host);
    free(guest);
}

#define CAN_AS_GUEST (WHIM_CAN_DONE | WHIM_CAN_JOIN | WHIM_CAN_EDGE | WHIM_CAN_CLOSE)
#define CAN_ALL (CAN_AS_GUEST | WHIM_CAN_FORK) /* a guest's turn is the base's own */

static const struct conform_mode modes[] = {
    {"level", {"libevent", CAN_ALL, open_level, turn_own, close_own, sabotage}, false},
    {"edge",
     {"libevent, edge-triggered", CAN_ALL, open_edge, turn_own, close_own, sabotage},
     true},
    {"guest",
     {"libevent, guest", CAN_AS_GUEST, open_guest, turn_guest, close_guest, sabotage},
     false},
    {.name = NULL},
};

int main(int argc, char **argv)
{
    return conform_main(argc, argv, modes);
}
