/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

#include "watch.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define WATCHES_FIRST 64

void whim_watches_init(struct whim_watches *t)
{
    *t = (struct whim_watches){.first_queued = -1, .last_queued = -1};
}

void whim_watches_fini(struct whim_watches *t)
{
    free(t->slots);
    whim_watches_init(t);
}

struct whim_watch *whim_watch_find(struct whim_watches *t, int fd)
{
    if (fd < 0 || fd >= t->n_slots || !t->slots[fd].owner)
        return NULL;
    return &t->slots[fd];
}

static int grow(struct whim_watches *t, int fd)
{
    struct whim_watch *slots;
    int n_slots = t->n_slots ? t->n_slots : WATCHES_FIRST;

    while (n_slots <= fd) {
        if (n_slots > INT_MAX / 2 || (size_t)n_slots > SIZE_MAX / 2 / sizeof *slots) {
            errno = ENOMEM;
            return -1;
        }
        n_slots *= 2;
    }
    slots = realloc(t->slots, (size_t)n_slots * sizeof *slots);
    if (!slots)
        return -1;
    memset(&slots[t->n_slots], 0, (size_t)(n_slots - t->n_slots) * sizeof *slots);
    t->slots = slots;
    t->n_slots = n_slots;
    return 0;
}

struct whim_watch *whim_watch_add(struct whim_watches *t, int fd, struct whim_bind *owner,
                                  int *head)
{
    struct whim_watch *w;

    if (fd < 0) {
        errno = EBADF;
        return NULL;
    }
    if (fd >= t->n_slots && grow(t, fd))
        return NULL;
    w = &t->slots[fd];
    w->fd = fd;
    w->generation = (w->generation + 1) % WHIM_GENERATIONS;
    w->mask = w->told = w->ready = 0;
    w->refused = 0;
    w->note = NULL;
    w->owner = owner;
    w->prev = -1;
    w->next = *head;
    if (w->next >= 0)
        t->slots[w->next].prev = fd;
    *head = fd;
    return w;
}

void whim_watch_del(struct whim_watches *t, struct whim_watch *w, int *head)
{
    if (w->prev >= 0)
        t->slots[w->prev].next = w->next;
    else
        *head = w->next;
    if (w->next >= 0)
        t->slots[w->next].prev = w->prev;
    w->owner = NULL;
}

void whim_watch_queue(struct whim_watches *t, struct whim_watch *w)
{
    if (w->is_queued)
        return;
    w->is_queued = true;
    w->next_queued = -1;
    if (t->last_queued >= 0)
        t->slots[t->last_queued].next_queued = w->fd;
    else
        t->first_queued = w->fd;
    t->last_queued = w->fd;
}

int whim_watch_unqueue(struct whim_watches *t)
{
    int fd = t->first_queued;

    if (fd < 0)
        return -1;
    t->first_queued = t->slots[fd].next_queued;
    if (t->first_queued < 0)
        t->last_queued = -1;
    t->slots[fd].is_queued = false;
    return fd;
}
