/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Transfers over TLS, and the peers and certificates for them. All that is made here is undone by
 * the harness.
 *
 * The good world: one CA, and a certificate of it for localhost, example.test, *.wild.test,
 * 127.0.0.1 and ::1. A transfer trusts that CA by CURLOPT_CAINFO_BLOB.
 */
#ifndef WHIM_TEST_TLS_XFER_H
#define WHIM_TEST_TLS_XFER_H

#include "certs.h"
#include "tls_wire.h"
#include "xfer.h"

#include <openssl/ssl.h>

struct cert *tls_cert(struct cert_spec spec);
#define TLS_CERT(...) tls_cert((struct cert_spec){__VA_ARGS__})
struct cert *tls_ca(void);
/* The good certificate. */
struct cert *tls_leaf(void);

/* A server with that certificate; NULL: the good one. */
SSL_CTX *tls_server(const struct cert *cert);
/* The same that sends the issuer, too. */
SSL_CTX *tls_server_with_chain(const struct cert *cert);
/* A server that speaks that version alone: TLS1_2_VERSION, TLS1_3_VERSION. */
SSL_CTX *tls_server_of(int version);
/* It asks clients for a certificate of that CA; without it the handshake fails. */
void tls_demand(SSL_CTX *server, const struct cert *ca);

/* Every connection plays these steps; server NULL: the good one. */
#define TLS_PEER(server, ...)                                                                      \
    tls_peer_playing((server), (const struct peer_step[]){__VA_ARGS__, PEER_CLOSE})
struct peer *tls_peer_playing(SSL_CTX *server, const struct peer_step *steps);
/* Every request gets HELLO. */
struct peer *tls_peer(SSL_CTX *server);

/* https://127.0.0.1:PORT/path with the good CA. Not added yet. */
struct xfer *tls_new(struct peer *peer, const char *path);
/* The same by a name that leads to the peer. */
struct xfer *tls_new_host(struct peer *peer, const char *host);
/* New, start, run to its end; wants CURLE_OK. */
struct xfer *tls_fetch(struct drive *drive, struct peer *peer);
void tls_trust(struct xfer *x, const struct cert *ca);

/* A file with that text; the harness removes it. Returns its path. */
const char *tls_file(const char *name, const char *text);
const char *tls_file_of(const char *name, const void *data, size_t n);
/* The test's folder for files. */
const char *tls_folder(void);
/* A path in it where nothing is; the harness removes what comes there. */
const char *tls_path(const char *name);
/* The texts of certs.h, kept by the harness. */
const char *tls_text(char *text);
#define TLS_PEM(cert) tls_text(cert_pem(cert))
#define TLS_KEY(cert) tls_text(cert_key_pem(cert, NULL))
struct curl_blob tls_blob(const char *text);

#endif
