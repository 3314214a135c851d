/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls_way.h"

#include <stdio.h>

#define SENDS(text) PEER_SENDN(text, sizeof(text) - 1)
#define OK4 SENDS("\0\x5a\0\0\0\0\0\0")
#define OK5 SENDS("\5\0\0\1\0\0\0\0\0\0")

enum {
    NAME_BYTES = sizeof(WAY_HOST) - 1,
    ASK4_BYTES = 9,
    HELLO5_BYTES = 3,
    ASK5_BYTES = HELLO5_BYTES + 10,
    ASK5H_BYTES = HELLO5_BYTES + 7 + NAME_BYTES,
};

const struct tls_way tls_ways[N_TLS_WAYS] = {
    {"http", false, 2, {PEER_HEAD, SENDS(GRANTED)}},
    {"https", true, 2, {PEER_HEAD, SENDS(GRANTED)}},
    {"socks4", false, 2, {PEER_BYTES(ASK4_BYTES), OK4}},
    {"socks4a", false, 2, {PEER_BYTES(ASK4_BYTES + NAME_BYTES + 1), OK4}},
    {"socks5", false, 4, {PEER_BYTES(HELLO5_BYTES), SENDS("\5\0"), PEER_BYTES(ASK5_BYTES), OK5}},
    {"socks5h", false, 4, {PEER_BYTES(HELLO5_BYTES), SENDS("\5\0"), PEER_BYTES(ASK5H_BYTES), OK5}},
};

struct cert *tls_proxy_ca(void)
{
    static struct cert *ca;

    if (!ca)
        ca = TLS_CERT(.name = "Proxy CA", .is_ca = true);
    return ca;
}

struct cert *tls_proxy_leaf(void)
{
    static struct cert *leaf;

    if (!leaf)
        leaf = TLS_CERT(.name = "proxy.test", .issuer = tls_proxy_ca(),
                        .san = "DNS:localhost,DNS:proxy.test,IP:127.0.0.1");
    return leaf;
}

SSL_CTX *tls_proxy_of(int version)
{
    SSL_CTX *proxy = tls_server(tls_proxy_leaf());

    CHECK(!version || SSL_CTX_set_min_proto_version(proxy, version) == 1);
    CHECK(!version || SSL_CTX_set_max_proto_version(proxy, version) == 1);
    return proxy;
}

struct peer *tls_through(const struct tls_way *way, SSL_CTX *proxy, SSL_CTX *origin,
                         const struct peer_step *steps)
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct peer_step all[40] = {{0}};
    int n = 0;

    for (; n < way->n_steps; n++)
        all[n] = way->steps[n];
    all[n++] = (struct peer_step)PEER_UPGRADE;
    do
        all[n++] = *steps;
    while (n < 39 && steps++->op != PEER_OP_CLOSE);
    if (way->is_tls)
        peer_use_wire(peer, &tls_wire_ops, proxy ? proxy : tls_proxy_of(0));
    peer_use_inner_wire(peer, &tls_wire_ops, origin ? origin : tls_server(NULL));
    CHECK(peer_script(peer, PEER_EVERY, all));
    return peer;
}

struct peer *tls_way_peer(const struct tls_way *way, SSL_CTX *proxy, SSL_CTX *origin)
{
    return TLS_THROUGH(way, proxy, origin, PEER_REQUEST, PEER_SEND(HELLO), PEER_AGAIN);
}

struct peer *tls_forward(SSL_CTX *proxy, const struct peer_step *steps)
{
    return tls_peer_playing(proxy ? proxy : tls_proxy_of(0), steps);
}

void tls_trust_proxy(struct xfer *x, const struct cert *ca)
{
    struct curl_blob blob = tls_blob(TLS_PEM(ca));

    SET(x, CURLOPT_PROXY_CAINFO_BLOB, &blob);
}

struct xfer *tls_by(struct peer *peer, const struct tls_way *way, const char *url)
{
    struct xfer *x = xfer_by(peer, way->name, url);

    SET(x, CURLOPT_RESOLVE,
        list_of(WAY_HOST ":443:127.0.0.1", WAY_HOST ":80:127.0.0.1", NULL));
    tls_trust(x, tls_ca());
    tls_trust_proxy(x, tls_proxy_ca());
    return x;
}

struct xfer *tls_by_name(struct peer *peer, const char *name, const char *url)
{
    struct xfer *x = tls_by(peer, WAY_HTTPS, url);
    char proxy[400], entry[400];

    snprintf(proxy, sizeof(proxy), "https://%s:%d", name, peer_port(peer));
    snprintf(entry, sizeof(entry), "%s:%d:127.0.0.1", name, peer_port(peer));
    SET(x, CURLOPT_PROXY, proxy);
    SET(x, CURLOPT_RESOLVE, list_of(entry, NULL));
    return x;
}

void tls_run_ok(struct xfer *x, struct drive *drive)
{
    CURLcode code = xfer_again(x, drive);

    if (code)
        FAIL("%d: %s", code, x->error);
    CHECK_STR(x->body.data, "hello");
}

static int count_client(X509_STORE_CTX *store, void *n_shown)
{
    (void)store;
    __atomic_add_fetch((int *)n_shown, 1, __ATOMIC_SEQ_CST);
    return 1;
}

void tls_count_clients(SSL_CTX *server, int *n_shown)
{
    SSL_CTX_set_verify(server, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(server, count_client, n_shown);
}
