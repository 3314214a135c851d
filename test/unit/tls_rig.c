/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls_rig.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_ROUNDS = 200000 };

static void add_extension(X509 *x509, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;

    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    ck_assert_ptr_nonnull(extension);
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
}

struct tls_cert tls_cert_make(const struct tls_cert_spec *spec)
{
    static long serial = 1000;
    struct tls_cert cert = {.x509 = X509_new(), .key = EVP_EC_gen("P-256")};
    X509 *issuer = spec->issuer ? spec->issuer->x509 : cert.x509;
    X509_NAME *name = X509_get_subject_name(cert.x509);

    X509_set_version(cert.x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert.x509), serial++);
    X509_gmtime_adj(X509_getm_notBefore(cert.x509),
                    spec->begins_s ? spec->begins_s : -TLS_RIG_DAY_S);
    X509_gmtime_adj(X509_getm_notAfter(cert.x509),
                    spec->ends_s ? spec->ends_s : 30 * TLS_RIG_DAY_S);
    X509_set_pubkey(cert.x509, cert.key);
    X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, (const unsigned char *)"Rig", -1, -1, 0);
    if (spec->name)
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)spec->name, -1,
                                   -1, 0);
    X509_set_issuer_name(cert.x509, X509_get_subject_name(issuer));
    add_extension(cert.x509, issuer, NID_subject_key_identifier, "hash");
    add_extension(cert.x509, issuer, NID_authority_key_identifier, "keyid");
    if (spec->is_ca) {
        add_extension(cert.x509, issuer, NID_basic_constraints, "critical,CA:TRUE");
        add_extension(cert.x509, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    }
    if (spec->san)
        add_extension(cert.x509, issuer, NID_subject_alt_name, spec->san);
    if (spec->usage)
        add_extension(cert.x509, issuer, NID_ext_key_usage, spec->usage);
    ck_assert_int_gt(X509_sign(cert.x509, spec->issuer ? spec->issuer->key : cert.key,
                               EVP_sha256()),
                     0);
    return cert;
}

void tls_cert_free(struct tls_cert *cert)
{
    X509_free(cert->x509);
    EVP_PKEY_free(cert->key);
    *cert = (struct tls_cert){0};
}

const char *tls_rig_path(struct tls_rig *rig, const char *name)
{
    char path[sizeof(rig->paths[0])];

    ck_assert_int_lt(rig->n_paths, TLS_RIG_MAX_PATHS);
    snprintf(path, sizeof(path), "%s/%s", rig->dir, name);
    return strcpy(rig->paths[rig->n_paths++], path);
}

const char *tls_rig_write_cert(struct tls_rig *rig, const char *name, const struct tls_cert *cert)
{
    const char *path = tls_rig_path(rig, name);
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(PEM_write_X509(file, cert->x509), 1);
    fclose(file);
    return path;
}

const char *tls_rig_write_key(struct tls_rig *rig, const char *name, const struct tls_cert *cert,
                              const char *password)
{
    const char *path = tls_rig_path(rig, name);
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(PEM_write_PrivateKey(file, cert->key, password ? EVP_aes_128_cbc() : NULL,
                                          (const unsigned char *)password,
                                          password ? (int)strlen(password) : 0, NULL, NULL),
                     1);
    fclose(file);
    return path;
}

static bool is_turn(const struct tls_tap *tap, bool *turn)
{
    *turn = !*turn;
    return !tap->is_dripping || !*turn;
}

static enum whim_link_result fail_tap(struct tls_tap *tap)
{
    tap->link.os_error = tap->os_error;
    return WHIM_LINK_ERROR;
}

static enum whim_link_result recv_tap(struct whim_link *link, void *data, size_t cap,
                                      size_t *ret_len)
{
    struct tls_tap *tap = (struct tls_tap *)link;

    ERR_clear_error();
    tap->n_recvs++;
    if (tap->os_error)
        return fail_tap(tap);
    if (!tap->recv_cap || !is_turn(tap, &tap->is_recv_turn))
        return WHIM_LINK_AGAIN;
    return tap->below->ops->recv(tap->below, data, cap < tap->recv_cap ? cap : tap->recv_cap,
                                 ret_len);
}

