/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "loop.h"

#include "measure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

enum { EVENTS = 512 };

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void check(CURLMcode code, const char *what) {
    if (code == CURLM_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, curl_multi_strerror(code));
    exit(1);
}

/* CURL_POLL_IN and OUT are bits: 1 and 2 (C-3). */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *socketp) {
    struct bench_loop *loop = context;
    uint8_t wanted = what == CURL_POLL_REMOVE ? 0 : (uint8_t)what;
    struct epoll_event event = { .data.fd = fd };
    int op = EPOLL_CTL_MOD;

    bench_counters.socket_callbacks++;
    if (fd < 0 || fd >= loop->n_watched)
        return -1;
    if (wanted == loop->watched[fd])
        return 0;
    if (!loop->watched[fd])
        op = EPOLL_CTL_ADD;
    else if (!wanted)
        op = EPOLL_CTL_DEL;
    event.events = (wanted & CURL_POLL_IN ? EPOLLIN : 0u) |
                   (wanted & CURL_POLL_OUT ? EPOLLOUT : 0u);
    loop->watched[fd] = wanted;
    bench_counters.loop_controls++;
    /* libcurl 7.88.1 closes a socket that was still connecting before it reports REMOVE (C-78). */
    if (epoll_ctl(loop->epfd, op, fd, &event) && (op != EPOLL_CTL_DEL || errno != EBADF))
        fail("epoll_ctl");
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *context) {
    struct bench_loop *loop = context;

    bench_counters.timer_callbacks++;
    loop->is_armed = timeout_ms >= 0;
    loop->due_ns = timeout_ms > 0 ? bench_measure_wall_ns() + (uint64_t)timeout_ms * 1000000 : 0;
    return 0;
}

void bench_loop_open(struct bench_loop *loop, CURLM *multi, bench_done_fn *done, void *context) {
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit))
        fail("getrlimit");
    *loop = (struct bench_loop){ .multi = multi, .done = done, .done_context = context };
    loop->n_watched = limit.rlim_cur > 1 << 20 ? 1 << 20 : (long)limit.rlim_cur;
    loop->watched = calloc((size_t)loop->n_watched, sizeof *loop->watched);
    loop->epfd = epoll_create1(EPOLL_CLOEXEC);
    if (!loop->watched || loop->epfd < 0)
        fail("loop");
    check(curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket), "SOCKETFUNCTION");
    check(curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, loop), "SOCKETDATA");
    check(curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer), "TIMERFUNCTION");
    check(curl_multi_setopt(multi, CURLMOPT_TIMERDATA, loop), "TIMERDATA");
}

void bench_loop_close(struct bench_loop *loop) {
    close(loop->epfd);
    free(loop->watched);
}

static void act(struct bench_loop *loop, curl_socket_t fd, int mask) {
    bench_counters.socket_actions++;
    check(curl_multi_socket_action(loop->multi, fd, mask, &loop->n_running), "socket_action");
}

static int round_wait(const struct bench_loop *loop, int wait_ms) {
    uint64_t now_ns, left_ms;

    if (!loop->is_armed)
        return wait_ms;
    if (!loop->due_ns)
        return 0;
    now_ns = bench_measure_wall_ns();
    if (now_ns >= loop->due_ns)
        return 0;
    left_ms = (loop->due_ns - now_ns + 999999) / 1000000;
    return left_ms < (uint64_t)wait_ms ? (int)left_ms : wait_ms;
}

static void run_timer(struct bench_loop *loop) {
    if (!loop->is_armed || (loop->due_ns && bench_measure_wall_ns() < loop->due_ns))
        return;
    loop->is_armed = false;
    act(loop, CURL_SOCKET_TIMEOUT, 0);
}

static void drain_messages(struct bench_loop *loop) {
    CURLMsg *message;
    int n_left;

    while ((message = curl_multi_info_read(loop->multi, &n_left)))
        if (message->msg == CURLMSG_DONE)
            loop->done(message->easy_handle, message->data.result, loop->done_context);
}

int bench_loop_step(struct bench_loop *loop, int wait_ms) {
    struct epoll_event events[EVENTS];
    int n_ready;

    bench_counters.loop_waits++;
    n_ready = epoll_wait(loop->epfd, events, EVENTS, round_wait(loop, wait_ms));
    if (n_ready < 0 && errno != EINTR)
        fail("epoll_wait");
    for (int i = 0; i < n_ready; i++) {
        int fd = events[i].data.fd;
        int mask = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                   (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                   (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);

        /* An earlier event of this batch may have ended the interest. */
        if (loop->watched[fd])
            act(loop, fd, mask);
    }
    run_timer(loop);
    drain_messages(loop);
    return n_ready < 0 ? 0 : n_ready;
}
