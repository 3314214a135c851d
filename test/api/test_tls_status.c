/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * CURLOPT_SSL_VERIFYSTATUS: what the server staples to its certificate (RFC 6066, section 8).
 */
#include "tls_way.h"

#include <openssl/ocsp.h>
#include <stdlib.h>

struct staple {
    unsigned char *der; /* NULL: nothing */
    size_t n;
};

static int staple_it(SSL *ssl, void *arg)
{
    const struct staple *staple = arg;
    unsigned char *copy = staple->der ? OPENSSL_memdup(staple->der, staple->n) : NULL;

    if (!copy)
        return SSL_TLSEXT_ERR_NOACK;
    SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)staple->n);
    return SSL_TLSEXT_ERR_OK;
}

static struct cert *stranger(void)
{
    static struct cert *cert;

    if (!cert)
        cert = TLS_CERT(.name = "Stranger", .is_ca = true);
    return cert;
}

/* Of a certificate with the issuer's name that the issuer has not signed. */
static struct cert *other_leaf(void)
{
    static struct cert *cert;

    if (!cert)
        cert = TLS_CERT(.name = "other", .issuer = tls_ca());
    return cert;
}

static const struct row {
    const char *name;
    struct cert_status status;
    struct cert *(*of)(void), *(*signer)(void); /* NULL: the server's, its issuer */
    bool is_rubbish, is_absent;
    CURLcode code;
    const char *text;
} rows[] = {
    {"good", {.status = V_OCSP_CERTSTATUS_GOOD}, NULL, NULL, false, false, CURLE_OK, ""},
    {"revoked", {.status = V_OCSP_CERTSTATUS_REVOKED}, NULL, NULL, false, false,
     CURLE_SSL_INVALIDCERTSTATUS, "SSL certificate revocation reason: keyCompromise (1)"},
    {"unknown", {.status = V_OCSP_CERTSTATUS_UNKNOWN}, NULL, NULL, false, false,
     CURLE_SSL_INVALIDCERTSTATUS, ""},
    {"expired", {.begins_s = -9 * CERT_DAY_S, .ends_s = -1 * CERT_DAY_S}, NULL, NULL, false, false,
     CURLE_SSL_INVALIDCERTSTATUS, "OCSP response has expired"},
    {"of_tomorrow", {.begins_s = CERT_DAY_S, .ends_s = 2 * CERT_DAY_S}, NULL, NULL, false, false,
     CURLE_SSL_INVALIDCERTSTATUS, "OCSP response has expired"},
    {"of_another_certificate", {.status = V_OCSP_CERTSTATUS_GOOD}, other_leaf, NULL, false, false,
     CURLE_SSL_INVALIDCERTSTATUS, "Could not find certificate ID in OCSP response"},
    {"signed_by_a_stranger", {.status = V_OCSP_CERTSTATUS_GOOD}, NULL, stranger, false, false,
     CURLE_SSL_INVALIDCERTSTATUS, "OCSP response verification failed"},
    {"signed_by_the_server_itself", {.status = V_OCSP_CERTSTATUS_GOOD}, NULL, tls_leaf, false,
     false, CURLE_SSL_INVALIDCERTSTATUS, "OCSP response verification failed"},
    {"that_the_responder_has_not", {.response = OCSP_RESPONSE_STATUS_TRYLATER}, NULL, NULL, false,
     false, CURLE_SSL_INVALIDCERTSTATUS, "Invalid OCSP response status: trylater (3)"},
    {"of_rubbish", {.status = V_OCSP_CERTSTATUS_GOOD}, NULL, NULL, true, false,
     CURLE_SSL_INVALIDCERTSTATUS, "Invalid OCSP response"},
    {"that_is_absent", {.status = V_OCSP_CERTSTATUS_GOOD}, NULL, NULL, false, true,
     CURLE_SSL_INVALIDCERTSTATUS, "No OCSP response received"},
};

static void free_staple(void *arg)
{
    struct staple *staple = arg;

    free(staple->der);
    free(staple);
}

