/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* The bounded histogram of latencies. needs: histogram.c */
#include "tool/histogram.h"

#include "tap.h"

#include <string.h>

static struct tool_histogram histogram;

static void clear(void)
{
    memset(&histogram, 0, sizeof histogram);
}

/* Whether a value that stands alone above a smaller one is found again, at most 1/32 too high. */
static bool is_near(int64_t value)
{
    int64_t found;

    clear();
    for (int i = 0; i < 9; i++)
        tool_histogram_add(&histogram, value);
    tool_histogram_add(&histogram, value * 4);
    found = tool_histogram_find(&histogram, 900);
    return found >= value && found - value <= value / 32;
}

static bool are_all_near(void)
{
    for (int64_t power = 1; power < (int64_t)1 << 38; power *= 2)
        for (int64_t step = -2; step < 60; step++)
            if (power + step > 0 && !is_near(power + power * step / 61 + step % 3))
                return false;
    return true;
}

static bool is_uniform_spread_found(void)
{
    static const unsigned parts[] = {1, 10, 500, 900, 990, 999};

    clear();
    for (int64_t value = 1; value <= 100000; value++)
        tool_histogram_add(&histogram, value);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        int64_t exact = parts[i] * 100;
        int64_t found = tool_histogram_find(&histogram, parts[i]);

        if (found < exact || found - exact > exact / 32)
            return false;
    }
    return true;
}

int main(void)
{
    tap_check(tool_histogram_find(&histogram, 500) == 0, "an empty histogram answers 0");

    tool_histogram_add(&histogram, 1234567);
    tap_check(tool_histogram_find(&histogram, 1) == 1234567 &&
                  tool_histogram_find(&histogram, 1000) == 1234567,
              "a single value is found exactly, whatever the percentile");

    tap_check(are_all_near(), "a percentile is never too low and at most one part in 32 too high");
    tap_check(is_uniform_spread_found(),
              "percentiles of a uniform spread are where they should be");

    clear();
    for (int64_t value = 0; value < 32; value++)
        tool_histogram_add(&histogram, value);
    tap_check(tool_histogram_find(&histogram, 500) == 15, "small values are kept exactly");

    clear();
    tool_histogram_add(&histogram, 5);
    tool_histogram_add(&histogram, INT64_MAX);
    tap_check(tool_histogram_find(&histogram, 1000) == INT64_MAX && histogram.lowest == 5,
              "the highest is exact, however large");
    clear();
    tool_histogram_add(&histogram, -3);
    tap_check(tool_histogram_find(&histogram, 500) == -3, "a clock that went back breaks nothing");
    return tap_close();
}
