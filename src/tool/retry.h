/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * retry: which failures are worth another attempt, and how long to wait before it.
 *
 * Worth it are failures to connect, time-outs, connections that broke, and the HTTP statuses 408,
 * 429 and 5xx save 501 and 505. The wait doubles from attempt to attempt up to 30 s, and a random
 * half of it is taken off, so that many that failed together do not come back together. A
 * Retry-After that asks for more (RFC 9110 section 10.2.3) is obeyed; one beyond 120 s makes the
 * failure final, for coming back earlier would be rude and waiting on would never end.
 */
#ifndef TOOL_RETRY_H
#define TOOL_RETRY_H

#include "result.h"

#include <stdbool.h>
#include <stdint.h>

struct tool_retry {
    long n_most;
    long first_delay_ms;
    uint64_t random; /* state, never 0 */
};

void tool_retry_init(struct tool_retry *retry, long n_most, long first_delay_ms);

/* Whether this attempt should be followed by another, and after how long. */
bool tool_retry_is_worth(struct tool_retry *retry, const struct tool_result *result,
                         int64_t retry_after_s, long *pick_delay_ms);

#endif
