/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/poller.h"

#include "net/link.h"

#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <unistd.h>

void whim_poller_init(struct whim_poller *poller)
{
    *poller = (struct whim_poller){.fd = -1};
}

bool whim_poller_open(struct whim_poller *poller)
{
    poller->fd = epoll_create1(EPOLL_CLOEXEC);
    poller->is_open = poller->fd >= 0;
    return poller->is_open;
}

void whim_poller_close(struct whim_poller *poller)
{
    if (poller->is_open)
        close(poller->fd);
    whim_poller_init(poller);
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
    enum { BATCH = 256 };
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
