/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Upstream: one who answers questions in the place of DNS servers. That is a server of DNS over
 * HTTPS, with which the engine speaks (engine/doh.h).
 *
 * Counted: a channel holds a reference. The same pointer is the same server, and what one of them
 * says is given to nobody who asks another.
 */
#ifndef WHIM_DNS_UPSTREAM_H
#define WHIM_DNS_UPSTREAM_H

#include <stdint.h>

struct whim_dns_ask;
struct whim_dns_upstream;

struct whim_dns_upstream_ops {
    /* Asks for the addresses of the terminated host: ask->answered(), once, now or later. */
    void (*ask)(struct whim_dns_upstream *upstream, struct whim_dns_ask *ask, const char *host,
                int family);
    /* Nobody waits for that answer any more: it is not asked for, and answered() is not called. */
    void (*forget)(struct whim_dns_upstream *upstream, struct whim_dns_ask *ask);
    /* Answers all that is still asked with CANCELLED. */
    void (*cancel)(struct whim_dns_upstream *upstream);
    /* The last reference has gone; nothing is asked. */
    void (*free)(struct whim_dns_upstream *upstream);
};

struct whim_dns_upstream {
    const struct whim_dns_upstream_ops *ops;
    uint32_t n_refs;
};

/* NULL is fine. */
static inline void whim_dns_upstream_unref(struct whim_dns_upstream *upstream)
{
    if (upstream && !--upstream->n_refs)
        upstream->ops->free(upstream);
}

#endif
