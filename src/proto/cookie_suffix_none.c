/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/cookie_suffix.h"

#include <stddef.h>
#include <string.h>

bool whim_cookie_suffix_is_public(const char *domain)
{
    return !strchr(domain, '.') && strcmp(domain, "localhost") != 0;
}

bool whim_cookie_suffix_has_list(void)
{
    return false;
}

const char *whim_cookie_suffix_version(void)
{
    return NULL;
}
