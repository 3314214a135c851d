/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* A queue is an epoll set. Its knotes are on one list with those of all queues. The two filters of
 * a descriptor share its place in the set; a timer is a timerfd in it. The data of an epoll event
 * is the descriptor; a timer's knote is found by its timerfd. */

#include <sys/event.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define BATCH 128

struct knote {
    struct knote *next;
    int queue;
    int fd; /* the ident, or the timer's timerfd */
    struct kevent event;
};

static struct knote *knotes;

int kqueue(void)
{
    struct knote **link = &knotes;
    int queue = epoll_create1(0);

    while (*link) { /* an earlier queue of that number is closed, and its knotes with it */
        struct knote *k = *link;

        if (k->queue != queue) {
            link = &k->next;
            continue;
        }
        *link = k->next;
        if (k->event.filter == EVFILT_TIMER)
            close(k->fd);
        free(k);
    }
    return queue;
}

static struct knote *find(int queue, const struct kevent *event)
{
    struct knote *k;

    for (k = knotes; k; k = k->next)
        if (k->queue == queue && k->event.filter == event->filter &&
            k->event.ident == event->ident)
            return k;
    return NULL;
}

static void free_knote(struct knote *k)
{
    struct knote **link = &knotes;

    while (*link != k)
        link = &(*link)->next;
    *link = k->next;
    if (k->event.filter == EVFILT_TIMER)
        close(k->fd);
    free(k);
}

static struct knote *new_knote(int queue, const struct kevent *event, int fd)
{
    struct knote *k = malloc(sizeof *k);

    if (!k)
        return NULL;
    *k = (struct knote){.next = knotes, .queue = queue, .fd = fd, .event = *event};
    knotes = k;
    return k;
}

/* -- descriptors ------------------------------------------------------------------------------ */

static uint32_t collect_interest(int queue, int fd)
{
    uint32_t events = 0;
    struct knote *k;

    for (k = knotes; k; k = k->next) {
        if (k->queue != queue || k->fd != fd || k->event.filter == EVFILT_TIMER)
            continue;
        events |= k->event.filter == EVFILT_READ ? EPOLLIN | EPOLLRDHUP : EPOLLOUT;
        if (k->event.flags & EV_CLEAR)
            events |= EPOLLET;
    }
    return events;
}

static int control(int queue, int op, int fd)
{
    struct epoll_event event = {.events = collect_interest(queue, fd), .data.fd = fd};

    return epoll_ctl(queue, op, fd, &event);
}

/* The descriptor was closed since: its knotes have gone with it. */
static void forget_closed(int queue, int fd)
{
    struct knote *k = knotes, *next;

    for (; k; k = next) {
        next = k->next;
        if (k->queue == queue && k->fd == fd && k->event.filter != EVFILT_TIMER)
            free_knote(k);
    }
}

static int add_fd(int queue, const struct kevent *event)
{
    int fd = (int)event->ident;
    struct knote *k;

    if (collect_interest(queue, fd) && control(queue, EPOLL_CTL_MOD, fd))
        forget_closed(queue, fd);
    k = find(queue, event);
    if (k) {
        k->event = *event;
        return control(queue, EPOLL_CTL_MOD, fd);
    }
    k = new_knote(queue, event, fd);
    if (!k)
        return -1;
    if (!control(queue, EPOLL_CTL_ADD, fd) ||
        (errno == EEXIST && !control(queue, EPOLL_CTL_MOD, fd)))
        return 0;
    free_knote(k);
    return -1;
}

static int delete_fd(int queue, const struct kevent *event)
{
    int fd = (int)event->ident;
    struct knote *k = find(queue, event);

    if (!k || control(queue, EPOLL_CTL_MOD, fd)) {
        if (k)
            forget_closed(queue, fd);
        errno = ENOENT;
        return -1;
    }
    free_knote(k);
    return control(queue, collect_interest(queue, fd) ? EPOLL_CTL_MOD : EPOLL_CTL_DEL, fd);
}

/* -- timers ----------------------------------------------------------------------------------- */

static int add_timer(int queue, const struct kevent *event)
{
    struct itimerspec when = {.it_value = {.tv_sec = event->data / 1000,
                                           .tv_nsec = event->data % 1000 * 1000000}};
    struct knote *k = find(queue, event);
    int fd;

    if (event->data <= 0) {
        errno = EINVAL;
        return -1;
    }
    if (k)
        return timerfd_settime(k->fd, 0, &when, NULL);
    fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd < 0)
        return -1;
    k = new_knote(queue, event, fd);
    if (!k) {
        close(fd);
        return -1;
    }
    if (epoll_ctl(queue, EPOLL_CTL_ADD, fd,
                  &(struct epoll_event){.events = EPOLLIN, .data.fd = fd}) ||
        timerfd_settime(fd, 0, &when, NULL)) {
        free_knote(k);
        return -1;
    }
    return 0;
}

static int delete_timer(int queue, const struct kevent *event)
{
    struct knote *k = find(queue, event);

    if (!k) {
        errno = ENOENT;
        return -1;
    }
    free_knote(k);
    return 0;
}

/* -- kevent ----------------------------------------------------------------------------------- */

static int apply(int queue, const struct kevent *change)
{
    bool is_timer = change->filter == EVFILT_TIMER;

    if (change->flags & EV_DELETE)
        return is_timer ? delete_timer(queue, change) : delete_fd(queue, change);
    return is_timer ? add_timer(queue, change) : add_fd(queue, change);
}

/* What one epoll event means. A knote may go. */
static int report(int queue, const struct epoll_event *from, struct kevent *events, int n_events)
{
    struct knote *k = knotes, *next;
    int n = 0;

    for (; k && n < n_events; k = next) {
        uint32_t mask = EPOLLERR | EPOLLHUP;

        mask |= k->event.filter == EVFILT_WRITE ? EPOLLOUT : EPOLLIN | EPOLLRDHUP;
        next = k->next;
        if (k->queue != queue || k->fd != from->data.fd || !(from->events & mask))
            continue;
        events[n] = k->event;
        events[n].flags &= EV_CLEAR | EV_ONESHOT;
        if (from->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
            events[n].flags |= EV_EOF;
        if (from->events & EPOLLERR)
            events[n].fflags = ECONNRESET;
        n++;
        if (k->event.flags & EV_ONESHOT)
            free_knote(k);
    }
    return n;
}

int kevent(int queue, const struct kevent *changes, int n_changes, struct kevent *events,
           int n_events, const struct timespec *timeout)
{
    struct epoll_event batch[BATCH];
    int i, n = 0, n_batch, wait_ms = -1;

    for (i = 0; i < n_changes; i++) {
        if (!apply(queue, &changes[i]))
            continue;
        if (n == n_events)
            return -1;
        events[n] = changes[i];
        events[n].flags = EV_ERROR;
        events[n++].data = errno;
    }
    if (n || !n_events)
        return n;
    if (timeout)
        wait_ms = (int)(timeout->tv_sec * 1000 + (timeout->tv_nsec + 999999) / 1000000);
    n_batch = n_events / 2 < BATCH ? n_events / 2 : BATCH; /* one may become two */
    n_batch = epoll_wait(queue, batch, n_batch ? n_batch : 1, wait_ms);
    for (i = 0; i < n_batch; i++)
        n += report(queue, &batch[i], events + n, n_events - n);
    return n_batch < 0 ? -1 : n;
}
