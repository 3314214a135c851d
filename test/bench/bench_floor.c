/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * bench_floor: the same loads without any library: what the kernel alone costs.
 *
 * It makes the system calls that nobody can leave out (one send and one recv per request, one
 * wait per batch) and looks in an answer for the end of the header and Content-Length, no more.
 * It relies on the origin's manners: a short answer comes in one piece.
 */
#define _GNU_SOURCE
#include "args.h"
#include "control.h"
#include "measure.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 512, RAMP = 256 };

struct floor {
    const struct bench_args *args;
    int epfd;
    char request[160];
    size_t n_request;
    char *piece; /* the receive buffer of all connections */
    long n_started;
    uint64_t n_done;
    uint64_t body_bytes;
};

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void watch(struct floor *state, int op, int fd, uint32_t wanted) {
    struct epoll_event event = { .events = wanted, .data.fd = fd };

    bench_counters.loop_controls++;
    if (epoll_ctl(state->epfd, op, fd, &event))
        fail("epoll_ctl");
}

static int wait_events(struct floor *state, struct epoll_event *events) {
    int n = epoll_wait(state->epfd, events, EVENTS, -1);

    bench_counters.loop_waits++;
    if (n < 0 && errno != EINTR)
        fail("epoll_wait");
    return n;
}

static void send_request(struct floor *state, int fd) {
    if (send(fd, state->request, state->n_request, MSG_NOSIGNAL) != (ssize_t)state->n_request)
        fail("send");
}

static void set_request(struct floor *state, const char *path, uint64_t body_bytes) {
    state->body_bytes = body_bytes;
    state->n_request = (size_t)snprintf(state->request, sizeof state->request,
                                        "GET %s%llu HTTP/1.1\r\nHost: 127.0.0.1:%ld\r\n"
                                        "Accept: */*\r\n\r\n",
                                        path, (unsigned long long)body_bytes, state->args->port);
}

/* Returns false while the connection is still being made. */
static bool open_connection(struct floor *state, int *pick_fd) {
    uint32_t host = (uint32_t)(state->n_started++ % state->args->n_hosts);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)state->args->port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK + host) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        fail("socket");
    *pick_fd = fd;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return true;
    if (errno != EINPROGRESS)
        fail("connect");
    return false;
}

static void start_connection(struct floor *state) {
    int fd;

    if (open_connection(state, &fd)) {
        watch(state, EPOLL_CTL_ADD, fd, EPOLLIN);
        send_request(state, fd);
    } else {
        watch(state, EPOLL_CTL_ADD, fd, EPOLLOUT);
    }
}

