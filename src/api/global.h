/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The state of the process: how often it was initialised, and by whom memory is managed (C-10).
 * Safe from several threads.
 */
#ifndef WHIM_API_GLOBAL_H
#define WHIM_API_GLOBAL_H

#include <curl/curl.h>

/* For calls that applications make without curl_global_init(): initialises if nobody did. */
CURLcode whim_global_init_lazily(void);

#endif
