/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Hosts as they are written: which need no query, and how names are compared.
 * Nothing here allocates, and no server is asked.
 */
#ifndef WHIM_DNS_HOST_H
#define WHIM_DNS_HOST_H

#include "util/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No name is longer: 253 characters and a dot in DNS, 255 in CURLOPT_RESOLVE. */
enum { WHIM_DNS_MAX_HOST_LEN = 255 };

/* A name in the form in which it is compared: lower case; a trailing dot is part of it. */
struct whim_dns_name {
    const char *text; /* terminated */
    uint32_t len;
    uint32_t hash;
};

/* The name, with its text in the buffer. false: empty, too long, or with a NUL, which none has. */
bool whim_dns_name_init(struct whim_dns_name *ret_name, char buffer[WHIM_DNS_MAX_HOST_LEN + 1],
                        const char *host, size_t len);

/*
 * Reads a numeric IPv4 or IPv6 host, the latter with or without its brackets and with or without a
 * zone ("fe80::1%eth0", "fe80::1%2"; a zone that is unknown here counts as none). The port is 0.
 * false: it is a name.
 */
bool whim_dns_numeric(const char *host, size_t len, struct whim_address *ret_address);

/* The number of an IPv6 zone, which is that, or an interface's name; 0: it is unknown here. */
uint32_t whim_dns_zone(const char *zone, size_t len);

/* "localhost" or a name under it (RFC 6761 section 6.3), with or without a trailing dot. */
bool whim_dns_is_localhost(const char *host, size_t len);

#endif
