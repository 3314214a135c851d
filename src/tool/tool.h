/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What every part of the tool may need: its version, its exit codes and its one clock.
 */
#ifndef TOOL_TOOL_H
#define TOOL_TOOL_H

#include <stdint.h>
#include <time.h>

#ifndef TOOL_VERSION
#define TOOL_VERSION "unknown"
#endif

enum tool_exit {
    TOOL_EXIT_ALL = 0,      /* all fetched */
    TOOL_EXIT_SOME = 1,     /* some failed */
    TOOL_EXIT_USAGE = 2,    /* the command line is wrong */
    TOOL_EXIT_BROKEN = 3,   /* it could not go on: memory, list, results, loop */
    TOOL_EXIT_SIGNAL = 128, /* plus the number of the signal that stopped it */
};

/* Monotonic microseconds. */
static inline int64_t tool_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * (int64_t)1000000 + now.tv_nsec / 1000;
}

#endif
