/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* accept4() */
#endif

#include "dns_server.h"

#include "dns_message.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    MAX_TCP = DNS_SERVER_MAX_FDS - 2,
};

struct rule {
    struct rule *next;
    char name[DNS_MAX_NAME];
    enum dns_type type;
    enum dns_kind kind;
    char addresses[DNS_MAX_NAME];
    int delay_ms;
    unsigned n_used;
};

struct question {
    struct question *next;
    char name[DNS_MAX_NAME];
    unsigned type;
    bool is_tcp;
};

struct tcp_client {
    int fd; /* -1: free */
    size_t len;
    uint8_t data[DNS_MAX_PACKET];
};

/* A datagram (tcp_fd -1) or a TCP message that is to leave. */
struct reply {
    struct reply *next;
    int64_t due_ms;
    int tcp_fd;
    struct sockaddr_storage to;
    socklen_t to_len;
    size_t len;
    uint8_t data[DNS_MAX_PACKET];
};

struct dns_server {
    int udp_fd;
    int listen_fd;
    char text[64];
    struct rule *rules;
    struct question *questions;
    struct reply *replies;
    struct tcp_client tcp[MAX_TCP];
};

static void *must_calloc(size_t size)
{
    void *memory = calloc(1, size);

    if (!memory)
        abort();
    return memory;
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static socklen_t loopback(int family, uint16_t port, struct sockaddr_storage *storage)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    in6.sin6_addr = in6addr_loopback;
    if (family == AF_INET) {
        memcpy(storage, &in, sizeof(in));
        return sizeof(in);
    }
    memcpy(storage, &in6, sizeof(in6));
    return sizeof(in6);
}

static int open_bound(int family, int type, uint16_t port)
{
    struct sockaddr_storage storage;
    socklen_t len = loopback(family, port, &storage);
    int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd >= 0 && bind(fd, (struct sockaddr *)&storage, len) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage storage;
    socklen_t len = sizeof(storage);

    if (getsockname(fd, (struct sockaddr *)&storage, &len) != 0)
        abort();
    return ntohs(storage.ss_family == AF_INET ? ((struct sockaddr_in *)&storage)->sin_port
                                              : ((struct sockaddr_in6 *)&storage)->sin6_port);
}

struct dns_server *dns_server_new(int family)
{
    const int receive_bytes = 1024 * 1024;
    struct dns_server *server = must_calloc(sizeof(*server));
    uint16_t port = 0;

    server->listen_fd = -1;
    /* The system picks a UDP port; it may be taken for TCP. */
    for (int i = 0; i < 20 && server->listen_fd < 0; i++) {
        server->udp_fd = open_bound(family, SOCK_DGRAM, 0);
        if (server->udp_fd < 0)
            break;
        port = port_of(server->udp_fd);
        server->listen_fd = open_bound(family, SOCK_STREAM, port);
        if (server->listen_fd < 0)
            close(server->udp_fd);
    }
    if (server->listen_fd < 0) {
        free(server);
        return NULL;
    }
    setsockopt(server->udp_fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof(receive_bytes));
    if (listen(server->listen_fd, MAX_TCP) != 0)
        abort();
    for (int i = 0; i < MAX_TCP; i++)
        server->tcp[i].fd = -1;
    snprintf(server->text, sizeof(server->text), family == AF_INET ? "127.0.0.1:%u" : "[::1]:%u",
             port);
    return server;
}

void dns_server_free(struct dns_server *server)
{
    struct question *question;
    struct reply *reply;
    struct rule *rule;

    if (!server)
        return;
    while ((rule = server->rules)) {
        server->rules = rule->next;
        free(rule);
    }
    while ((question = server->questions)) {
        server->questions = question->next;
        free(question);
    }
    while ((reply = server->replies)) {
        server->replies = reply->next;
        free(reply);
    }
    for (int i = 0; i < MAX_TCP; i++)
        if (server->tcp[i].fd >= 0)
            close(server->tcp[i].fd);
    close(server->udp_fd);
    close(server->listen_fd);
    free(server);
}

const char *dns_server_text(const struct dns_server *server)
{
    return server->text;
}

void dns_server_say(struct dns_server *server, const char *name, enum dns_type type,
                    enum dns_kind kind, const char *addresses, int delay_ms)
{
    struct rule *rule = must_calloc(sizeof(*rule));

