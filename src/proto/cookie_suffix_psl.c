/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The list is the system's, or the one that libpsl was built with, whichever is newer. It is read
 * when it is asked for the first time, and kept as long as the process lives.
 */
#include "proto/cookie_suffix.h"

#include <libpsl.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

static const psl_ctx_t *list;

static void load_list(void)
{
    list = psl_latest(NULL);
    if (!list)
        list = psl_builtin();
}

bool whim_cookie_suffix_is_public(const char *domain)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    if (!strcmp(domain, "localhost"))
        return false;
    pthread_once(&once, load_list);
    if (!list)
        return !strchr(domain, '.');
    return psl_is_public_suffix(list, domain) != 0;
}

bool whim_cookie_suffix_has_list(void)
{
    return true;
}

const char *whim_cookie_suffix_version(void)
{
    return psl_get_version();
}
