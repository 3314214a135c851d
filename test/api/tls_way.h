/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Origins that speak TLS behind a proxy: one peer plays the proxy, TLS of its own or not, and the
 * origin inside of its tunnel.
 *
 * The proxy's world is not the origin's: it has a CA of its own, and a certificate of that for
 * localhost, proxy.test and 127.0.0.1. Transfers trust either CA for its role alone.
 */
#ifndef WHIM_TEST_TLS_WAY_H
#define WHIM_TEST_TLS_WAY_H

#include "proxied.h"
#include "tls_xfer.h"

#define WAY_HOST "example.test" /* of the origin, whose certificate is good for it */
#define WAY_URL "https://" WAY_HOST "/"

struct tls_way {
    const char *name; /* the proxy's scheme, too */
    bool is_tls;
    int n_steps;
    struct peer_step steps[5]; /* the proxy's dialogue, as far as WAY_HOST */
};
enum { N_TLS_WAYS = 6 };
/* http, https, socks4, socks4a, socks5, socks5h */
extern const struct tls_way tls_ways[N_TLS_WAYS];
#define WAY_HTTP (&tls_ways[0])
#define WAY_HTTPS (&tls_ways[1])
#define WAY_SOCKS4 (&tls_ways[2])

struct cert *tls_proxy_ca(void);
struct cert *tls_proxy_leaf(void);
/* A proxy with that certificate, or the good one, that speaks that version alone; 0: any. */
SSL_CTX *tls_proxy_of(int version);

/* Each connection plays the way's dialogue, then these steps with the origin's TLS inside; NULL:
   the good ones. */
#define TLS_THROUGH(way, proxy, origin, ...)                                                       \
    tls_through((way), (proxy), (origin), (const struct peer_step[]){__VA_ARGS__, PEER_CLOSE})
struct peer *tls_through(const struct tls_way *way, SSL_CTX *proxy, SSL_CTX *origin,
                         const struct peer_step *steps);
/* Every request gets HELLO. */
struct peer *tls_way_peer(const struct tls_way *way, SSL_CTX *proxy, SSL_CTX *origin);
/* An HTTPS proxy that plays these steps itself. */
#define TLS_FORWARD(proxy, ...)                                                                    \
    tls_forward((proxy), (const struct peer_step[]){__VA_ARGS__, PEER_CLOSE})
struct peer *tls_forward(SSL_CTX *proxy, const struct peer_step *steps);

/* A transfer of that URL by that peer, which trusts both CAs; not added yet. */
struct xfer *tls_by(struct peer *peer, const struct tls_way *way, const char *url);
/* By an HTTPS proxy of that name. */
struct xfer *tls_by_name(struct peer *peer, const char *name, const char *url);
void tls_trust_proxy(struct xfer *x, const struct cert *ca);
/* Starts, runs, wants CURLE_OK and "hello". */
void tls_run_ok(struct xfer *x, struct drive *drive);

/* Counts the certificates that clients show to that server, without asking for any of them. */
void tls_count_clients(SSL_CTX *server, int *n_shown);

#endif