static enum whim_link_result send_tap(struct whim_link *link, const struct iovec *vec, int n_vec,
                                      size_t *ret_len)
{
    struct tls_tap *tap = (struct tls_tap *)link;
    struct iovec cut = *vec;
    enum whim_link_result result;

    ERR_clear_error();
    tap->n_sends++;
    if (tap->os_error)
        return fail_tap(tap);
    if (!tap->send_cap || !is_turn(tap, &tap->is_send_turn))
        return WHIM_LINK_AGAIN;
    if (cut.iov_len > tap->send_cap)
        cut.iov_len = tap->send_cap;
    result = tap->below->ops->send(tap->below, &cut, 1, ret_len);
    if (result == WHIM_LINK_OK)
        tap->n_sent_bytes += *ret_len;
    return result;
}

static enum whim_link_result do_nothing(struct whim_link *link)
{
    return WHIM_LINK_OK;
}

static unsigned want_tap(const struct whim_link *link, unsigned interest)
{
    return interest;
}

static bool is_tap_alive(struct whim_link *link)
{
    struct tls_tap *tap = (struct tls_tap *)link;

    return tap->below->ops->is_alive(tap->below);
}

static void leave_tap(struct whim_link *link)
{
}

static const struct whim_link_ops tap_ops = {
    .name = "tap",
    .shake = do_nothing,
    .recv = recv_tap,
    .send = send_tap,
    .flush = do_nothing,
    .want = want_tap,
    .is_alive = is_tap_alive,
    .part = leave_tap,
    .free = leave_tap,
};

