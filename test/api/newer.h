/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Functions that the oldest library under test lacks, looked up while running.
 *
 * NEWER(curl_multi_waitfds) is the function, or the end of the test as skipped.
 */
#ifndef WHIM_TEST_NEWER_H
#define WHIM_TEST_NEWER_H

#include "harness.h"

#include <curl/curl.h>
#include <dlfcn.h>

static inline void *find_newer(const char *name)
{
    void *function = dlsym(RTLD_DEFAULT, name);

    if (!function)
        skip_test("the library has no such function");
    return function;
}

#define NEWER(name) ((__typeof__(name) *)find_newer(#name))

/* Ends the test as skipped unless the library is at least that version (0x080400 is 8.4.0). */
static inline void need_version(unsigned version)
{
    if (curl_version_info(CURLVERSION_NOW)->version_num < version)
        skip_test("the library is older than what is tested");
}

#endif
