/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What a client shows of itself: certificates, keys, passwords.
 */
#include "tls_xfer.h"

#include <stdlib.h>

#define SECRET "open sesame"

static struct cert *client(void)
{
    return TLS_CERT(.name = "client", .issuer = tls_ca(), .usage = "clientAuth");
}

static struct peer *demanding(int version)
{
    SSL_CTX *server = tls_server_of(version);

    tls_demand(server, tls_ca());
    return tls_peer(server);
}

static CURLcode run(struct xfer *x)
{
    return xfer_again(x, drive_new());
}

static struct xfer *run_ok(struct xfer *x)
{
    CURLcode code = run(x);

    if (code)
        FAIL("%d: %s", code, x->error);
    CHECK_STR(x->body.data, "hello");
    return x;
}

static const struct row {
    const char *name;
    int version;
} rows[] = {{"in_tls_1_2", TLS1_2_VERSION}, {"in_tls_1_3", TLS1_3_VERSION}};

static struct peer *row_peer(void)
{
    return demanding(((const struct row *)test_row())->version);
}

TEST_ROWS(0, "tls a_certificate_and_its_key_satisfy_a_server_that_asks_", rows)
{
    struct xfer *x = tls_new(row_peer(), "/");
    struct cert *cert = client();

    SET(x, CURLOPT_SSLCERT, tls_file("client.pem", TLS_PEM(cert)));
    SET(x, CURLOPT_SSLKEY, tls_file("client.key", TLS_KEY(cert)));
    run_ok(x);
}

TEST_ROWS(0, "tls certificate_and_key_may_be_in_one_file_", rows)
{
    struct xfer *x = tls_new(row_peer(), "/");
    struct cert *cert = client();
    char both[8000];

    snprintf(both, sizeof(both), "%s%s", TLS_PEM(cert), TLS_KEY(cert));
    SET(x, CURLOPT_SSLCERT, tls_file("client.pem", both));
    run_ok(x);
}

TEST_ROWS(0, "tls certificate_and_key_may_be_blobs_", rows)
{
    struct xfer *x = tls_new(row_peer(), "/");
    struct cert *cert = client();
    struct curl_blob blob = tls_blob(TLS_PEM(cert)), key = tls_blob(TLS_KEY(cert));

    SET(x, CURLOPT_SSLCERT_BLOB, &blob);
    SET(x, CURLOPT_SSLKEY_BLOB, &key);
    run_ok(x);
}

TEST_ROWS(0, "tls certificate_and_key_may_be_in_pkcs_12_", rows)
{
    struct xfer *x = tls_new(row_peer(), "/");
    size_t n;
    unsigned char *p12 = cert_p12(client(), SECRET, &n);

    defer(free, p12);
    SET(x, CURLOPT_SSLCERT, tls_file_of("client.p12", p12, n));
    SET(x, CURLOPT_SSLCERTTYPE, "P12");
    SET(x, CURLOPT_KEYPASSWD, SECRET);
    run_ok(x);
}

static const char *der_file(const char *name, unsigned char *der, int n)
{
    const char *path;

    CHECK(n > 0);
    path = tls_file_of(name, der, (size_t)n);
    OPENSSL_free(der);
    return path;
}

TEST_ROWS(0, "tls certificate_and_key_may_be_in_der_", rows)
{
    struct xfer *x = tls_new(row_peer(), "/");
    struct cert *cert = client();
    unsigned char *der = NULL, *key = NULL;
    int n = i2d_X509(cert->x509, &der), n_key = i2d_PrivateKey(cert->key, &key);

    SET(x, CURLOPT_SSLCERT, der_file("client.der", der, n));
    SET(x, CURLOPT_SSLCERTTYPE, "DER");
    SET(x, CURLOPT_SSLKEY, der_file("key.der", key, n_key));
    SET(x, CURLOPT_SSLKEYTYPE, "DER");
    run_ok(x);
}

TEST_ROWS(0, "tls certificate_and_key_may_be_blobs_in_der_", rows)
{
    struct xfer *x = tls_new(row_peer(), "/");
    struct cert *cert = client();
    unsigned char *der = NULL, *key = NULL;
    int n = i2d_X509(cert->x509, &der), n_key = i2d_PrivateKey(cert->key, &key);
    struct curl_blob blob = {der, (size_t)n, CURL_BLOB_COPY};
    struct curl_blob key_blob = {key, (size_t)n_key, CURL_BLOB_COPY};

    SET(x, CURLOPT_SSLCERT_BLOB, &blob);
    SET(x, CURLOPT_SSLCERTTYPE, "DER");
    SET(x, CURLOPT_SSLKEY_BLOB, &key_blob);
    SET(x, CURLOPT_SSLKEYTYPE, "DER");
    OPENSSL_free(der);
    OPENSSL_free(key);
    run_ok(x);
}

TEST("tls a_certificate_in_pem_that_is_said_to_be_der_fails_with_58")
{
    struct peer *peer = demanding(TLS1_3_VERSION);
    struct xfer *x = tls_new(peer, "/");

    SET(x, CURLOPT_SSLCERT, tls_file("client.pem", TLS_PEM(client())));
    SET(x, CURLOPT_SSLCERTTYPE, "DER");
    CHECK_CODE(run(x), CURLE_SSL_CERTPROBLEM);
    CHECK_HAS(x->error, "could not load ASN1 client certificate");
    CHECK_INT((long)peer_count(peer, PEER_RECEIVED, PEER_EVERY), 0);
}

