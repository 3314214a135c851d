/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Which transfers share a connection: those whose TLS options are the same, and no others (C-168).
 */
#include "tls_xfer.h"

#include <stdio.h>

enum kind { NUMBER, TEXT, A_FILE, BLOB };

/* An option with a value that lets the transfer succeed all the same. */
struct row {
    const char *name;
    CURLoption option;
    enum kind kind;
    long number;
    const char *(*text)(void);
};

static const char *ca_pem(void)
{
    return TLS_PEM(tls_ca());
}

static const char *chain_pem(void)
{
    static char text[8000];

    if (text[0])
        return text;
    snprintf(text, sizeof(text), "%s%s", TLS_PEM(TLS_CERT(.name = "Other", .is_ca = true)),
             TLS_PEM(tls_ca()));
    return text;
}

static const char *folder(void)
{
    return tls_folder();
}

static const char *crl(void)
{
    static const char *text;

    if (!text)
        text = tls_text(cert_crl_pem(tls_ca(), NULL));
    return text;
}

static const char *leaf_both(void)
{
    static char text[8000];

    snprintf(text, sizeof(text), "%s%s", TLS_PEM(tls_leaf()), TLS_KEY(tls_leaf()));
    return text;
}

static const char *pin(void)
{
    return tls_text(cert_pin(tls_leaf()));
}

static const char *ciphers(void)
{
    return "ECDHE-ECDSA-AES128-GCM-SHA256";
}

static const char *ciphers13(void)
{
    return "TLS_AES_128_GCM_SHA256";
}

static const char *curves(void)
{
    return "P-256";
}

static const struct row rows[] = {
    {"ssl_verifypeer", CURLOPT_SSL_VERIFYPEER, NUMBER, 0, NULL},
    {"ssl_verifyhost", CURLOPT_SSL_VERIFYHOST, NUMBER, 0, NULL},
    {"sslversion", CURLOPT_SSLVERSION, NUMBER, CURL_SSLVERSION_TLSv1_2, NULL},
    {"sslversion_max", CURLOPT_SSLVERSION, NUMBER, CURL_SSLVERSION_MAX_TLSv1_2, NULL},
    {"ssl_options", CURLOPT_SSL_OPTIONS, NUMBER, CURLSSLOPT_NO_PARTIALCHAIN, NULL},
    {"ssl_options_native_ca", CURLOPT_SSL_OPTIONS, NUMBER, CURLSSLOPT_NATIVE_CA, NULL},
    {"ssl_enable_alpn", CURLOPT_SSL_ENABLE_ALPN, NUMBER, 0, NULL},
    {"cainfo", CURLOPT_CAINFO, A_FILE, 0, ca_pem},
    {"cainfo_blob", CURLOPT_CAINFO_BLOB, BLOB, 0, chain_pem},
    {"capath", CURLOPT_CAPATH, TEXT, 0, folder},
    {"crlfile", CURLOPT_CRLFILE, A_FILE, 0, crl},
    {"issuercert", CURLOPT_ISSUERCERT, A_FILE, 0, ca_pem},
    {"issuercert_blob", CURLOPT_ISSUERCERT_BLOB, BLOB, 0, ca_pem},
    {"sslcert", CURLOPT_SSLCERT, A_FILE, 0, leaf_both},
    {"sslcert_blob", CURLOPT_SSLCERT_BLOB, BLOB, 0, leaf_both},
    {"pinnedpublickey", CURLOPT_PINNEDPUBLICKEY, TEXT, 0, pin},
    {"ssl_cipher_list", CURLOPT_SSL_CIPHER_LIST, TEXT, 0, ciphers},
    {"tls13_ciphers", CURLOPT_TLS13_CIPHERS, TEXT, 0, ciphers13},
    {"ssl_ec_curves", CURLOPT_SSL_EC_CURVES, TEXT, 0, curves},
};

static const char *file_of(const char *text)
{
    static const char *path;

    if (!path)
        path = tls_file("value.pem", text);
    return path;
}

static void set_row(struct xfer *x, const struct row *row)
{
    const char *text = row->text ? row->text() : NULL;
    struct curl_blob blob = text ? tls_blob(text) : (struct curl_blob){0};

    switch (row->kind) {
    case NUMBER:
        SET(x, row->option, row->number);
        break;
    case TEXT:
        SET(x, row->option, text);
        break;
    case A_FILE:
        SET(x, row->option, file_of(text));
        break;
    case BLOB:
        SET(x, row->option, &blob);
        break;
    }
}

