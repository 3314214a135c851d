/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * A rig for TLS links: a client link over a socket pair, and a server of OpenSSL's at its other
 * end, in the same process and moved step by step. Certificates are made when the test runs.
 *
 * Between the TLS link and the socket is a tap: it counts, and lets through as much at a time as
 * the test says. OpenSSL's queue of errors does not outlive its calls, just as if it were TLS with a
 * proxy.
 */
#ifndef WHIM_TEST_UNIT_TLS_RIG_H
#define WHIM_TEST_UNIT_TLS_RIG_H

#include "tls/info.h"
#include "tls/link.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>

enum { TLS_RIG_DAY_S = 24 * 60 * 60 };

/* A certificate and its key. */
struct tls_cert {
    X509 *x509;
    EVP_PKEY *key;
};

/* What is not said is ordinary: valid for a month around today, self-signed, no extension. */
struct tls_cert_spec {
    const char *name; /* common name; NULL: none */
    const char *san;  /* as in OpenSSL's configuration: "DNS:a.example,IP:127.0.0.1" */
    const char *usage; /* extended: "serverAuth" */
    bool is_ca;
    long begins_s; /* from now; 0: a day ago */
    long ends_s;   /* from now; 0: in a month */
    const struct tls_cert *issuer;
};

struct tls_cert tls_cert_make(const struct tls_cert_spec *spec);
void tls_cert_free(struct tls_cert *cert);
/* Files that go when the test ends its rig. name: within the rig's directory. Returns the path. */
struct tls_rig;
const char *tls_rig_write_cert(struct tls_rig *rig, const char *name, const struct tls_cert *cert);
const char *tls_rig_write_key(struct tls_rig *rig, const char *name, const struct tls_cert *cert,
                              const char *password);
const char *tls_rig_path(struct tls_rig *rig, const char *name);

/* A link that lets through what the test allows. */
struct tls_tap {
    struct whim_link link;
    struct whim_link *below;
    size_t recv_cap; /* bytes of one receive; 0: none come through */
    size_t send_cap; /* bytes of one send; 0: stuck */
    bool is_dripping; /* says AGAIN each second time */
    bool is_recv_turn;
    bool is_send_turn;
    unsigned n_recvs; /* calls */
    unsigned n_sends;
    size_t n_sent_bytes;
    int os_error; /* what receiving and sending fail with; 0: they do not */
};

enum { TLS_RIG_MAX_PATHS = 16 };

struct tls_rig {
    char dir[64];
    char paths[TLS_RIG_MAX_PATHS][128];
    int n_paths;
    struct tls_cert ca;
    struct tls_cert cert; /* of localhost, localhost's addresses and *.wild.example */
    SSL_CTX *server_ctx;
    struct whim_tls *tls;
    struct whim_tls_sessions *sessions;
    struct whim_tls_settings settings;
    struct whim_tls_peer peer;
    /* Of the connection: */
    int client_fd;
    int server_fd;
    SSL *server;
    struct whim_tls_context *context;
    struct whim_link socket;
    struct tls_tap tap;
    struct whim_link *link;
    bool is_server_up;
};

/* Everything but the connection; the settings trust the rig's CA alone. */
void tls_rig_init(struct tls_rig *rig);
void tls_rig_fini(struct tls_rig *rig);
/* Lets the server present another certificate, from the next connection on. */
void tls_rig_use_cert(struct tls_rig *rig, const struct tls_cert *cert);
/* Makes the socket pair, the server's SSL and the client's link, by rig->settings and rig->peer. */
void tls_rig_open(struct tls_rig *rig);
void tls_rig_close(struct tls_rig *rig);
/* Moves both sides until the client has a result that is not AGAIN. */
enum whim_link_result tls_rig_shake(struct tls_rig *rig);
/* Opens, shakes, and asserts that the link is up; the server has had its turn too. */
void tls_rig_connect(struct tls_rig *rig);
/* Opens, shakes, and asserts that it fails with this code and text. Leaves it open. */
void tls_rig_refuse(struct tls_rig *rig, CURLcode code, const char *text);
/* The server takes what is there: its handshake, then up to cap bytes. Returns how many, or 0. */
size_t tls_rig_server_step(struct tls_rig *rig, void *data, size_t cap);
void tls_rig_server_send(struct tls_rig *rig, const void *data, size_t len);
/* A client's send and receive of something that must work at once. */
void tls_rig_send(struct tls_rig *rig, const char *text);
/* Receives until len bytes are there, with the server's steps between. */
void tls_rig_recv(struct tls_rig *rig, void *data, size_t len);

#endif
