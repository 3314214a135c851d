/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Random bytes of the system's, fit for nonces.
 */
#ifndef WHIM_UTIL_RANDOM_H
#define WHIM_UTIL_RANDOM_H

#include <stdbool.h>
#include <stddef.h>

/* False: the system has none to give. */
bool whim_random_fill(void *data, size_t len);

#endif
