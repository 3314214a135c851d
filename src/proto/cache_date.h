/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Times as the files of the HSTS and the alt-svc cache have them: "YYYYMMDD HH:MM:SS", in UTC.
 */
#ifndef WHIM_PROTO_CACHE_DATE_H
#define WHIM_PROTO_CACHE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WHIM_CACHE_DATE_BYTES = 18 }; /* with the terminator */

/* Later than any time that can be written, seconds since 1970; and what stands for it. */
#define WHIM_CACHE_FOREVER INT64_MAX

/* Seconds since 1970; any date that curl_getdate() reads will do. -1: none. */
int64_t whim_cache_date_read(const char *text, size_t len);

/* False: its year has not four digits. */
bool whim_cache_date_write(int64_t seconds, char out[WHIM_CACHE_DATE_BYTES]);

/* Now and so many seconds, or forever. Neither is negative. */
int64_t whim_cache_date_after(int64_t now_s, int64_t seconds);

#endif
