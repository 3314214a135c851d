/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/mem.h"

#include <curl/curl.h>

void curl_free(void *ptr)
{
    whim_free(ptr);
}