/* Where the body begins; its length goes to pick_body_bytes. */
static size_t parse_header(const char *bytes, size_t n_bytes, uint64_t *pick_body_bytes) {
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

static void receive_answer(struct floor *state, int fd) {
    ssize_t got = recv(fd, state->piece, (size_t)state->args->piece_bytes, 0);
    uint64_t body_bytes;

    if (got <= 0)
        fail("recv");
    if (parse_header(state->piece, (size_t)got, &body_bytes) + body_bytes != (size_t)got ||
        body_bytes != state->body_bytes) {
        fprintf(stderr, "floor: a body of the wrong length\n");
        exit(1);
    }
    state->n_done++;
}

/* One batch; is_fresh closes each connection after its answer and opens another. */
static void step(struct floor *state, bool is_fresh) {
    struct epoll_event events[EVENTS];
    int n = wait_events(state, events);

    for (int i = 0; i < n; i++) {
        int fd = events[i].data.fd;

        if (events[i].events & EPOLLOUT) {
            watch(state, EPOLL_CTL_MOD, fd, EPOLLIN);
            send_request(state, fd);
            continue;
        }
        receive_answer(state, fd);
        if (is_fresh) {
            close(fd);
            start_connection(state);
        } else {
            send_request(state, fd);
        }
    }
}

static void run(struct floor *state, uint64_t n, bool is_fresh) {
    uint64_t target = state->n_done + n;

    while (state->n_done < target)
        step(state, is_fresh);
}

static void ramp(struct floor *state, bool is_fresh) {
    while (state->n_started < state->args->n_connections) {
        long n = state->args->n_connections - state->n_started;

        for (long i = 0; i < (n < RAMP ? n : RAMP); i++)
            start_connection(state);
        run(state, RAMP, is_fresh);
    }
}

static void measure_requests(struct floor *state, bool is_fresh) {
    struct bench_counters before, after;
    uint64_t n_before;

    set_request(state, "/b/", (uint64_t)state->args->body_bytes);
    ramp(state, is_fresh);
    run(state, (uint64_t)state->args->n_connections * 2, is_fresh);
    n_before = state->n_done;
    bench_measure_start(&before);
    run(state, (uint64_t)state->args->n_requests, is_fresh);
    bench_measure_stop(&after);
    printf("requests=%llu", (unsigned long long)(state->n_done - n_before));
    bench_measure_print(&before, &after, state->n_done - n_before);
    putchar('\n');
}

static void run_warm(struct floor *state) {
    measure_requests(state, false);
}

static void run_fresh(struct floor *state) {
    measure_requests(state, true);
}

static void download(struct floor *state, int fd, uint64_t n_bytes) {
    struct epoll_event events[EVENTS];
    uint64_t n_received = 0;
    uint64_t total = 0;

    set_request(state, "/big/", n_bytes);
    send_request(state, fd);
    do {
        ssize_t got;

        wait_events(state, events);
        got = recv(fd, state->piece, (size_t)state->args->piece_bytes, 0);
        if (got <= 0)
            fail("recv");
        if (!total)
            total = parse_header(state->piece, (size_t)got, &n_bytes) + n_bytes;
        n_received += (uint64_t)got;
    } while (n_received < total);
}

static void run_large(struct floor *state) {
    struct bench_counters before, after;
    int fd;

    if (!open_connection(state, &fd)) {
        struct epoll_event event;

        watch(state, EPOLL_CTL_ADD, fd, EPOLLOUT);
        wait_events(state, &event);
        watch(state, EPOLL_CTL_MOD, fd, EPOLLIN);
    } else {
        watch(state, EPOLL_CTL_ADD, fd, EPOLLIN);
    }
    download(state, fd, 1 << 20);
    bench_measure_start(&before);
    download(state, fd, (uint64_t)state->args->total_bytes);
    bench_measure_stop(&after);
    bench_measure_print_rate(&before, &after, (uint64_t)state->args->total_bytes);
}

/* Nothing but a descriptor per connection, all of it in the kernel: what user space could save. */
static void run_memory(struct floor *state) {
    int control = bench_control_open(state->args->port);
    uint64_t heap_bytes, resident_bytes;
    long n = state->args->n_connections;

    set_request(state, "/hold/", (uint64_t)state->args->body_bytes);
    memset(state->piece, 0, (size_t)state->args->piece_bytes);
    heap_bytes = bench_measure_heap_bytes();
    resident_bytes = bench_measure_resident_bytes();
    while (state->n_started < n) {
        for (int i = 0; i < RAMP && state->n_started < n; i++)
            start_connection(state);
        while (bench_control_ask(control, "/ctl/held") < state->n_started) {
            struct epoll_event events[EVENTS];
            int n_ready = epoll_wait(state->epfd, events, EVENTS, 1);

            for (int i = 0; i < n_ready; i++) {
                watch(state, EPOLL_CTL_MOD, events[i].data.fd, EPOLLIN);
                send_request(state, events[i].data.fd);
            }
        }
    }
    printf("transfers=%ld heap_bytes=%.1f resident_bytes=%.1f\n", n,
           (double)(int64_t)(bench_measure_heap_bytes() - heap_bytes) / (double)n,
           (double)(int64_t)(bench_measure_resident_bytes() - resident_bytes) / (double)n);
}

static const struct {
    const char *name;
    void (*run)(struct floor *state);
} scenarios[] = {
    { "warm", run_warm },
    { "fresh", run_fresh },
    { "large", run_large },
    { "memory", run_memory },
};

int main(int argc, char **argv) {
    struct bench_args args;
    struct floor state = { .args = &args };

    if (!bench_args_read(argc, argv, &args))
        return 2;
    state.piece = malloc((size_t)args.piece_bytes);
    state.epfd = epoll_create1(EPOLL_CLOEXEC);
    if (!state.piece || state.epfd < 0)
        fail("floor");
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        if (!strcmp(args.scenario, scenarios[i].name)) {
            scenarios[i].run(&state);
            close(state.epfd);
            free(state.piece);
            return 0;
        }
    }
    fprintf(stderr, "bench_floor: no scenario \"%s\"\n", args.scenario);
    return 2;
}
