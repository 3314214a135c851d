/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * loop: the event loops that the tool can run on, behind one face.
 *
 * A table of those that were built in, the first being the default; each row is an adapter of
 * the library. The loop owns the adapter and whatever the adapter sits on, not the multi handle.
 */
#ifndef TOOL_LOOP_H
#define TOOL_LOOP_H

#include <curl/curl.h>
#include <stdbool.h>

struct tool_loop;

/* Called from within tool_loop_step() for each transfer that ended; it is still added. NULL for
   the easy handle: the loop lost all that were running and cannot say so for each. */
typedef void tool_loop_done_fn(CURL *easy, CURLcode result, void *context);

/* The name of the loop at this place of the table; NULL past its end. */
const char *tool_loop_name(int place);
bool tool_loop_is_known(const char *name);

/* NULL when the loop could not be opened, errno says why. */
struct tool_loop *tool_loop_open(const char *name, CURLM *multi, tool_loop_done_fn *done,
                                 void *context);
/* Waits at most max_wait_ms for something to do and does it; a signal may end the wait. False
   when the loop or the multi handle failed and cannot go on. */
bool tool_loop_step(struct tool_loop *loop, int max_wait_ms);
/* Accepts NULL. Before the multi handle is cleaned up. */
void tool_loop_close(struct tool_loop *loop);

#endif
