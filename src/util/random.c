/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/random.h"

#include <errno.h>
#include <sys/random.h>

bool whim_random_fill(void *data, size_t len)
{
    char *at = data;

    while (len) {
        ssize_t n = getrandom(at, len, 0);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}
