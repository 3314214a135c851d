/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * use_multi_socket.c: a program that drives the multi interface from an epoll loop of its own, and
 * once more without a loop. Compiled by check_headers.sh, never run.
 */
#include <poll.h>
#include <stdlib.h>

#include <sys/epoll.h>

#include <curl/curl.h>

struct loop {
    CURLM *multi;
    int epoll_fd;
    long timeout_ms;
};

struct watched {
    curl_socket_t fd;
};

static int watch(CURL *easy, curl_socket_t fd, int what, void *userp, void *socketp)
{
    struct loop *loop = userp;
    struct watched *watched = socketp;
    struct epoll_event event = {0};

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        free(watched);
        return 0;
    }
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0U) | (what & CURL_POLL_OUT ? EPOLLOUT : 0U);
    event.data.fd = fd;
    if (watched)
        return epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, fd, &event);
    watched = malloc(sizeof(*watched));
    if (!watched)
        return -1;
    watched->fd = fd;
    curl_multi_assign(loop->multi, fd, watched);
    return epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

static int arm(CURLM *multi, long timeout_ms, void *userp)
{
    struct loop *loop = userp;

    (void)multi;
    loop->timeout_ms = timeout_ms;
    return 0;
}

static int accept_push(CURL *parent, CURL *pushed, size_t n_headers,
                       struct curl_pushheaders *headers, void *userp)
{
    const char *path = curl_pushheader_byname(headers, ":path");

    (void)parent;
    (void)pushed;
    (void)userp;
    return path && n_headers && curl_pushheader_bynum(headers, 0) ? CURL_PUSH_OK
                                                                  : CURL_PUSH_DENY;
}

static void drain(CURLM *multi, unsigned int notification, CURL *easy, void *userp)
{
    CURLMsg *message;
    int n_left;

    (void)easy;
    (void)userp;
    if (notification != CURLMNOTIFY_INFO_READ)
        return;
    while ((message = curl_multi_info_read(multi, &n_left))) {
        CURL *done = message->easy_handle;

        if (message->msg != CURLMSG_DONE)
            continue;
        printf("%s\n", curl_easy_strerror(message->data.result));
        curl_multi_remove_handle(multi, done);
        curl_easy_cleanup(done);
    }
}

static int run_loop(struct loop *loop)
{
    struct epoll_event events[16];
    int n_running = 1;

    while (n_running) {
        int n = epoll_wait(loop->epoll_fd, events, 16, (int)loop->timeout_ms);
        CURLMcode code = CURLM_OK;

        if (n == 0)
            code = curl_multi_socket_action(loop->multi, CURL_SOCKET_TIMEOUT, 0, &n_running);
        for (int i = 0; i < n && !code; i++) {
            int what = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                       (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                       (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);

            code = curl_multi_socket_action(loop->multi, events[i].data.fd, what, &n_running);
        }
        if (code) {
            fprintf(stderr, "%s\n", curl_multi_strerror(code));
            return 1;
        }
    }
    return 0;
}

static int run_without_loop(CURLM *multi, int own_fd)
{
    struct curl_waitfd own = {own_fd, CURL_WAIT_POLLIN, 0};
    struct curl_waitfd all[8];
    unsigned int n_all = 0;
    fd_set readable, writable, failed;
    curl_off_t n_done = 0;
    long timeout_ms = -1;
    int n_ready = 0;
    int n_running = 0;
    int max_fd = -1;

    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_ZERO(&failed);
    if (curl_multi_perform(multi, &n_running) ||
        curl_multi_fdset(multi, &readable, &writable, &failed, &max_fd) ||
        curl_multi_waitfds(multi, all, 8, &n_all) || curl_multi_timeout(multi, &timeout_ms) ||
        curl_multi_poll(multi, &own, 1, 1000, &n_ready) || curl_multi_wakeup(multi) ||
        curl_multi_wait(multi, NULL, 0, 1000, NULL) ||
        curl_multi_get_offt(multi, CURLMINFO_XFERS_DONE, &n_done))
        return 1;
    return own.revents & CURL_WAIT_POLLIN ? n_running : (int)n_done;
}

static void close_all(CURLM *multi)
{
    CURL **handles = curl_multi_get_handles(multi);

    for (size_t i = 0; handles && handles[i]; i++) {
        curl_multi_remove_handle(multi, handles[i]);
        curl_easy_cleanup(handles[i]);
    }
    curl_free(handles);
    curl_multi_cleanup(multi);
}

int main(void)
{
    struct loop loop = {curl_multi_init(), epoll_create1(EPOLL_CLOEXEC), -1};
    CURL *easy = curl_easy_init();
    int failed;

    curl_multi_setopt(loop.multi, CURLMOPT_SOCKETFUNCTION, watch);
    curl_multi_setopt(loop.multi, CURLMOPT_SOCKETDATA, &loop);
    curl_multi_setopt(loop.multi, CURLMOPT_TIMERFUNCTION, arm);
    curl_multi_setopt(loop.multi, CURLMOPT_TIMERDATA, &loop);
    curl_multi_setopt(loop.multi, CURLMOPT_PUSHFUNCTION, accept_push);
    curl_multi_setopt(loop.multi, CURLMOPT_NOTIFYFUNCTION, drain);
    curl_multi_setopt(loop.multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, 100L);
    curl_multi_notify_enable(loop.multi, CURLMNOTIFY_INFO_READ);
    curl_easy_setopt(easy, CURLOPT_URL, "http://localhost/");
    curl_multi_add_handle(loop.multi, easy);
    failed = run_loop(&loop) || run_without_loop(loop.multi, 0);
    close_all(loop.multi);
    return failed;
}
