/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* bound: the inside of bind.h, shared by bind.c (the multi handle's side) and turn.c (the loop's).
 * Nobody else includes it. */

#ifndef WHIM_ADAPTERS_BOUND_H
#define WHIM_ADAPTERS_BOUND_H

#include "bind.h"

#ifndef CURL_IGNORE_DEPRECATION /* headers before 7.87 deprecate nothing */
#define CURL_IGNORE_DEPRECATION(statements) statements
#endif

#define WHIM_NEVER INT64_MAX /* a deadline: none */
#define WHIM_AT_ONCE 0       /* a deadline: due without looking at the clock */

struct whim_bind {
    struct whim_loop *loop;
    struct whim_bind *next; /* on the loop's list */
    CURLM *multi;
    void *ticket; /* what the library's callbacks are given */
    whim_done_fn *done;
    void *data;
    int first_watch;     /* list of descriptors, -1: none */
    int64_t deadline_ns; /* what the library told last, WHIM_NEVER once it is due */
    int n_running;       /* transfers, as the library last said */
    int n_driving;       /* calls of ours into the library that are on the stack */
    int refused;         /* errno of the operation that made a callback return -1 */
    int failure;         /* errno for the caller of this turn */
    bool is_ours;        /* the library is Whimbrel's */
    bool is_dead;        /* a callback returned -1, and nothing came since (C-81) */
    bool is_gone;        /* the library says that this is no multi handle */
    bool is_closed;      /* only the memory is left */
    bool is_kicked;      /* the application has set the timer, say by adding a transfer */
    bool is_unsure;      /* n_running may be too high: the application was let in since */
    bool has_messages;   /* the library was driven since messages were read */
    bool owes_reset;     /* closed inside the library: the callbacks are still set */
    bool owes_loss;      /* the transfers are lost and the user has not been told */
};

/* Call arm or disarm if the earliest deadline has changed. -1 with errno from them. */
int whim_loop_tell_timer(struct whim_loop *l);

/* Tell the loop the mask of `w`; a failure is kept in w->refused. */
int whim_bound_tell(struct whim_loop *l, struct whim_watch *w);

/* Drive the library: for an event, for everything, for the deadline. Errors go to b->failure. */
void whim_bound_drive(struct whim_bind *b, curl_socket_t fd, int bits);
void whim_bound_drive_all(struct whim_bind *b);
void whim_bound_drive_due(struct whim_bind *b);

/* True if nothing is registered and nothing armed: see bind.c. */
bool whim_bound_is_quiet(const struct whim_bind *b);

/* Hand messages to the user. Does nothing if the application reads them itself. */
void whim_bound_drain(struct whim_bind *b);

#endif
