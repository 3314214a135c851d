/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Addresses of a host: one counted block that the cache and any number of transfers share.
 *
 * Immutable from the moment a second reference exists, and so fit for several threads. The ports are
 * 0: whoever connects sets the port in its own copy of an address. A block may outlive the resolver
 * that made it.
 */
#ifndef WHIM_DNS_ADDRS_H
#define WHIM_DNS_ADDRS_H

#include "util/address.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A host has no more than this many; what a server sends beyond them is dropped. */
enum { WHIM_DNS_MAX_ADDRS = 128 };

struct whim_dns_addrs {
    atomic_uint n_refs;
    uint32_t n_items; /* at least 1, most preferred first (RFC 6724) */
    struct whim_address items[];
};

/* A block with one reference and room for n_items, all zero. NULL: out of memory. */
struct whim_dns_addrs *whim_dns_addrs_new(uint32_t n_items);
/* One more reference; returns it. */
struct whim_dns_addrs *whim_dns_addrs_ref(struct whim_dns_addrs *addrs);
/* One reference less; NULL is fine. The last one frees. */
void whim_dns_addrs_unref(struct whim_dns_addrs *addrs);

/* The family (AF_UNSPEC: any) has an address in the block. */
bool whim_dns_addrs_has_family(const struct whim_dns_addrs *addrs, int family);
/*
 * The block reduced to one family: the same block, referenced once more, when nothing has to go.
 * It has an address of that family. NULL: out of memory.
 */
struct whim_dns_addrs *whim_dns_addrs_of_family(struct whim_dns_addrs *addrs, int family);
/*
 * A reference for one who asked: to a copy in random order if he wants that
 * (CURLOPT_DNS_SHUFFLE_ADDRESSES) and there is memory for it, else to the block itself.
 */
struct whim_dns_addrs *whim_dns_addrs_share(struct whim_dns_addrs *addrs, bool shuffle);

#endif
