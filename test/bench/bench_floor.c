/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * bench_floor: the same loads without any library: what the kernel alone costs.
 *
 * It makes the system calls that nobody can leave out (one send and one recv per request, one
 * wait per batch) and looks in an answer for the end of the header and Content-Length, no more.
 * It relies on the origin's manners: a short answer comes in one piece.
 */
#include "control.h"
#include "floor.h"
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void send_request(struct floor *state, int fd) {
    if (send(fd, state->request, state->n_request, MSG_NOSIGNAL) != (ssize_t)state->n_request)
        bench_floor_fail("send");
}

static void start_connection(struct floor *state) {
    int fd;

    if (bench_floor_open(state, &fd)) {
        bench_floor_watch(state, EPOLL_CTL_ADD, fd, EPOLLIN);
        send_request(state, fd);
    } else {
        bench_floor_watch(state, EPOLL_CTL_ADD, fd, EPOLLOUT);
    }
}

static void receive_answer(struct floor *state, int fd) {
    ssize_t got = recv(fd, state->piece, (size_t)state->args->piece_bytes, 0);
    uint64_t body_bytes;
    size_t n_header;

    if (got <= 0)
        bench_floor_fail("recv");
    n_header = bench_floor_parse_header(state->piece, (size_t)got, &body_bytes);
    if (n_header + body_bytes != (size_t)got || body_bytes != state->body_bytes) {
        fprintf(stderr, "floor: a body of the wrong length\n");
        exit(1);
    }
    state->n_done++;
}