static long count_connections(struct peer *peer)
{
    return (long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY);
}

static void fetch(struct xfer *x, struct drive *drive)
{
    CURLcode code = xfer_again(x, drive);

    if (code)
        FAIL("%d: %s", code, x->error);
}

TEST_ROWS(0, "C-168 no_connection_is_shared_by_transfers_that_differ_in_", rows)
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();
    struct xfer *plain = tls_new(peer, "/"), *other = tls_new(peer, "/");

    set_row(other, test_row());
    fetch(plain, drive);
    fetch(other, drive);
    CHECK_INT(count_connections(peer), 2);
    fetch(plain, drive);
    fetch(other, drive);
    CHECK_INT(count_connections(peer), 2);
}

TEST_ROWS(0, "C-168 a_connection_is_shared_by_transfers_with_the_same_", rows)
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();
    struct xfer *one = tls_new(peer, "/"), *other = tls_new(peer, "/");

    set_row(one, test_row());
    set_row(other, test_row());
    fetch(one, drive);
    fetch(other, drive);
    CHECK_INT(count_connections(peer), 1);
}

/* What says nothing of whom one speaks with. */
static const struct row harmless[] = {
    {"certinfo", CURLOPT_CERTINFO, NUMBER, 1, NULL},
    {"ssl_sessionid_cache", CURLOPT_SSL_SESSIONID_CACHE, NUMBER, 0, NULL},
    {"ca_cache_timeout", CURLOPT_CA_CACHE_TIMEOUT, NUMBER, 1000, NULL},
    {"proxy_ssl_verifypeer", CURLOPT_PROXY_SSL_VERIFYPEER, NUMBER, 0, NULL},
    {"proxy_sslversion", CURLOPT_PROXY_SSLVERSION, NUMBER, CURL_SSLVERSION_TLSv1_3, NULL},
};

TEST_ROWS(0, "C-168 a_connection_is_shared_by_transfers_that_differ_in_no_more_than_", harmless)
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();
    struct xfer *plain = tls_new(peer, "/"), *other = tls_new(peer, "/");
    const struct row *row = test_row();

    if (curl_easy_setopt(other->easy, row->option, row->number) == CURLE_UNKNOWN_OPTION)
        skip_test("the option is not known");
    fetch(plain, drive);
    fetch(other, drive);
    CHECK_INT(count_connections(peer), 1);
}

static CURLcode do_nothing(CURL *easy, void *ssl_ctx, void *arg)
{
    (void)easy, (void)ssl_ctx, (void)arg;
    return CURLE_OK;
}

TEST("C-168 no_connection_is_shared_with_a_transfer_that_has_an_ssl_ctx_function")
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();
    struct xfer *other = tls_new(peer, "/");
    int data[2];

    fetch(tls_new(peer, "/"), drive);
    SET(other, CURLOPT_SSL_CTX_FUNCTION, do_nothing);
    fetch(other, drive);
    CHECK_INT(count_connections(peer), 2);
    SET(other, CURLOPT_SSL_CTX_DATA, data);
    fetch(other, drive);
    CHECK_INT(count_connections(peer), 3);
    fetch(other, drive);
    CHECK_INT(count_connections(peer), 3);
}

TEST("C-168 https_and_http_to_the_same_port_share_no_connection")
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    fetch(tls_new(peer, "/"), drive);
    CHECK(xfer_again(x, drive) != CURLE_OK);
    CHECK_INT(count_connections(peer), 2);
}

TEST("C-168 two_names_of_one_address_share_no_connection")
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();

    fetch(tls_new_host(peer, "localhost"), drive);
    fetch(tls_new_host(peer, "example.test"), drive);
    CHECK_INT(count_connections(peer), 2);
    fetch(tls_new_host(peer, "EXAMPLE.test"), drive);
    CHECK_INT(count_connections(peer), 2);
}

/* A name that is given by the application does not change whom the certificate must name. */
TEST("C-168 a_name_that_another_handle_did_not_verify_is_verified")
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();
    struct xfer *lax = tls_new_host(peer, "wrong.test"), *strict = tls_new_host(peer, "wrong.test");

    SET(lax, CURLOPT_SSL_VERIFYHOST, 0L);
    fetch(lax, drive);
    CHECK_CODE(xfer_again(strict, drive), CURLE_PEER_FAILED_VERIFICATION);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
}
