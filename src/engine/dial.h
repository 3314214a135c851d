/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Dial: from an origin's name to one connected socket.
 *
 *   resolve -> addresses, IPv6 and IPv4 in turn -> attempt, and another one each time that
 *   HAPPY_EYEBALLS_TIMEOUT_MS passes or an attempt fails -> the first that connects wins
 *
 * (RFC 8305, with at most six attempts at a time.) A host that CURLOPT_INTERFACE names is resolved
 * before. It lives only while its connection is RESOLVING
 * or DIALING. Every attempt's socket is announced, and removed before it is closed.
 */
#ifndef WHIM_ENGINE_DIAL_H
#define WHIM_ENGINE_DIAL_H

#include "dns/resolver.h"
#include "engine/route.h"
#include "util/timers.h"

#include <stdbool.h>

struct whim_conn;

enum { WHIM_DIAL_MAX_ATTEMPTS = 6 };

struct whim_dial {
    struct whim_conn *conn;
    struct whim_target hop;        /* whom it dials: a span of the origin's or its route's texts */
    struct whim_dns_wait wait;     /* linked while RESOLVING */
    struct whim_dns_addrs *near;   /* a reference: of the host that INTERFACE names; NULL: none */
    struct whim_dns_addrs *addrs;  /* a reference */
    struct whim_timer timer;       /* when to start the next attempt */
    int fds[WHIM_DIAL_MAX_ATTEMPTS]; /* of running attempts; -1: free */
    unsigned n_running;
    unsigned next[2];              /* the next address to try of each family: IPv6, IPv4 */
    unsigned turn;                 /* whose turn it is, an index of next[] */
    int os_error;                  /* of the attempt that failed last */
    bool is_unbound;               /* that one could not be bound as the options say */
};

/*
 * Begins to resolve and dial for a new connection. False: out of memory, nothing begun. When the
 * name or the addresses fail at once the transfer is finished, and the connection has gone.
 */
bool whim_dial_begin(struct whim_conn *conn);

/* Ends it in any phase: attempts are removed and closed. Frees it. */
void whim_dial_end(struct whim_conn *conn);

/* The loop says that an attempt's socket is ready. */
void whim_dial_on_socket(struct whim_dial *dial, int fd);

/* That attempt cannot be waited for: the next one, or the end. */
void whim_dial_fail(struct whim_dial *dial, int fd, int os_error);

/* Time for another attempt. */
void whim_dial_on_timer(struct whim_dial *dial);

#endif