void tls_rig_init(struct tls_rig *rig)
{
    memset(rig, 0, sizeof(*rig));
    snprintf(rig->dir, sizeof(rig->dir), "/tmp/whim-tls-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(rig->dir));
    rig->ca = tls_cert_make(&(struct tls_cert_spec){.name = "Rig CA", .is_ca = true});
    rig->cert = tls_cert_make(&(struct tls_cert_spec){
        .name = "localhost",
        .san = "DNS:localhost,DNS:*.wild.example,IP:127.0.0.1,IP:::1",
        .issuer = &rig->ca,
    });
    rig->server_ctx = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_session_id_context(rig->server_ctx, (const unsigned char *)"rig", 3);
    tls_rig_use_cert(rig, &rig->cert);
    rig->tls = whim_tls_new();
    rig->sessions = whim_tls_sessions_new(false);
    whim_tls_settings_init(&rig->settings);
    rig->settings.ca_file = tls_rig_write_cert(rig, "ca.pem", &rig->ca);
    rig->settings.ca_path = NULL;
    rig->peer = (struct whim_tls_peer){
        .host = "localhost",
        .port = 443,
        .sessions = rig->sessions,
    };
    rig->client_fd = rig->server_fd = -1;
}

void tls_rig_use_cert(struct tls_rig *rig, const struct tls_cert *cert)
{
    ck_assert_int_eq(SSL_CTX_use_certificate(rig->server_ctx, cert->x509), 1);
    ck_assert_int_eq(SSL_CTX_use_PrivateKey(rig->server_ctx, cert->key), 1);
}

void tls_rig_open(struct tls_rig *rig)
{
    int fds[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    rig->client_fd = fds[0];
    rig->server_fd = fds[1];
    rig->server = SSL_new(rig->server_ctx);
    SSL_set_fd(rig->server, rig->server_fd);
    SSL_set_accept_state(rig->server);
    rig->is_server_up = false;
    whim_socket_link_init(&rig->socket, rig->client_fd);
    rig->tap = (struct tls_tap){
        .link = {.ops = &tap_ops, .fd = rig->client_fd},
        .below = &rig->socket,
        .recv_cap = SIZE_MAX,
        .send_cap = SIZE_MAX,
    };
    ck_assert_int_eq(whim_tls_context_get(rig->tls, &rig->settings, &rig->context), CURLE_OK);
    rig->link = whim_tls_link_new(&rig->tap.link, rig->context, &rig->peer);
    ck_assert_ptr_nonnull(rig->link);
}

void tls_rig_close(struct tls_rig *rig)
{
    if (rig->link)
        rig->link->ops->free(rig->link);
    rig->link = NULL;
    whim_tls_context_unref(rig->context);
    rig->context = NULL;
    if (rig->is_server_up) /* or the session would be no more */
        SSL_set_shutdown(rig->server, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(rig->server);
    rig->is_server_up = false;
    rig->server = NULL;
    if (rig->client_fd >= 0)
        close(rig->client_fd);
    if (rig->server_fd >= 0)
        close(rig->server_fd);
    rig->client_fd = rig->server_fd = -1;
}

void tls_rig_fini(struct tls_rig *rig)
{
    tls_rig_close(rig);
    whim_tls_sessions_unref(rig->sessions);
    whim_tls_unref(rig->tls);
    SSL_CTX_free(rig->server_ctx);
    tls_cert_free(&rig->ca);
    tls_cert_free(&rig->cert);
    for (int i = 0; i < rig->n_paths; i++)
        unlink(rig->paths[i]);
    rmdir(rig->dir);
}

size_t tls_rig_server_step(struct tls_rig *rig, void *data, size_t cap)
{
    size_t len = 0;

    ERR_clear_error();
    if (!rig->is_server_up) {
        rig->is_server_up = SSL_accept(rig->server) == 1;
    } else {
        char byte;

        if (cap)
            SSL_read_ex(rig->server, data, cap, &len);
        else
            SSL_peek_ex(rig->server, &byte, 1, &len);
    }
    ERR_clear_error();
    return cap ? len : 0;
}

enum whim_link_result tls_rig_shake(struct tls_rig *rig)
{
    enum whim_link_result result = WHIM_LINK_AGAIN;

    for (int i = 0; i < MAX_ROUNDS && result == WHIM_LINK_AGAIN; i++) {
        result = rig->link->ops->shake(rig->link);
        tls_rig_server_step(rig, NULL, 0);
    }
    return result;
}

void tls_rig_connect(struct tls_rig *rig)
{
    tls_rig_open(rig);
    ck_assert_msg(tls_rig_shake(rig) == WHIM_LINK_OK, "%d: %s", rig->link->error,
                  rig->link->reason);
    for (int i = 0; i < MAX_ROUNDS && !rig->is_server_up; i++)
        tls_rig_server_step(rig, NULL, 0);
    ck_assert(rig->is_server_up);
}

void tls_rig_refuse(struct tls_rig *rig, CURLcode code, const char *text)
{
    tls_rig_open(rig);
    ck_assert_int_eq(tls_rig_shake(rig), WHIM_LINK_ERROR);
    ck_assert_str_eq(rig->link->reason, text);
    ck_assert_int_eq(rig->link->error, code);
}

void tls_rig_server_send(struct tls_rig *rig, const void *data, size_t len)
{
    size_t sent = 0;

    ERR_clear_error();
    ck_assert_int_eq(SSL_write_ex(rig->server, data, len, &sent), 1);
    ck_assert_uint_eq(sent, len);
}

void tls_rig_send(struct tls_rig *rig, const char *text)
{
    struct iovec vec = {.iov_base = (void *)text, .iov_len = strlen(text)};
    size_t sent = 0;

    ck_assert_int_eq(rig->link->ops->send(rig->link, &vec, 1, &sent), WHIM_LINK_OK);
    ck_assert_uint_eq(sent, strlen(text));
}

void tls_rig_recv(struct tls_rig *rig, void *data, size_t len)
{
    size_t got = 0;

    for (int i = 0; i < MAX_ROUNDS && got < len; i++) {
        size_t n = 0;
        enum whim_link_result result =
            rig->link->ops->recv(rig->link, (char *)data + got, len - got, &n);

        ck_assert(result == WHIM_LINK_OK || result == WHIM_LINK_AGAIN);
        got += n;
    }
    ck_assert_uint_eq(got, len);
}
