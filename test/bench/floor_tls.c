/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The floor over TLS: OpenSSL on non-blocking sockets, with nothing between it and the loop.
 *
 * It does what a client owes to its peer and to itself: verifies chain and address in a full
 * handshake, and says goodbye before it closes. A connection hands its newest session to the one
 * that replaces it.
 */
#include "control.h"
#include "floor.h"
#include "measure.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_DESCRIPTORS = 1 << 17 };

/* By descriptor. */
static struct conn {
    SSL *ssl;
    SSL_SESSION *session; /* the newest, or the one that was offered */
    bool is_up;
} *conns;

static SSL_CTX *context;

static void fail(const char *what) {
    fprintf(stderr, "floor: %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static int on_session(SSL *ssl, SSL_SESSION *session) {
    struct conn *conn = SSL_get_app_data(ssl);

    SSL_SESSION_free(conn->session);
    conn->session = session;
    return 1;
}

static void init(struct floor *state) {
    signal(SIGPIPE, SIG_IGN); /* OpenSSL sends without MSG_NOSIGNAL */
    context = SSL_CTX_new(TLS_client_method());
    conns = calloc(MOST_DESCRIPTORS, sizeof *conns);
    if (!context || !conns || !SSL_CTX_load_verify_file(context, state->args->ca_path))
        fail("no context");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_read_ahead(context, 1);
    if (!state->args->keeps_sessions) {
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
        return;
    }
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, on_session);
}

/* Takes over the session, which may be NULL. Sends nothing yet. */
static int start_connection(struct floor *state, SSL_SESSION *session) {
    long host = 1 + state->n_started % state->args->n_hosts;
    struct conn *conn;
    char address[32];
    int fd;

    bench_floor_open(state, &fd);
    if (fd >= MOST_DESCRIPTORS)
        fail("too many descriptors");
    conn = &conns[fd];
    *conn = (struct conn){ .ssl = SSL_new(context), .session = session };
    snprintf(address, sizeof address, "127.0.0.%ld", host);
    if (!conn->ssl || !SSL_set_fd(conn->ssl, fd) || !SSL_set_app_data(conn->ssl, conn) ||
        !X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(conn->ssl), address) ||
        (session && !SSL_set_session(conn->ssl, session)))
        fail("no connection");
    SSL_set_connect_state(conn->ssl);
    bench_floor_watch(state, EPOLL_CTL_ADD, fd, EPOLLOUT);
    return fd;
}

static SSL_SESSION *end_connection(int fd) {
    struct conn *conn = &conns[fd];
    SSL_SESSION *session = conn->session;

    SSL_shutdown(conn->ssl);
    SSL_free(conn->ssl);
    close(fd);
    *conn = (struct conn){ 0 };
    return session;
}

static void check(const struct conn *conn, int result) {
    if (SSL_get_error(conn->ssl, result) != SSL_ERROR_WANT_READ)
        fail("broken connection");
}

static void send_request(struct floor *state, const struct conn *conn) {
    if (SSL_write(conn->ssl, state->request, (int)state->n_request) != (int)state->n_request)
        fail("SSL_write");
}

/* The request follows the handshake at once. */
static void shake(struct floor *state, const struct epoll_event *event) {
    struct conn *conn = &conns[event->data.fd];
    int result = SSL_connect(conn->ssl);

    if (event->events & EPOLLOUT)
        bench_floor_watch(state, EPOLL_CTL_MOD, event->data.fd, EPOLLIN);
    if (result == 1) {
        conn->is_up = true;
        send_request(state, conn);
    } else {
        check(conn, result);
    }
}

/* false: nothing but tickets. */
static bool receive_answer(struct floor *state, const struct conn *conn) {
    int got = SSL_read(conn->ssl, state->piece, (int)state->args->piece_bytes);
    uint64_t body_bytes;
    size_t n_header;

    if (got <= 0) {
        check(conn, got);
        return false;
    }
    n_header = bench_floor_parse_header(state->piece, (size_t)got, &body_bytes);
    if (n_header + body_bytes != (size_t)got || body_bytes != state->body_bytes)
        fail("a body of the wrong length");
    state->n_done++;
    return true;
}

/* One batch; is_fresh closes each connection after its answer and opens another. */
static void step(struct floor *state, bool is_fresh) {
    struct epoll_event events[BENCH_FLOOR_EVENTS];
    int n = bench_floor_wait(state, events);

    for (int i = 0; i < n; i++) {
        int fd = events[i].data.fd;

        if (!conns[fd].is_up)
            shake(state, &events[i]);
        else if (!receive_answer(state, &conns[fd]))
            continue;
        else if (is_fresh)
            start_connection(state, end_connection(fd));
        else
            send_request(state, &conns[fd]);
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
            start_connection(state, NULL);
        run(state, BENCH_FLOOR_RAMP, is_fresh);
    }
}

