/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* One poll() loop over a fixed number of connections. A connection reads a request, waits until
 * `at_ms`, writes the answer, and reads the next; the table of paths says what an answer is. */

#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 1024
#define REQUEST_MAX 4096

enum phase {
    PHASE_READ,   /* a request's head, or what is left of its body */
    PHASE_WAIT,   /* until at_ms */
    PHASE_WRITE,  /* head, then body */
    PHASE_SILENT, /* until the client closes */
};

struct connection {
    int fd; /* -1: free */
    enum phase phase;
    char request[REQUEST_MAX];
    size_t n_request;
    size_t n_upload_left, n_upload;
    bool wants_upload; /* the body is to be counted before the answer */
    char head[160];
    size_t n_head, n_head_sent;
    size_t n_body, n_body_sent;
    char text[24];  /* a body that is not the pattern, if n_text */
    size_t n_text;
    int64_t at_ms;  /* the next thing to do by time, 0: nothing */
    long drip_ms;   /* one byte each */
    long leave_ms;  /* close that long after the answer, 0: keep */
    bool is_closing; /* close after the answer */
    bool is_deaf;    /* do not even read */
};

static struct connection connections[CONNECTIONS_MAX];

char whim_peer_byte(size_t i)
{
    return (char)('a' + i % 23);
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void drop(struct connection *c)
{
    close(c->fd);
    c->fd = -1;
}

/* -- answers ---------------------------------------------------------------------------------- */

static void answer(struct connection *c, long n_body, bool is_framed)
{
    c->n_body = (size_t)n_body;
    c->n_body_sent = c->n_head_sent = 0;
    if (is_framed)
        c->n_head = (size_t)snprintf(c->head, sizeof c->head,
                                     "HTTP/1.1 200 OK\r\nContent-Length: %ld\r\n\r\n", n_body);
    else
        c->n_head = (size_t)snprintf(c->head, sizeof c->head,
                                     "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    c->is_closing = !is_framed;
    c->phase = PHASE_WRITE;
}

static void answer_size(struct connection *c, long n, long unused)
{
    answer(c, n, true);
}

static void answer_close(struct connection *c, long n, long unused)
{
    answer(c, n, false);
}

static void answer_after(struct connection *c, long delay_ms, long unused)
{
    answer(c, 2, true);
    c->phase = PHASE_WAIT;
    c->at_ms = now_ms() + delay_ms;
}

static void answer_drip(struct connection *c, long n, long each_ms)
{
    answer(c, n, true);
    c->drip_ms = each_ms;
}

static void answer_leave(struct connection *c, long delay_ms, long unused)
{
    answer(c, 2, true);
    c->leave_ms = delay_ms;
}

static void answer_never(struct connection *c, long unused, long unused2)
{
    c->phase = PHASE_SILENT;
}

static void answer_deaf(struct connection *c, long unused, long unused2)
{
    c->phase = PHASE_SILENT;
    c->is_deaf = true;
}

static void answer_sink(struct connection *c, long unused, long unused2)
{
    if (c->n_upload_left) {
        c->wants_upload = true;
        return;
    }
    c->n_text = (size_t)snprintf(c->text, sizeof c->text, "%zu", c->n_upload);
    answer(c, (long)c->n_text, true);
}

static const struct path {
    const char *name;
    void (*answer)(struct connection *c, long first, long second);
} paths[] = {
    {"size", answer_size},   {"close", answer_close}, {"after", answer_after},
    {"drip", answer_drip},   {"never", answer_never}, {"deaf", answer_deaf},
    {"sink", answer_sink},   {"leave", answer_leave},
};

static void route(struct connection *c)
{
    char name[16] = "";
    long first = 0, second = 0;
    size_t i;

    c->n_text = 0;
    c->drip_ms = c->leave_ms = 0;
    sscanf(c->request, "%*s /%15[a-z]/%ld/%ld", name, &first, &second);
    for (i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (!strcmp(name, paths[i].name)) {
            paths[i].answer(c, first, second);
            return;
        }
    }
    drop(c);
}

/* -- bytes ------------------------------------------------------------------------------------ */

/* A whole head is there: note the length of its body, and take what came of it. */
static void take_head(struct connection *c, size_t n_head)
{
    const char *length = strstr(c->request, "\r\nContent-Length:");
    size_t n_rest = c->n_request - n_head;

    c->n_upload = length ? (size_t)strtoul(length + 17, NULL, 10) : 0;
    c->n_upload_left = c->n_upload > n_rest ? c->n_upload - n_rest : 0;
    c->n_request = 0;
    c->at_ms = 0;
    route(c);
}

static void read_request(struct connection *c)
{
    char *end;
    ssize_t n = recv(c->fd, c->request + c->n_request, REQUEST_MAX - 1 - c->n_request, 0);

    if (n <= 0) {
        if (n == 0 || (errno != EAGAIN && errno != EINTR))
            drop(c);
        return;
    }
    if (c->n_upload_left) {
        c->n_upload_left -= (size_t)n < c->n_upload_left ? (size_t)n : c->n_upload_left;
        if (!c->n_upload_left && c->wants_upload) {
            c->wants_upload = false;
            answer_sink(c, 0, 0);
        }
        return;
    }
    c->n_request += (size_t)n;
    c->request[c->n_request] = '\0';
    end = strstr(c->request, "\r\n\r\n");
    if (end)
        take_head(c, (size_t)(end + 4 - c->request));
    else if (c->n_request == REQUEST_MAX - 1)
        drop(c);
}

static bool discard_some(struct connection *c)
{
    char part[4096];
    ssize_t n = recv(c->fd, part, sizeof part, 0);

    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static void end_answer(struct connection *c)
{
    if (c->is_closing) {
        drop(c);
        return;
    }
    c->phase = PHASE_READ;
    c->at_ms = c->leave_ms ? now_ms() + c->leave_ms : 0;
}

static ssize_t send_some(struct connection *c)
{
    char part[16384];
    size_t i, n = c->drip_ms ? 1 : sizeof part;

    if (c->n_head_sent < c->n_head)
        return send(c->fd, c->head + c->n_head_sent, c->n_head - c->n_head_sent, MSG_NOSIGNAL);
    if (n > c->n_body - c->n_body_sent)
        n = c->n_body - c->n_body_sent;
    for (i = 0; i < n; i++)
        part[i] = c->n_text ? c->text[c->n_body_sent + i] : whim_peer_byte(c->n_body_sent + i);
    return send(c->fd, part, n, MSG_NOSIGNAL);
}

static void write_answer(struct connection *c)
{
    while (c->n_head_sent < c->n_head || c->n_body_sent < c->n_body) {
        ssize_t n = send_some(c);

        if (n < 0) {
            if (errno != EAGAIN && errno != EINTR)
                drop(c);
            return;
        }
        if (c->n_head_sent < c->n_head) {
            c->n_head_sent += (size_t)n;
            continue;
        }
        c->n_body_sent += (size_t)n;
        if (c->drip_ms && c->n_body_sent < c->n_body) {
            c->phase = PHASE_WAIT;
            c->at_ms = now_ms() + c->drip_ms;
            return;
        }
    }
    end_answer(c);
}

/* -- the loop --------------------------------------------------------------------------------- */

static void accept_all(int listen_fd)
{
    int fd, one = 1, i;

    while ((fd = accept(listen_fd, NULL, NULL)) >= 0) {
        for (i = 0; i < CONNECTIONS_MAX && connections[i].fd >= 0; i++)
            ;
        if (i == CONNECTIONS_MAX) {
            close(fd);
            continue;
        }
        fcntl(fd, F_SETFL, O_NONBLOCK);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        connections[i] = (struct connection){.fd = fd, .phase = PHASE_READ};
    }
}

static void act(struct connection *c, short revents, int64_t now)
{
    if (c->at_ms && c->at_ms <= now) {
        c->at_ms = 0;
        if (c->phase == PHASE_READ) {
            drop(c);
            return;
        }
        c->phase = PHASE_WRITE;
    }
    if (c->phase == PHASE_SILENT || c->phase == PHASE_WAIT) {
        if ((revents & (POLLHUP | POLLERR)) || ((revents & POLLIN) && !discard_some(c)))
            drop(c);
        return;
    }
    if (c->phase == PHASE_READ && revents)
        read_request(c);
    if (c->fd >= 0 && c->phase == PHASE_WRITE)
        write_answer(c);
}

/* Fills in the connections up to the last one that is open; how long to wait is written. */
static int fill_poll(struct pollfd *polled, int64_t now, int *ret_wait_ms)
{
    int64_t wait_ms = -1;
    int n_polled = 0;
    int i;

    for (i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *c = &connections[i];

        polled[i] = (struct pollfd){.fd = c->fd};
        if (c->fd < 0)
            continue;
        n_polled = i + 1;
        if (c->phase == PHASE_READ || (c->phase == PHASE_SILENT && !c->is_deaf))
            polled[i].events = POLLIN;
        if (c->phase == PHASE_WRITE)
            polled[i].events = POLLOUT;
        if (c->at_ms && (wait_ms < 0 || c->at_ms - now < wait_ms))
            wait_ms = c->at_ms > now ? c->at_ms - now : 0;
    }
    *ret_wait_ms = (int)wait_ms;
    return n_polled;
}

/* poll() refuses an array that is longer than the limit of descriptors: no more than is open. */
static void serve(int listen_fd, int stop_fd)
{
    enum { LISTENER, STOP, N_OWN };
    static struct pollfd polled[N_OWN + CONNECTIONS_MAX];
    struct pollfd *of_connections = polled + N_OWN;
    int i;

    for (i = 0; i < CONNECTIONS_MAX; i++)
        connections[i].fd = -1;
    polled[LISTENER] = (struct pollfd){.fd = listen_fd, .events = POLLIN};
    polled[STOP] = (struct pollfd){.fd = stop_fd, .events = POLLIN};
    for (;;) {
        int wait_ms;
        int n_polled = fill_poll(of_connections, now_ms(), &wait_ms);
        int64_t now;

        if (poll(polled, (nfds_t)(N_OWN + n_polled), wait_ms) < 0) {
            if (errno != EINTR)
                _exit(1);
            continue;
        }
        if (polled[STOP].revents)
            _exit(0);
        now = now_ms();
        for (i = 0; i < n_polled; i++)
            if (connections[i].fd >= 0 && connections[i].fd == of_connections[i].fd)
                act(&connections[i], of_connections[i].revents, now);
        if (polled[LISTENER].revents)
            accept_all(listen_fd);
    }
}

static int open_listener(int *pick_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t n_address = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0)
        return -1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 512) ||
        getsockname(fd, (struct sockaddr *)&address, &n_address) ||
        fcntl(fd, F_SETFL, O_NONBLOCK)) {
        close(fd);
        return -1;
    }
    *pick_port = ntohs(address.sin_port);
    return fd;
}

int whim_peer_open(struct whim_peer *peer)
{
    int stop[2], listen_fd, port;
    pid_t pid;

    listen_fd = open_listener(&port);
    if (listen_fd < 0)
        return -1;
    if (pipe(stop)) {
        close(listen_fd);
        return -1;
    }
    fcntl(stop[1], F_SETFD, FD_CLOEXEC);
    pid = fork();
    if (pid == 0) {
        close(stop[1]);
        serve(listen_fd, stop[0]);
    }
    close(listen_fd);
    close(stop[0]);
    if (pid < 0) {
        close(stop[1]);
        return -1;
    }
    *peer = (struct whim_peer){.pid = pid, .port = port, .stop_fd = stop[1]};
    return 0;
}

void whim_peer_close(struct whim_peer *peer)
{
    close(peer->stop_fd);
    kill(peer->pid, SIGTERM); /* a crashed scenario's child may hold stop_fd still */
    while (waitpid(peer->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}
