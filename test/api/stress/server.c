/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "server.h"
#include "dice.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_PEERS = 256 };

bool kind_fails(enum kind kind)
{
    return kind >= RESET_BEFORE;
}

struct peer {
    int fd; /* -1: free */
    enum { HEAD, SIZED, CHUNK_SIZE, CHUNK, CHUNK_END, LAST_LINE } state;
    char head[4096];
    size_t n_head;
    long n_left, n_up, n_up_wanted;
    enum kind kind;
    long n_content;
    bool is_answered, is_stalled;
    char *out;
    size_t n_out, n_sent;
};

static struct peer peers[MAX_PEERS];
static int listeners[N_PORTS];
int ports[N_PORTS];
bool is_ending;

char pattern(long i)
{
    return (char)('a' + i % 23);
}

void open_listeners(void)
{
    for (int i = 0; i < N_PORTS; i++) {
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t len = sizeof(at);

        listeners[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (listeners[i] < 0 || bind(listeners[i], (void *)&at, sizeof(at)) ||
            listen(listeners[i], 128) || getsockname(listeners[i], (void *)&at, &len)) {
            perror("the server's socket");
            exit(1);
        }
        ports[i] = ntohs(at.sin_port);
    }
    for (int i = 0; i < MAX_PEERS; i++)
        peers[i].fd = -1;
}

static void drop_peer(struct peer *peer, bool with_reset)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    if (peer->fd < 0)
        return;
    if (with_reset)
        setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(peer->fd);
    free(peer->out);
    peer->out = NULL;
    peer->fd = -1;
}

