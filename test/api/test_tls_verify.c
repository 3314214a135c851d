/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Whom a transfer speaks with: certificates that are good, and those that are bad in every way.
 */
#include "verdicts.h"

#include <openssl/x509v3.h>
#include <stdio.h>

/* No byte of the request may reach a peer that was not the right one. */
static void check_silence(struct peer *peer)
{
    WAIT_PEER(peer, PEER_CONNECTIONS, PEER_EVERY, 1);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    CHECK_INT((long)peer_count(peer, PEER_RECEIVED, PEER_EVERY), 0);
}

TEST_ROWS(0, "tls a_certificate_is_judged_", verdicts)
{
    const struct verdict *row = test_row();
    struct peer *peer = tls_peer(row->serve());
    struct xfer *x = tls_new_host(peer, row->host);

    CHECK_CODE(xfer_again(x, drive_new()), row->code);
    CHECK_HAS(x->error, row->text);
    if (row->verify_result >= 0)
        CHECK_INT(xfer_long(x, CURLINFO_SSL_VERIFYRESULT), row->verify_result);
    if (row->code) {
        check_silence(peer);
        CHECK_INT((long)x->head.n, 0);
    } else {
        CHECK_STR(x->body.data, "hello");
    }
}

TEST_ROWS(0, "tls without_any_verification_a_certificate_will_do_", verdicts)
{
    const struct verdict *row = test_row();
    struct xfer *x = tls_new_host(tls_peer(row->serve()), row->host);

    SET(x, CURLOPT_SSL_VERIFYPEER, 0L);
    SET(x, CURLOPT_SSL_VERIFYHOST, 0L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("info verify_result_tells_what_was_wrong_though_nobody_asked")
{
    struct drive *drive = drive_new();
    SSL_CTX *server = tls_server(TLS_CERT(.name = "x", .san = "IP:127.0.0.1"));
    struct xfer *x = tls_new(tls_peer(server), "/");

    SET(x, CURLOPT_SSL_VERIFYPEER, 0L);
    for (int i = 0; i < 2; i++) {
        CHECK_CODE(xfer_again(x, drive), CURLE_OK);
        CHECK_INT(xfer_long(x, CURLINFO_SSL_VERIFYRESULT), X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
    }
}

TEST_ROWS(0, "tls with_verifyhost_off_the_name_does_not_matter_", verdicts)
{
    const struct verdict *row = test_row();
    struct xfer *x = tls_new_host(tls_peer(row->serve()), row->host);

    SET(x, CURLOPT_SSL_VERIFYHOST, 0L);
    CHECK_CODE(xfer_again(x, drive_new()), verdict_is_of_the_name(row) ? CURLE_OK : row->code);
}

TEST_ROWS(0, "tls with_verifypeer_off_the_name_alone_matters_", verdicts)
{
    const struct verdict *row = test_row();
    struct xfer *x = tls_new_host(tls_peer(row->serve()), row->host);

    SET(x, CURLOPT_SSL_VERIFYPEER, 0L);
    CHECK_CODE(xfer_again(x, drive_new()), verdict_is_of_the_name(row) ? row->code : CURLE_OK);
}

/* Where trust comes from. */

static CURLcode run(struct xfer *x)
{
    return xfer_again(x, drive_new());
}

static struct xfer *trusting_nobody(struct peer *peer)
{
    char url[100];

    snprintf(url, sizeof(url), "https://%s/", peer_authority(peer));
    return xfer_new_url(url);
}

TEST("tls cainfo_names_the_file_to_trust")
{
    struct xfer *x = trusting_nobody(tls_peer(NULL));

    CHECK_CODE(run(x), CURLE_PEER_FAILED_VERIFICATION);
    SET(x, CURLOPT_CAINFO, tls_file("ca.pem", TLS_PEM(tls_ca())));
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
}

TEST("tls capath_names_the_folder_to_trust")
{
    struct xfer *x = trusting_nobody(tls_peer(NULL));
    char name[40];

    snprintf(name, sizeof(name), "%08lx.0", X509_NAME_hash_ex(X509_get_subject_name(tls_ca()->x509),
                                                              NULL, NULL, NULL));
    tls_file(name, TLS_PEM(tls_ca()));
    SET(x, CURLOPT_CAPATH, tls_folder());
    CHECK_CODE(run(x), CURLE_OK);
}

TEST("tls a_cainfo_that_is_not_there_fails_with_77")
{
    struct xfer *x = trusting_nobody(tls_peer(NULL));

    SET(x, CURLOPT_CAINFO, "/nowhere/ca.pem");
    CHECK_CODE(run(x), CURLE_SSL_CACERT_BADFILE);
    CHECK_HAS(x->error, "error setting certificate file: /nowhere/ca.pem");
}

TEST("tls a_cainfo_blob_that_is_no_certificate_fails")
{
    struct xfer *x = trusting_nobody(tls_peer(NULL));
    struct curl_blob blob = tls_blob("nothing");

    SET(x, CURLOPT_CAINFO_BLOB, &blob);
    CHECK_CODE(run(x), CURLE_SSL_CACERT_BADFILE);
}

TEST("tls a_file_to_trust_that_changed_is_read_again")
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();
    struct xfer *x = trusting_nobody(peer);
    const char *path =
        tls_file("ca.pem", TLS_PEM(TLS_CERT(.name = "An Authority That Has No Part", .is_ca = true)));

    SET(x, CURLOPT_CAINFO, path);
    CHECK_CODE(xfer_again(x, drive), CURLE_PEER_FAILED_VERIFICATION);
    x = trusting_nobody(peer);
    SET(x, CURLOPT_CAINFO, tls_file("ca.pem", TLS_PEM(tls_ca())));
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
}

TEST("tls an_intermediate_may_be_trusted_without_its_root")
{
    struct cert *leaf = verdict_below_intermediate(true, NULL);
    struct xfer *x = trusting_nobody(tls_peer(tls_server(leaf)));

    tls_trust(x, leaf->issuer);
    CHECK_CODE(run(x), CURLE_OK);
}

TEST("tls a_crlfile_fails_what_it_revokes_and_nothing_else")
{
    struct xfer *x = tls_new(tls_peer(NULL), "/");
    char *list = cert_crl_pem(tls_ca(), NULL);

    SET(x, CURLOPT_CRLFILE, tls_file("none.crl", tls_text(list)));
    CHECK_CODE(run(x), CURLE_OK);
    list = cert_crl_pem(tls_ca(), tls_leaf());
    SET(x, CURLOPT_CRLFILE, tls_file("leaf.crl", tls_text(list)));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_PEER_FAILED_VERIFICATION);
    CHECK_HAS(x->error, "SSL certificate problem: certificate revoked");
    CHECK_INT(xfer_long(x, CURLINFO_SSL_VERIFYRESULT), X509_V_ERR_CERT_REVOKED);
}

TEST("tls a_crlfile_that_is_not_there_fails_with_82")
{
    struct xfer *x = tls_new(tls_peer(NULL), "/");

    SET(x, CURLOPT_CRLFILE, "/nowhere/list.crl");
    CHECK_CODE(run(x), CURLE_SSL_CRL_BADFILE);
    CHECK_HAS(x->error, "error loading CRL file: /nowhere/list.crl");
}

TEST("tls issuercert_must_have_issued_the_certificate")
{
    struct xfer *x = tls_new(tls_peer(NULL), "/");
    struct cert *other = TLS_CERT(.name = "Another CA", .is_ca = true);

    SET(x, CURLOPT_ISSUERCERT, tls_file("ca.pem", TLS_PEM(tls_ca())));
    CHECK_CODE(run(x), CURLE_OK);
    SET(x, CURLOPT_ISSUERCERT, tls_file("other.pem", TLS_PEM(other)));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_SSL_ISSUER_ERROR);
    SET(x, CURLOPT_ISSUERCERT, "/nowhere/ca.pem");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_SSL_ISSUER_ERROR);
    CHECK_HAS(x->error, "SSL: Unable to open issuer cert (/nowhere/ca.pem)");
}

