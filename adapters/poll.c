/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* The adapter for poll(2).
 *
 * The array given to poll() is dense. A registration's note is its place there, plus one; taking
 * one out moves the last into its place. What poll() found ready is copied before anything is done
 * about it, as that changes the array. */

#include <whimbrel/poll.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "bind.h"

#define PLACES_FIRST 64

struct poll_ready {
    int fd;
    short revents;
    uint16_t generation;
};

struct poll_loop {
    struct whim_loop core; /* first */
    struct pollfd *places;
    struct whim_watch_name *names; /* of the places */
    struct poll_ready *ready;      /* as many as places */
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
