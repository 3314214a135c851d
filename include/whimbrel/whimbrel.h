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

#endif
