/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * tap: says of each check whether it held, counts, and closes with the counts. For the small C
 * tests of the tool's modules; the shell tests say the same by harness.sh.
 */
#ifndef TEST_TOOL_TAP_H
#define TEST_TOOL_TAP_H

#include <stdbool.h>
#include <stdio.h>

static int tap_n_passed, tap_n_failed;

/* The name is a sentence of behaviour. */
static inline void tap_check(bool holds, const char *name)
{
    printf("%sok %d - %s\n", holds ? "" : "not ", tap_n_passed + tap_n_failed + 1, name);
    *(holds ? &tap_n_passed : &tap_n_failed) += 1;
}

/* The exit status. */
static inline int tap_close(void)
{
    printf("1..%d\n%d passed, %d failed\n", tap_n_passed + tap_n_failed, tap_n_passed,
           tap_n_failed);
    return tap_n_failed || !tap_n_passed;
}

#endif
