/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/wakeup.h"

#include <fcntl.h>
#include <unistd.h>

static bool set_flags(int fd)
{
    return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0;
}

bool whim_wakeup_open_ends(struct whim_wakeup_ends *ret_ends)
{
    int ends[2];

    if (pipe(ends) != 0)
        return false;
    if (!set_flags(ends[0]) || !set_flags(ends[1])) {
        close(ends[0]);
        close(ends[1]);
        return false;
    }
    *ret_ends = (struct whim_wakeup_ends){.read_fd = ends[0], .write_fd = ends[1]};
    return true;
}
