/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* fake_curl: the functions of libcurl that the adapters' core calls, played by the test.
 *
 * There is one multi handle, FAKE_MULTI. The test announces sockets and timers as the library
 * would, and sees what the library is asked. Not linked with a real libcurl. */

#ifndef TEST_ADAPTER_FAKE_CURL_H
#define TEST_ADAPTER_FAKE_CURL_H

#include <stdbool.h>

#include <curl/curl.h>

#define FAKE_MULTI ((CURLM *)&fake)
#define FAKE_MESSAGES_MAX 8

struct fake {
    /* what the test plays */
    bool is_whimbrel;
    bool is_inside;        /* in a call of the application's: setopt and drives are refused */
    CURLMcode action_rc;   /* what driving gives */
    int n_running;
    long timeout_ms;       /* what curl_multi_timeout gives */
    int in_flight_fd;      /* what curl_multi_fdset gives for reading, -1: nothing */
    void (*on_action)(curl_socket_t fd, int bits); /* during a drive, or NULL */
    CURLMsg messages[FAKE_MESSAGES_MAX];
    int n_messages;

    /* what was set and asked */
    curl_socket_callback socket_fn;
    curl_multi_timer_callback timer_fn;
    void *socket_data, *timer_data;
    long idle_watch;
    int n_touched; /* calls of any kind */
    int n_actions, n_all_actions;
    curl_socket_t last_fd;
    int last_bits;
};

extern struct fake fake;

/* A library with an empty multi handle. */
void fake_reset(void);

/* Call the callbacks, as they were set; their result. 0 if there is none. */
int fake_announce(curl_socket_t fd, int what);
int fake_set_timer(long timeout_ms);

/* A transfer has ended. */
void fake_end(CURL *easy, CURLcode result);

/* curl_multi_cleanup as Whimbrel does it: REMOVE for the `n` sockets, then -1, then nothing. */
void fake_cleanup(const curl_socket_t *fds, int n);

#endif
