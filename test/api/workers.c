/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "workers.h"

static size_t ignore_bytes(char *data, size_t size, size_t n, void *arg)
{
    return size * n;
}

CURL *worker_easy(const struct worker *worker, const char *url)
{
    CURL *easy = curl_easy_init();

    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (worker->ca.data)
        curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &worker->ca);
    if (worker->share)
        curl_easy_setopt(easy, CURLOPT_SHARE, worker->share);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore_bytes);
    return easy;
}

void workers_run(struct worker workers[N_WORKERS], void *(*work)(void *worker), int n)
{
    for (int i = 0; i < N_WORKERS; i++)
        CHECK_INT(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    for (int i = 0; i < N_WORKERS; i++) {
        CHECK_INT(pthread_join(workers[i].thread, NULL), 0);
        CHECK_INT(workers[i].n_ok, n);
    }
}
