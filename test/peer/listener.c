/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int listener_open(int family, enum peer_kind kind, int port)
{
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
                               .sin6_port = htons((uint16_t)port),
                               .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_in in4 = {.sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct sockaddr *addr =
        family == AF_INET6 ? (struct sockaddr *)&in6 : (struct sockaddr *)&in4;
    socklen_t n = family == AF_INET6 ? sizeof(in6) : sizeof(in4);
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, addr, n) ||
        (kind != PEER_REFUSES && listen(fd, kind == PEER_IGNORES ? 0 : 1024))) {
        close(fd);
        return -1;
    }
    return fd;
}

int listener_fill(int listener, int family)
{
    struct sockaddr_storage addr;
    socklen_t n = sizeof(addr);
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || getsockname(listener, (struct sockaddr *)&addr, &n) ||
        connect(fd, (struct sockaddr *)&addr, n)) {
        close(fd);
        return -1;
    }
    return fd;
}

int listener_open_local(const char *name)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    size_t len = strlen(name);
    int fd;

    if (len >= sizeof(addr.sun_path))
        return -1;
    memcpy(addr.sun_path + 1, name, len);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (bind(fd, (struct sockaddr *)&addr,
             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len)) ||
        listen(fd, 1024)) {
        close(fd);
        return -1;
    }
    return fd;
}

int peer_free_port(int n)
{
    enum { FIRST = 12000, N_PORTS = 18000, STEP = 20 };

    for (int i = 0; i < 100; i++) {
        int port = FIRST + (int)(((unsigned)getpid() + (unsigned)i * 97) * STEP % N_PORTS);
        bool is_free = true;

        for (int k = 0; is_free && k < n; k++) {
            int fd = listener_open(AF_INET, PEER_REFUSES, port + k);

            is_free = fd >= 0;
            if (is_free)
                close(fd);
        }
        if (is_free)
            return port;
    }
    return 0;
}
