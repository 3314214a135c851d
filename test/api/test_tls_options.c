/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Versions, ciphers, the SSL_CTX callback, key logs, connections that the application speaks over,
 * and the choice of a TLS library.
 */
#include "interpose.h"
#include "tls_xfer.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static CURLcode run(struct xfer *x)
{
    return xfer_again(x, drive_new());
}

/* What the connection came to, as seen while its body comes. */
static char agreed_version[40], agreed_cipher[80];

static size_t note_agreed(struct xfer *x, char *data, size_t n)
{
    struct curl_tlssessioninfo *session = NULL;

    CHECK_CODE(curl_easy_getinfo(x->easy, CURLINFO_TLS_SSL_PTR, &session), CURLE_OK);
    snprintf(agreed_version, sizeof(agreed_version), "%s", SSL_get_version(session->internals));
    snprintf(agreed_cipher, sizeof(agreed_cipher), "%s", SSL_get_cipher(session->internals));
    return xfer_keep_body(x, data, n);
}

static const struct version {
    const char *name;
    long wanted;
    int server; /* 0: any */
    CURLcode code;
    const char *agreed;
} versions[] = {
    {"the_default_takes_1_3", CURL_SSLVERSION_DEFAULT, 0, CURLE_OK, "TLSv1.3"},
    {"the_default_takes_1_2", CURL_SSLVERSION_DEFAULT, TLS1_2_VERSION, CURLE_OK, "TLSv1.2"},
    {"from_1_3_on_refuses_1_2", CURL_SSLVERSION_TLSv1_3, TLS1_2_VERSION, CURLE_SSL_CONNECT_ERROR,
     NULL},
    {"from_1_2_on_takes_1_3", CURL_SSLVERSION_TLSv1_2, 0, CURLE_OK, "TLSv1.3"},
    {"up_to_1_2_takes_1_2", CURL_SSLVERSION_MAX_TLSv1_2, 0, CURLE_OK, "TLSv1.2"},
    {"up_to_1_2_refuses_1_3", CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_2, TLS1_3_VERSION,
     CURLE_SSL_CONNECT_ERROR, NULL},
    {"up_to_the_default_takes_1_3", CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_DEFAULT, 0,
     CURLE_OK, "TLSv1.3"},
    {"1_3_alone_takes_1_3", CURL_SSLVERSION_TLSv1_3 | CURL_SSLVERSION_MAX_TLSv1_3, 0, CURLE_OK,
     "TLSv1.3"},
};

TEST_ROWS(0, "tls of_the_versions_", versions)
{
    const struct version *row = test_row();
    struct xfer *x = tls_new(tls_peer(row->server ? tls_server_of(row->server) : NULL), "/");

    SET(x, CURLOPT_SSLVERSION, row->wanted);
    x->on_body = note_agreed;
    CHECK_CODE(run(x), row->code);
    if (row->agreed)
        CHECK_STR(agreed_version, row->agreed);
    else
        CHECK_HAS(x->error, "alert protocol version");
}

TEST("tls a_range_of_versions_that_is_empty_is_refused")
{
    CURL *easy = curl_easy_init();

    CHECK(curl_easy_setopt(easy, CURLOPT_SSLVERSION, 99L) != CURLE_OK);
    curl_easy_cleanup(easy);
}

TEST("tls ssl_cipher_list_chooses_for_tls_1_2")
{
    struct xfer *x = tls_new(tls_peer(tls_server_of(TLS1_2_VERSION)), "/");

    SET(x, CURLOPT_SSL_CIPHER_LIST, "ECDHE-ECDSA-CHACHA20-POLY1305");
    x->on_body = note_agreed;
    CHECK_CODE(run(x), CURLE_OK);
    CHECK_STR(agreed_cipher, "ECDHE-ECDSA-CHACHA20-POLY1305");
}

TEST("tls tls13_ciphers_chooses_for_tls_1_3")
{
    struct xfer *x = tls_new(tls_peer(tls_server_of(TLS1_3_VERSION)), "/");

    SET(x, CURLOPT_TLS13_CIPHERS, "TLS_CHACHA20_POLY1305_SHA256");
    x->on_body = note_agreed;
    CHECK_CODE(run(x), CURLE_OK);
    CHECK_STR(agreed_cipher, "TLS_CHACHA20_POLY1305_SHA256");
}