    snprintf(rule->name, sizeof(rule->name), "%s", name);
    snprintf(rule->addresses, sizeof(rule->addresses), "%s", addresses ? addresses : "");
    rule->type = type;
    rule->kind = kind;
    rule->delay_ms = delay_ms;
    rule->next = server->rules;
    server->rules = rule;
}

unsigned dns_server_n_questions(const struct dns_server *server, const char *name,
                                enum dns_type type)
{
    unsigned n_found = 0;

    for (const struct question *q = server->questions; q; q = q->next)
        n_found += (!name || strcasecmp(q->name, name) == 0) &&
                   (type == DNS_ANY || q->type == (unsigned)type);
    return n_found;
}

unsigned dns_server_n_tcp(const struct dns_server *server)
{
    unsigned n_found = 0;

    for (const struct question *q = server->questions; q; q = q->next)
        n_found += q->is_tcp;
    return n_found;
}

/* Replies */

static void queue_reply(struct dns_server *server, const struct dns_packet *packet, int delay_ms,
                        int tcp_fd, const struct sockaddr_storage *from, socklen_t from_len)
{
    struct reply *reply = must_calloc(sizeof(*reply));
    struct reply **end = &server->replies;

    reply->due_ms = now_ms() + delay_ms;
    reply->tcp_fd = tcp_fd;
    if (from)
        reply->to = *from;
    reply->to_len = from_len;
    reply->len = packet->len;
    memcpy(reply->data, packet->data, packet->len);
    while (*end)
        end = &(*end)->next;
    *end = reply;
}

static struct rule *find_rule(const struct dns_server *server, const struct dns_asked *asked)
{
    for (struct rule *rule = server->rules; rule; rule = rule->next)
        if (strcasecmp(rule->name, asked->name) == 0 &&
            (rule->type == DNS_ANY || (unsigned)rule->type == asked->type))
            return rule;
    return NULL;
}

static void note_question(struct dns_server *server, const struct dns_asked *asked, bool is_tcp)
{
    struct question *question = must_calloc(sizeof(*question));

    memcpy(question->name, asked->name, sizeof(question->name));
    question->type = asked->type;
    question->is_tcp = is_tcp;
    question->next = server->questions;
    server->questions = question;
}

/* What is said to a question; false: nothing. */
static bool make_reply(struct dns_packet *packet, const struct dns_asked *asked,
                       const struct rule *rule, bool is_tcp)
{
    switch (rule->kind) {
    case DNS_DROP_ONCE:
        if (rule->n_used == 1)
            return false;
        break;
    case DNS_TRUNCATED:
    case DNS_HANG_UP:
        if (is_tcp)
            break;
        dns_packet_add_empty(packet, asked, DNS_FLAG_TRUNCATED);
        return true;
    case DNS_NXDOMAIN:
        dns_packet_add_empty(packet, asked, DNS_RCODE_NXDOMAIN);
        return true;
    case DNS_SERVFAIL:
        dns_packet_add_empty(packet, asked, DNS_RCODE_SERVFAIL);
        return true;
    case DNS_REFUSED:
        dns_packet_add_empty(packet, asked, DNS_RCODE_REFUSED);
        return true;
    case DNS_NODATA:
        dns_packet_add_empty(packet, asked, 0);
        return true;
    case DNS_GARBAGE:
        dns_packet_add_noise(packet, asked);
        return true;
    case DNS_DROP:
        return false;
    case DNS_ANSWER:
    case DNS_ALIAS:
    case DNS_STRANGER:
        break;
    }
    dns_packet_add_answer(packet, asked, asked->id, rule->addresses, rule->kind == DNS_ALIAS);
    return true;
}

/* Takes a question; false: the connection it came over is to be closed. */
static bool take_question(struct dns_server *server, uint8_t *data, size_t len, int tcp_fd,
                          const struct sockaddr_storage *from, socklen_t from_len)
{
    static struct rule no_such_name = {.kind = DNS_NXDOMAIN};
    struct dns_packet packet = {0};
    struct dns_asked asked;
    struct rule *rule;

    if (!dns_read_question(data, len, &asked))
        return false;
    note_question(server, &asked, tcp_fd >= 0);
    rule = find_rule(server, &asked);
    if (!rule)
        rule = &no_such_name;
    rule->n_used++;
    if (rule->kind == DNS_HANG_UP && tcp_fd >= 0)
        return false;
    if (rule->kind == DNS_STRANGER) {
        dns_packet_add_answer(&packet, &asked, asked.id ^ 1, "192.0.2.66,2001:db8::66", false);
        queue_reply(server, &packet, rule->delay_ms, tcp_fd, from, from_len);
        packet.len = 0;
    }
    if (make_reply(&packet, &asked, rule, tcp_fd >= 0))
        queue_reply(server, &packet, rule->delay_ms, tcp_fd, from, from_len);
    return true;
}

