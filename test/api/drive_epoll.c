/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The two loops over epoll(7): level- and edge-triggered. The generation of a registration travels
 * in the event's data, so that an event of an older life of the descriptor is told apart.
 */
#include "drive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

struct epoll_loop {
    struct drive *drive;
    int set;
    uint32_t flags;
};

static void *init_epoll_loop(struct drive *drive, uint32_t flags)
{
    struct epoll_loop *loop = calloc(1, sizeof(*loop));

    if (!loop)
        return NULL;
    *loop = (struct epoll_loop){drive, epoll_create1(EPOLL_CLOEXEC), flags};
    CHECK(loop->set >= 0);
    return loop;
}

static void *init_level(struct drive *drive)
{
    return init_epoll_loop(drive, 0);
}

static void *init_edge(struct drive *drive)
{
    return init_epoll_loop(drive, EPOLLET);
}

static void fini_epoll_loop(void *state)
{
    struct epoll_loop *loop = state;

    close(loop->set);
    free(loop);
}

static void watch_epoll(void *state, int fd, int what, int was)
{
    struct epoll_loop *loop = state;
    uint64_t generation = loop->drive->ledger.entries[fd].generation;
    struct epoll_event event = {
        .events = loop->flags | (what & CURL_POLL_IN ? EPOLLIN : 0u) |
                  (what & CURL_POLL_OUT ? EPOLLOUT : 0u),
        .data.u64 = generation << 32 | (uint32_t)fd,
    };

    if (epoll_ctl(loop->set, was ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event))
        FAIL("epoll_ctl %s of descriptor %d: %s", was ? "MOD" : "ADD", fd, strerror(errno));
}

static void unwatch_epoll(void *state, int fd)
{
    struct epoll_loop *loop = state;

    if (epoll_ctl(loop->set, EPOLL_CTL_DEL, fd, NULL) && !is_rule_relaxed("remove-known"))
        FAIL("epoll_ctl DEL of descriptor %d: %s", fd, strerror(errno));
}

/* The wait takes the timer from the ledger. */
static void ignore_timer(void *state)
{
}

static int mask_of(uint32_t events)
{
    return (events & (EPOLLIN | EPOLLHUP) ? CURL_CSELECT_IN : 0) |
           (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) | (events & EPOLLERR ? CURL_CSELECT_ERR : 0);
}

static void turn_epoll(void *state, int ms)
{
    struct epoll_loop *loop = state;
    struct epoll_event events[64];
    int timer_ms = ledger_timer_left_ms(&loop->drive->ledger);
    int n = epoll_wait(loop->set, events, 64, timer_ms >= 0 && timer_ms < ms ? timer_ms : ms);

    if (n < 0 && errno != EINTR)
        FAIL("epoll_wait: %s", strerror(errno));
    for (int i = 0; i < n; i++)
        drive_event(loop->drive, (int)(uint32_t)events[i].data.u64,
                    (unsigned)(events[i].data.u64 >> 32), mask_of(events[i].events));
    if (!ledger_timer_left_ms(&loop->drive->ledger))
        drive_timeout(loop->drive);
}

const struct drive_loop drive_loop_level = {
    .name = "level",
    .hooks = {watch_epoll, unwatch_epoll, ignore_timer, ignore_timer},
    .has_callbacks = true,
    .init = init_level,
    .fini = fini_epoll_loop,
    .turn = turn_epoll,
};

const struct drive_loop drive_loop_edge = {
    .name = "edge",
    .hooks = {watch_epoll, unwatch_epoll, ignore_timer, ignore_timer},
    .has_callbacks = true,
    .init = init_edge,
    .fini = fini_epoll_loop,
    .turn = turn_epoll,
};
