/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#ifndef CURLINC_CURLVER_H
#define CURLINC_CURLVER_H
/*
 * curlver.h: the libcurl release whose interface these headers declare, for tests by the
 * preprocessor. curl_version_info() tells it at run time.
 */
#define LIBCURL_COPYRIGHT "The Whimbrel authors."

#define LIBCURL_VERSION "8.22.0"
#define LIBCURL_VERSION_MAJOR 8
#define LIBCURL_VERSION_MINOR 22
#define LIBCURL_VERSION_PATCH 0
#define LIBCURL_VERSION_NUM 0x081600 /* one byte each: grows with every release */

/* The day of the release, where there was one. */
#define LIBCURL_TIMESTAMP "[unreleased]"

#define CURL_VERSION_BITS(major, minor, patch) ((major) << 16 | (minor) << 8 | (patch))
#define CURL_AT_LEAST_VERSION(major, minor, patch) \
    (LIBCURL_VERSION_NUM >= CURL_VERSION_BITS(major, minor, patch))

#endif /* CURLINC_CURLVER_H */
