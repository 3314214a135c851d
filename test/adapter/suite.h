/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* suite: the unit tests of one program, with Check. */

#ifndef TEST_ADAPTER_SUITE_H
#define TEST_ADAPTER_SUITE_H

#include <check.h>
#include <stddef.h>

/* Run them, each between `setup` and `teardown` (or NULL), and say how many passed. Gives main's
 * result. */
int suite_run(const char *name, const TTest *const *tests, size_t n_tests, void (*setup)(void),
              void (*teardown)(void));

#endif
