/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * origin: an HTTP/1.1 server on loopback that serves a folder, for the demo and for tests.
 *
 *     origin [--scripted] [--deaf] [--lets-out] [--port N] [--seconds N] FOLDER
 *     origin --list [--lets-out] [--port N] FOLDER
 *
 * It listens on 127.0.0.1, prints its port as one line, and ends by itself after --seconds (600).
 * With --deaf it accepts nobody, so that connecting to it takes for ever once its queue is full.
 * With --list it prints the URL of every regular file that it would serve on that port, and ends.
 * One epoll loop, level-triggered; the script of odd behaviours is in script.h.
 */
#define _GNU_SOURCE
#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 256, BACKLOG = 4096 };

struct server {
    struct origin_service service;
    struct origin_peer *peers; /* all of them */
    int epoll_fd;
    int listen_fd;
    int64_t ends_ms;
};

struct args {
    const char *folder;
    long port;
    long seconds;
    int is_list, is_scripted, is_deaf, lets_out;
};

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * (int64_t)1000 + now.tv_nsec / 1000000;
}

static bool read_args(struct args *args, int argc, char **argv)
{
    const struct option options[] = {
        {"list", no_argument, &args->is_list, 1},
        {"scripted", no_argument, &args->is_scripted, 1},
        {"deaf", no_argument, &args->is_deaf, 1},
        {"lets-out", no_argument, &args->lets_out, 1},
        {"port", required_argument, NULL, 'p'},
        {"seconds", required_argument, NULL, 's'},
        {0},
    };
    int got;

    *args = (struct args){.seconds = 600};
    while ((got = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (got == 'p')
            args->port = strtol(optarg, NULL, 10);
        else if (got == 's')
            args->seconds = strtol(optarg, NULL, 10);
        else if (got != 0)
            return false;
    }
    args->folder = argv[optind];
    return argc == optind + 1 && args->port >= 0 && args->port <= 65535;
}

static bool watch(struct server *server, int op, int fd, uint32_t events, void *data)
{
    struct epoll_event event = {.events = events, .data.ptr = data};

    return epoll_ctl(server->epoll_fd, op, fd, &event) == 0;
}

static bool listen_on(struct server *server, long port, bool is_deaf)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)port)};
    socklen_t len = sizeof address;
    int on = 1;

    server->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    server->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (server->epoll_fd < 0 || server->listen_fd < 0 ||
        setsockopt(server->listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(server->listen_fd, (struct sockaddr *)&address, len) != 0 ||
        listen(server->listen_fd, is_deaf ? 0 : BACKLOG) != 0 ||
        getsockname(server->listen_fd, (struct sockaddr *)&address, &len) != 0 ||
        (!is_deaf && !watch(server, EPOLL_CTL_ADD, server->listen_fd, EPOLLIN, NULL)))
        return false;
    printf("%d\n", ntohs(address.sin_port));
    return fflush(stdout) == 0;
}

static void drop_peer(struct server *server, struct origin_peer *peer)
{
    if (peer->prev)
        peer->prev->next = peer->next;
    else
        server->peers = peer->next;
    if (peer->next)
        peer->next->prev = peer->prev;
    origin_peer_free(peer);
}

static void accept_peers(struct server *server)
{
    int fd, on = 1;

    while ((fd = accept4(server->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct origin_peer *peer = origin_peer_new(&server->service, fd);

        if (!peer)
            continue;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        peer->next = server->peers;
        if (peer->next)
            peer->next->prev = peer;
        server->peers = peer;
        peer->interest = origin_peer_interest(peer);
        if (!watch(server, EPOLL_CTL_ADD, fd, peer->interest, peer))
            drop_peer(server, peer);
    }
}

static void serve_peer(struct server *server, struct origin_peer *peer, uint32_t events)
{
    bool has_left = events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR);
    bool is_idle = peer->state == ORIGIN_PEER_HUNG || peer->state == ORIGIN_PEER_DELAYED;

    if ((has_left && is_idle) || !origin_peer_step(peer, now_ms())) {
        drop_peer(server, peer);
        return;
    }
    if (origin_peer_interest(peer) == peer->interest)
        return;
    peer->interest = origin_peer_interest(peer);
    if (!watch(server, EPOLL_CTL_MOD, peer->fd, peer->interest, peer))
        drop_peer(server, peer);
}

/* Answers those whose delay is over, and tells how long the next one takes. */
static int serve_delayed(struct server *server)
{
    int64_t now = now_ms();
    int64_t due = server->ends_ms;
    struct origin_peer *peer = server->service.is_scripted ? server->peers : NULL;
    struct origin_peer *next;

    for (; peer; peer = next) {
        next = peer->next;
        if (peer->state != ORIGIN_PEER_DELAYED)
            continue;
        due = peer->due_ms < due ? peer->due_ms : due;
        /* It may be gone then, or be delayed again: due stays in the past, for another look. */
        if (peer->due_ms <= now)
            serve_peer(server, peer, 0);
    }
    return due > now ? (int)(due - now) : 0;
}

static int serve(struct server *server)
{
    struct epoll_event events[EVENTS];

    while (now_ms() < server->ends_ms) {
        int n = epoll_wait(server->epoll_fd, events, EVENTS, serve_delayed(server));

        if (n < 0 && errno != EINTR)
            return EXIT_FAILURE;
        /* Each peer has one event at most, so that none that was dropped comes up again. */
        for (int i = 0; i < n; i++) {
            if (events[i].data.ptr)
                serve_peer(server, events[i].data.ptr, events[i].events);
            else
                accept_peers(server);
        }
    }
    return EXIT_SUCCESS;
}

static void raise_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int list(const struct server *server, long port)
{
    char base[64];

    snprintf(base, sizeof base, "http://127.0.0.1:%ld", port);
    return origin_root_list(&server->service.root, base, stdout) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    static struct server server;
    struct args args;

    if (!read_args(&args, argc, argv)) {
        fputs("Usage: origin [--list] [--scripted] [--deaf] [--lets-out] [--port N] [--seconds N] "
              "FOLDER\n",
              stderr);
        return 2;
    }
    if (!origin_root_open(&server.service.root, args.folder, args.lets_out)) {
        perror(args.folder);
        return EXIT_FAILURE;
    }
    if (args.is_list)
        return list(&server, args.port);
    signal(SIGPIPE, SIG_IGN);
    raise_limit();
    server.service.is_scripted = args.is_scripted;
    server.ends_ms = now_ms() + args.seconds * 1000;
    if (!listen_on(&server, args.port, args.is_deaf)) {
        perror("origin");
        return EXIT_FAILURE;
    }
    return serve(&server);
}
