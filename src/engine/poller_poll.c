/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The readiness set over poll(2): the members in one array without gaps, as poll() takes it, and
 * for each descriptor its place there. Changing a member is O(1). Waiting is O(members): the array
 * goes to the kernel and back, and is walked for what is ready.
 */
#include "engine/poller.h"

#include "net/link.h"
#include "util/mem.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

enum { FIRST_ROOM = 16, NO_PLACE = -1 };

struct whim_poller {
    struct pollfd *fds; /* the members; behind them, while waiting, those beside them */
    int *places;        /* by descriptor: its index in fds, or NO_PLACE */
    int n_fds;
    int n_room; /* of fds */
    int n_places;
    int first; /* where the next batch of ready ones begins, so that none is always the last */
};

CURLMcode whim_poller_new(struct whim_poller **ret_poller)
{
    struct whim_poller *poller = whim_calloc(1, sizeof(*poller));

    if (!poller)
        return CURLM_OUT_OF_MEMORY;
    *ret_poller = poller;
    return CURLM_OK;
}

void whim_poller_free(struct whim_poller *poller)
{
    if (!poller)
        return;
    whim_free(poller->fds);
    whim_free(poller->places);
    whim_free(poller);
}

/* The size that holds at least this many, twofold of what there is; 0: too many. */
static int grown(int n_now, int64_t n_wanted, size_t item_bytes)
{
    int64_t n = n_now ? n_now : FIRST_ROOM;

    while (n < n_wanted)
        n *= 2;
    return n > INT_MAX / (int64_t)item_bytes ? 0 : (int)n;
}

static bool make_room(struct whim_poller *poller, int64_t n_wanted)
{
    int n_room = grown(poller->n_room, n_wanted, sizeof(*poller->fds));
    struct pollfd *fds;

    if (n_wanted <= poller->n_room)
        return true;
    fds = n_room ? whim_realloc(poller->fds, (size_t)n_room * sizeof(*fds)) : NULL;
    if (!fds)
        return false;
    poller->fds = fds;
    poller->n_room = n_room;
    return true;
}

static bool make_place(struct whim_poller *poller, int fd)
{
    int n_places = grown(poller->n_places, (int64_t)fd + 1, sizeof(*poller->places));
    int *places;

    if (fd < poller->n_places)
        return true;
    places = n_places ? whim_realloc(poller->places, (size_t)n_places * sizeof(*places)) : NULL;
    if (!places)
        return false;
    for (int i = poller->n_places; i < n_places; i++)
        places[i] = NO_PLACE;
    poller->places = places;
    poller->n_places = n_places;
    return true;
}

/* The last one takes the place of the one that goes. */
static void drop(struct whim_poller *poller, int fd)
{
    int place = fd < poller->n_places ? poller->places[fd] : NO_PLACE;

    if (place == NO_PLACE)
        return;
    poller->fds[place] = poller->fds[--poller->n_fds];
    poller->places[poller->fds[place].fd] = place;
    poller->places[fd] = NO_PLACE;
}

bool whim_poller_set(struct whim_poller *poller, int fd, unsigned before, unsigned interest)
{
    if (!interest) {
        drop(poller, fd);
        return true;
    }
    if (!make_place(poller, fd))
        return false;
    if (poller->places[fd] == NO_PLACE) {
        if (!make_room(poller, (int64_t)poller->n_fds + 1))
            return false;
        poller->places[fd] = poller->n_fds++;
    }
    poller->fds[poller->places[fd]] = (struct pollfd){
        .fd = fd,
        .events = (short)((interest & WHIM_READ ? POLLIN : 0) |
                          (interest & WHIM_WRITE ? POLLOUT : 0)),
    };
    return true;
}

/* A descriptor that somebody closed (POLLNVAL) is one with an error: its owner will see it. */
static unsigned to_readiness(short seen)
{
    return (seen & (POLLIN | POLLERR | POLLHUP | POLLNVAL) ? WHIM_READ : 0) |
           (seen & (POLLOUT | POLLERR | POLLHUP | POLLNVAL) ? WHIM_WRITE : 0);
}

int whim_poller_wait(struct whim_poller *poller, struct whim_ready *ret_ready, int max,
                     int timeout_ms)
{
    int n_left = poll(poller->fds, (nfds_t)poller->n_fds, timeout_ms);
    int at = poller->first < poller->n_fds ? poller->first : 0;
    int n = 0;

    while (n_left > 0 && n < max) {
        const struct pollfd *member = &poller->fds[at];

        if (member->revents) {
            ret_ready[n++] = (struct whim_ready){
                .fd = member->fd,
                .events = to_readiness(member->revents),
            };
            n_left--;
        }
        at = at + 1 < poller->n_fds ? at + 1 : 0;
    }
    poller->first = at;
    return n;
}

/* Those beside the members are copied behind them and back: poll() takes one array. */
int whim_poller_wait_beside(struct whim_poller *poller, struct pollfd *others, unsigned n_others,
                            int timeout_ms)
{
    struct pollfd *beside;
    int n_ready;

    if (!make_room(poller, (int64_t)poller->n_fds + n_others)) {
        errno = ENOMEM;
        return -1;
    }
    if (!n_others)
        return poll(poller->fds, (nfds_t)poller->n_fds, timeout_ms);
    beside = poller->fds + poller->n_fds;
    memcpy(beside, others + 1, n_others * sizeof(*others));
    n_ready = poll(poller->fds, (nfds_t)poller->n_fds + n_others, timeout_ms);
    if (n_ready < 0)
        return -1;
    memcpy(others + 1, beside, n_others * sizeof(*others));
    for (unsigned i = 1; i <= n_others; i++)
        n_ready -= others[i].revents != 0;
    return n_ready;
}
