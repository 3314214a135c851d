/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * SOCKS: the client's part of versions 4, 4a and 5 (RFC 1928, 1929), as machines of net/shake.h.
 *
 * Each message is built when the machine is made, so nothing that was passed in needs to live on,
 * and the machine is as large as its messages. Secrets are wiped with it.
 */
#ifndef WHIM_PROTO_SOCKS_H
#define WHIM_PROTO_SOCKS_H

#include "net/shake.h"
#include "util/address.h"

/* Bytes of a host's name, a user's name, a password at most (RFC 1928 section 5, RFC 1929). */
enum { WHIM_SOCKS_MAX_TEXT_BYTES = 255 };

struct whim_socks_config {
    long type;        /* CURLPROXY_SOCKS4, _SOCKS4A, _SOCKS5, _SOCKS5_HOSTNAME */
    const char *host; /* counted, without brackets; for texts too */
    size_t host_len;
    uint16_t port;
    /* SOCKS4 and SOCKS5: where the host was resolved to (SOCKS4: AF_INET). The two others send the
     * name, and need none. */
    const struct whim_address *address;
    const char *user; /* NULL: none; password NULL is as an empty one */
    const char *password;
    unsigned long auth; /* CURLOPT_SOCKS5_AUTH; 0 is libcurl's default, Basic and GSS-API */
};

/*
 * A machine. What cannot be asked for (a name too long, an address of the wrong family) is one that
 * has FAILED already, so that there is one place where failures are looked at. NULL: no memory.
 */
struct whim_shake *whim_socks_new(const struct whim_socks_config *config);

/* Does the proxy resolve, so that there is no address to be known? */
static inline bool whim_socks_is_remote(long type)
{
    return type == CURLPROXY_SOCKS4A || type == CURLPROXY_SOCKS5_HOSTNAME;
}

#endif
