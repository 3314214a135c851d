/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Workers: threads that fetch at the same time, for what has to survive that.
 */
#ifndef WHIM_TEST_WORKERS_H
#define WHIM_TEST_WORKERS_H

#include "xfer.h"

#include <pthread.h>

enum { N_WORKERS = 4 };

struct worker {
    pthread_t thread;
    struct peer *peer;    /* whom it asks */
    CURLSH *share;        /* of its handles, or NULL */
    struct curl_blob ca;  /* what they trust; without data: what they do anyway */
    CURL *model;          /* what it copies, or NULL */
    int n_ok;             /* transfers that went well */
};

/* A handle of the worker's for the URL; its body goes nowhere. */
CURL *worker_easy(const struct worker *worker, const char *url);

/* Each works in a thread of its own, and n of its transfers are to go well. */
void workers_run(struct worker workers[N_WORKERS], void *(*work)(void *worker), int n);

#endif