/* A server that staples what the row says, and sends its issuer, too. */
static SSL_CTX *row_server(int version)
{
    const struct row *row = test_row();
    struct cert_status status = row->status;
    struct staple *staple = calloc(1, sizeof(*staple));
    SSL_CTX *server = tls_server_with_chain(tls_leaf());

    CHECK(staple != NULL);
    status.of = row->of ? row->of() : tls_leaf();
    status.signer = row->signer ? row->signer() : NULL;
    if (!row->is_absent)
        staple->der = cert_ocsp(&status, &staple->n);
    if (row->is_rubbish)
        memset(staple->der, 'x', staple->n);
    defer_last(free_staple, staple);
    SSL_CTX_set_tlsext_status_cb(server, staple_it);
    SSL_CTX_set_tlsext_status_arg(server, staple);
    SSL_CTX_set_max_proto_version(server, version);
    return server;
}

static void check_status(struct peer *peer, struct xfer *x, struct drive *drive)
{
    const struct row *row = test_row();

    SET(x, CURLOPT_SSL_VERIFYSTATUS, 1L);
    CHECK_CODE(xfer_again(x, drive), row->code);
    CHECK_HAS(x->error, row->text);
    WAIT_PEER(peer, PEER_CONNECTIONS, PEER_EVERY, 1);
}

TEST_ROWS(0, "tls verifystatus_judges_a_status_in_tls_1_2_", rows)
{
    struct peer *peer = tls_peer(row_server(TLS1_2_VERSION));

    check_status(peer, tls_new(peer, "/"), drive_new());
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY),
              ((const struct row *)test_row())->code == CURLE_OK);
}

TEST_ROWS(0, "tls verifystatus_judges_a_status_in_tls_1_3_", rows)
{
    struct peer *peer = tls_peer(row_server(TLS1_3_VERSION));

    check_status(peer, tls_new(peer, "/"), drive_new());
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY),
              ((const struct row *)test_row())->code == CURLE_OK);
}

TEST_ROWS(0, "tls verifystatus_judges_a_status_in_a_tunnel_of_tls_", rows)
{
    struct peer *peer = tls_way_peer(WAY_HTTPS, NULL, row_server(TLS1_3_VERSION));

    check_status(peer, tls_by(peer, WAY_HTTPS, WAY_URL), drive_new());
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY),
              1 + (((const struct row *)test_row())->code == CURLE_OK));
}

TEST_ROWS(0, "tls a_status_that_nobody_asked_for_does_not_matter_", rows)
{
    tls_fetch(drive_new(), tls_peer(row_server(TLS1_3_VERSION)));
}

/* A session of before has no status with it. */
TEST_ROWS(0, "C-23 C-168 a_session_does_not_spare_the_status_", rows)
{
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        struct peer *peer = tls_peer(row_server(version));
        struct drive *drive = drive_new();
        struct xfer *x = tls_new(peer, "/");

        SET(x, CURLOPT_FORBID_REUSE, 1L);
        tls_run_ok(x, drive);
        tls_run_ok(x, drive);
        CHECK_INT((long)peer_count(peer, PEER_RESUMED, PEER_EVERY), 1);
        check_status(peer, x, drive);
        CHECK_INT((long)peer_count(peer, PEER_RESUMED, PEER_EVERY), 1);
    }
}

/* And one whose peer had a good status may be taken up without another. */
TEST("C-23 a_session_with_a_good_status_is_taken_up")
{
    struct cert_status status = {.of = tls_leaf(), .status = V_OCSP_CERTSTATUS_GOOD};
    static struct staple staple;
    SSL_CTX *server = tls_server_with_chain(tls_leaf());
    struct drive *drive = drive_new();
    struct peer *peer;
    struct xfer *x;

    staple.der = cert_ocsp(&status, &staple.n);
    defer_last(free, staple.der);
    SSL_CTX_set_tlsext_status_cb(server, staple_it);
    SSL_CTX_set_tlsext_status_arg(server, &staple);
    peer = tls_peer(server);
    x = tls_new(peer, "/");
    SET(x, CURLOPT_SSL_VERIFYSTATUS, 1L);
    SET(x, CURLOPT_FORBID_REUSE, 1L);
    tls_run_ok(x, drive);
    tls_run_ok(x, drive);
    CHECK_INT((long)peer_count(peer, PEER_RESUMED, PEER_EVERY), 1);
}
