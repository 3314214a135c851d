/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/mem.h"

#include <curl/curl.h>
#include <stdlib.h>

/* A copy, or NULL when the variable is not set, or is empty. */
char *curl_getenv(const char *variable)
{
    const char *value = getenv(variable);

    return value && *value ? whim_strdup(value) : NULL;
}
