/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls_xfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void undo_cert(void *cert)
{
    cert_free(cert);
}

struct cert *tls_cert(struct cert_spec spec)
{
    struct cert *cert = cert_new(&spec);

    defer_last(undo_cert, cert);
    return cert;
}

struct cert *tls_ca(void)
{
    static struct cert *ca;

    if (!ca)
        ca = TLS_CERT(.name = "Good CA", .is_ca = true);
    return ca;
}

struct cert *tls_leaf(void)
{
    static struct cert *leaf;

    if (!leaf)
        leaf = TLS_CERT(.name = "localhost", .issuer = tls_ca(),
                        .san = "DNS:localhost,DNS:example.test,DNS:*.wild.test,IP:127.0.0.1,IP:::1");
    return leaf;
}

static void undo_server(void *server)
{
    SSL_CTX_free(server);
}

SSL_CTX *tls_server(const struct cert *cert)
{
    SSL_CTX *server = SSL_CTX_new(TLS_server_method());

    CHECK(server != NULL);
    defer_last(undo_server, server);
    if (!cert)
        cert = tls_leaf();
    SSL_CTX_set_security_level(server, 0); /* what is too weak is for the client to say */
    CHECK(SSL_CTX_use_certificate(server, cert->x509) == 1);
    CHECK(SSL_CTX_use_PrivateKey(server, cert->key) == 1);
    CHECK(SSL_CTX_set_session_id_context(server, (const unsigned char *)"test", 4) == 1);
    return server;
}

SSL_CTX *tls_server_with_chain(const struct cert *cert)
{
    SSL_CTX *server = tls_server(cert);

    CHECK(SSL_CTX_add1_chain_cert(server, cert->issuer->x509) == 1);
    return server;
}

SSL_CTX *tls_server_of(int version)
{
    SSL_CTX *server = tls_server(NULL);

    CHECK(SSL_CTX_set_min_proto_version(server, version) == 1);
    CHECK(SSL_CTX_set_max_proto_version(server, version) == 1);
    return server;
}

void tls_demand(SSL_CTX *server, const struct cert *ca)
{
    CHECK(X509_STORE_add_cert(SSL_CTX_get_cert_store(server), ca->x509) == 1);
    SSL_CTX_set_verify(server, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
}

struct peer *tls_peer_playing(SSL_CTX *server, const struct peer_step *steps)
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);

    peer_use_wire(peer, &tls_wire_ops, server ? server : tls_server(NULL));
    CHECK(peer_script(peer, PEER_EVERY, steps));
    return peer;
}

struct peer *tls_peer(SSL_CTX *server)
{
    return TLS_PEER(server, PEER_REQUEST, PEER_SEND(HELLO), PEER_AGAIN);
}

struct curl_blob tls_blob(const char *text)
{
    return (struct curl_blob){(void *)text, strlen(text), CURL_BLOB_COPY};
}

void tls_trust(struct xfer *x, const struct cert *ca)
{
    struct curl_blob blob = tls_blob(TLS_PEM(ca));

    SET(x, CURLOPT_CAINFO_BLOB, &blob);
}

struct xfer *tls_new(struct peer *peer, const char *path)
{
    char url[4096];
    struct xfer *x;

    snprintf(url, sizeof(url), "https://%s%s", peer_authority(peer), path);
    x = xfer_new_url(url);
    tls_trust(x, tls_ca());
    return x;
}

struct xfer *tls_new_host(struct peer *peer, const char *host)
{
    char url[400], entry[400];
    struct xfer *x;

    snprintf(url, sizeof(url), "https://%s:%d/", host, peer_port(peer));
    snprintf(entry, sizeof(entry), "%s:%d:127.0.0.1", host, peer_port(peer));
    x = xfer_new_url(url);
    SET(x, CURLOPT_RESOLVE, list_of(entry, NULL));
    tls_trust(x, tls_ca());
    return x;
}

struct xfer *tls_fetch(struct drive *drive, struct peer *peer)
{
    struct xfer *x = tls_new(peer, "/");

    xfer_start(x, drive);
    drive_run(drive);
    if (x->result)
        FAIL("%d: %s", x->result, x->error);
    return x;
}

static void undo_folder(void *path)
{
    rmdir(path);
    free(path);
}

static void undo_file(void *path)
{
    unlink(path);
    free(path);
}

const char *tls_folder(void)
{
    static char *folder;

    if (!folder) {
        folder = strdup("/tmp/whim-contract-XXXXXX");
        CHECK(folder && mkdtemp(folder));
        defer_last(undo_folder, folder);
    }
    return folder;
}

const char *tls_path(const char *name)
{
    char *path = NULL;

    CHECK(asprintf(&path, "%s/%s", tls_folder(), name) > 0);
    defer_last(undo_file, path);
    return path;
}

const char *tls_file_of(const char *name, const void *data, size_t n)
{
    const char *path = tls_path(name);
    FILE *file = fopen(path, "w");

    CHECK(file != NULL);
    CHECK(fwrite(data, 1, n, file) == n);
    CHECK(fclose(file) == 0);
    return path;
}

const char *tls_file(const char *name, const char *text)
{
    return tls_file_of(name, text, strlen(text));
}

const char *tls_text(char *text)
{
    defer(free, text);
    return text;
}
