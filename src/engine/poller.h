/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The engine's own readiness set, for applications that have no loop: what perform, poll and wait
 * cost depends on how many descriptors are ready, not on how many there are.
 *
 * It is opened by the first of those calls and kept up to date by the socket registry from then
 * on. It is never shown to the application's callbacks.
 */
#ifndef WHIM_ENGINE_POLLER_H
#define WHIM_ENGINE_POLLER_H

#include <stdbool.h>

struct whim_poller {
    int fd; /* becomes readable when a member is ready; may be polled along with others */
    bool is_open;
};

struct whim_ready {
    int fd;
    unsigned events; /* WHIM_READ | WHIM_WRITE; errors and hang-ups set both */
};

void whim_poller_init(struct whim_poller *poller);
/* false: no descriptor to be had. */
bool whim_poller_open(struct whim_poller *poller);
void whim_poller_close(struct whim_poller *poller);
/* Changes a member's interest from before to interest (0: not a member). false: it failed. */
bool whim_poller_set(struct whim_poller *poller, int fd, unsigned before, unsigned interest);
/* Waits at most timeout_ms (-1: for ever; 0: not at all) and fills in up to max ready ones. */
int whim_poller_wait(struct whim_poller *poller, struct whim_ready *ret_ready, int max,
                     int timeout_ms);

#endif
