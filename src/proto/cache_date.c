/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/cache_date.h"

#include <curl/curl.h>
#include <string.h>
#include <time.h>

enum { FIRST_YEAR = 1900, MAX_YEAR = 9999 };

#define LAST_SECOND INT64_C(253402300799) /* of the year 9999 */

int64_t whim_cache_date_read(const char *text, size_t len)
{
    char copy[40];

    if (len >= sizeof(copy))
        return -1;
    memcpy(copy, text, len);
    copy[len] = 0;
    return curl_getdate(copy, NULL);
}

bool whim_cache_date_write(int64_t seconds, char out[WHIM_CACHE_DATE_BYTES])
{
    time_t time = (time_t)seconds;
    struct tm tm;

    if (!gmtime_r(&time, &tm) || tm.tm_year < 0 || tm.tm_year > MAX_YEAR - FIRST_YEAR)
        return false;
    return strftime(out, WHIM_CACHE_DATE_BYTES, "%Y%m%d %H:%M:%S", &tm) > 0;
}

int64_t whim_cache_date_after(int64_t now_s, int64_t seconds)
{
    return now_s > LAST_SECOND || seconds > LAST_SECOND - now_s ? WHIM_CACHE_FOREVER
                                                                : now_s + seconds;
}
