/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "control.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void fail(const char *what) {
    perror(what);
    exit(1);
}

int bench_control_open(long port) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address))
        fail("control: connect");
    return fd;
}

/* The origin sends such a short answer in one piece. */
long bench_control_ask(int fd, const char *path) {
    char room[512];
    int n = snprintf(room, sizeof room, "GET %s HTTP/1.1\r\nHost: origin\r\n\r\n", path);
    ssize_t got;
    const char *body;

    if (send(fd, room, (size_t)n, MSG_NOSIGNAL) != n)
        fail("control: send");
    got = recv(fd, room, sizeof room - 1, 0);
    if (got <= 0)
        fail("control: recv");
    room[got] = '\0';
    body = strstr(room, "\r\n\r\n");
    if (!body)
        fail("control: answer");
    return strtol(body + 4, NULL, 10);
}
