/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The engine's own readiness set, for applications that have no loop: perform, poll and wait.
 *
 * It is made by the first of those calls and kept up to date by the socket registry from then on.
 * It is never shown to the application's callbacks. configure chooses one implementation:
 * poller_epoll.c, where waiting costs what is ready, and poller_poll.c for systems without epoll,
 * where it costs what there is.
 */
#ifndef WHIM_ENGINE_POLLER_H
#define WHIM_ENGINE_POLLER_H

#include <curl/curl.h>
#include <poll.h>
#include <stdbool.h>

struct whim_poller;

struct whim_ready {
    int fd;
    unsigned events; /* WHIM_READ | WHIM_WRITE; errors and hang-ups set both */
};

/* CURLM_OUT_OF_MEMORY, or CURLM_INTERNAL_ERROR when there is no descriptor to be had. */
CURLMcode whim_poller_new(struct whim_poller **ret_poller);
/* NULL is fine. */
void whim_poller_free(struct whim_poller *poller);
/* Changes a member's interest from before to interest (0: not a member). false: it failed. */
bool whim_poller_set(struct whim_poller *poller, int fd, unsigned before, unsigned interest);
/*
 * Waits at most timeout_ms (-1: for ever; 0: not at all) and fills in up to max ready ones. Where
 * more are ready, it is another lot that comes next time.
 */
int whim_poller_wait(struct whim_poller *poller, struct whim_ready *ret_ready, int max,
                     int timeout_ms);
/*
 * The same for members and, beside them, others[1] to others[n_others]; others[0] is room that the
 * poller may need. The others' revents are written; the ready members are only counted, those
 * beyond a few hundred perhaps not. -1: it failed, or a signal came (EINTR), and nothing is written.
 */
int whim_poller_wait_beside(struct whim_poller *poller, struct pollfd *others, unsigned n_others,
                            int timeout_ms);

#endif
