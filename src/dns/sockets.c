/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns/sockets.h"

#include "dns/resolver.h"
#include "util/mem.h"

#include <ares.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    MAX_READS = 512,
    /* Room for the answers to a burst of questions; the system may grant less. */
    RECEIVE_BUFFER_BYTES = 512 * 1024,
};

struct whim_dns_socket {
    struct whim_list link;
    int fd;
    bool is_datagram;
    bool is_unread; /* there may be more to read, and nobody will say so */
    unsigned interest;
};

void whim_dns_sockets_init(struct whim_dns_sockets *sockets,
                           const struct whim_resolver_hooks *hooks, void *ctx)
{
    whim_list_init(&sockets->wanted);
    sockets->hooks = hooks;
    sockets->ctx = ctx;
}

void whim_dns_sockets_fini(struct whim_dns_sockets *sockets)
{
    whim_free(sockets->spare);
    sockets->spare = NULL;
}

void whim_dns_sockets_start(struct whim_dns_sockets *sockets)
{
    sockets->n_reads_left = MAX_READS;
}

static struct whim_dns_socket *find_socket(const struct whim_dns_sockets *sockets, int fd)
{
    struct whim_list *link;

    for (link = sockets->wanted.next; link != &sockets->wanted; link = link->next) {
        struct whim_dns_socket *found = WHIM_CONTAINER_OF(link, struct whim_dns_socket, link);

        if (found->fd == fd)
            return found;
    }
    return NULL;
}

bool whim_dns_sockets_has(const struct whim_dns_sockets *sockets, int fd)
{
    return find_socket(sockets, fd) != NULL;
}

static struct whim_dns_socket *find_unread(const struct whim_dns_sockets *sockets)
{
    struct whim_list *link;

    for (link = sockets->wanted.next; link != &sockets->wanted; link = link->next) {
        struct whim_dns_socket *known = WHIM_CONTAINER_OF(link, struct whim_dns_socket, link);

        if (known->is_unread)
            return known;
    }
    return NULL;
}

bool whim_dns_sockets_has_unread(const struct whim_dns_sockets *sockets)
{
    return find_unread(sockets) != NULL;
}

int whim_dns_sockets_take_unread(struct whim_dns_sockets *sockets)
{
    struct whim_dns_socket *known = find_unread(sockets);

    if (!known)
        return -1;
    known->is_unread = false;
    return known->fd;
}

static void forget(struct whim_dns_sockets *sockets, struct whim_dns_socket *known)
{
    sockets->hooks->want(sockets->ctx, known->fd, 0);
    whim_list_del(&known->link);
    whim_free(known);
}

void whim_dns_sockets_want(void *data, int fd, int readable, int writable)
{
    struct whim_dns_sockets *sockets = data;
    struct whim_dns_socket *known = find_socket(sockets, fd);
    unsigned interest = (readable ? WHIM_WANT_READ : 0) | (writable ? WHIM_WANT_WRITE : 0);

    if (!interest) {
        if (known)
            forget(sockets, known);
        return;
    }
    if (!known) {
        known = sockets->spare;
        if (!known || known->fd != fd)
            return; /* opened by somebody else: cannot be */
        sockets->spare = NULL;
        whim_list_add_last(&sockets->wanted, &known->link);
    }
    if (known->interest == interest)
        return;
    known->interest = interest;
    sockets->hooks->want(sockets->ctx, fd, interest);
}

static bool bind_local(int fd, const struct whim_address *local)
{
    struct sockaddr_storage storage;
    socklen_t len = whim_address_to_sockaddr(local, &storage);

    return !len || bind(fd, (const struct sockaddr *)&storage, len) == 0;
}

