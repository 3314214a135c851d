/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#ifndef CURLINC_SYSTEM_H
#define CURLINC_SYSTEM_H
/*
 * system.h: curl_off_t, a signed type of 64 bits on every platform, and how to print it;
 * curl_socklen_t. Included by curl.h; programs include that.
 */
#define CURL_PULL_SYS_TYPES_H 1
#define CURL_PULL_SYS_SOCKET_H 1

#include <sys/socket.h>
#include <sys/types.h>

#if defined(__LP64__) || defined(_LP64)
#define CURL_TYPEOF_CURL_OFF_T long
#define CURL_FORMAT_CURL_OFF_T "ld"
#define CURL_FORMAT_CURL_OFF_TU "lu"
#define CURL_SUFFIX_CURL_OFF_T L
#define CURL_SUFFIX_CURL_OFF_TU UL
#else
#define CURL_TYPEOF_CURL_OFF_T long long
#define CURL_FORMAT_CURL_OFF_T "lld"
#define CURL_FORMAT_CURL_OFF_TU "llu"
#define CURL_SUFFIX_CURL_OFF_T LL
#define CURL_SUFFIX_CURL_OFF_TU ULL
#endif
#define CURL_SIZEOF_CURL_OFF_T 8
#define CURL_TYPEOF_CURL_SOCKLEN_T socklen_t

typedef CURL_TYPEOF_CURL_OFF_T curl_off_t;
typedef CURL_TYPEOF_CURL_SOCKLEN_T curl_socklen_t;

/* Constants of the type: CURL_OFF_T_C(123). Two steps, so that the suffix expands first. */
#define WHIM_PASTE(value, suffix) value##suffix
#define WHIM_PASTE_EXPANDED(value, suffix) WHIM_PASTE(value, suffix)
#define CURL_OFF_T_C(value) WHIM_PASTE_EXPANDED(value, CURL_SUFFIX_CURL_OFF_T)
#define CURL_OFF_TU_C(value) WHIM_PASTE_EXPANDED(value, CURL_SUFFIX_CURL_OFF_TU)

#endif /* CURLINC_SYSTEM_H */