TEST("tls a_list_of_ciphers_that_names_none_fails_with_59")
{
    struct xfer *x = tls_new(tls_peer(NULL), "/");

    SET(x, CURLOPT_SSL_CIPHER_LIST, "NO-SUCH-CIPHER");
    CHECK_CODE(run(x), CURLE_SSL_CIPHER);
    CHECK_HAS(x->error, "failed setting cipher list: NO-SUCH-CIPHER");
    SET(x, CURLOPT_SSL_CIPHER_LIST, NULL);
    SET(x, CURLOPT_TLS13_CIPHERS, "NO_SUCH_CIPHER");
    CHECK_CODE(run(x), CURLE_SSL_CIPHER);
    CHECK_HAS(x->error, "NO_SUCH_CIPHER");
}

static void set_signatures(struct xfer *x, const char *list)
{
    if (curl_easy_setopt(x->easy, CURLOPT_SSL_SIGNATURE_ALGORITHMS, list) == CURLE_UNKNOWN_OPTION)
        skip_test("the library has no SSL_SIGNATURE_ALGORITHMS");
}

/* The server's key is of P-256. */
static const struct signatures {
    const char *name, *list;
    int version;
    CURLcode code;
} signature_rows[] = {
    {"ecdsa_in_tls_1_2", "ECDSA+SHA256:RSA+SHA256", TLS1_2_VERSION, CURLE_OK},
    {"ecdsa_in_tls_1_3", "ecdsa_secp256r1_sha256", TLS1_3_VERSION, CURLE_OK},
    {"rsa_alone_in_tls_1_2", "RSA+SHA256", TLS1_2_VERSION, CURLE_SSL_CONNECT_ERROR},
    {"rsa_alone_in_tls_1_3", "rsa_pss_rsae_sha256", TLS1_3_VERSION, CURLE_SSL_CONNECT_ERROR},
    {"nothing_that_is_known", "NOTHING", TLS1_3_VERSION, CURLE_SSL_CIPHER},
};

TEST_ROWS(0, "tls ssl_signature_algorithms_of_", signature_rows)
{
    const struct signatures *row = test_row();
    struct peer *peer = tls_peer(tls_server_of(row->version));
    struct xfer *x = tls_new(peer, "/");

    set_signatures(x, row->list);
    CHECK_CODE(run(x), row->code);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), row->code == CURLE_OK);
    if (row->code)
        CHECK_HAS(x->error, row->code == CURLE_SSL_CIPHER ? "NOTHING" : "handshake failure");
}

TEST("tls ssl_ec_curves_that_are_none_fail_with_59")
{
    struct xfer *x = tls_new(tls_peer(NULL), "/");

    SET(x, CURLOPT_SSL_EC_CURVES, "P-521");
    CHECK_CODE(run(x), CURLE_OK);
    SET(x, CURLOPT_SSL_EC_CURVES, "no-such-curve");
    CHECK_CODE(run(x), CURLE_SSL_CIPHER);
}

/* The callback with the SSL_CTX. */

static CURLcode note_ctx(CURL *easy, void *ssl_ctx, void *arg)
{
    struct xfer *x = arg;

    CHECK(easy == x->easy);
    CHECK(ssl_ctx != NULL);
    x->count++;
    return CURLE_OK;
}

static void set_ctx(struct xfer *x, curl_ssl_ctx_callback function)
{
    SET(x, CURLOPT_SSL_CTX_FUNCTION, function);
    SET(x, CURLOPT_SSL_CTX_DATA, x);
}

TEST("C-140 ssl_ctx_function_is_asked_once_for_a_connection")
{
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(tls_peer(NULL), "/");

    set_ctx(x, note_ctx);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(x->count, 1);
    SET(x, CURLOPT_FRESH_CONNECT, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(x->count, 2);
}

static CURLcode fail_ctx(CURL *easy, void *ssl_ctx, void *arg)
{
    (void)easy, (void)ssl_ctx, (void)arg;
    return CURLE_ABORTED_BY_CALLBACK;
}

TEST("C-140 an_ssl_ctx_function_that_fails_ends_the_transfer_with_its_code")
{
    struct peer *peer = tls_peer(NULL);
    struct xfer *x = tls_new(peer, "/");

    set_ctx(x, fail_ctx);
    CHECK_CODE(run(x), CURLE_ABORTED_BY_CALLBACK);
    CHECK_HAS(x->error, "error signaled by ssl ctx callback");
    CHECK_INT((long)peer_count(peer, PEER_WIRE_RECEIVED, PEER_EVERY), 0);
}

static CURLcode count_trusted(CURL *easy, void *ssl_ctx, void *arg)
{
    struct xfer *x = arg;

    (void)easy;
    x->count = sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(ssl_ctx)));
    return CURLE_OK;
}

