/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* binding: what the tests of bind.c and turn.c begin with: one binding on a fake loop, with a
 * callback for messages that counts. */

#ifndef TEST_ADAPTER_BINDING_H
#define TEST_ADAPTER_BINDING_H

#include "fake_curl.h"
#include "fake_loop.h"

extern struct fake_loop *loop;
extern struct whim_bind *b;       /* NULL: closed */
extern int n_done, n_lost;        /* calls of the callback, with a handle and without */
extern void (*when_done)(void);   /* what it does then, or NULL */

/* A new library, loop and binding. The drives of opening are not counted. */
void binding_open(bool is_whimbrel, bool is_edge);

void binding_close(void);

/* Fixtures: with Whimbrel; and afterwards, all must be closed. */
void binding_setup(void);
void binding_teardown(void);

/* As most adapters' turn, without a wait. */
int binding_turn(struct whim_bind *bind, int max_ms);

/* A turn that has a timeout to run. */
void binding_drive(void);

#endif
