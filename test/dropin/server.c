/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * server: an HTTP/1.1 server on loopback for programs that know nothing of these tests.
 *
 *     server [--seconds N] FOLDER
 *
 * Prints one line with three ports of 127.0.0.1: the one that it serves, one where connecting takes
 * for ever, and one that refuses. Ends after N (300) seconds. What it answers stands in answers.h;
 * each connection has a thread.
 */
#define _GNU_SOURCE
#include "answers.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SERVER_BACKLOG = 512, DEAF_CALLERS = 4 };

static const char *folder;

static void *serve(void *given)
{
    struct exchange *exchange = given;
    struct timeval patience = { .tv_sec = SERVER_PATIENCE_S };
    int on = 1;

    setsockopt(exchange->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(exchange->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(exchange->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    while (exchange_read_head(exchange) && answer(exchange, folder))
        ;
    close(exchange->fd);
    free(exchange->body);
    free(exchange);
    return NULL;
}

/* A bound socket, listening unless the backlog is negative. */
static int open_port(int backlog, struct sockaddr_in *address)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t len = sizeof *address;

    *address = (struct sockaddr_in){ .sin_family = AF_INET,
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (fd < 0 || bind(fd, (struct sockaddr *)address, len) != 0 ||
        (backlog >= 0 && listen(fd, backlog) != 0) ||
        getsockname(fd, (struct sockaddr *)address, &len) != 0) {
        perror("server");
        exit(EXIT_FAILURE);
    }
    return fd;
}

/* Calls until nobody is let in any more: with a full queue the kernel ignores who comes. */
static void fill_queue(const struct sockaddr_in *address)
{
    for (int i = 0; i < DEAF_CALLERS; i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        struct pollfd connected = { .fd = fd, .events = POLLOUT };

        if (fd < 0)
            continue;
        connect(fd, (const struct sockaddr *)address, sizeof *address);
        poll(&connected, 1, 50);
    }
}

static void accept_one(int listener)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    pthread_attr_t attributes;
    pthread_t thread;

    if (!exchange) {
        perror("server");
        exit(EXIT_FAILURE);
    }
    exchange->fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (exchange->fd < 0 || pthread_create(&thread, &attributes, serve, exchange) != 0) {
        if (exchange->fd >= 0)
            close(exchange->fd);
        free(exchange);
    }
    pthread_attr_destroy(&attributes);
}

int main(int argc, char **argv)
{
    const struct option options[] = { { "seconds", required_argument, NULL, 's' }, { 0 } };
    unsigned seconds = 300;
    struct sockaddr_in served, deaf, refusing;
    int listener, got;

    while ((got = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (got != 's')
            return 2;
        seconds = (unsigned)strtoul(optarg, NULL, 10);
    }
    if (optind != argc - 1) {
        fputs("Usage: server [--seconds N] FOLDER\n", stderr);
        return 2;
    }
    folder = argv[optind];
    signal(SIGPIPE, SIG_IGN);
    signal(SIGALRM, SIG_DFL);
    alarm(seconds);
    listener = open_port(SERVER_BACKLOG, &served);
    open_port(0, &deaf);
    fill_queue(&deaf);
    open_port(-1, &refusing);
    printf("%d %d %d\n", ntohs(served.sin_port), ntohs(deaf.sin_port), ntohs(refusing.sin_port));
    fflush(stdout);
    for (;;)
        accept_one(listener);
}
