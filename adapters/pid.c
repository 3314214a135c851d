/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* The page is mapped once per adapter library and stays until the process ends: a thread may be
 * reading it at any time. */

#include "pid.h"

#include <unistd.h>

#ifdef __linux__

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

static _Atomic pid_t *page; /* NULL: this kernel cannot wipe */
static pthread_once_t page_once = PTHREAD_ONCE_INIT;

static void map_page(void)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        return;
    if (madvise(p, size, MADV_WIPEONFORK)) {
        munmap(p, size);
        return;
    }
    page = p;
}

pid_t whim_pid_now(void)
{
    pid_t pid;

    pthread_once(&page_once, map_page);
    if (!page)
        return getpid();
    pid = atomic_load_explicit(page, memory_order_relaxed);
    if (!pid) {
        pid = getpid();
        atomic_store_explicit(page, pid, memory_order_relaxed);
    }
    return pid;
}

#else

pid_t whim_pid_now(void)
{
    return getpid();
}

#endif
