/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * loop: the plain epoll loop that drives a multi handle through curl_multi_socket_action.
 *
 * Level-triggered; what is watched is one array indexed by descriptor; the timer is the wait's
 * timeout. Nothing is allocated once it is open. It owns the epoll descriptor and the array, not
 * the multi handle, whose socket and timer callbacks it takes over.
 */
#ifndef BENCH_LOOP_H
#define BENCH_LOOP_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

typedef void bench_done_fn(CURL *easy, CURLcode result, void *context);

struct bench_loop {
    CURLM *multi;
    int epfd;
    uint8_t *watched; /* by descriptor: CURL_POLL_IN, OUT, INOUT, or 0 */
    long n_watched;   /* length of the array */
    uint64_t due_ns;  /* 0 = at once */
    bool is_armed;
    int n_running;
    bench_done_fn *done; /* called for each finished transfer, still added */
    void *done_context;
};

/* Ends the process with a message on failure. */
void bench_loop_open(struct bench_loop *loop, CURLM *multi, bench_done_fn *done, void *context);
void bench_loop_close(struct bench_loop *loop);

/* One round: waits at most wait_ms, serves what is ready, then the timer, then the messages.
   Returns how many descriptors were ready. */
int bench_loop_step(struct bench_loop *loop, int wait_ms);

#endif
