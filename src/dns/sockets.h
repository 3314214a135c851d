/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Sockets of a c-ares channel: opened, used and closed here, so that each is close-on-exec and
 * non-blocking, raises no SIGPIPE, is bound as the question demands, and is announced.
 *
 * c-ares also opens datagram sockets to see which source address a destination would get, when it
 * sorts addresses (RFC 6724). Those are reserved, too, but nobody wants anything of them, and they
 * are closed before the call that opened them returns.
 *
 * Invariant: each record on the list was announced with an interest that is not 0, and its
 * descriptor is open.
 */
#ifndef WHIM_DNS_SOCKETS_H
#define WHIM_DNS_SOCKETS_H

#include "util/address.h"
#include "util/list.h"

#include <stdbool.h>

struct ares_socket_functions;
struct whim_dns_socket;
struct whim_resolver_hooks;

struct whim_dns_sockets {
    struct whim_list wanted;       /* struct whim_dns_socket */
    struct whim_dns_socket *spare; /* for the socket opened last, so that wanting cannot fail */
    const struct whim_resolver_hooks *hooks;
    void *ctx;
    const char *interface;            /* SO_BINDTODEVICE; NULL: any */
    struct whim_address local_ip4; /* AF_UNSPEC: any */
    struct whim_address local_ip6;
    unsigned n_reads_left; /* datagrams that may yet be read in this drive call */
};

/* What c-ares calls; their data is a struct whim_dns_sockets. */
extern const struct ares_socket_functions whim_dns_socket_functions;

/* Zeroed before; the fields after ctx may then be set. */
void whim_dns_sockets_init(struct whim_dns_sockets *sockets,
                           const struct whim_resolver_hooks *hooks, void *ctx);
/* No socket is open any more. */
void whim_dns_sockets_fini(struct whim_dns_sockets *sockets);
/* The state callback of c-ares; data is a struct whim_dns_sockets. */
void whim_dns_sockets_want(void *data, int fd, int readable, int writable);
/* Whether the descriptor was announced by these. */
bool whim_dns_sockets_has(const struct whim_dns_sockets *sockets, int fd);
/* Before each drive call: how much is read at most (D-9). */
void whim_dns_sockets_start(struct whim_dns_sockets *sockets);
/*
 * A socket that was not read until it had nothing more, and takes the mark off it; -1: there is
 * none. A loop that reports edges need not report it again: it is to be read on without an event.
 * That is so where the limit was met, and where c-ares reads once per event (TCP).
 */
int whim_dns_sockets_take_unread(struct whim_dns_sockets *sockets);
bool whim_dns_sockets_has_unread(const struct whim_dns_sockets *sockets);

#endif
