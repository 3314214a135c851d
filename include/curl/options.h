/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "curl.h" /* outside the guard: curl.h includes this file where its names are known */
#ifndef CURLINC_OPTIONS_H
#define CURLINC_OPTIONS_H
/*
 * options.h: what options exist, asked at run time. The rows belong to the library and are never
 * freed. Part of curl.h.
 */
#ifdef __cplusplus
extern "C" {
#endif

/* The kind of argument that an option takes. */
typedef enum curl_easytype {
    CURLOT_LONG = 0,
    CURLOT_VALUES = 1,
    CURLOT_OFF_T = 2,
    CURLOT_OBJECT = 3,
    CURLOT_STRING = 4,
    CURLOT_SLIST = 5,
    CURLOT_CBPTR = 6,
    CURLOT_BLOB = 7,
    CURLOT_FUNCTION = 8
} curl_easytype;

/* The name is an older one: look its id up to find the current one. */
#define CURLOT_FLAG_ALIAS (1 << 0)

struct curl_easyoption {
    const char *name; /* without CURLOPT_ */
    CURLoption id;
    curl_easytype type;
    unsigned int flags;
};

/* By name, without regard to case; NULL if there is none. */
CURL_EXTERN const struct curl_easyoption *curl_easy_option_by_name(const char *name);
CURL_EXTERN const struct curl_easyoption *curl_easy_option_by_id(CURLoption id);

/* The row after previous; the first for NULL, and NULL after the last. */
CURL_EXTERN const struct curl_easyoption *
curl_easy_option_next(const struct curl_easyoption *previous);

#ifdef __cplusplus
}
#endif

#endif /* CURLINC_OPTIONS_H */
