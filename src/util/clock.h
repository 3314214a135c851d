/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The monotonic clock (C-104), in microseconds. The engine reads it once per drive call.
 */
#ifndef WHIM_UTIL_CLOCK_H
#define WHIM_UTIL_CLOCK_H

#include <stdint.h>
#include <time.h>

#define WHIM_US_PER_MS INT64_C(1000)
#define WHIM_US_PER_S INT64_C(1000000)

static inline int64_t whim_clock_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * WHIM_US_PER_S + now.tv_nsec / 1000;
}

#endif
