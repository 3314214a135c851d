/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/poller.h"

#include "net/link.h"
#include "util/mem.h"

#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BATCH = 256 };

struct whim_poller {
    int fd;
};

CURLMcode whim_poller_new(struct whim_poller **ret_poller)
{
    struct whim_poller *poller = whim_malloc(sizeof(*poller));

    if (!poller)
        return CURLM_OUT_OF_MEMORY;
    poller->fd = epoll_create1(EPOLL_CLOEXEC);
    if (poller->fd < 0) {
        whim_free(poller);
        return CURLM_INTERNAL_ERROR;
    }
    *ret_poller = poller;
    return CURLM_OK;
}

void whim_poller_free(struct whim_poller *poller)
{
    if (!poller)
        return;
    close(poller->fd);
    whim_free(poller);
}

bool whim_poller_set(struct whim_poller *poller, int fd, unsigned before, unsigned interest)
{
    struct epoll_event event = {.data.fd = fd};
    int op = !interest ? EPOLL_CTL_DEL : before ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

    if (interest & WHIM_READ)
        event.events |= EPOLLIN;
    if (interest & WHIM_WRITE)
        event.events |= EPOLLOUT;
    if (epoll_ctl(poller->fd, op, fd, &event) == 0)
        return true;
    /* The application may have closed and reopened a descriptor of its own making. */
    if (op == EPOLL_CTL_DEL)
        return true;
    if (op == EPOLL_CTL_MOD && errno == ENOENT)
        return epoll_ctl(poller->fd, EPOLL_CTL_ADD, fd, &event) == 0;
    if (op == EPOLL_CTL_ADD && errno == EEXIST)
        return epoll_ctl(poller->fd, EPOLL_CTL_MOD, fd, &event) == 0;
    return false;
}

int whim_poller_wait(struct whim_poller *poller, struct whim_ready *ret_ready, int max,
                     int timeout_ms)
{
    struct epoll_event events[BATCH];
    int n = epoll_wait(poller->fd, events, max < BATCH ? max : BATCH, timeout_ms);

    for (int i = 0; i < n; i++) {
        uint32_t seen = events[i].events;

        ret_ready[i].fd = events[i].data.fd;
        ret_ready[i].events = 0;
        if (seen & (EPOLLIN | EPOLLERR | EPOLLHUP))
            ret_ready[i].events |= WHIM_READ;
        if (seen & (EPOLLOUT | EPOLLERR | EPOLLHUP))
            ret_ready[i].events |= WHIM_WRITE;
    }
    return n < 0 ? 0 : n;
}

/* An epoll set is a descriptor, readable when a member is ready. */
int whim_poller_wait_beside(struct whim_poller *poller, struct pollfd *others, unsigned n_others,
                            int timeout_ms)
{
    struct whim_ready ready[BATCH];

    others[0] = (struct pollfd){.fd = poller->fd, .events = POLLIN};
    if (poll(others, (nfds_t)n_others + 1, timeout_ms) < 0)
        return -1;
    return others[0].revents ? whim_poller_wait(poller, ready, BATCH, 0) : 0;
}
