/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dice.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

static uint64_t state;
static unsigned number;
bool is_oracle;
bool is_traced;
bool is_failed;

void dice_start(unsigned seed)
{
    number = seed;
    state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
    is_failed = false;
}

unsigned dice(unsigned n)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (unsigned)((state * 0x2545f4914f6cdd1du) >> 33) % n;
}

bool once_in(unsigned n)
{
    return dice(n) == 0;
}

void fail(const char *format, ...)
{
    va_list args;

    if (is_failed && !is_traced)
        return;
    is_failed = true;
    printf("sequence %u: ", number);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
}

void trace(const char *format, ...)
{
    va_list args;

    if (!is_traced)
        return;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    fflush(stdout);
}
