/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The system calls of the library under test: counted, watched, and made to fail on demand.
 *
 * The test program defines these functions itself, so that the library's calls arrive here first;
 * calls from anywhere else (the tests, the peer, libevent) pass through untouched. Whose call it is
 * is told by the return address.
 * Owns: counters, the armed fault, the offset of the library's clock.
 * Invariants: only calls made on the test's main thread are counted or made to fail; a descriptor
 * that a ledger has announced is never closed (the close watcher is asked first).
 */
#ifndef WHIM_TEST_INTERPOSE_H
#define WHIM_TEST_INTERPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sys_call {
    SYS_SOCKET,
    SYS_CONNECT,
    SYS_RECEIVE, /* recv, recvfrom, recvmsg, read, readv on a socket */
    SYS_SEND,    /* send, sendto, sendmsg, write, writev on a socket */
    SYS_READ,    /* read, readv on anything else */
    SYS_WRITE,   /* write, writev on anything else */
    SYS_CLOSE,
    SYS_EPOLL_CREATE,
    SYS_EPOLL_CTL,
    SYS_WAIT,   /* poll, ppoll, epoll_wait, epoll_pwait, select */
    SYS_EVENT,  /* eventfd, pipe, pipe2, socketpair, timerfd_create */
    SYS_OPTION, /* getsockopt, setsockopt */
    SYS_NAME,   /* getsockname, getpeername */
    SYS_SIGNAL, /* sigaction, signal, pthread_sigmask, sigprocmask */
    SYS_THREAD, /* pthread_create */
    SYS_N_CALLS
};

/* Instead of an errno: the call does its work, but on one byte only. */
#define SYS_SHORT (-1)

/* Finds the library's address range and the main thread; call first in the test's process. */
void sys_init(void);

/* Calls of this kind so far. */
unsigned long sys_count(enum sys_call call);
const char *sys_name(enum sys_call call);
/* Bytes that the library has received from sockets so far. */
size_t sys_n_received(void);

/* The nth call of that kind from now on fails with errno error (or SYS_SHORT), and with
   is_persistent every one after it. */
void sys_fault_arm(enum sys_call call, int error, unsigned long nth, bool is_persistent);
/* Back to normal; whether the fault struck. */
bool sys_fault_disarm(void);

/* The library's monotonic clocks (and with is_wall its wall clock) jump ahead. */
void sys_clock_advance(int64_t ms, bool is_wall);
/* The monotonic clock as the library sees it. */
int64_t sys_clock_us(void);

/* The next folder that the library reads begins with so many names of that length; at most 60,000
   bytes, more than file systems of this one have. */
void sys_add_names(unsigned n, size_t len);

/* Asked before each close(2) of the library. */
void sys_watch_close(void (*watch)(int fd));
/* Told of each socket that the library opened. */
void sys_watch_socket(void (*watch)(int fd));

/* Path of the library under test. */
const char *sys_library_path(void);

#endif
