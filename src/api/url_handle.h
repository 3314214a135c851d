/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The object behind CURLU: the parts of a URL, each a string of its own or not there. A handle
 * may be anything in between nothing and a whole URL; only getting CURLUPART_URL asks for a
 * scheme and a host. Who sets parts one by one may build what no parser would accept.
 */
#ifndef WHIM_API_URL_HANDLE_H
#define WHIM_API_URL_HANDLE_H

#include "proto/url_build.h"

#include <curl/curl.h>
#include <stdbool.h>

enum { WHIM_N_URL_PARTS = CURLUPART_ZONEID + 1 };

struct Curl_URL {
    char *parts[WHIM_N_URL_PARTS]; /* by CURLUPART_*; NULL: not there; that of URL is not used */
    bool has_guessed_scheme;       /* CURLU_GUESS_SCHEME chose it */
};

/* Empties the handle. */
void whim_url_handle_reset(struct Curl_URL *handle);

/*
 * Joins the parts to the URL that they stand for, under the flags of curl_url_get(). *ret_text is
 * the caller's. CURLUE_NO_SCHEME or CURLUE_NO_HOST when there is too little.
 */
CURLUcode whim_url_handle_join(const struct Curl_URL *handle, unsigned flags,
                               struct whim_url *ret_url, struct whim_str **ret_text);

#endif
