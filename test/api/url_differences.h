/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Where the URL functions are meant to answer otherwise than libcurl 7.88.1, and why.
 */
#ifndef WHIM_TEST_URL_DIFFERENCES_H
#define WHIM_TEST_URL_DIFFERENCES_H

#include <curl/curl.h>
#include <stdbool.h>

/* One call made to both, and the two answers. */
struct answer {
    CURLUcode code;
    const char *text; /* NULL from curl_url_set() and on errors */
};

struct observation {
    bool is_set; /* curl_url_set(), else curl_url_get() */
    CURLUPart what;
    CURLUPart set_what;
    const char *input; /* the last text that was set, as set_what */
    unsigned set_flags;
    unsigned get_flags;
    bool had_url; /* before the call both held a whole URL, with this text: */
    const char *base;
    const char *base_host; /* NULL: a file URL */
    const char *base_path;
    bool host_refused; /* a call that set CURLUPART_HOST of the two failed before */
    struct answer ours;
    struct answer theirs;
};

/* The row that covers it, from 0; -1 when the difference is not a known one. */
int difference_find(const struct observation *seen);
unsigned difference_count(void);
const char *difference_reason(unsigned row);

#endif
