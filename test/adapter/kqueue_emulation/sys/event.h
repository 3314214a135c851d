/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* sys/event.h: enough of kqueue, over epoll, to run the kqueue adapter's tests on Linux.
 *
 * This is how the kqueue adapter was tested where there is no kqueue. Never installed, and on the
 * include path of those tests alone. It has the filters READ, WRITE and TIMER, the flags below, and
 * what matters to an adapter: knotes that vanish with their descriptor, ENOENT and EBADF for taking
 * back what is not there, errors by return value or as EV_ERROR events, a queue that can itself be
 * waited for. It has no other filter, and unlike a real queue it survives a fork. */

#ifndef TEST_KQUEUE_EMULATION_SYS_EVENT_H
#define TEST_KQUEUE_EMULATION_SYS_EVENT_H

#include <stdint.h>
#include <time.h>

struct kevent {
    uintptr_t ident;
    int16_t filter;
    uint16_t flags;
    uint32_t fflags;
    intptr_t data;
    void *udata;
};

#define EVFILT_READ (-1)
#define EVFILT_WRITE (-2)
#define EVFILT_TIMER (-7)

#define EV_ADD 0x0001
#define EV_DELETE 0x0002
#define EV_ONESHOT 0x0010
#define EV_CLEAR 0x0020
#define EV_ERROR 0x4000
#define EV_EOF 0x8000

#define EV_SET(event, i, fi, fl, ff, d, u)                                                  \
    (*(event) = (struct kevent){.ident = (i), .filter = (int16_t)(fi), .flags = (uint16_t)(fl), \
                                .fflags = (ff), .data = (d), .udata = (u)})

int kqueue(void);
int kevent(int queue, const struct kevent *changes, int n_changes, struct kevent *events,
           int n_events, const struct timespec *timeout);

#endif
