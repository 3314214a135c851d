/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* What an easy handle costs that was given a URL and did nothing. */
#include "measure.h"
#include "scenario.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

static CURL *new_handle(void) {
    CURL *easy = curl_easy_init();

    if (!easy || curl_easy_setopt(easy, CURLOPT_URL, "http://127.0.0.1:8080/b/100"))
        exit(1);
    return easy;
}

void bench_scenario_handle(const struct bench_args *args) {
    long n = args->n_handles;
    CURL **handles = calloc((size_t)n, sizeof *handles);
    struct bench_counters before, made;
    uint64_t cleaned_ns;

    if (!handles)
        exit(1);
    curl_easy_cleanup(new_handle());
    bench_measure_start(&before);
    for (long i = 0; i < n; i++)
        handles[i] = new_handle();
    bench_measure_stop(&made);
    for (long i = 0; i < n; i++)
        curl_easy_cleanup(handles[i]);
    cleaned_ns = bench_measure_cpu_ns();
    printf("handles=%ld cleanup_cpu_ns=%.1f", n,
           (double)(cleaned_ns - made.cpu_ns) / (double)n);
    bench_measure_print(&before, &made, (uint64_t)n);
    putchar('\n');
    free(handles);
}
