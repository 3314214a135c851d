/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "descriptors.h"

#include <sys/resource.h>

/* A job has a socket, for a while perhaps a second one that races it, and a file. */
enum { PER_JOB = 3, RESERVE = 64 };

long tool_descriptors_provide(long n_jobs)
{
    struct rlimit limit;
    rlim_t n_needed = (rlim_t)n_jobs * PER_JOB + RESERVE;
    rlim_t n_fitting;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= n_needed)
        return n_jobs;
    limit.rlim_cur = limit.rlim_max < n_needed ? limit.rlim_max : n_needed;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 && getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return n_jobs;
    if (limit.rlim_cur >= n_needed)
        return n_jobs;
    n_fitting = limit.rlim_cur > RESERVE ? (limit.rlim_cur - RESERVE) / PER_JOB : 1;
    return n_fitting ? (long)n_fitting : 1;
}
