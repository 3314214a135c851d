/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* A ticket is generation * WHIM_TICKETS_MAX + slot, never 0 as generations start at 1. Freed
 * slots queue up first-in first-out, so that a slot's generation moves as slowly as it can. */

#include "ticket.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stddef.h>

struct whim_ticket_slot {
    _Atomic uintptr_t ticket; /* 0: free */
    void *object;
    uintptr_t generation;
    int next_free;
};

static struct whim_ticket_slot slots[WHIM_TICKETS_MAX];
static int n_used; /* slots ever used; the rest of the table was never touched */
static int first_free = -1;
static int last_free = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int take_slot(void)
{
    int slot = first_free;

    if (slot >= 0) {
        first_free = slots[slot].next_free;
        if (first_free < 0)
            last_free = -1;
        return slot;
    }
    return n_used < WHIM_TICKETS_MAX ? n_used++ : -1;
}

static void give_slot(int slot)
{
    slots[slot].next_free = -1;
    if (last_free >= 0)
        slots[last_free].next_free = slot;
    else
        first_free = slot;
    last_free = slot;
}

void *whim_ticket_add(void *object)
{
    uintptr_t ticket = 0;
    int slot;

    pthread_mutex_lock(&lock);
    slot = take_slot();
    if (slot >= 0) {
        struct whim_ticket_slot *s = &slots[slot];

        if (++s->generation > UINTPTR_MAX / WHIM_TICKETS_MAX - 1)
            s->generation = 1;
        ticket = s->generation * WHIM_TICKETS_MAX + (uintptr_t)slot;
        s->object = object;
        atomic_store_explicit(&s->ticket, ticket, memory_order_release);
    }
    pthread_mutex_unlock(&lock);
    if (!ticket)
        errno = ENFILE;
    return (void *)ticket;
}

void *whim_ticket_find(void *ticket)
{
    struct whim_ticket_slot *s = &slots[(uintptr_t)ticket % WHIM_TICKETS_MAX];

    if (!ticket || atomic_load_explicit(&s->ticket, memory_order_acquire) != (uintptr_t)ticket)
        return NULL;
    return s->object;
}

void whim_ticket_del(void *ticket)
{
    int slot = (int)((uintptr_t)ticket % WHIM_TICKETS_MAX);

    if (!whim_ticket_find(ticket))
        return;
    pthread_mutex_lock(&lock);
    atomic_store_explicit(&slots[slot].ticket, 0, memory_order_release);
    give_slot(slot);
    pthread_mutex_unlock(&lock);
}
