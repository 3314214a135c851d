/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Parting: connections whose last request ended in order while their links still keep bytes.
 *
 * A link may have taken over more than the socket has room for: the end of a request that was
 * answered early, and the farewell behind it. Over a bare socket the system would deliver that
 * after the close; here the loop does, before it (C-209). Such a connection has left the pool and
 * counts for no limit. It is given a short time, there are few of them at a time, and none is left
 * when the last transfer leaves, when the multi is dead, or when it is cleaned up.
 *
 * The peer's own farewell is not waited for: nothing depends on it (RFC 8446, section 6.1).
 */
#ifndef WHIM_ENGINE_PARTING_H
#define WHIM_ENGINE_PARTING_H

#include "util/list.h"
#include "util/timers.h"

#include <stdbool.h>
#include <stdint.h>

struct whim_conn;
struct whim_multi;

enum {
    WHIM_PARTING_MAX = 32,
    WHIM_PARTING_MS = 2000,
};

struct whim_parting {
    struct whim_list conns; /* whim_conn.in_pool, the first to end first */
    struct whim_timer timer; /* for that one */
    uint32_t n_conns;
};

void whim_parting_init(struct whim_parting *parting);

/* Takes over a connection that is unlinked from everywhere, and keeps bytes. */
void whim_parting_add(struct whim_conn *conn);
/* Its socket is ready. The connection may have gone after that. */
void whim_parting_on_ready(struct whim_conn *conn);
/* Closes it now. */
void whim_parting_end(struct whim_conn *conn);
void whim_parting_end_all(struct whim_multi *multi);
/* The time of the first is over. */
void whim_parting_on_timer(struct whim_multi *multi);

#endif
