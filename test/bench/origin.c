/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * origin: the HTTP/1.1 server that the benchmark loads, on loopback only.
 *
 * Made to be cheaper than any client: one epoll loop, level-triggered, one array of connections
 * indexed by descriptor, answers built beforehand (origin_answer.h). It listens on the same port
 * of 127.0.0.1 .. 127.0.0.<hosts>, so that a client may use more connections than one address
 * has ports for, prints "port=<n>" on standard output, and ends by itself after --seconds. With
 * --cert FILE it writes its certificate there and listens on two ports more, "tls12_port=<n>" and
 * "tls13_port=<n>" (origin_tls.h); the number questions are answered on any of them.
 *
 * With --spin it polls so many times before it sleeps: waking a sleeping server is a cost that
 * the kernel charges to whoever sends, and a slow client would pay it more often than a fast one.
 */
#define _GNU_SOURCE
#include "origin_answer.h"
#include "origin_tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_ROOM = 2048, EVENTS = 512, STREAM_PIECE = 256 << 10, MOST_HOSTS = 64 };

struct peer {
    const char *out; /* what is still to be sent of a built answer */
    size_t n_out;
    uint64_t stream_bytes; /* and after it, from the cycle, or from the static piece */
    const char *cycle, *tail;
    size_t n_cycle, cycle_at, n_tail; /* and the tail after that */
    struct bench_answer held;
    uint32_t n_in;
    bool is_open, is_listener, is_held, wants_out;
    enum bench_origin_kind kind; /* of a listener */
    struct ssl_st *ssl;          /* NULL: plain */
    char in[REQUEST_ROOM];
};

struct origin {
    int epfd;
    size_t n_peers; /* length of the array: the limit of descriptors */
    struct peer *peers;
    unsigned long n_accepted, n_open, n_held;
    long n_spins;
};

static char stream_piece[STREAM_PIECE];

static bool watch(struct origin *origin, int op, int fd, uint32_t events) {
    struct epoll_event event = { .events = events, .data.fd = fd };

    return epoll_ctl(origin->epfd, op, fd, &event) == 0;
}

static void close_peer(struct origin *origin, int fd) {
    struct peer *peer = &origin->peers[fd];

    if (peer->is_held)
        origin->n_held--;
    peer->is_open = peer->is_held = false;
    origin->n_open--;
    bench_origin_tls_close(peer->ssl);
    peer->ssl = NULL;
    close(fd);
}

static ssize_t send_bytes(const struct peer *peer, int fd, const void *bytes, size_t n, int flags) {
    return peer->ssl ? bench_origin_tls_send(peer->ssl, bytes, n)
                     : send(fd, bytes, n, MSG_NOSIGNAL | flags);
}

static ssize_t recv_bytes(const struct peer *peer, int fd, void *room, size_t n) {
    return peer->ssl ? bench_origin_tls_recv(peer->ssl, room, n) : recv(fd, room, n, 0);
}

/* The next bytes of the stream. */
static const char *next_of_stream(const struct peer *peer, size_t *pick_n) {
    size_t n = peer->cycle ? peer->n_cycle - peer->cycle_at : STREAM_PIECE;

    if (n > STREAM_PIECE)
        n = STREAM_PIECE;
    *pick_n = peer->stream_bytes < n ? (size_t)peer->stream_bytes : n;
    return peer->cycle ? peer->cycle + peer->cycle_at : stream_piece;
}

static void pass_stream(struct peer *peer, size_t n) {
    peer->stream_bytes -= n;
    if (peer->cycle)
        peer->cycle_at = (peer->cycle_at + n) % peer->n_cycle;
    if (!peer->stream_bytes) {
        peer->out = peer->tail;
        peer->n_out = peer->n_tail;
    }
}

/* Sends what is waiting; false when the connection is gone. */
static bool flush_peer(struct origin *origin, int fd) {
    struct peer *peer = &origin->peers[fd];
    bool is_blocked = false;

    while (!is_blocked && (peer->n_out || peer->stream_bytes)) {
        bool is_stream = !peer->n_out;
        const char *bytes = peer->out;
        size_t n = peer->n_out;
        ssize_t sent;

        if (is_stream)
            bytes = next_of_stream(peer, &n);
        sent = send_bytes(peer, fd, bytes, n, !is_stream && peer->stream_bytes ? MSG_MORE : 0);
        if (sent < 0) {
            if (errno != EAGAIN && errno != EINTR)
                return false;
            is_blocked = errno == EAGAIN;
        } else if (is_stream) {
            pass_stream(peer, (size_t)sent);
        } else {
            peer->out += sent;
            peer->n_out -= (size_t)sent;
        }
    }
    if (is_blocked != peer->wants_out) {
        peer->wants_out = is_blocked;
        return watch(origin, EPOLL_CTL_MOD, fd, is_blocked ? EPOLLOUT : EPOLLIN);
    }
    return true;
}

