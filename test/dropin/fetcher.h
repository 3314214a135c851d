/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * fetcher: requests by the libcurl that this code is linked with. It is compiled twice, as
 * struct fetcher of libwhimbrel and of the system's library; nothing of <curl/curl.h> shows here.
 */
#ifndef DROPIN_FETCHER_H
#define DROPIN_FETCHER_H

#include <stdbool.h>
#include <stddef.h>

enum { FETCHER_MOST = 8, FETCHER_BODY_BYTES = 2048 };

struct fetcher {
    const char *(*version)(void);
    /* Where its curl_easy_init() and its allocations are. */
    void *(*address)(void);
    size_t (*n_allocated)(void);
    /* Begins n requests, FETCHER_MOST at most, with this User-Agent. */
    bool (*open)(const char *url, const char *agent, int n);
    /* Does what can be done now. How many run on, or -1. */
    int (*drive)(void);
    /* The body of one of them, terminated; NULL when it has failed. */
    const char *(*body)(int i);
    void (*close)(void);
    /* One request, to its end. */
    bool (*fetch)(const char *url, const char *agent, char body[FETCHER_BODY_BYTES]);
    void (*fini)(void);
};

extern const struct fetcher whimbrel_fetcher;
extern const struct fetcher system_fetcher;

#endif
