/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* The conformance suite on the kqueue adapter, in each way of using it; on Linux with an emulation
 * of kqueue. Linked with --wrap=kevent, so that it can be made to fail. */

#include "conform.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/event.h>
#include <unistd.h>
#include <whimbrel/kqueue.h>

static int n_sabotaged;

int __real_kevent(int queue, const struct kevent *changes, int n_changes, struct kevent *events,
                  int n_events, const struct timespec *timeout);
int __wrap_kevent(int queue, const struct kevent *changes, int n_changes, struct kevent *events,
                  int n_events, const struct timespec *timeout);

int __wrap_kevent(int queue, const struct kevent *changes, int n_changes, struct kevent *events,
                  int n_events, const struct timespec *timeout)
{
    if (n_changes && changes->filter != EVFILT_TIMER && (changes->flags & EV_ADD) &&
        n_sabotaged > 0) {
        n_sabotaged--;
        errno = ENOMEM;
        return -1;
    }
    return __real_kevent(queue, changes, n_changes, events, n_events, timeout);
}

static void sabotage(int n)
{
    n_sabotaged = n;
}

static void *open_with(CURLM *multi, const struct whim_subject_options *o, unsigned flags, int fd)
{
    struct whim_kqueue_options options = {
        .done = o->done,
        .data = o->data,
        .join = o->join,
        .flags = flags | (o->is_edge ? WHIM_KQUEUE_EDGE : 0),
        .kqueue_fd = fd,
    };

    return whim_kqueue_open(multi, &options);
}

/* -- its own loop ----------------------------------------------------------------------------- */

static void *open_level(CURLM *multi, const struct whim_subject_options *options)
{
    return open_with(multi, options, 0, 0);
}

static void *open_edge(CURLM *multi, const struct whim_subject_options *options)
{
    return open_with(multi, options, WHIM_KQUEUE_EDGE, 0);
}

static int turn_own(void *adapter, int max_ms)
{
    return whim_kqueue_turn(adapter, max_ms);
}

static void close_own(void *adapter)
{
    whim_kqueue_close(adapter);
}

/* -- nested in another loop ------------------------------------------------------------------- */

static void *open_nested(CURLM *multi, const struct whim_subject_options *options)
{
    return open_with(multi, options, WHIM_KQUEUE_NESTED, 0);
}

static int turn_nested(void *adapter, int max_ms)
{
    struct pollfd outer = {.fd = whim_kqueue_fd(adapter), .events = POLLIN};

    poll(&outer, 1, max_ms);
    return whim_kqueue_turn(adapter, 0);
}

/* -- a guest in somebody's queue -------------------------------------------------------------- */

struct host {
    int kqueue_fd, n_guests;
};

struct guest {
    struct host *host;
    struct whim_kqueue *k;
    int bell[2]; /* a descriptor of the host's own, always readable, EV_CLEAR */
};

static struct host *open_host(void)
{
    struct host *host = calloc(1, sizeof *host);

    host->kqueue_fd = kqueue();
    return host;
}

static void leave_host(struct host *host)
{
    if (--host->n_guests)
        return;
    close(host->kqueue_fd);
    free(host);
}

static struct guest *guests[2]; /* whose turns are taken together */

static void *open_guest_with(CURLM *multi, const struct whim_subject_options *options,
                             unsigned flags)
{
    struct whim_subject_options own = *options;
    struct guest *guest = calloc(1, sizeof *guest);
    struct kevent event;

    guest->host = options->join ? ((struct guest *)options->join)->host : open_host();
    guest->host->n_guests++;
    own.join = NULL; /* two adapters in one queue need not know each other */
    guest->k = open_with(multi, &own, WHIM_KQUEUE_GUEST | flags, guest->host->kqueue_fd);
    if (!guest->k || pipe(guest->bell) || write(guest->bell[1], "", 1) != 1)
        abort();
    EV_SET(&event, (uintptr_t)guest->bell[0], EVFILT_READ, EV_ADD | EV_CLEAR, 0, 0, guest);
    __real_kevent(guest->host->kqueue_fd, &event, 1, NULL, 0, NULL);
    guests[guests[0] ? 1 : 0] = guest;
    return guest;
}

static void *open_guest(CURLM *multi, const struct whim_subject_options *options)
{
    return open_guest_with(multi, options, 0);
}

static void *open_edge_guest(CURLM *multi, const struct whim_subject_options *options)
{
    return open_guest_with(multi, options, WHIM_KQUEUE_EDGE);
}

/* A host with one queue has each guest take its events. What is left must be its own. */
static int turn_guest(void *adapter, int max_ms)
{
    struct guest *guest = adapter;
    struct timespec wait = {.tv_sec = max_ms / 1000, .tv_nsec = max_ms % 1000 * 1000000L};
    struct kevent events[64];
    int i, n = __real_kevent(guest->host->kqueue_fd, NULL, 0, events, 64, &wait);

    for (i = 0; i < 2 && n >= 0; i++)
        if (guests[i] && guests[i]->host == guest->host)
            n = whim_kqueue_take(guests[i]->k, events, n);
    for (i = 0; i < n; i++)
        if (!WHIM_KQUEUE_IS_MARKED(events[i].udata) && events[i].udata != guests[0] &&
            events[i].udata != guests[1])
            abort();
    return n < 0 ? -1 : 0;
}

static void close_guest(void *adapter)
{
    struct guest *guest = adapter;

    guests[guests[0] == guest ? 0 : 1] = NULL;
    whim_kqueue_close(guest->k);
    close(guest->bell[0]);
    close(guest->bell[1]);
    leave_host(guest->host);
    free(guest);
}

#define CAN_ALL \
    (WHIM_CAN_DONE | WHIM_CAN_JOIN | WHIM_CAN_EDGE | WHIM_CAN_CLOSE | WHIM_CAN_FORK)
#define CAN_AS_GUEST (CAN_ALL & ~WHIM_CAN_CLOSE) /* turn_guest() uses the host after take */

static const struct conform_mode modes[] = {
    {"level", {"kqueue", CAN_ALL, open_level, turn_own, close_own, sabotage}, false},
    {"edge", {"kqueue, edge-triggered", CAN_ALL, open_edge, turn_own, close_own, sabotage}, true},
    {"nested", {"kqueue, nested", CAN_ALL, open_nested, turn_nested, close_own, sabotage}, false},
    {"guest",
     {"kqueue, guest", CAN_AS_GUEST, open_guest, turn_guest, close_guest, sabotage}, false},
    {"edge-guest",
     {"kqueue, edge-triggered guest", CAN_AS_GUEST, open_edge_guest, turn_guest, close_guest,
      sabotage},
     true},
    {.name = NULL},
};

int main(int argc, char **argv)
{
    return conform_main(argc, argv, modes);
}