/* Who takes away the file to trust does not want the system's instead. */
TEST("tls cainfo_set_to_null_trusts_no_file_at_all")
{
    struct xfer *x = tls_new(tls_peer(NULL), "/");

    set_ctx(x, count_trusted);
    CHECK_CODE(curl_easy_setopt(x->easy, CURLOPT_CAINFO_BLOB, NULL), CURLE_OK);
    CHECK_CODE(curl_easy_setopt(x->easy, CURLOPT_CAINFO, NULL), CURLE_OK);
    CHECK_CODE(curl_easy_setopt(x->easy, CURLOPT_CAPATH, NULL), CURLE_OK);
    x->count = -1;
    CHECK_CODE(run(x), CURLE_PEER_FAILED_VERIFICATION);
    CHECK_INT(x->count, 0);
}

static CURLcode trust_in_ctx(CURL *easy, void *ssl_ctx, void *arg)
{
    (void)easy, (void)arg;
    CHECK(X509_STORE_add_cert(SSL_CTX_get_cert_store(ssl_ctx), tls_ca()->x509) == 1);
    return CURLE_OK;
}

TEST("C-140 what_an_ssl_ctx_function_trusts_is_trusted_by_that_handle_alone")
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();
    const char *other = tls_file("other.pem", TLS_PEM(TLS_CERT(.name = "Other", .is_ca = true)));
    char url[100];
    struct xfer *x[2];

    snprintf(url, sizeof(url), "https://%s/", peer_authority(peer));
    for (int i = 0; i < 2; i++) {
        x[i] = xfer_new_url(url);
        SET(x[i], CURLOPT_CAINFO, other);
    }
    set_ctx(x[0], trust_in_ctx);
    CHECK_CODE(xfer_again(x[0], drive), CURLE_OK);
    CHECK_CODE(xfer_again(x[1], drive), CURLE_PEER_FAILED_VERIFICATION);
    CHECK_CODE(xfer_again(x[0], drive), CURLE_OK);
    CHECK_CODE(xfer_again(x[1], drive), CURLE_PEER_FAILED_VERIFICATION);
}

static CURLcode drive_in_ctx(CURL *easy, void *ssl_ctx, void *arg)
{
    struct xfer *x = arg;
    int running;

    (void)ssl_ctx;
    CHECK_MCODE(curl_multi_perform(x->drive->multi, &running), CURLM_RECURSIVE_API_CALL);
    CHECK_MCODE(curl_multi_remove_handle(x->drive->multi, easy), CURLM_RECURSIVE_API_CALL);
    x->count++;
    return CURLE_OK;
}

TEST("C-140 C-143 inside_the_ssl_ctx_function_the_multi_refuses_to_be_driven")
{
    struct xfer *x = tls_new(tls_peer(NULL), "/");

    set_ctx(x, drive_in_ctx);
    CHECK_CODE(run(x), CURLE_OK);
    CHECK_INT(x->count, 1);
}

/* Key logs. */

static const char *read_file(const char *path)
{
    char *text = calloc(1, 100000);
    FILE *file = fopen(path, "r");

    CHECK(text != NULL);
    defer(free, text);
    if (file) {
        CHECK(fread(text, 1, 99999, file) > 0);
        fclose(file);
    }
    return text;
}

static void end_library(void *unused)
{
    (void)unused;
    curl_global_cleanup();
}

/* The variable is looked at in curl_global_init(), or later. */
TEST_WITH(IS_BARE | FOR_ONCE, "tls sslkeylogfile_gets_the_secrets_of_each_connection")
{
    const char *path = tls_path("keys.log");
    struct xfer *x;

    setenv("SSLKEYLOGFILE", path, 1);
    CHECK_CODE(curl_global_init(CURL_GLOBAL_ALL), CURLE_OK);
    defer_last(end_library, NULL);
    x = tls_new(tls_peer(tls_server_of(TLS1_3_VERSION)), "/");
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_HAS(read_file(path), "CLIENT_HANDSHAKE_TRAFFIC_SECRET ");
    CHECK_HAS(read_file(path), "CLIENT_TRAFFIC_SECRET_0 ");
    x = tls_new(tls_peer(tls_server_of(TLS1_2_VERSION)), "/");
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_HAS(read_file(path), "CLIENT_RANDOM ");
}

/* CONNECT_ONLY. */

static struct xfer *connect_only(struct drive *drive, struct peer *peer)
{
    struct xfer *x = tls_new(peer, "/");

    drive->keeps_done = true;
    SET(x, CURLOPT_CONNECT_ONLY, 1L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->n_results == 1);
    CHECK_CODE(x->result, CURLE_OK);
    return x;
}

