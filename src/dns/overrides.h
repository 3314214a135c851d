/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Overrides: what CURLOPT_RESOLVE says of a host and port. They come before everything else, even
 * before a numeric host. The application's own, so their number has no cap.
 */
#ifndef WHIM_DNS_OVERRIDES_H
#define WHIM_DNS_OVERRIDES_H

#include "dns/addrs.h"
#include "dns/host.h"
#include "util/hash.h"
#include "util/list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct whim_dns_overrides {
    struct whim_hash entries;
    struct whim_list all;
};

void whim_dns_overrides_init(struct whim_dns_overrides *overrides);
void whim_dns_overrides_fini(struct whim_dns_overrides *overrides);
/*
 * Sets what a host and port resolve to, in the place of what was set before; addrs is referenced.
 * false: out of memory, and nothing changed.
 */
bool whim_dns_overrides_set(struct whim_dns_overrides *overrides, const struct whim_dns_name *name,
                            uint16_t port, struct whim_dns_addrs *addrs, bool is_permanent,
                            int64_t now_us);
void whim_dns_overrides_del(struct whim_dns_overrides *overrides, const struct whim_dns_name *name,
                            uint16_t port);
/* Drops those that are not permanent. */
void whim_dns_overrides_del_temporary(struct whim_dns_overrides *overrides);
/* What is set for the host and port; it stays theirs. A stale one is dropped. NULL: nothing. */
struct whim_dns_addrs *whim_dns_overrides_find(struct whim_dns_overrides *overrides,
                                               const struct whim_dns_name *name, uint16_t port,
                                               int64_t timeout_ms, int64_t now_us);

#endif
