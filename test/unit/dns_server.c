/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* accept4() */
#endif

#include "dns_server.h"

#include <arpa/inet.h>
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
    MAX_NAME = 256,
    MAX_PACKET = 1024,
    HEADER_BYTES = 12,
    FLAGS_ANSWER = 0x8180, /* an answer; recursion was desired and is available */
    FLAG_TRUNCATED = 0x0200,
    RCODE_SERVFAIL = 2,
    RCODE_NXDOMAIN = 3,
    RCODE_REFUSED = 5,
};

struct rule {
    struct rule *next;
    char name[MAX_NAME];
    enum dns_type type;
    enum dns_kind kind;
    char addresses[MAX_NAME];
    int delay_ms;
    unsigned n_used;
};

struct question {
    struct question *next;
    char name[MAX_NAME];
    unsigned type;
    bool is_tcp;
};

struct tcp_client {
    int fd; /* -1: free */
    size_t len;
    uint8_t data[MAX_PACKET];
};

/* A datagram (tcp_fd -1) or a TCP message that is to leave. */
struct reply {
    struct reply *next;
    int64_t due_ms;
    int tcp_fd;
    struct sockaddr_storage to;
    socklen_t to_len;
    size_t len;
    uint8_t data[MAX_PACKET];
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

struct packet {
    size_t len;
    uint8_t data[MAX_PACKET];
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

/* Packets */

static void add_bytes(struct packet *packet, const void *data, size_t len)
{
    if (packet->len + len > sizeof(packet->data))
        abort();
    memcpy(packet->data + packet->len, data, len);
    packet->len += len;
}

static void add_16(struct packet *packet, unsigned value)
{
    add_bytes(packet, (uint8_t[]){(uint8_t)(value >> 8), (uint8_t)value}, 2);
}

static void add_header(struct packet *packet, unsigned id, unsigned flags, unsigned n_answers)
{
    const unsigned words[] = {id, flags, 1, n_answers, 0, 0};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        add_16(packet, words[i]);
}

/* A record in front of its data. at: where in the packet its owner's name is. */
static void add_record(struct packet *packet, unsigned at, unsigned type, unsigned n_bytes)
{
    add_16(packet, 0xc000 | at);
    add_16(packet, type);
    add_16(packet, 1); /* IN */
    add_16(packet, 0);
    add_16(packet, 300); /* seconds to live */
    add_16(packet, n_bytes);
}

/* The rule's addresses of a type; returns their number. */
static unsigned add_addresses(struct packet *packet, unsigned at, const struct rule *rule,
                              unsigned type)
{
    int family = type == DNS_A ? AF_INET : AF_INET6;
    unsigned n_bytes = type == DNS_A ? 4 : 16;
    unsigned n_added = 0;
    char copy[MAX_NAME];
    char *rest = copy;
    char *address;
    uint8_t bytes[16];

    snprintf(copy, sizeof(copy), "%s", rule->addresses);
    while ((address = strsep(&rest, ",")) != NULL) {
        if (inet_pton(family, address, bytes) != 1)
            continue;
        add_record(packet, at, type, n_bytes);
        add_bytes(packet, bytes, n_bytes);
        n_added++;
    }
    return n_added;
}

struct asked {
    uint8_t *data; /* the question's packet */
    size_t end;    /* of the question in it */
    unsigned id;
    unsigned type;
    char name[MAX_NAME];
};

/* Reads the question of a packet. */
static bool read_question(uint8_t *data, size_t len, struct asked *asked)
{
    size_t at = HEADER_BYTES;
    size_t n_text = 0;

    if (len < HEADER_BYTES + 5)
        return false;
    asked->data = data;
    asked->id = (unsigned)data[0] << 8 | data[1];
    while (at < len && data[at]) {
        size_t label = data[at++];

        if (label > 63 || at + label >= len || n_text + label + 2 > sizeof(asked->name))
            return false;
        if (n_text)
            asked->name[n_text++] = '.';
        memcpy(asked->name + n_text, data + at, label);
        n_text += label;
        at += label;
    }
    asked->name[n_text] = 0;
    if (at + 5 > len)
        return false;
    asked->type = (unsigned)data[at + 1] << 8 | data[at + 2];
    asked->end = at + 5;
    return true;
}

static void make_answer(struct packet *packet, const struct asked *asked, const struct rule *rule,
                        unsigned id)
{
    unsigned at = HEADER_BYTES;
    unsigned n_answers = 0;

    add_header(packet, id, FLAGS_ANSWER, 0);
    add_bytes(packet, asked->data + HEADER_BYTES, asked->end - HEADER_BYTES);
    if (rule->kind == DNS_ALIAS) {
        static const uint8_t alias[] = "\4real\7example\4test"; /* with its end */

        add_record(packet, at, 5 /* CNAME */, sizeof(alias));
        at = (unsigned)packet->len;
        add_bytes(packet, alias, sizeof(alias));
        n_answers++;
    }
    n_answers += add_addresses(packet, at, rule, asked->type);
    packet->data[7] = (uint8_t)n_answers;
}

static void make_empty(struct packet *packet, const struct asked *asked, unsigned flags)
{
    add_header(packet, asked->id, FLAGS_ANSWER | flags, 0);
    add_bytes(packet, asked->data + HEADER_BYTES, asked->end - HEADER_BYTES);
}

static void make_garbage(struct packet *packet, const struct asked *asked)
{
    add_header(packet, asked->id, FLAGS_ANSWER, 7);
    add_bytes(packet, asked->data + HEADER_BYTES, asked->end - HEADER_BYTES);
    for (unsigned i = 0; i < 40; i++)
        add_bytes(packet, &(uint8_t){(uint8_t)(i * 37 + 11)}, 1);
}

/* Replies */

static void queue_reply(struct dns_server *server, const struct packet *packet, int delay_ms,
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

static struct rule *find_rule(const struct dns_server *server, const struct asked *asked)
{
    for (struct rule *rule = server->rules; rule; rule = rule->next)
        if (strcasecmp(rule->name, asked->name) == 0 &&
            (rule->type == DNS_ANY || (unsigned)rule->type == asked->type))
            return rule;
    return NULL;
}

static void note_question(struct dns_server *server, const struct asked *asked, bool is_tcp)
{
    struct question *question = must_calloc(sizeof(*question));

    memcpy(question->name, asked->name, sizeof(question->name));
    question->type = asked->type;
    question->is_tcp = is_tcp;
    question->next = server->questions;
    server->questions = question;
}

/* What is said to a question; false: nothing. */
static bool make_reply(struct packet *packet, const struct asked *asked, const struct rule *rule,
                       bool is_tcp)
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
        make_empty(packet, asked, FLAG_TRUNCATED);
        return true;
    case DNS_NXDOMAIN:
        make_empty(packet, asked, RCODE_NXDOMAIN);
        return true;
    case DNS_SERVFAIL:
        make_empty(packet, asked, RCODE_SERVFAIL);
        return true;
    case DNS_REFUSED:
        make_empty(packet, asked, RCODE_REFUSED);
        return true;
    case DNS_NODATA:
        make_empty(packet, asked, 0);
        return true;
    case DNS_GARBAGE:
        make_garbage(packet, asked);
        return true;
    case DNS_DROP:
        return false;
    case DNS_ANSWER:
    case DNS_ALIAS:
    case DNS_STRANGER:
        break;
    }
    make_answer(packet, asked, rule, asked->id);
    return true;
}

/* Takes a question; false: the connection it came over is to be closed. */
static bool take_question(struct dns_server *server, uint8_t *data, size_t len, int tcp_fd,
                          const struct sockaddr_storage *from, socklen_t from_len)
{
    static struct rule no_such_name = {.kind = DNS_NXDOMAIN};
    struct packet packet = {0};
    struct asked asked;
    struct rule *rule;

    if (!read_question(data, len, &asked))
        return false;
    note_question(server, &asked, tcp_fd >= 0);
    rule = find_rule(server, &asked);
    if (!rule)
        rule = &no_such_name;
    rule->n_used++;
    if (rule->kind == DNS_HANG_UP && tcp_fd >= 0)
        return false;
    if (rule->kind == DNS_STRANGER) {
        struct rule wrong = {.kind = DNS_ANSWER, .addresses = "192.0.2.66,2001:db8::66"};

        make_answer(&packet, &asked, &wrong, asked.id ^ 1);
        queue_reply(server, &packet, rule->delay_ms, tcp_fd, from, from_len);
        packet.len = 0;
    }
    if (make_reply(&packet, &asked, rule, tcp_fd >= 0))
        queue_reply(server, &packet, rule->delay_ms, tcp_fd, from, from_len);
    return true;
}

static void send_reply(const struct dns_server *server, const struct reply *reply)
{
    uint8_t message[MAX_PACKET + 2] = {(uint8_t)(reply->len >> 8), (uint8_t)reply->len};

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
    uint8_t data[MAX_PACKET];
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