TEST("tls pkcs_12_with_another_password_fails_with_58")
{
    struct peer *peer = demanding(TLS1_3_VERSION);
    struct xfer *x = tls_new(peer, "/");
    size_t n;
    unsigned char *p12 = cert_p12(client(), SECRET, &n);

    defer(free, p12);
    SET(x, CURLOPT_SSLCERT, tls_file_of("client.p12", p12, n));
    SET(x, CURLOPT_SSLCERTTYPE, "P12");
    CHECK_CODE(run(x), CURLE_SSL_CERTPROBLEM);
    SET(x, CURLOPT_KEYPASSWD, "wrong");
    CHECK_CODE(run(x), CURLE_SSL_CERTPROBLEM);
    CHECK_HAS(x->error, "could not parse PKCS12 file, check password");
    CHECK_INT((long)peer_count(peer, PEER_RECEIVED, PEER_EVERY), 0);
}

TEST_ROWS(0, "tls a_client_without_the_certificate_that_is_asked_for_fails_", rows)
{
    const struct row *row = test_row();
    struct peer *peer = row_peer();
    struct xfer *x = tls_new(peer, "/");
    CURLcode code = run(x);

    if (row->version == TLS1_2_VERSION)
        CHECK_CODE(code, CURLE_SSL_CONNECT_ERROR);
    else
        CHECK(code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR);
    CHECK_INT((long)peer_count(peer, PEER_RECEIVED, PEER_EVERY), 0);
}

TEST_ROWS(0, "tls a_client_with_a_certificate_of_another_issuer_fails_", rows)
{
    const struct row *row = test_row();
    struct peer *peer = row_peer();
    struct xfer *x = tls_new(peer, "/");
    struct cert *cert =
        TLS_CERT(.name = "client", .issuer = TLS_CERT(.name = "Another CA", .is_ca = true));
    CURLcode code;

    SET(x, CURLOPT_SSLCERT, tls_file("client.pem", TLS_PEM(cert)));
    SET(x, CURLOPT_SSLKEY, tls_file("client.key", TLS_KEY(cert)));
    code = run(x);
    if (row->version == TLS1_2_VERSION)
        CHECK_CODE(code, CURLE_SSL_CONNECT_ERROR);
    else
        CHECK(code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR);
    CHECK_INT((long)peer_count(peer, PEER_RECEIVED, PEER_EVERY), 0);
}

TEST("tls a_key_with_a_password_needs_the_right_one")
{
    struct peer *peer = demanding(TLS1_3_VERSION);
    struct xfer *x = tls_new(peer, "/");
    struct cert *cert = client();

    SET(x, CURLOPT_SSLCERT, tls_file("client.pem", TLS_PEM(cert)));
    SET(x, CURLOPT_SSLKEY, tls_file("client.key", tls_text(cert_key_pem(cert, SECRET))));
    SET(x, CURLOPT_KEYPASSWD, "wrong");
    CHECK_CODE(run(x), CURLE_SSL_CERTPROBLEM);
    CHECK_HAS(x->error, "unable to set private key file: ");
    SET(x, CURLOPT_KEYPASSWD, SECRET);
    run_ok(x);
    CHECK_INT((long)peer_count(peer, PEER_HANDSHAKES, PEER_EVERY), 1);
}

TEST("tls what_is_wrong_with_a_client_certificate_fails_with_58")
{
    struct cert *cert = client();
    struct xfer *x = tls_new(demanding(TLS1_3_VERSION), "/");

    SET(x, CURLOPT_SSLCERT, "/nowhere/client.pem");
    CHECK_CODE(run(x), CURLE_SSL_CERTPROBLEM);
    CHECK_HAS(x->error, "could not load PEM client certificate");
    SET(x, CURLOPT_SSLCERT, tls_file("client.pem", TLS_PEM(cert)));
    SET(x, CURLOPT_SSLKEY, "/nowhere/client.key");
    CHECK_CODE(run(x), CURLE_SSL_CERTPROBLEM);
    CHECK_HAS(x->error, "unable to set private key file: '/nowhere/client.key' type PEM");
    SET(x, CURLOPT_SSLKEY, tls_file("other.key", TLS_KEY(tls_leaf())));
    CHECK_CODE(run(x), CURLE_SSL_CERTPROBLEM);
    SET(x, CURLOPT_SSLCERTTYPE, "XYZ");
    CHECK_CODE(run(x), CURLE_SSL_CERTPROBLEM);
    CHECK_HAS(x->error, "XYZ");
}

TEST("C-168 a_connection_with_a_client_certificate_is_not_for_who_has_none")
{
    SSL_CTX *server = tls_server(NULL);
    struct drive *drive = drive_new();
    struct cert *cert = client();
    struct peer *peer;
    struct xfer *x, *other;

    tls_demand(server, tls_ca());
    peer = tls_peer(server);
    x = tls_new(peer, "/");
    SET(x, CURLOPT_SSLCERT, tls_file("client.pem", TLS_PEM(cert)));
    SET(x, CURLOPT_SSLKEY, tls_file("client.key", TLS_KEY(cert)));
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    other = tls_new(peer, "/");
    CHECK(xfer_again(other, drive) != CURLE_OK);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, 0), 2);
}
