/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* watch: the registrations of one event loop, found by descriptor in one array access.
 *
 * A registration's identity is (descriptor, generation): the generation moves each time the
 * descriptor's number is registered anew, so an event that was collected for an earlier
 * registration is told from one for this (D-3). A slot exists for every number up to the highest
 * seen; slots move when the array grows, so hold a descriptor across calls, not a pointer.
 *
 * Used by bind.c alone; an adapter sees single registrations, in the operations it supplies.
 * Linking, queueing and forgetting do not allocate; only add does, and only when it grows. */

#ifndef WHIM_ADAPTERS_WATCH_H
#define WHIM_ADAPTERS_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/* Generations run from 0 to this less 1. Confusing two takes as many registrations of one number
 * within one batch of events, and then costs a spurious run (C-62). */
#define WHIM_GENERATIONS 4096

struct whim_bind;

struct whim_watch {
    /* for the adapter's operations */
    int fd;
    uint16_t generation;
    uint8_t mask; /* what is wanted: CURL_CSELECT_IN and CURL_CSELECT_OUT, maybe WHIM_WATCH_EDGE */
    uint8_t told; /* the mask that the loop was last told, 0: nothing yet */
    void *note;   /* the adapter's own */

    /* for bind.c */
    uint8_t ready;          /* edge-triggered: readiness seen and not yet delivered */
    bool is_queued;         /* to be looked at before the loop waits again */
    int refused;            /* errno of the loop's last refusal to change this one, 0: none */
    struct whim_bind *owner; /* NULL: this slot is free */
    int next, prev;         /* the owner's list, -1 ends */
    int next_queued;
};

struct whim_watches {
    struct whim_watch *slots;
    int n_slots;
    int first_queued, last_queued; /* -1: none */
};

void whim_watches_init(struct whim_watches *t);
void whim_watches_fini(struct whim_watches *t);

/* The registration of `fd`, or NULL. */
struct whim_watch *whim_watch_find(struct whim_watches *t, int fd);

/* A new registration, with a new generation, at the head of the owner's list `*head`.
 * NULL with errno: EBADF for a negative descriptor, ENOMEM. `fd` must not be registered. */
struct whim_watch *whim_watch_add(struct whim_watches *t, int fd, struct whim_bind *owner,
                                  int *head);

/* Take `w` off its owner's list and free its slot. It may stay queued: see next. */
void whim_watch_del(struct whim_watches *t, struct whim_watch *w, int *head);

/* Queue `w` unless it is queued already. */
void whim_watch_queue(struct whim_watches *t, struct whim_watch *w);

/* Unqueue the longest queued descriptor; -1 if none. It may no longer be registered. */
int whim_watch_unqueue(struct whim_watches *t);

#endif