static bool send_answer(struct origin *origin, int fd, const struct bench_answer *answer) {
    struct peer *peer = &origin->peers[fd];

    peer->out = answer->bytes;
    peer->n_out = answer->n_bytes;
    peer->stream_bytes = answer->stream_bytes;
    peer->cycle = answer->cycle;
    peer->n_cycle = answer->n_cycle;
    peer->cycle_at = 0;
    peer->tail = answer->tail;
    peer->n_tail = answer->n_tail;
    return flush_peer(origin, fd);
}

static unsigned long release_held(struct origin *origin) {
    unsigned long n_released = 0;

    for (size_t fd = 0; fd < origin->n_peers && origin->n_held; fd++) {
        struct peer *peer = &origin->peers[fd];

        if (!peer->is_held)
            continue;
        peer->is_held = false;
        origin->n_held--;
        n_released++;
        if (!send_answer(origin, (int)fd, &peer->held))
            close_peer(origin, (int)fd);
    }
    return n_released;
}

static bool send_number(const struct peer *peer, int fd, unsigned long number) {
    char room[256];
    size_t n = bench_answer_number(room, sizeof room, number);

    return send_bytes(peer, fd, room, n, 0) == (ssize_t)n;
}

static bool serve(struct origin *origin, int fd, const char *request, size_t n_bytes) {
    struct peer *peer = &origin->peers[fd];
    struct bench_answer answer;

    switch (bench_answer_find(request, n_bytes, &answer)) {
    case BENCH_ANSWER_NOW:
        return send_answer(origin, fd, &answer);
    case BENCH_ANSWER_HELD:
        peer->held = answer;
        peer->is_held = true;
        origin->n_held++;
        return true;
    case BENCH_ANSWER_ACCEPTED:
        return send_number(peer, fd, origin->n_accepted);
    case BENCH_ANSWER_N_HELD:
        return send_number(peer, fd, origin->n_held);
    case BENCH_ANSWER_RELEASE:
        return send_number(peer, fd, release_held(origin));
    case BENCH_ANSWER_OPEN:
        return send_number(peer, fd, origin->n_open);
    case BENCH_ANSWER_HANDSHAKES:
        return send_number(peer, fd, bench_origin_tls_handshakes());
    case BENCH_ANSWER_RESUMED:
        return send_number(peer, fd, bench_origin_tls_resumed());
    case BENCH_ANSWER_REFUSED:
        break;
    }
    return false;
}

/* One request at a time: the benchmark never pipelines. */
static bool read_request(struct origin *origin, int fd) {
    struct peer *peer = &origin->peers[fd];
    ssize_t got = recv_bytes(peer, fd, peer->in + peer->n_in, REQUEST_ROOM - peer->n_in);
    size_t n_in;

    if (got <= 0)
        return got < 0 && (errno == EAGAIN || errno == EINTR);
    peer->n_in += (uint32_t)got;
    n_in = peer->n_in;
    if (n_in < 4 || memcmp(peer->in + n_in - 4, "\r\n\r\n", 4))
        return n_in < REQUEST_ROOM;
    peer->n_in = 0;
    return serve(origin, fd, peer->in, n_in);
}

static bool admit(struct origin *origin, int listener, int fd) {
    enum bench_origin_kind kind = origin->peers[listener].kind;
    struct peer *peer;
    int one = 1;

    if ((size_t)fd >= origin->n_peers)
        return false;
    peer = &origin->peers[fd];
    peer->ssl = kind == BENCH_ORIGIN_PLAIN ? NULL : bench_origin_tls_accept(kind, fd);
    if ((kind != BENCH_ORIGIN_PLAIN && !peer->ssl) || !watch(origin, EPOLL_CTL_ADD, fd, EPOLLIN)) {
        bench_origin_tls_close(peer->ssl);
        peer->ssl = NULL;
        return false;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    peer->n_out = peer->n_in = 0;
    peer->stream_bytes = 0;
    peer->is_held = peer->wants_out = peer->is_listener = false;
    peer->is_open = true;
    origin->n_open++;
    origin->n_accepted++;
    return true;
}

static void accept_peers(struct origin *origin, int listener) {
    for (int i = 0; i < EVENTS; i++) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0)
            return;
        if (!admit(origin, listener, fd))
            close(fd);
    }
}

