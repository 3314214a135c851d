/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The seam between the runner (the parent) and a test's own process (the child).
 */
#ifndef WHIM_TEST_CASE_H
#define WHIM_TEST_CASE_H

#include "harness.h"

enum { CASE_PASSED = 0, CASE_FAILED = 1, CASE_SKIPPED = 77 };

/* Seconds a test may take on a machine that is factor times slower. */
int case_seconds(const struct test *test, int factor);
/* The body with the books around it; returns only when all is well. */
void case_run(const struct test *test, int factor);
/* Who describes the state of the loop when a test fails. */
void case_set_dump(void (*dump)(void));

#endif
