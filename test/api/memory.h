/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The ledger of the library's allocations, and the means to make one of them fail.
 *
 * Owns the five functions given to curl_global_init_mem(). Thread-safe.
 * Invariant: after curl_global_cleanup() nothing is outstanding; memory_check() says so.
 */
#ifndef WHIM_TEST_MEMORY_H
#define WHIM_TEST_MEMORY_H

#include <curl/curl.h>
#include <stdbool.h>

/* curl_global_init_mem() with the ledger's functions. */
CURLcode memory_init(void);
/* Fails the test if a block is outstanding. */
void memory_check(void);

size_t memory_n_blocks(void);
size_t memory_n_bytes(void);
/* Allocations (realloc included) made so far. */
unsigned long memory_n_calls(void);

/* The nth allocation from now on fails, and with is_persistent every one after it. */
void memory_fault_arm(unsigned long nth, bool is_persistent);
/* Back to normal; whether the fault struck. */
bool memory_fault_disarm(void);

#endif
