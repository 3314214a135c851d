/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/sentry.h"

#include "engine/conn.h"
#include "engine/multi.h"

#include <sys/epoll.h>
#include <unistd.h>

enum { BATCH = 128 };

void whim_sentry_init(struct whim_sentry *sentry)
{
    *sentry = (struct whim_sentry){.fd = -1};
}

void whim_sentry_close(struct whim_sentry *sentry)
{
    if (sentry->fd >= 0)
        close(sentry->fd);
    whim_sentry_init(sentry);
}

static bool open_set(struct whim_sentry *sentry)
{
    if (sentry->fd >= 0)
        return true;
    if (sentry->is_refused)
        return false;
    sentry->fd = epoll_create1(EPOLL_CLOEXEC);
    sentry->is_refused = sentry->fd < 0;
    return sentry->fd >= 0;
}

void whim_sentry_watch(struct whim_multi *multi, struct whim_conn *conn)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.fd = conn->socket.fd};

    if (conn->is_watched || !open_set(&multi->sentry))
        return;
    /* What is there to be read already counts as an edge. */
    conn->is_watched = epoll_ctl(multi->sentry.fd, EPOLL_CTL_ADD, conn->socket.fd, &event) == 0;
}

void whim_sentry_unwatch(struct whim_multi *multi, struct whim_conn *conn)
{
    if (conn->is_watched)
        epoll_ctl(multi->sentry.fd, EPOLL_CTL_DEL, conn->socket.fd, NULL);
    conn->is_watched = false;
}

static void note(struct whim_multi *multi, const struct epoll_event *event)
{
    struct whim_registration *entry = whim_registry_find(&multi->registry, event->data.fd);
    struct whim_conn *conn;

    /* A descriptor that was closed stays in the set while another process has it open too. */
    if (!entry || entry->owner_kind != WHIM_OWNER_CONN)
        return;
    conn = entry->owner;
    conn->is_suspect = true; /* the edge is used up: one that is busy says so until it receives */
    if (conn->state != WHIM_CONN_IDLE && conn->is_watched && event->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        conn->is_no_reuse = true;
}

void whim_sentry_ask(struct whim_multi *multi)
{
    struct epoll_event events[BATCH];
    /* Each connection has one edge at most that is not told yet, but for those that come meanwhile. */
    uint32_t n_batches = multi->pool.n_conns / BATCH + 1;
    int n;

    multi->sentry.n_starts = WHIM_SENTRY_STARTS;
    if (multi->sentry.fd < 0)
        return;
    do {
        n = epoll_wait(multi->sentry.fd, events, BATCH, 0);
        for (int i = 0; i < n; i++)
            note(multi, &events[i]);
    } while (n == BATCH && n_batches-- > 0);
}
