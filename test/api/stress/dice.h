/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What a sequence draws, and what it says.
 *
 * All that is left to chance comes from one generator, so that a number repeats its sequence.
 */
#ifndef WHIM_TEST_STRESS_DICE_H
#define WHIM_TEST_STRESS_DICE_H

#include <stdbool.h>

extern bool is_oracle; /* leave out what the system's libcurl is known not to stand */
extern bool is_traced; /* tell everything */
extern bool is_failed; /* this sequence has */

/* Begins sequence number seed. */
void dice_start(unsigned seed);
/* 0 to n - 1. */
unsigned dice(unsigned n);
bool once_in(unsigned n);

/* The first one of a sequence is told, and counts. */
__attribute__((format(printf, 1, 2))) void fail(const char *format, ...);
__attribute__((format(printf, 1, 2))) void trace(const char *format, ...);

#define WANT(condition, ...)                                                                       \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail(__VA_ARGS__);                                                                     \
    } while (0)

#endif
