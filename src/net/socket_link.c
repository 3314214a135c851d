/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "net/link.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>

static bool is_again(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK;
}

static enum whim_link_result recv_socket(struct whim_link *link, void *data, size_t cap,
                                         size_t *ret_len)
{
    ssize_t n;

    do
        n = recv(link->fd, data, cap, 0);
    while (n < 0 && errno == EINTR);
    if (n > 0) {
        *ret_len = (size_t)n;
        return WHIM_LINK_OK;
    }
    if (n == 0)
        return WHIM_LINK_CLOSED;
    if (is_again(errno))
        return WHIM_LINK_AGAIN;
    link->os_error = errno;
    return WHIM_LINK_ERROR;
}

static enum whim_link_result send_socket(struct whim_link *link, const struct iovec *vec,
                                         int n_vec, size_t *ret_len)
{
    const struct msghdr message = {.msg_iov = (struct iovec *)vec, .msg_iovlen = (size_t)n_vec};
    ssize_t n;

    do
        n = n_vec == 1 ? send(link->fd, vec->iov_base, vec->iov_len, MSG_NOSIGNAL)
                       : sendmsg(link->fd, &message, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n >= 0) {
        *ret_len = (size_t)n;
        return n ? WHIM_LINK_OK : WHIM_LINK_AGAIN;
    }
    if (is_again(errno))
        return WHIM_LINK_AGAIN;
    link->os_error = errno;
    return WHIM_LINK_ERROR;
}

static unsigned want_socket(const struct whim_link *link, unsigned interest)
{
    return interest;
}

/* A socket that is connected has no more to do. */
static enum whim_link_result do_nothing(struct whim_link *link)
{
    (void)link;
    return WHIM_LINK_OK;
}

static bool is_socket_alive(struct whim_link *link)
{
    char byte;
    ssize_t n;

    do
        n = recv(link->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    return n < 0 && is_again(errno);
}

/* It lies in its connection, and TCP's own farewell is the close. */
static void leave_socket(struct whim_link *link)
{
    (void)link;
}

static const struct whim_link_ops socket_link_ops = {
    .name = "socket",
    .shake = do_nothing,
    .recv = recv_socket,
    .send = send_socket,
    .flush = do_nothing,
    .want = want_socket,
    .is_alive = is_socket_alive,
    .part = leave_socket,
    .free = leave_socket,
};

void whim_socket_link_init(struct whim_link *link, int fd)
{
    *link = (struct whim_link){.ops = &socket_link_ops, .fd = fd};
}