static void handle_event(struct origin *origin, int fd, uint32_t events) {
    struct peer *peer = &origin->peers[fd];

    if (peer->is_listener) {
        accept_peers(origin, fd);
    } else if (peer->is_open) {
        bool is_alive = true;

        if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
            is_alive = read_request(origin, fd);
        if (is_alive && (events & EPOLLOUT))
            is_alive = flush_peer(origin, fd);
        if (!is_alive)
            close_peer(origin, fd);
    }
}

static void run(struct origin *origin) {
    struct epoll_event events[EVENTS];
    long n_idle = 0;

    for (;;) {
        int n = epoll_wait(origin->epfd, events, EVENTS, n_idle < origin->n_spins ? 0 : -1);

        if (n < 0 && errno != EINTR)
            return;
        n_idle = n > 0 ? 0 : n_idle + 1;
        for (int i = 0; i < n; i++)
            handle_event(origin, events[i].data.fd, events[i].events);
    }
}

static int listen_on(struct origin *origin, enum bench_origin_kind kind, uint32_t host,
                     uint16_t port) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK + host) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int one = 1;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 4096) ||
        (size_t)fd >= origin->n_peers || !watch(origin, EPOLL_CTL_ADD, fd, EPOLLIN)) {
        close(fd);
        return -1;
    }
    origin->peers[fd].is_listener = true;
    origin->peers[fd].kind = kind;
    return fd;
}

/* The first address chooses the port; a neighbour that has it taken makes us choose again. */
static uint16_t listen_all(struct origin *origin, enum bench_origin_kind kind, long n_hosts) {
    for (int attempt = 0; attempt < 20; attempt++) {
        int listeners[MOST_HOSTS];
        struct sockaddr_in address;
        socklen_t n_address = sizeof address;
        uint16_t port = 0;
        long n = 0;

        while (n < n_hosts && (listeners[n] = listen_on(origin, kind, (uint32_t)n, port)) >= 0) {
            if (n++ == 0 && getsockname(listeners[0], (struct sockaddr *)&address, &n_address) == 0)
                port = ntohs(address.sin_port);
        }
        if (n == n_hosts && port)
            return port;
        while (n > 0) {
            origin->peers[listeners[--n]].is_listener = false;
            close(listeners[n]);
        }
    }
    return 0;
}

static bool init_origin(struct origin *origin) {
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit))
        return false;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    origin->n_peers = limit.rlim_cur < (1 << 17) ? (size_t)limit.rlim_cur : 1 << 17;
    origin->peers = calloc(origin->n_peers, sizeof *origin->peers);
    origin->epfd = epoll_create1(EPOLL_CLOEXEC);
    return origin->peers && origin->epfd >= 0;
}

/* Says so on standard output. */
static void listen_as(struct origin *origin, enum bench_origin_kind kind, const char *name,
                      long n_hosts) {
    uint16_t port = listen_all(origin, kind, n_hosts);

    if (!port) {
        perror("origin: listen");
        exit(1);
    }
    printf("%sport=%u\n", name, port);
}

int main(int argc, char **argv) {
    static const struct option options[] = { { "hosts", required_argument, NULL, 'h' },
                                             { "spin", required_argument, NULL, 's' },
                                             { "seconds", required_argument, NULL, 't' },
                                             { "cert", required_argument, NULL, 'c' },
                                             { NULL, 0, NULL, 0 } };
    struct origin origin = { .epfd = -1 };
    long n_hosts = 1;
    long seconds = 900;
    const char *cert = NULL;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        long number = optarg ? strtol(optarg, NULL, 10) : 0;

        switch (c) {
        case 'h': n_hosts = number; break;
        case 's': origin.n_spins = number; break;
        case 't': seconds = number; break;
        case 'c': cert = optarg; break;
        default: return 2;
        }
    }
    if (n_hosts < 1 || n_hosts > MOST_HOSTS || seconds < 1 || !init_origin(&origin))
        return 2;
    alarm((unsigned)seconds);
    signal(SIGPIPE, SIG_IGN); /* OpenSSL sends without MSG_NOSIGNAL */
    if (cert && bench_origin_tls_init(cert, n_hosts)) {
        listen_as(&origin, BENCH_ORIGIN_TLS12, "tls12_", n_hosts);
        listen_as(&origin, BENCH_ORIGIN_TLS13, "tls13_", n_hosts);
    }
    listen_as(&origin, BENCH_ORIGIN_PLAIN, "", n_hosts);
    fflush(stdout);
    run(&origin);
    return 1;
}
