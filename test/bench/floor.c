/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#define _GNU_SOURCE
#include "floor.h"

#include "measure.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static long load_port(const struct floor *state) {
    return state->args->tls_port ? state->args->tls_port : state->args->port;
}

void bench_floor_fail(const char *what) {
    perror(what);
    exit(1);
}

void bench_floor_watch(struct floor *state, int op, int fd, uint32_t wanted) {
    struct epoll_event event = { .events = wanted, .data.fd = fd };

    bench_counters.loop_controls++;
    if (epoll_ctl(state->epfd, op, fd, &event))
        bench_floor_fail("epoll_ctl");
}

int bench_floor_wait(struct floor *state, struct epoll_event *events) {
    int n = epoll_wait(state->epfd, events, BENCH_FLOOR_EVENTS, -1);

    bench_counters.loop_waits++;
    if (n < 0 && errno != EINTR)
        bench_floor_fail("epoll_wait");
    return n;
}

void bench_floor_set_request(struct floor *state, const char *path, uint64_t body_bytes) {
    state->body_bytes = body_bytes;
    state->n_request = (size_t)snprintf(state->request, sizeof state->request,
                                        "GET %s%llu HTTP/1.1\r\nHost: 127.0.0.1:%ld\r\n"
                                        "Accept: */*\r\n\r\n",
                                        path, (unsigned long long)body_bytes, load_port(state));
}

bool bench_floor_open(struct floor *state, int *pick_fd) {
    uint32_t host = (uint32_t)(state->n_started++ % state->args->n_hosts);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)load_port(state)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK + host) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        bench_floor_fail("socket");
    *pick_fd = fd;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return true;
    if (errno != EINPROGRESS)
        bench_floor_fail("connect");
    return false;
}

size_t bench_floor_parse_header(const char *bytes, size_t n_bytes, uint64_t *pick_body_bytes) {
    static const char name[] = "\r\nContent-Length:";
    const char *end = memmem(bytes, n_bytes, "\r\n\r\n", 4);
    const char *field = end ? memmem(bytes, (size_t)(end - bytes), name, sizeof name - 1) : NULL;

    if (!field) {
        fprintf(stderr, "floor: an answer that is not the origin's\n");
        exit(1);
    }
    *pick_body_bytes = strtoull(field + sizeof name - 1, NULL, 10);
    return (size_t)(end + 4 - bytes);
}
