/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

#include "fake_curl.h"

#include <stdarg.h>
#include <string.h>

#include <adapters/bind.h>

struct fake fake;

void fake_reset(void)
{
    fake = (struct fake){.timeout_ms = -1, .in_flight_fd = -1, .last_fd = -2};
}

int fake_announce(curl_socket_t fd, int what)
{
    return fake.socket_fn ? fake.socket_fn(NULL, fd, what, fake.socket_data, NULL) : 0;
}

int fake_set_timer(long timeout_ms)
{
    return fake.timer_fn ? fake.timer_fn(FAKE_MULTI, timeout_ms, fake.timer_data) : 0;
}

void fake_end(CURL *easy, CURLcode result)
{
    fake.messages[fake.n_messages++] =
        (CURLMsg){.msg = CURLMSG_DONE, .easy_handle = easy, .data.result = result};
}

void fake_cleanup(const curl_socket_t *fds, int n)
{
    int i;

    for (i = 0; i < n; i++)
        fake_announce(fds[i], CURL_POLL_REMOVE);
    fake_set_timer(-1);
    fake.socket_fn = NULL;
    fake.timer_fn = NULL;
    fake.n_messages = 0;
    fake.n_touched = 0;
}

/* -- the library ------------------------------------------------------------------------------ */

#undef curl_multi_setopt

CURLMcode curl_multi_setopt(CURLM *multi, CURLMoption option, ...)
{
    CURLMcode rc = CURLM_OK;
    va_list args;

    fake.n_touched++;
    if (multi != FAKE_MULTI)
        return CURLM_BAD_HANDLE;
    if (fake.is_inside)
        return CURLM_RECURSIVE_API_CALL;
    va_start(args, option);
    if (option == CURLMOPT_SOCKETFUNCTION)
        fake.socket_fn = va_arg(args, curl_socket_callback);
    else if (option == CURLMOPT_TIMERFUNCTION)
        fake.timer_fn = va_arg(args, curl_multi_timer_callback);
    else if (option == CURLMOPT_SOCKETDATA)
        fake.socket_data = va_arg(args, void *);
    else if (option == CURLMOPT_TIMERDATA)
        fake.timer_data = va_arg(args, void *);
    else if (option == WHIM_MOPT_IDLE_WATCH && fake.is_whimbrel)
        fake.idle_watch = va_arg(args, long);
    else
        rc = CURLM_UNKNOWN_OPTION;
    va_end(args);
    return rc;
}

static CURLMcode act(curl_socket_t fd, int bits, int *n_running)
{
    fake.n_touched++;
    if (fake.is_inside)
        return CURLM_RECURSIVE_API_CALL;
    fake.last_fd = fd;
    fake.last_bits = bits;
    fake.is_inside = true;
    if (fake.on_action)
        fake.on_action(fd, bits);
    fake.is_inside = false;
    *n_running = fake.n_running;
    return fake.action_rc;
}

CURLMcode curl_multi_socket_action(CURLM *multi, curl_socket_t fd, int bits, int *n_running)
{
    fake.n_actions++;
    return act(fd, bits, n_running);
}

CURLMcode curl_multi_socket_all(CURLM *multi, int *n_running)
{
    fake.n_all_actions++;
    return act(CURL_SOCKET_TIMEOUT, 0, n_running);
}

CURLMcode curl_multi_timeout(CURLM *multi, long *timeout_ms)
{
    fake.n_touched++;
    *timeout_ms = fake.timeout_ms;
    return CURLM_OK;
}

CURLMcode curl_multi_fdset(CURLM *multi, fd_set *in, fd_set *out, fd_set *error, int *max_fd)
{
    fake.n_touched++;
    *max_fd = fake.in_flight_fd;
    if (fake.in_flight_fd >= 0)
        FD_SET(fake.in_flight_fd, in);
    return CURLM_OK;
}

CURLMsg *curl_multi_info_read(CURLM *multi, int *n_left)
{
    static CURLMsg msg;

    fake.n_touched++;
    *n_left = 0;
    if (!fake.n_messages)
        return NULL;
    msg = fake.messages[0];
    *n_left = --fake.n_messages;
    memmove(fake.messages, fake.messages + 1, sizeof *fake.messages * (size_t)fake.n_messages);
    return &msg;
}
