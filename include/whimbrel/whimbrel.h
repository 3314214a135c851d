/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What Whimbrel has beyond libcurl's interface.
 */
#ifndef WHIMBREL_WHIMBREL_H
#define WHIMBREL_WHIMBREL_H

#include <curl/curl.h>

/*
 * curl_multi_setopt(multi, WHIM_MOPT_IDLE_WATCH, 1L): idle pooled connections stay announced to
 * the socket callback, for reading, so that a peer's close is noticed at once and the descriptor
 * freed. Without it an idle connection is announced as CURL_POLL_REMOVE at the next call for the
 * timeout, as with libcurl. The adapters set it. Other libraries answer CURLM_UNKNOWN_OPTION.
 */
#define WHIM_MOPT_IDLE_WATCH ((CURLMoption)7001)

/*
 * curl_easy_setopt(easy, WHIM_EOPT_MAX_RATIO, n): a body that is decoded (CURLOPT_ACCEPT_ENCODING,
 * CURLOPT_TRANSFER_ENCODING) may be up to n times as large as what was received of it, n a long. As
 * soon as it is larger, and more than 64 KiB, the transfer ends with CURLE_FILESIZE_EXCEEDED. 0, the
 * default: as large as it gets. gzip reaches 1,032 at most, br and zstd far more; texts have less
 * than 20. Other libraries answer CURLE_UNKNOWN_OPTION.
 */
#define WHIM_EOPT_MAX_RATIO ((CURLoption)7001)

#endif
