/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Sentry: tells which connections have received something since it was asked last, without a
 * system call for each.
 *
 * An idle connection that has something to read can carry no other request (C-171): what is there
 * was not asked for, and would be taken for the answer. The loop's own watch does not help, since
 * its event may not have been delivered yet when the next request takes the connection; a look at
 * each connection before each request is a system call that costs as much as the one that sends.
 * So connections of a multi with a socket callback are put into an epoll set of their own when they
 * become idle for the first time, edge-triggered, and stay there until they are closed. One question
 * serves all requests that start in the same moment. What arrives while a connection is busy is its
 * answer, and no news once it has been received; an end of the peer that is seen then is remembered.
 *
 * The descriptor is never announced. Where there is no such set (sentry_none.c, no memory, no
 * descriptor), each connection is looked at instead.
 */
#ifndef WHIM_ENGINE_SENTRY_H
#define WHIM_ENGINE_SENTRY_H

#include <stdbool.h>

struct whim_conn;
struct whim_multi;

enum {
    /* Connections that may be taken after one question: few enough to be taken in the same moment. */
    WHIM_SENTRY_STARTS = 64,
};

struct whim_sentry {
    int fd;           /* -1: not there */
    int n_starts;     /* connections that may still be taken before the next question */
    bool is_refused;  /* the system gave none, do not ask again */
};

void whim_sentry_init(struct whim_sentry *sentry);
void whim_sentry_close(struct whim_sentry *sentry);

/* The connection has become idle, with nothing left to read that is known of. */
void whim_sentry_watch(struct whim_multi *multi, struct whim_conn *conn);
/* Its descriptor goes to the application, which may leave it open. */
void whim_sentry_unwatch(struct whim_multi *multi, struct whim_conn *conn);

/* Marks those that have received something (is_suspect), or whose peer has ended (is_no_reuse). */
void whim_sentry_ask(struct whim_multi *multi);

#endif