static void send_reply(const struct dns_server *server, const struct reply *reply)
{
    uint8_t message[DNS_MAX_PACKET + 2] = {(uint8_t)(reply->len >> 8), (uint8_t)reply->len};

    /* The client may have gone: that is its right. */
    if (reply->tcp_fd < 0) {
        sendto(server->udp_fd, reply->data, reply->len, MSG_NOSIGNAL,
               (const struct sockaddr *)&reply->to, reply->to_len);
        return;
    }
    memcpy(message + 2, reply->data, reply->len);
    send(reply->tcp_fd, message, reply->len + 2, MSG_NOSIGNAL);
}

static void send_due(struct dns_server *server)
{
    struct reply **at = &server->replies;
    int64_t now = now_ms();

    while (*at) {
        struct reply *reply = *at;

        if (reply->due_ms > now) {
            at = &reply->next;
            continue;
        }
        send_reply(server, reply);
        *at = reply->next;
        free(reply);
    }
}

static void drop_client(struct dns_server *server, struct tcp_client *client)
{
    struct reply **at = &server->replies;

    while (*at) {
        struct reply *reply = *at;

        if (reply->tcp_fd != client->fd) {
            at = &reply->next;
            continue;
        }
        *at = reply->next;
        free(reply);
    }
    close(client->fd);
    client->fd = -1;
    client->len = 0;
}

static void read_client(struct dns_server *server, struct tcp_client *client)
{
    ssize_t n_read = recv(client->fd, client->data + client->len,
                          sizeof(client->data) - client->len, 0);

    if (n_read <= 0) {
        if (n_read == 0 || errno != EAGAIN)
            drop_client(server, client);
        return;
    }
    client->len += (size_t)n_read;
    while (client->len >= 2) {
        size_t len = (size_t)client->data[0] << 8 | client->data[1];

        if (client->len < len + 2)
            return;
        if (!take_question(server, client->data + 2, len, client->fd, NULL, 0)) {
            drop_client(server, client);
            return;
        }
        client->len -= len + 2;
        memmove(client->data, client->data + len + 2, client->len);
    }
}

static void accept_clients(struct dns_server *server)
{
    for (int i = 0; i < MAX_TCP; i++) {
        if (server->tcp[i].fd >= 0)
            continue;
        server->tcp[i].fd =
            accept4(server->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (server->tcp[i].fd < 0)
            return;
    }
}

void dns_server_step(struct dns_server *server)
{
    uint8_t data[DNS_MAX_PACKET];
    struct sockaddr_storage from;
    socklen_t from_len = sizeof(from);
    ssize_t n_read;

    while ((n_read = recvfrom(server->udp_fd, data, sizeof(data), 0, (struct sockaddr *)&from,
                              &from_len)) >= 0) {
        take_question(server, data, (size_t)n_read, -1, &from, from_len);
        from_len = sizeof(from);
    }
    accept_clients(server);
    for (int i = 0; i < MAX_TCP; i++)
        if (server->tcp[i].fd >= 0)
            read_client(server, &server->tcp[i]);
    send_due(server);
}

int dns_server_wait_ms(const struct dns_server *server)
{
    int64_t wait_ms = -1;

    for (const struct reply *reply = server->replies; reply; reply = reply->next) {
        int64_t left_ms = reply->due_ms - now_ms();

        if (left_ms < 0)
            left_ms = 0;
        if (wait_ms < 0 || left_ms < wait_ms)
            wait_ms = left_ms;
    }
    return (int)wait_ms;
}

int dns_server_poll(const struct dns_server *server, struct pollfd fds[DNS_SERVER_MAX_FDS])
{
    int n_fds = 0;

    fds[n_fds++] = (struct pollfd){.fd = server->udp_fd, .events = POLLIN};
    fds[n_fds++] = (struct pollfd){.fd = server->listen_fd, .events = POLLIN};
    for (int i = 0; i < MAX_TCP; i++)
        if (server->tcp[i].fd >= 0)
            fds[n_fds++] = (struct pollfd){.fd = server->tcp[i].fd, .events = POLLIN};
    return n_fds;
}
