/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "origin_tls.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <errno.h>
#include <stdio.h>

enum { VALID_S = 24 * 60 * 60, NAMES_ROOM = 2048 };

static SSL_CTX *contexts[BENCH_ORIGIN_TLS13 + 1];
static unsigned long n_handshakes, n_resumed;

static bool add_extension(X509 *cert, int nid, const char *value) {
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    bool is_added = extension && X509_add_ext(cert, extension, -1);

    X509_EXTENSION_free(extension);
    return is_added;
}

static bool name_hosts(X509 *cert, long n_hosts) {
    char names[NAMES_ROOM];
    int n = 0;

    for (long host = 1; host <= n_hosts && n < NAMES_ROOM; host++)
        n += snprintf(names + n, (size_t)(NAMES_ROOM - n), "%sIP:127.0.0.%ld",
                      host > 1 ? "," : "", host);
    return n < NAMES_ROOM && add_extension(cert, NID_subject_alt_name, names);
}

static X509 *make_cert(EVP_PKEY *key, long n_hosts) {
    X509 *cert = X509_new();
    X509_NAME *name = cert ? X509_get_subject_name(cert) : NULL;

    if (name && X509_set_version(cert, X509_VERSION_3) &&
        ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) &&
        X509_gmtime_adj(X509_getm_notBefore(cert), -VALID_S) &&
        X509_gmtime_adj(X509_getm_notAfter(cert), VALID_S) &&
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"bench origin",
                                   -1, -1, 0) &&
        X509_set_issuer_name(cert, name) && X509_set_pubkey(cert, key) &&
        add_extension(cert, NID_basic_constraints, "critical,CA:TRUE") &&
        name_hosts(cert, n_hosts) && X509_sign(cert, key, EVP_sha256()))
        return cert;
    X509_free(cert);
    return NULL;
}

static bool write_cert(const char *path, X509 *cert) {
    FILE *file = fopen(path, "we");
    bool is_written = file && PEM_write_X509(file, cert);

    return file && !fclose(file) && is_written;
}

static SSL_CTX *make_context(int version, X509 *cert, EVP_PKEY *key) {
    static const unsigned char name[] = "bench";
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    if (!context || !SSL_CTX_use_certificate(context, cert) ||
        !SSL_CTX_use_PrivateKey(context, key) ||
        !SSL_CTX_set_min_proto_version(context, version) ||
        !SSL_CTX_set_max_proto_version(context, version) ||
        !SSL_CTX_set_session_id_context(context, name, sizeof name - 1)) {
        SSL_CTX_free(context);
        return NULL;
    }
    if (version == TLS1_2_VERSION)
        SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    else
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    return context;
}

bool bench_origin_tls_init(const char *path, long n_hosts) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = key ? make_cert(key, n_hosts) : NULL;

    if (cert && write_cert(path, cert)) {
        contexts[BENCH_ORIGIN_TLS12] = make_context(TLS1_2_VERSION, cert, key);
        contexts[BENCH_ORIGIN_TLS13] = make_context(TLS1_3_VERSION, cert, key);
    }
    X509_free(cert);
    EVP_PKEY_free(key);
    if (contexts[BENCH_ORIGIN_TLS12] && contexts[BENCH_ORIGIN_TLS13])
        return true;
    ERR_print_errors_fp(stderr);
    return false;
}

SSL *bench_origin_tls_accept(enum bench_origin_kind kind, int fd) {
    SSL *ssl = SSL_new(contexts[kind]);

    if (!ssl || !SSL_set_fd(ssl, fd)) {
        SSL_free(ssl);
        return NULL;
    }
    SSL_set_accept_state(ssl);
    return ssl;
}

/* Sets errno for what has failed. */
static ssize_t judge(const SSL *ssl, int result) {
    switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        errno = EAGAIN;
        return -1;
    case SSL_ERROR_ZERO_RETURN:
        return 0;
    default:
        errno = EIO;
        return -1;
    }
}

ssize_t bench_origin_tls_recv(SSL *ssl, void *room, size_t n_room) {
    bool was_up = SSL_is_init_finished(ssl);
    int got;

    ERR_clear_error();
    got = SSL_read(ssl, room, (int)n_room);
    if (!was_up && SSL_is_init_finished(ssl)) {
        n_handshakes++;
        n_resumed += SSL_session_reused(ssl) != 0;
    }
    return got > 0 ? got : judge(ssl, got);
}

ssize_t bench_origin_tls_send(SSL *ssl, const void *bytes, size_t n_bytes) {
    int sent;

    ERR_clear_error();
    sent = SSL_write(ssl, bytes, (int)n_bytes);
    return sent > 0 ? sent : judge(ssl, sent);
}

void bench_origin_tls_close(SSL *ssl) {
    /* OpenSSL drops the session of a connection that it takes for broken off. */
    if (ssl)
        SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(ssl);
}

unsigned long bench_origin_tls_handshakes(void) {
    return n_handshakes;
}

unsigned long bench_origin_tls_resumed(void) {
    return n_resumed;
}
