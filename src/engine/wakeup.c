/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/wakeup.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

static const struct whim_wakeup_ends no_ends = {.read_fd = -1, .write_fd = -1};

static void close_ends(struct whim_wakeup_ends ends)
{
    if (ends.read_fd < 0)
        return;
    close(ends.read_fd);
    if (ends.write_fd != ends.read_fd)
        close(ends.write_fd);
}

void whim_wakeup_init(struct whim_wakeup *wakeup)
{
    atomic_init(&wakeup->ends, no_ends);
}

void whim_wakeup_fini(struct whim_wakeup *wakeup)
{
    close_ends(atomic_load(&wakeup->ends));
    whim_wakeup_init(wakeup);
}

static struct whim_wakeup_ends get_ends(struct whim_wakeup *wakeup)
{
    struct whim_wakeup_ends ends = atomic_load(&wakeup->ends);
    struct whim_wakeup_ends others = no_ends;

    if (ends.read_fd >= 0)
        return ends;
    if (!whim_wakeup_open_ends(&ends))
        return no_ends;
    if (atomic_compare_exchange_strong(&wakeup->ends, &others, ends))
        return ends;
    close_ends(ends); /* the other one was faster */
    return others;
}

int whim_wakeup_descriptor(struct whim_wakeup *wakeup)
{
    return get_ends(wakeup).read_fd;
}

bool whim_wakeup_raise(struct whim_wakeup *wakeup)
{
    const uint64_t one = 1;
    int fd = get_ends(wakeup).write_fd;

    if (fd < 0)
        return false;
    while (write(fd, &one, sizeof(one)) < 0) {
        if (errno == EAGAIN)
            break; /* it is awake many times over */
        if (errno != EINTR)
            return false;
    }
    return true;
}

void whim_wakeup_swallow(struct whim_wakeup *wakeup)
{
    int fd = atomic_load(&wakeup->ends).read_fd;
    char raised[512];
    ssize_t n;

    do {
        n = read(fd, raised, sizeof(raised));
    } while (n == (ssize_t)sizeof(raised) || (n < 0 && errno == EINTR));
}