/* Pins. */

TEST("tls a_pinned_key_is_the_only_one")
{
    struct peer *peer = tls_peer(NULL);
    struct xfer *x = tls_new(peer, "/");
    char both[200];

    SET(x, CURLOPT_PINNEDPUBLICKEY, tls_text(cert_pin(tls_ca())));
    CHECK_CODE(run(x), CURLE_SSL_PINNEDPUBKEYNOTMATCH);
    CHECK_HAS(x->error, "SSL: public key does not match pinned public key");
    check_silence(peer);
    SET(x, CURLOPT_PINNEDPUBLICKEY, tls_text(cert_pin(tls_leaf())));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    snprintf(both, sizeof(both), "%s;%s", tls_text(cert_pin(tls_ca())),
             tls_text(cert_pin(tls_leaf())));
    SET(x, CURLOPT_PINNEDPUBLICKEY, both);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
}

TEST("tls a_pinned_key_is_looked_at_without_verification_too")
{
    struct xfer *x = tls_new(tls_peer(NULL), "/");

    SET(x, CURLOPT_SSL_VERIFYPEER, 0L);
    SET(x, CURLOPT_SSL_VERIFYHOST, 0L);
    SET(x, CURLOPT_PINNEDPUBLICKEY, tls_text(cert_pin(tls_ca())));
    CHECK_CODE(run(x), CURLE_SSL_PINNEDPUBKEYNOTMATCH);
}

TEST("tls a_pinned_key_may_be_a_file")
{
    struct xfer *x = tls_new(tls_peer(NULL), "/");
    unsigned char *der = NULL;
    int n = i2d_PUBKEY(tls_leaf()->key, &der);

    CHECK(n > 0);
    SET(x, CURLOPT_PINNEDPUBLICKEY, tls_file_of("key.der", der, (size_t)n));
    CHECK_CODE(run(x), CURLE_OK);
    der[n - 1] ^= 1;
    SET(x, CURLOPT_PINNEDPUBLICKEY, tls_file_of("wrong.der", der, (size_t)n));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_SSL_PINNEDPUBKEYNOTMATCH);
    SET(x, CURLOPT_PINNEDPUBLICKEY, "/nowhere/key.der");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_SSL_PINNEDPUBKEYNOTMATCH);
    OPENSSL_free(der);
}
