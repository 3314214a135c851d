/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * histogram: how values are spread, in fixed memory.
 *
 * Log-linear: each power of two is cut into 32 equal steps, so that a percentile is at most one
 * part in 32 too high, whatever the size of the values. Values are whole and not negative; those
 * of 2^40 and above (in microseconds: twelve days) share the last step. Lowest and highest are
 * kept exactly.
 */
#ifndef TOOL_HISTOGRAM_H
#define TOOL_HISTOGRAM_H

#include <stdint.h>

enum { TOOL_HISTOGRAM_BITS = 5, TOOL_HISTOGRAM_STEPS = (40 - TOOL_HISTOGRAM_BITS + 1) << 5 };

struct tool_histogram {
    uint64_t n_values;
    int64_t lowest;
    int64_t highest;
    uint64_t counts[TOOL_HISTOGRAM_STEPS];
};

/* All zero is an empty histogram. */
void tool_histogram_add(struct tool_histogram *histogram, int64_t value);

/* The value that so many in a thousand do not exceed; 0 of an empty histogram. */
int64_t tool_histogram_find(const struct tool_histogram *histogram, unsigned in_1000);

#endif
