/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "histogram.h"

enum { PER_POWER = 1 << TOOL_HISTOGRAM_BITS };

/* Below 32 each value is its own step. From there on step s of power p starts at
   (32 + s) << p, and has the place 32 * (p + 1) + s. */
static unsigned place_of(int64_t value)
{
    unsigned power;
    unsigned place;

    if (value < PER_POWER)
        return value < 0 ? 0 : (unsigned)value;
    power = 63U - (unsigned)__builtin_clzll((unsigned long long)value) - TOOL_HISTOGRAM_BITS;
    place = PER_POWER * power + (unsigned)(value >> power);
    return place < TOOL_HISTOGRAM_STEPS ? place : TOOL_HISTOGRAM_STEPS - 1;
}

/* The largest value of a step. */
static int64_t last_of(unsigned place)
{
    unsigned power;

    if (place < PER_POWER)
        return place;
    power = place / PER_POWER - 1;
    return ((int64_t)(place % PER_POWER + PER_POWER + 1) << power) - 1;
}

void tool_histogram_add(struct tool_histogram *histogram, int64_t value)
{
    if (!histogram->n_values || value < histogram->lowest)
        histogram->lowest = value;
    if (!histogram->n_values || value > histogram->highest)
        histogram->highest = value;
    histogram->n_values++;
    histogram->counts[place_of(value)]++;
}

int64_t tool_histogram_find(const struct tool_histogram *histogram, unsigned in_1000)
{
    /* The rank, rounded up, without overflow for any count. */
    uint64_t whole = histogram->n_values / 1000 * in_1000;
    uint64_t rank = whole + (histogram->n_values % 1000 * in_1000 + 999) / 1000;
    uint64_t n_seen = 0;

    for (unsigned i = 0; i < TOOL_HISTOGRAM_STEPS; i++) {
        int64_t value = last_of(i);

        n_seen += histogram->counts[i];
        if (n_seen >= rank && n_seen) {
            if (i == TOOL_HISTOGRAM_STEPS - 1 || value > histogram->highest)
                value = histogram->highest;
            return value < histogram->lowest ? histogram->lowest : value;
        }
    }
    return 0;
}
