/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The library's memory: counted, and failing on demand.
 */
#ifndef WHIM_TEST_STRESS_HEAP_H
#define WHIM_TEST_STRESS_HEAP_H

#include <stdbool.h>

/* curl_global_init_mem() with these; false when that fails. */
bool heap_init(void);
/* Blocks that are allocated now. */
long heap_n_blocks(void);
/* The nth allocation from now on fails; 0: none does. */
void heap_fail(long nth);
/* None fails meanwhile, and none counts. */
void heap_hold(bool is_held);

#endif
