/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "clock.h"
#include "world.h"

#include <poll.h>

void act(struct box *box, int fd, int mask)
{
    CURLMcode code;

    box->depth++;
    code = curl_multi_socket_action(box->multi, fd, mask, &box->n_running);
    box->depth--;
    check_code(box, code, "socket_action");
    WANT(box->n_running >= 0 && box->n_running <= N_XFERS, "%d are running", box->n_running);
}

void act_all(struct box *box)
{
    CURLMcode code;

    box->depth++;
    code = curl_multi_socket_all(box->multi, &box->n_running);
    box->depth--;
    check_code(box, code, "socket_all");
}

void fire_timer(struct box *box)
{
    trace("timer fires on %d", (int)(box - boxes));
    box->due_ms = -1; /* it is a one-shot */
    box->was_told_off = false;
    act(box, CURL_SOCKET_TIMEOUT, 0);
}

static int mask_of(short events)
{
    return (events & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
           (events & POLLOUT ? CURL_CSELECT_OUT : 0) | (events & POLLERR ? CURL_CSELECT_ERR : 0);
}

void turn_loop(struct box *box, int max_ms)
{
    struct pollfd fds[MAX_FD];
    nfds_t n = 0;
    int n_ready;
    double left_ms = box->due_ms - now_ms();

    for (int fd = 0; fd < MAX_FD; fd++)
        if (box->at[fd].what > 0)
            fds[n++] = (struct pollfd){
                .fd = fd,
                .events = (short)((box->at[fd].what & CURL_POLL_IN ? POLLIN : 0) |
                                  (box->at[fd].what & CURL_POLL_OUT ? POLLOUT : 0)),
            };
    if (box->due_ms >= 0 && left_ms < max_ms)
        max_ms = left_ms > 0 ? (int)left_ms + 1 : 0;
    n_ready = poll(fds, n, n && max_ms && is_ending ? 1 : 0);
    if (n_ready < 0)
        fail("poll");
    if (n_ready == 0)
        clock_advance(max_ms);
    for (nfds_t i = 0; i < n && box->multi; i++) {
        WANT(!(fds[i].revents & POLLNVAL), "descriptor %d is announced and not open", fds[i].fd);
        if (fds[i].revents)
            act(box, fds[i].fd, once_in(5) ? 0 : mask_of(fds[i].revents));
    }
    if (box->due_ms >= 0 && now_ms() >= box->due_ms)
        fire_timer(box);
}
