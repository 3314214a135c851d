/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Redirects (C-189..C-195): where a transfer's next request goes, as which method, and whether the
 * application's secrets may go with it.
 *
 * A transfer has none of this until a response has a Location. What is known of the last redirect
 * stays for curl_easy_getinfo() until the handle is added once more. A redirect is followed when its
 * response is complete; its body is passed over.
 */
#ifndef WHIM_ENGINE_FOLLOW_H
#define WHIM_ENGINE_FOLLOW_H

#include "engine/options.h"
#include "proto/url.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct whim_transfer;

struct whim_follow {
    struct whim_str *location;   /* of the present response; NULL: none */
    struct whim_str *url;        /* where a redirect leads that was not followed */
    struct whim_str *referer;    /* by CURLOPT_AUTOREFERER; NULL: the application's counts */
    struct whim_str *first_text; /* the first request's URL, and its parts; NULL before a hop */
    struct whim_url first;
    int64_t redirect_us; /* when the last hop began, since the start */
    uint32_t n_hops;
    bool is_get;         /* the method has become GET, or HEAD where no body is wanted */
    bool ignores_custom; /* CURLOPT_CUSTOMREQUEST is for earlier requests */
    bool ignores_port;   /* so is CURLOPT_PORT */
};

/*
 * A Location field of a response that redirects. CURLE_OUT_OF_MEMORY; CURLE_WEIRD_SERVER_REPLY when
 * another one has named another target: who forwards it may follow that.
 */
CURLcode whim_follow_note_location(struct whim_transfer *transfer, const char *value, size_t len);

/* Does the present response lead to another request? */
bool whim_follow_is_wanted(const struct whim_transfer *transfer);

/* The redirect's response is complete: starts the next request, or ends the transfer. */
void whim_follow_go(struct whim_transfer *transfer, bool can_keep_conn);

/* The response is complete, and its redirect is not followed: keeps where it leads. */
CURLcode whim_follow_tell(struct whim_transfer *transfer);

/* Is this request one that a redirect has led to? */
bool whim_follow_is_hop(const struct whim_transfer *transfer);

/* May the application's credentials and cookies go to the present URL (C-192)? */
bool whim_follow_may_have_secrets(const struct whim_transfer *transfer);

/* Is the present host that of the first request? A Host field of the application's is for that. */
bool whim_follow_is_first_host(const struct whim_transfer *transfer);

/* The method of the present request; its name, which CUSTOMREQUEST may replace. */
enum whim_method whim_follow_method(const struct whim_transfer *transfer);
const char *whim_follow_method_name(const struct whim_transfer *transfer);

/* The Referer of the present request; NULL: none. */
const struct whim_str *whim_follow_referer(const struct whim_transfer *transfer);

/* Forgets everything. */
void whim_follow_fini(struct whim_transfer *transfer);

#endif
