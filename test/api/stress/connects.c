/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * On the loopback a connection is there at once. Here it is not, now and then: the library, which
 * asks who the peer is, is told that there is none yet.
 */
#include "dice.h"
#include "server.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

__attribute__((visibility("default"))) int getpeername(int fd, struct sockaddr *restrict at,
                                                       socklen_t *restrict len)
{
    if (!is_oracle && !is_ending && once_in(3)) {
        errno = ENOTCONN;
        return -1;
    }
    return (int)syscall(SYS_getpeername, fd, at, len);
}