static void wait_readable(struct xfer *x)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    struct pollfd set;

    CHECK_CODE(curl_easy_getinfo(x->easy, CURLINFO_ACTIVESOCKET, &fd), CURLE_OK);
    set = (struct pollfd){fd, POLLIN, 0};
    CHECK_INT(poll(&set, 1, patience_ms()), 1);
}

/* Receives until something came or the connection ended; tickets make a socket readable too. */
static CURLcode receive(struct xfer *x, char *text, size_t cap, size_t *ret_n)
{
    CURLcode code;

    while ((code = curl_easy_recv(x->easy, text, cap, ret_n)) == CURLE_AGAIN)
        wait_readable(x);
    return code;
}

TEST("C-198 send_and_recv_of_connect_only_go_through_tls")
{
    struct peer *peer = TLS_PEER(NULL, PEER_TEXT("ping"), PEER_SEND("pong"), PEER_TEXT("bye"),
                                 PEER_CLOSE);
    struct xfer *x = connect_only(drive_new(), peer);
    char text[10] = "";
    size_t n = 77;

    CHECK_CODE(curl_easy_send(x->easy, "ping", 4, &n), CURLE_OK);
    CHECK_INT((long)n, 4);
    CHECK_CODE(receive(x, text, sizeof(text), &n), CURLE_OK);
    CHECK_STR(text, "pong");
    CHECK_CODE(curl_easy_recv(x->easy, text, sizeof(text), &n), CURLE_AGAIN);
    CHECK_CODE(curl_easy_send(x->easy, "bye", 3, &n), CURLE_OK);
    CHECK_CODE(receive(x, text, sizeof(text), &n), CURLE_OK);
    CHECK_INT((long)n, 0);
}

TEST("C-198 a_record_may_be_received_piece_by_piece")
{
    struct peer *peer = TLS_PEER(NULL, PEER_TEXT("ping"), PEER_SEND("abcdefgh"), PEER_KEEP);
    struct xfer *x = connect_only(drive_new(), peer);
    char text[10] = "";
    size_t n = 77;

    CHECK_CODE(curl_easy_send(x->easy, "ping", 4, &n), CURLE_OK);
    CHECK_CODE(receive(x, text, 3, &n), CURLE_OK);
    CHECK_INT((long)n, 3);
    CHECK_CODE(curl_easy_recv(x->easy, text + 3, sizeof(text) - 3, &n), CURLE_OK);
    CHECK_INT((long)n, 5);
    CHECK_STR(text, "abcdefgh");
}

TEST("C-198 a_send_through_tls_that_does_not_fit_is_partial_then_again")
{
    static char data[1 << 20];
    struct peer *peer = TLS_PEER(NULL, PEER_HANDSHAKE, PEER_STALL);
    struct xfer *x = connect_only(drive_new(), peer);
    CURLcode code = CURLE_OK;
    size_t n = 0, total = 0;

    while (!code && total < (64u << 20)) {
        code = curl_easy_send(x->easy, data, sizeof(data), &n);
        total += code ? 0 : n;
    }
    CHECK_CODE(code, CURLE_AGAIN);
    CHECK(total > 0);
}

TEST("C-198 connect_only_to_a_peer_that_is_not_the_right_one_fails")
{
    struct drive *drive = drive_new();
    struct xfer *x = tls_new_host(tls_peer(NULL), "wrong.test");

    SET(x, CURLOPT_CONNECT_ONLY, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_PEER_FAILED_VERIFICATION);
}

/* The choice of a library: there is the one. */

TEST_WITH(FOR_ONCE, "tls sslset_after_global_init_comes_too_late")
{
    CHECK_INT(curl_global_sslset(CURLSSLBACKEND_GNUTLS, NULL, NULL), CURLSSLSET_UNKNOWN_BACKEND);
    CHECK_INT(curl_global_sslset(CURLSSLBACKEND_OPENSSL, NULL, NULL), CURLSSLSET_OK);
}

TEST_WITH(IS_BARE | FOR_ONCE, "tls sslset_knows_openssl_and_nothing_else")
{
    const curl_ssl_backend **list = NULL;

    CHECK_INT(curl_global_sslset(CURLSSLBACKEND_NONE, NULL, &list), CURLSSLSET_UNKNOWN_BACKEND);
    CHECK(list && list[0] && !list[1]);
    CHECK_INT(list[0]->id, CURLSSLBACKEND_OPENSSL);
    CHECK_STR(list[0]->name, "openssl");
    CHECK_INT(curl_global_sslset(CURLSSLBACKEND_NONE, "OpenSSL", NULL), CURLSSLSET_OK);
    CHECK_INT(curl_global_sslset(CURLSSLBACKEND_NONE, "wolfssl", NULL), CURLSSLSET_UNKNOWN_BACKEND);
}