static bool configure(const struct whim_dns_sockets *sockets, int fd, int domain, int type,
                      int protocol)
{
    const int on = 1;
    const int receive_bytes = RECEIVE_BUFFER_BYTES;

    /* Both are only for speed. The sockets that sorting opens name the protocol. */
    if (type == SOCK_DGRAM && !protocol)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof(receive_bytes));
    else if (type == SOCK_STREAM)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (sockets->interface && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, sockets->interface,
                                         (socklen_t)strlen(sockets->interface) + 1) != 0)
        return false;
    return bind_local(fd, domain == AF_INET6 ? &sockets->local_ip6 : &sockets->local_ip4);
}

static ares_socket_t open_socket(int domain, int type, int protocol, void *data)
{
    struct whim_dns_sockets *sockets = data;
    int saved_errno;
    int fd;

    if (!sockets->spare)
        sockets->spare = whim_calloc(1, sizeof(*sockets->spare));
    if (!sockets->spare) {
        errno = ENOMEM;
        return ARES_SOCKET_BAD;
    }
    fd = socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    if (fd < 0)
        return ARES_SOCKET_BAD;
    errno = ENOMEM;
    if (sockets->hooks->reserve(sockets->ctx, fd) &&
        configure(sockets, fd, domain, type, protocol)) {
        sockets->spare->fd = fd;
        sockets->spare->is_datagram = type == SOCK_DGRAM;
        return fd;
    }
    saved_errno = errno;
    close(fd);
    errno = saved_errno;
    return ARES_SOCKET_BAD;
}

static int close_socket(ares_socket_t fd, void *data)
{
    struct whim_dns_sockets *sockets = data;
    struct whim_dns_socket *known = find_socket(sockets, fd);

    if (known)
        forget(sockets, known);
    return close(fd);
}

static int connect_socket(ares_socket_t fd, const struct sockaddr *sockaddr, ares_socklen_t len,
                          void *data)
{
    return connect(fd, sockaddr, len);
}

static ares_ssize_t receive(ares_socket_t fd, void *buffer, size_t len, int flags,
                            struct sockaddr *from, ares_socklen_t *from_len, void *data)
{
    struct whim_dns_sockets *sockets = data;
    struct whim_dns_socket *known = find_socket(sockets, fd);
    ares_ssize_t n_read = -1;

    errno = EAGAIN;
    if (sockets->n_reads_left) {
        sockets->n_reads_left--;
        n_read = recvfrom(fd, buffer, len, flags, from, from_len);
        if (known)
            known->is_unread = n_read > 0;
    } else if (known) {
        known->is_unread = true;
    }
    return n_read;
}

static size_t count_bytes(const struct iovec *parts, int n_parts)
{
    size_t n_bytes = 0;

    for (int i = 0; i < n_parts; i++)
        n_bytes += parts[i].iov_len;
    return n_bytes;
}

/*
 * c-ares spends a try of the question at hand on each error here, with no pause in between. For a
 * datagram, that would be wrong in two cases. A refusal that is found now belongs to an earlier
 * datagram: this one is sent all the same, will be refused in its turn, and that is then read.
 * And a datagram that finds no room counts as sent and lost: it is sent again after a while.
 */
static ares_ssize_t send_parts(ares_socket_t fd, const struct iovec *parts, int n_parts, void *data)
{
    const struct whim_dns_socket *known = find_socket(data, fd);
    struct msghdr message = {
        .msg_iov = (struct iovec *)parts,
        .msg_iovlen = (size_t)n_parts,
    };
    ares_ssize_t n_sent = sendmsg(fd, &message, MSG_NOSIGNAL);

    if (n_sent >= 0 || !known || !known->is_datagram)
        return n_sent;
    if (errno == ECONNREFUSED)
        n_sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    if (n_sent < 0 && (errno == EAGAIN || errno == ENOBUFS))
        return (ares_ssize_t)count_bytes(parts, n_parts);
    return n_sent;
}

const struct ares_socket_functions whim_dns_socket_functions = {
    .asocket = open_socket,
    .aclose = close_socket,
    .aconnect = connect_socket,
    .arecvfrom = receive,
    .asendv = send_parts,
};