static void accept_peer(int port)
{
    const int on = 1;
    struct peer *peer = peers;
    int fd;

    while (peer < peers + MAX_PEERS && peer->fd >= 0)
        peer++;
    if (peer == peers + MAX_PEERS)
        return;
    fd = accept4(listeners[port], NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    *peer = (struct peer){.fd = fd};
}

__attribute__((format(printf, 2, 3))) static void say(struct peer *peer, const char *format, ...)
{
    char text[512];
    va_list args;
    size_t n;

    va_start(args, format);
    n = (size_t)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    peer->out = realloc(peer->out, peer->n_out + n);
    memcpy(peer->out + peer->n_out, text, n);
    peer->n_out += n;
}

static void say_content(struct peer *peer, long from, long n)
{
    peer->out = realloc(peer->out, peer->n_out + (size_t)n);
    for (long i = 0; i < n; i++)
        peer->out[peer->n_out++] = pattern(from + i);
}

static void say_chunks(struct peer *peer)
{
    long at = 0;

    while (at < peer->n_content) {
        long n = 1 + (long)dice(once_in(3) ? 3 : 9000);

        if (n > peer->n_content - at)
            n = peer->n_content - at;
        say(peer, "%lx%s\r\n", n, once_in(4) ? ";a=b" : "");
        say_content(peer, at, n);
        say(peer, "\r\n");
        at += n;
    }
    say(peer, peer->kind == TRAILERS ? "0\r\nX-One: 1\r\nX-Two: 2\r\n\r\n" : "0\r\n\r\n");
}

static void answer(struct peer *peer)
{
    enum kind kind = peer->kind;

    peer->is_answered = true;
    if (kind == STALL && !is_ending) {
        peer->is_stalled = true;
        return;
    }
    if (kind == RESET_BEFORE || kind == CLOSE_BEFORE || kind == STALL) {
        drop_peer(peer, kind == RESET_BEFORE);
        return;
    }
    if (kind == INTERIM)
        for (unsigned i = dice(4); i < 4; i++)
            say(peer, "HTTP/1.1 103 Early Hints\r\nLink: <%u>\r\n\r\n", i);
    say(peer, "HTTP/1.1 %s\r\n", kind == EARLY_ERROR ? "413 Too Large" : "200 OK");
    if (kind == SAYS_CLOSE || kind == EARLY_ERROR || kind == UNTIL_CLOSE)
        say(peer, "Connection: close\r\n");
    if (kind == CHUNKED || kind == TRAILERS) {
        say(peer, "Transfer-Encoding: chunked\r\n\r\n");
        say_chunks(peer);
        return;
    }
    if (kind != UNTIL_CLOSE)
        say(peer, "Content-Length: %ld\r\n", peer->n_content);
    say(peer, "\r\n");
    if (kind == RESET_HALFWAY || kind == CLOSE_HALFWAY)
        say_content(peer, 0, peer->n_content / 2);
    else
        say_content(peer, 0, peer->n_content);
    if (kind == EXCESS)
        say(peer, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlies!");
}

static void end_request(struct peer *peer)
{
    WANT(peer->n_up == peer->n_up_wanted, "the server got %ld of %ld bytes", peer->n_up,
         peer->n_up_wanted);
    peer->state = HEAD;
    peer->n_head = 0;
    if (!peer->is_answered)
        answer(peer);
}

static void begin_request(struct peer *peer)
{
    int kind = PLAIN;
    const char *length;

    peer->head[peer->n_head] = 0;
    peer->n_content = peer->n_up = peer->n_up_wanted = 0;
    peer->is_answered = false;
    WANT(sscanf(peer->head, "%*s /%d/%ld/%ld HTTP/1.1", &kind, &peer->n_content,
                &peer->n_up_wanted) == 3 &&
             kind < N_KINDS,
         "the server got a bad request");
    peer->kind = (enum kind)kind;
    length = strstr(peer->head, "Content-Length: ");
    peer->n_left = length ? atol(length + 16) : 0;
    if (strstr(peer->head, "Transfer-Encoding: chunked"))
        peer->state = CHUNK_SIZE;
    else if (peer->n_left)
        peer->state = SIZED;
    else
        end_request(peer);
    if (peer->fd < 0 || peer->state == HEAD)
        return;
    if (kind == EARLY || kind == EARLY_ERROR)
        answer(peer);
    else if (strstr(peer->head, "Expect: ") && !once_in(3))
        say(peer, "HTTP/1.1 100 Continue\r\n\r\n");
    peer->n_head = 0;
}

static void take_upload(struct peer *peer, char c)
{
    WANT(c == pattern(peer->n_up), "the server got wrong bytes at %ld", peer->n_up);
    peer->n_up++;
    peer->n_left--;
}

static void take_chunk_line(struct peer *peer, char c)
{
    peer->head[peer->n_head++ % 64] = c;
    if (c != '\n')
        return;
    peer->head[peer->n_head % 64] = 0;
    peer->n_left = peer->state == CHUNK_SIZE ? strtol(peer->head, NULL, 16) : 0;
    if (peer->state == LAST_LINE)
        end_request(peer);
    else if (peer->state == CHUNK_END)
        peer->state = CHUNK_SIZE;
    else
        peer->state = peer->n_left ? CHUNK : LAST_LINE;
    peer->n_head = 0;
}

static void take_byte(struct peer *peer, char c)
{
    switch (peer->state) {
    case HEAD:
        if (peer->n_head < sizeof(peer->head) - 1)
            peer->head[peer->n_head++] = c;
        if (peer->n_head >= 4 && memcmp(peer->head + peer->n_head - 4, "\r\n\r\n", 4) == 0)
            begin_request(peer);
        break;
    case SIZED:
        take_upload(peer, c);
        if (!peer->n_left)
            end_request(peer);
        break;
    case CHUNK:
        take_upload(peer, c);
        if (!peer->n_left)
            peer->state = CHUNK_END;
        break;
    default:
        take_chunk_line(peer, c);
    }
}

static void hear_peer(struct peer *peer)
{
    char bytes[16 * 1024];
    ssize_t n;

    if (peer->kind == EARLY_ERROR && peer->is_answered)
        return;
    n = recv(peer->fd, bytes, once_in(4) ? 1 + dice(100) : sizeof(bytes), 0);
    if (n == 0 || (n < 0 && errno != EAGAIN)) {
        drop_peer(peer, false);
        return;
    }
    for (ssize_t i = 0; i < n && peer->fd >= 0; i++)
        take_byte(peer, bytes[i]);
}

static void end_answer(struct peer *peer)
{
    enum kind kind = peer->kind;

    free(peer->out);
    peer->out = NULL;
    peer->n_out = peer->n_sent = 0;
    if (!peer->is_answered)
        return; /* it was 100 Continue */
    if (kind == HALF_CLOSES)
        shutdown(peer->fd, SHUT_WR);
    else if (kind == UNTIL_CLOSE || kind == SAYS_CLOSE || kind == EARLY_ERROR ||
             kind == CLOSES_AFTER || kind == RESET_HALFWAY || kind == CLOSE_HALFWAY)
        drop_peer(peer, kind == RESET_HALFWAY);
}

static void tell_peer(struct peer *peer)
{
    size_t n = peer->n_out - peer->n_sent;
    ssize_t n_sent;

    if (peer->is_stalled && is_ending) {
        drop_peer(peer, false);
        return;
    }
    if (!n)
        return;
    /* The excess comes at once with the end: an answer to nothing that comes later fools anybody.
     */
    if (!is_ending && peer->kind != EXCESS && once_in(2))
        n = 1 + dice(once_in(2) ? 3 : (unsigned)n);
    n = n < peer->n_out - peer->n_sent ? n : peer->n_out - peer->n_sent;
    n_sent = send(peer->fd, peer->out + peer->n_sent, n, MSG_NOSIGNAL);
    if (n_sent < 0 && errno != EAGAIN) {
        drop_peer(peer, false);
        return;
    }
    peer->n_sent += n_sent > 0 ? (size_t)n_sent : 0;
    if (peer->n_sent == peer->n_out)
        end_answer(peer);
}

/* A few random moves of the server; with is_ending all that it can do. */
void move_server(void)
{
    for (int i = 0; i < N_PORTS; i++)
        if (is_ending || once_in(2))
            accept_peer(i);
    for (int i = 0; i < MAX_PEERS; i++) {
        if (peers[i].fd >= 0 && (is_ending || once_in(2)))
            hear_peer(&peers[i]);
        if (peers[i].fd >= 0 && (is_ending || once_in(2)))
            tell_peer(&peers[i]);
    }
}

void close_peers(void)
{
    for (int i = 0; i < N_PORTS; i++)
        for (int k = 0; k < MAX_PEERS; k++)
            accept_peer(i);
    for (int i = 0; i < MAX_PEERS; i++)
        drop_peer(&peers[i], true);
}
