/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/wakeup.h"

#include <sys/eventfd.h>

bool whim_wakeup_open_ends(struct whim_wakeup_ends *ret_ends)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    if (fd < 0)
        return false;
    *ret_ends = (struct whim_wakeup_ends){.read_fd = fd, .write_fd = fd};
    return true;
}
