/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* The conformance suite on the epoll adapter, in each way of using it. Linked with
 * --wrap=epoll_ctl, so that it can be made to fail. */

#include "conform.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <whimbrel/epoll.h>

static int n_sabotaged;

int __real_epoll_ctl(int epoll_fd, int op, int fd, struct epoll_event *event);
int __wrap_epoll_ctl(int epoll_fd, int op, int fd, struct epoll_event *event);

int __wrap_epoll_ctl(int epoll_fd, int op, int fd, struct epoll_event *event)
{
    if (op != EPOLL_CTL_DEL && n_sabotaged > 0) {
        n_sabotaged--;
        errno = ENOSPC;
        return -1;
    }
    return __real_epoll_ctl(epoll_fd, op, fd, event);
}

static void sabotage(int n)
{
    n_sabotaged = n;
}

static void *open_with(CURLM *multi, const struct whim_subject_options *o, unsigned flags, int fd)
{
    struct whim_epoll_options options = {
        .done = o->done,
        .data = o->data,
        .join = o->join,
        .flags = flags | (o->is_edge ? WHIM_EPOLL_EDGE : 0),
        .epoll_fd = fd,
    };

    return whim_epoll_open(multi, &options);
}

/* -- its own loop ----------------------------------------------------------------------------- */

static void *open_level(CURLM *multi, const struct whim_subject_options *options)
{
    return open_with(multi, options, 0, 0);
}

static void *open_edge(CURLM *multi, const struct whim_subject_options *options)
{
    return open_with(multi, options, WHIM_EPOLL_EDGE, 0);
}

static int turn_own(void *adapter, int max_ms)
{
    return whim_epoll_turn(adapter, max_ms);
}

static void close_own(void *adapter)
{
    whim_epoll_close(adapter);
}

/* -- nested in another loop ------------------------------------------------------------------- */

static void *open_nested(CURLM *multi, const struct whim_subject_options *options)
{
    return open_with(multi, options, WHIM_EPOLL_NESTED, 0);
}

static int turn_nested(void *adapter, int max_ms)
{
    struct pollfd outer = {.fd = whim_epoll_fd(adapter), .events = POLLIN};

    poll(&outer, 1, max_ms);
    return whim_epoll_turn(adapter, 0);
}

/* -- a guest in somebody's epoll set ---------------------------------------------------------- */

struct host {
    int epoll_fd, n_guests;
};

struct guest {
    struct host *host;
    struct whim_epoll *e;
    int bell[2]; /* a descriptor of the host's own, always readable, edge-triggered */
};

static struct host *open_host(void)
{
    struct host *host = calloc(1, sizeof *host);

    host->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    return host;
}

static void leave_host(struct host *host)
{
    if (--host->n_guests)
        return;
    close(host->epoll_fd);
    free(host);
}

static struct guest *guests[2]; /* whose turns are taken together */

static void *open_guest_with(CURLM *multi, const struct whim_subject_options *options,
                             unsigned flags)
{
    struct whim_subject_options own = *options;
    struct guest *guest = calloc(1, sizeof *guest);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = guest};

    guest->host = options->join ? ((struct guest *)options->join)->host : open_host();
    guest->host->n_guests++;
    own.join = NULL; /* two adapters in one set need not know each other */
    guest->e = open_with(multi, &own, WHIM_EPOLL_GUEST | flags, guest->host->epoll_fd);
    if (!guest->e || pipe(guest->bell) || write(guest->bell[1], "", 1) != 1)
        abort();
    __real_epoll_ctl(guest->host->epoll_fd, EPOLL_CTL_ADD, guest->bell[0], &event);
    guests[guests[0] ? 1 : 0] = guest;
    return guest;
}

static void *open_guest(CURLM *multi, const struct whim_subject_options *options)
{
    return open_guest_with(multi, options, 0);
}

static void *open_edge_guest(CURLM *multi, const struct whim_subject_options *options)
{
    return open_guest_with(multi, options, WHIM_EPOLL_EDGE);
}

/* A host with one epoll set has each guest take its events. What is left must be its own. */
static int turn_guest(void *adapter, int max_ms)
{
    struct guest *guest = adapter;
    struct epoll_event events[64];
    int i, n = epoll_wait(guest->host->epoll_fd, events, 64, max_ms);

    for (i = 0; i < 2 && n >= 0; i++)
        if (guests[i] && guests[i]->host == guest->host)
            n = whim_epoll_take(guests[i]->e, events, n);
    for (i = 0; i < n; i++)
        if (!WHIM_EPOLL_IS_MARKED(events[i].data.u64) && events[i].data.ptr != guests[0] &&
            events[i].data.ptr != guests[1])
            abort();
    return n < 0 ? -1 : 0;
}

static void close_guest(void *adapter)
{
    struct guest *guest = adapter;

    guests[guests[0] == guest ? 0 : 1] = NULL;
    whim_epoll_close(guest->e);
    close(guest->bell[0]);
    close(guest->bell[1]);
    leave_host(guest->host);
    free(guest);
}

#define CAN_ALL \
    (WHIM_CAN_DONE | WHIM_CAN_JOIN | WHIM_CAN_EDGE | WHIM_CAN_CLOSE | WHIM_CAN_FORK)
#define CAN_AS_GUEST (CAN_ALL & ~WHIM_CAN_CLOSE) /* turn_guest() uses the host after take */

static const struct conform_mode modes[] = {
    {"level", {"epoll", CAN_ALL, open_level, turn_own, close_own, sabotage}, false},
    {"edge", {"epoll, edge-triggered", CAN_ALL, open_edge, turn_own, close_own, sabotage}, true},
    {"nested", {"epoll, nested", CAN_ALL, open_nested, turn_nested, close_own, sabotage}, false},
    {"guest",
     {"epoll, guest", CAN_AS_GUEST, open_guest, turn_guest, close_guest, sabotage}, false},
    {"edge-guest",
     {"epoll, edge-triggered guest", CAN_AS_GUEST, open_edge_guest, turn_guest, close_guest,
      sabotage},
     true},
    {.name = NULL},
};

int main(int argc, char **argv)
{
    return conform_main(argc, argv, modes);
}