static void measure_requests(struct floor *state, bool is_fresh) {
    int control = bench_control_open(state->args->port);
    long n_handshakes, n_resumed;
    struct bench_counters before, after;
    uint64_t n_before;

    init(state);
    bench_floor_set_request(state, "/b/", (uint64_t)state->args->body_bytes);
    ramp(state, is_fresh);
    run(state, (uint64_t)state->args->n_connections * 2, is_fresh);
    n_before = state->n_done;
    n_handshakes = bench_control_ask(control, "/ctl/handshakes");
    n_resumed = bench_control_ask(control, "/ctl/resumed");
    bench_measure_start(&before);
    run(state, (uint64_t)state->args->n_requests, is_fresh);
    bench_measure_stop(&after);
    n_handshakes = bench_control_ask(control, "/ctl/handshakes") - n_handshakes;
    n_resumed = bench_control_ask(control, "/ctl/resumed") - n_resumed;
    printf("requests=%llu", (unsigned long long)(state->n_done - n_before));
    if (n_handshakes)
        printf(" full_handshakes=%.4f", 1 - (double)n_resumed / (double)n_handshakes);
    bench_measure_print(&before, &after, state->n_done - n_before);
    putchar('\n');
}

void bench_floor_tls_warm(struct floor *state) {
    measure_requests(state, false);
}

void bench_floor_tls_fresh(struct floor *state) {
    measure_requests(state, true);
}

static void download(struct floor *state, const struct conn *conn, uint64_t n_bytes) {
    struct epoll_event events[BENCH_FLOOR_EVENTS];
    uint64_t n_received = 0;
    uint64_t total = 0;

    bench_floor_set_request(state, "/big/", n_bytes);
    send_request(state, conn);
    do {
        int got = SSL_read(conn->ssl, state->piece, (int)state->args->piece_bytes);

        if (got <= 0) {
            check(conn, got);
            bench_floor_wait(state, events);
            continue;
        }
        if (!total)
            total = bench_floor_parse_header(state->piece, (size_t)got, &n_bytes) + n_bytes;
        n_received += (uint64_t)got;
    } while (!total || n_received < total);
}

void bench_floor_tls_large(struct floor *state) {
    struct bench_counters before, after;
    struct epoll_event events[BENCH_FLOOR_EVENTS];
    struct conn *conn;
    int fd;

    init(state);
    fd = start_connection(state, NULL);
    conn = &conns[fd];
    while (!conn->is_up) {
        int result;

        bench_floor_wait(state, events);
        if (events[0].events & EPOLLOUT)
            bench_floor_watch(state, EPOLL_CTL_MOD, fd, EPOLLIN);
        result = SSL_connect(conn->ssl);
        conn->is_up = result == 1;
        if (!conn->is_up)
            check(conn, result);
    }
    download(state, conn, 1 << 20);
    bench_measure_start(&before);
    download(state, conn, (uint64_t)state->args->total_bytes);
    bench_measure_stop(&after);
    bench_measure_print_rate(&before, &after, (uint64_t)state->args->total_bytes);
}

/* Tickets are taken in: they come before an answer, and there is none. A ticket leaves a buffer
   for sending behind. */
static void step_held(struct floor *state) {
    struct epoll_event events[BENCH_FLOOR_EVENTS];
    int n = epoll_wait(state->epfd, events, BENCH_FLOOR_EVENTS, 1);

    for (int i = 0; i < n; i++) {
        const struct conn *conn = &conns[events[i].data.fd];

        if (!conn->is_up)
            shake(state, &events[i]);
        else if (!receive_answer(state, conn))
            SSL_free_buffers(conn->ssl);
    }
}

void bench_floor_tls_memory(struct floor *state) {
    int control = bench_control_open(state->args->port);
    uint64_t heap_bytes, resident_bytes;
    long n = state->args->n_connections;

    init(state);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    memset(conns, 0, MOST_DESCRIPTORS * sizeof *conns);
    memset(state->piece, 0, (size_t)state->args->piece_bytes);
    bench_floor_set_request(state, "/b/", (uint64_t)state->args->body_bytes);
    start_connection(state, NULL);
    run(state, 1, false);
    state->n_started = 0;
    bench_floor_set_request(state, "/hold/", (uint64_t)state->args->body_bytes);
    heap_bytes = bench_measure_heap_bytes();
    resident_bytes = bench_measure_resident_bytes();
    while (state->n_started < n) {
        for (int i = 0; i < BENCH_FLOOR_RAMP && state->n_started < n; i++)
            start_connection(state, NULL);
        while (bench_control_ask(control, "/ctl/held") < state->n_started)
            step_held(state);
    }
    printf("transfers=%ld heap_bytes=%.1f resident_bytes=%.1f\n", n,
           (double)(int64_t)(bench_measure_heap_bytes() - heap_bytes) / (double)n,
           (double)(int64_t)(bench_measure_resident_bytes() - resident_bytes) / (double)n);
}
