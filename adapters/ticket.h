/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* ticket: names for objects that callbacks may ask for after the object has died.
 *
 * A multi handle keeps the callback data of its socket and timer callbacks for as long as it
 * likes, and nobody can ask it to forget: it may be gone, or inside a call. So it is given a
 * ticket (slot + generation in the bits of a pointer) instead of an address. A ticket whose
 * object was deleted finds nothing, for ever: its slot's next user has another generation.
 *
 * Owns one static table per adapter library. Adding and deleting lock, finding does not: it runs
 * on every callback. Finding is right on any thread that may use the object's multi handle. */

#ifndef WHIM_ADAPTERS_TICKET_H
#define WHIM_ADAPTERS_TICKET_H

#define WHIM_TICKETS_MAX 16384 /* objects alive at once */

/* The ticket of a new object; NULL with errno ENFILE when WHIM_TICKETS_MAX objects live. */
void *whim_ticket_add(void *object);

/* The object, or NULL if it was deleted (or `ticket` is NULL). */
void *whim_ticket_find(void *ticket);

/* From here on the ticket finds nothing. NULL and deleted tickets are ignored. */
void whim_ticket_del(void *ticket);

#endif
