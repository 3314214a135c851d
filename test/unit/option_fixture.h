/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Options on a counting heap, for the tests of the store and of the setters.
 */
#ifndef WHIM_TEST_UNIT_OPTION_FIXTURE_H
#define WHIM_TEST_UNIT_OPTION_FIXTURE_H

#include "engine/options.h"
#include "heap.h"

#include <check.h>

static struct whim_options options;

static inline void begin(void)
{
    heap_begin();
    whim_options_init(&options);
}

static inline void end(void)
{
    whim_options_fini(&options);
    ck_assert_int_eq(heap.n_alive, 0);
}

static inline CURLcode set_num(CURLoption option, int64_t num)
{
    return whim_options_setopt(&options, option, (union whim_opt_value){.num = num});
}

static inline CURLcode set_ptr(CURLoption option, const void *ptr)
{
    return whim_options_setopt(&options, option, (union whim_opt_value){.ptr = (void *)ptr});
}

#endif
