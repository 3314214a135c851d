/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Channel: one configuration of c-ares (servers, local binding) with its sockets and its deadline;
 * or an upstream (upstream.h) that is asked instead of all that, and of /etc/hosts.
 *
 * Addresses of both families are asked for in parallel and sorted as RFC 6724 says, by c-ares: it
 * needs a source address per destination for that and opens a datagram socket each to learn it
 * (sockets.h). Sorting is worth it between families, where it keeps hosts without a route to IPv6
 * from trying that first. Within a single family it is left out: the order of the server stays,
 * which spreads load.
 *
 * c-ares is made when the first question comes; /etc/resolv.conf is read then. It cannot take back
 * one question, so a struct whim_dns_ask stays where it is until it is answered or the channel is
 * freed.
 */
#ifndef WHIM_DNS_CHANNEL_H
#define WHIM_DNS_CHANNEL_H

#include "dns/resolver.h"
#include "dns/sockets.h"
#include "dns/upstream.h"
#include "util/list.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct ares_channeldata;

/* Texts as in struct whim_dns_question; an empty one is the same as none. */
struct whim_dns_config {
    const char *servers;
    const char *interface;
    const char *local_ip4;
    const char *local_ip6;
    struct whim_dns_upstream *upstream; /* who is asked in their place; NULL: nobody is */
};

/* The id of the system's configuration, in every resolver; others are above it. */
enum { WHIM_DNS_SYSTEM_CHANNEL = 1 };

struct whim_dns_channel {
    struct whim_list link; /* the owner's */
    uint32_t id;           /* the owner's name for the configuration */
    uint32_t n_queries;    /* the owner's count of what still needs the channel */
    uint32_t network;      /* the owner's: another number when the network is another */
    uint32_t n_asked;      /* questions that c-ares has not answered */
    int64_t deadline_us;   /* of c-ares, or earlier; INT64_MAX: nothing is asked */
    int64_t read_on_us;    /* since when a socket waits to be read on; INT64_MAX: none does */
    struct ares_channeldata *ares; /* NULL until the first question */
    struct whim_dns_sockets sockets;
    struct stat resolv_conf; /* what it was made of; zero: there was none */
    struct whim_dns_config config; /* with a reference to its upstream */
    char *texts; /* where the configuration's texts are; NULL: there are none */
};

struct whim_dns_ask {
    struct whim_dns_channel *channel; /* the channel's */
    int family;                       /* the channel's */
    void *asked;                      /* the upstream's */
    /*
     * The answer, once: from inside ask, on_socket, on_time, or free (CANCELLED). It must only take
     * note, and call nothing of the channel. is_certain: a NOT_FOUND that may be cached.
     * answer.detail is on the heap, and given away.
     */
    void (*answered)(struct whim_dns_ask *ask, struct whim_dns_answer answer, bool is_certain);
};

/* NULL: out of memory. */
struct whim_dns_channel *whim_dns_channel_new(const struct whim_dns_config *config, uint32_t id,
                                              const struct whim_resolver_hooks *hooks, void *ctx);
/* Answers what is still asked with CANCELLED and closes the sockets. NULL is fine. */
void whim_dns_channel_free(struct whim_dns_channel *channel);
bool whim_dns_channel_has_config(const struct whim_dns_channel *channel,
                                 const struct whim_dns_config *config);
/* Whether the system's configuration is another one than when the channel was made. */
bool whim_dns_channel_is_outdated(const struct whim_dns_channel *channel);

/* Asks for the addresses of the terminated host, in /etc/hosts and in DNS, or the upstream. */
void whim_dns_channel_ask(struct whim_dns_channel *channel, struct whim_dns_ask *ask,
                          const char *host, int family, int64_t now_us);
/* Takes back a question to an upstream: it will not be answered. */
static inline void whim_dns_channel_forget(struct whim_dns_channel *channel,
                                           struct whim_dns_ask *ask)
{
    channel->config.upstream->ops->forget(channel->config.upstream, ask);
}
/* false: the descriptor is not the channel's. */
bool whim_dns_channel_on_socket(struct whim_dns_channel *channel, int fd, bool readable,
                                bool writable, int64_t now_us);
void whim_dns_channel_on_time(struct whim_dns_channel *channel, int64_t now_us);
/* When whim_dns_channel_on_time() has something to do, maybe past; INT64_MAX: never. */
static inline int64_t whim_dns_channel_due_us(const struct whim_dns_channel *channel)
{
    return channel->read_on_us < channel->deadline_us ? channel->read_on_us : channel->deadline_us;
}

#endif