/* One batch; is_fresh closes each connection after its answer and opens another. */
static void step(struct floor *state, bool is_fresh) {
    struct epoll_event events[BENCH_FLOOR_EVENTS];
    int n = bench_floor_wait(state, events);

    for (int i = 0; i < n; i++) {
        int fd = events[i].data.fd;

        if (events[i].events & EPOLLOUT) {
            bench_floor_watch(state, EPOLL_CTL_MOD, fd, EPOLLIN);
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

        for (long i = 0; i < (n < BENCH_FLOOR_RAMP ? n : BENCH_FLOOR_RAMP); i++)
            start_connection(state);
        run(state, BENCH_FLOOR_RAMP, is_fresh);
    }
}

static void measure_requests(struct floor *state, bool is_fresh) {
    struct bench_counters before, after;
    uint64_t n_before;

    bench_floor_set_request(state, "/b/", (uint64_t)state->args->body_bytes);
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
    struct epoll_event events[BENCH_FLOOR_EVENTS];
    uint64_t n_received = 0;
    uint64_t total = 0;

    bench_floor_set_request(state, "/big/", n_bytes);
    send_request(state, fd);
    do {
        ssize_t got;

        bench_floor_wait(state, events);
        got = recv(fd, state->piece, (size_t)state->args->piece_bytes, 0);
        if (got <= 0)
            bench_floor_fail("recv");
        if (!total)
            total = bench_floor_parse_header(state->piece, (size_t)got, &n_bytes) + n_bytes;
        n_received += (uint64_t)got;
    } while (n_received < total);
}

static int connect_one(struct floor *state) {
    int fd;

    if (!bench_floor_open(state, &fd)) {
        struct epoll_event events[BENCH_FLOOR_EVENTS];

        bench_floor_watch(state, EPOLL_CTL_ADD, fd, EPOLLOUT);
        bench_floor_wait(state, events);
        bench_floor_watch(state, EPOLL_CTL_MOD, fd, EPOLLIN);
    } else {
        bench_floor_watch(state, EPOLL_CTL_ADD, fd, EPOLLIN);
    }
    return fd;
}

static void run_large(struct floor *state) {
    struct bench_counters before, after;
    int fd = connect_one(state);

    download(state, fd, 1 << 20);
    bench_measure_start(&before);
    download(state, fd, (uint64_t)state->args->total_bytes);
    bench_measure_stop(&after);
    bench_measure_print_rate(&before, &after, (uint64_t)state->args->total_bytes);
}

static void download_gzip(struct floor *state, int fd, uint64_t n_bytes) {
    struct epoll_event events[BENCH_FLOOR_EVENTS];
    uint64_t n_left = 0, n_decoded = 0;
    bool has_header = false;

    bench_floor_set_request(state, "/gzip/", n_bytes);
    send_request(state, fd);
    do {
        size_t n_header = 0;
        ssize_t got;

        bench_floor_wait(state, events);
        got = recv(fd, state->piece, (size_t)state->args->piece_bytes, 0);
        if (got <= 0)
            bench_floor_fail("recv");
        if (!has_header)
            n_header = bench_floor_parse_header(state->piece, (size_t)got, &n_left);
        has_header = true;
        n_left -= (uint64_t)got - n_header;
        n_decoded += bench_floor_inflate(state, state->piece + n_header, (size_t)got - n_header);
    } while (n_left);
    if (n_decoded != n_bytes) {
        fprintf(stderr, "floor: a body that decodes to the wrong length\n");
        exit(1);
    }
}

static void run_gzip(struct floor *state) {
    struct bench_counters before, after;
    int fd = connect_one(state);

    bench_floor_inflate_begin(state);
    download_gzip(state, fd, 16 << 20);
    bench_measure_start(&before);
    download_gzip(state, fd, (uint64_t)state->args->total_bytes);
    bench_measure_stop(&after);
    bench_measure_print_rate(&before, &after, (uint64_t)state->args->total_bytes);
    bench_floor_inflate_end();
}

/* Nothing but a descriptor per connection, all of it in the kernel: what user space could save. */
static void run_memory(struct floor *state) {
    int control = bench_control_open(state->args->port);
    uint64_t heap_bytes, resident_bytes;
    long n = state->args->n_connections;

    bench_floor_set_request(state, "/hold/", (uint64_t)state->args->body_bytes);
    memset(state->piece, 0, (size_t)state->args->piece_bytes);
    heap_bytes = bench_measure_heap_bytes();
    resident_bytes = bench_measure_resident_bytes();
    while (state->n_started < n) {
        for (int i = 0; i < BENCH_FLOOR_RAMP && state->n_started < n; i++)
            start_connection(state);
        while (bench_control_ask(control, "/ctl/held") < state->n_started) {
            struct epoll_event events[BENCH_FLOOR_EVENTS];
            int n_ready = epoll_wait(state->epfd, events, BENCH_FLOOR_EVENTS, 1);

            for (int i = 0; i < n_ready; i++) {
                bench_floor_watch(state, EPOLL_CTL_MOD, events[i].data.fd, EPOLLIN);
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
    void (*run_tls)(struct floor *state);
} scenarios[] = {
    { "warm", run_warm, bench_floor_tls_warm },
    { "fresh", run_fresh, bench_floor_tls_fresh },
    { "large", run_large, bench_floor_tls_large },
    { "gzip", run_gzip, NULL },
    { "memory", run_memory, bench_floor_tls_memory },
};

int main(int argc, char **argv) {
    struct bench_args args;
    struct floor state = { .args = &args };

    if (!bench_args_read(argc, argv, &args))
        return 2;
    state.piece = malloc((size_t)args.piece_bytes);
    state.epfd = epoll_create1(EPOLL_CLOEXEC);
    if (!state.piece || state.epfd < 0)
        bench_floor_fail("floor");
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        if (!strcmp(args.scenario, scenarios[i].name)) {
            if (args.tls_port && scenarios[i].run_tls)
                scenarios[i].run_tls(&state);
            else
                scenarios[i].run(&state);
            close(state.epfd);
            free(state.piece);
            return 0;
        }
    }
    fprintf(stderr, "bench_floor: no scenario \"%s\"\n", args.scenario);
    return 2;
}
