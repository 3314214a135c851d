/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * delays: fetches that wait for the time of their next attempt, as a binary heap. Room for all
 * that may ever wait is taken at the start, so that adding cannot fail.
 */
#ifndef TOOL_DELAYS_H
#define TOOL_DELAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tool_fetch;

struct tool_delays {
    struct tool_fetch **heap; /* the earliest first */
    size_t n;
};

bool tool_delays_init(struct tool_delays *delays, size_t n_most);
void tool_delays_fini(struct tool_delays *delays);

/* By fetch->due_us. */
void tool_delays_add(struct tool_delays *delays, struct tool_fetch *fetch);
/* One whose time has come, or NULL. */
struct tool_fetch *tool_delays_take(struct tool_delays *delays, int64_t now_us);
/* When the earliest is due; INT64_MAX when none waits. */
int64_t tool_delays_next(const struct tool_delays *delays);

#endif
