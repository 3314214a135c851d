/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* pid: the process id without a system call, so that every entry into an adapter can ask (D-8).
 *
 * Where the kernel can wipe a page at fork (Linux 4.14: MADV_WIPEONFORK) the id is kept in such
 * a page, which no way of forking can leave stale. Elsewhere it is getpid() each time. */

#ifndef WHIM_ADAPTERS_PID_H
#define WHIM_ADAPTERS_PID_H

#include <sys/types.h>

/* The calling process's id. */
pid_t whim_pid_now(void);

#endif
