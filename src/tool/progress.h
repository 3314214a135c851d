/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * progress: one line at the bottom of a terminal, drawn anew a few times a second.
 *
 * It is there only when standard error is a terminal. Whoever writes a line of his own to
 * standard error clears it first. How much there is in all is estimated from the part of the list
 * that was handed out; when nobody can know that, the bar and the time left are left out.
 */
#ifndef TOOL_PROGRESS_H
#define TOOL_PROGRESS_H

#include "totals.h"

#include <stdbool.h>
#include <stdint.h>

struct tool_progress {
    bool is_on;
    bool is_drawn;
    int64_t next_us;
    int64_t seen_us; /* when the rates were last taken */
    unsigned long seen_done;
    int64_t seen_bytes;
    double per_second; /* smoothed */
    double bytes_per_second;
};

void tool_progress_init(struct tool_progress *progress, bool is_wanted);
/* Draws when it is time to. The share is tool_source_share()'s. */
void tool_progress_tick(struct tool_progress *progress, const struct tool_totals *totals,
                        int64_t received_bytes, double share);
void tool_progress_clear(struct tool_progress *progress);

#endif
