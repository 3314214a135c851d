/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Whom a transfer speaks with: certificates that are good, and those that are bad in every way.
 */
#include "tls_xfer.h"

#include <openssl/x509v3.h>
#include <stdio.h>

#define HERE "DNS:localhost,DNS:example.test,IP:127.0.0.1"

/* The kinds of certificates that a server may come with. */
static SSL_CTX *serve_good(void)
{
    return tls_server(NULL);
}

static SSL_CTX *serve_expired(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = HERE, .issuer = tls_ca(),
                               .begins_s = -9 * CERT_DAY_S, .ends_s = -1 * CERT_DAY_S));
}

static SSL_CTX *serve_early(void)
{
    return tls_server(
        TLS_CERT(.name = "x", .san = HERE, .issuer = tls_ca(), .begins_s = CERT_DAY_S));
}

static SSL_CTX *serve_self_signed(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = HERE));
}

static SSL_CTX *serve_unknown_issuer(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = HERE,
                               .issuer = TLS_CERT(.name = "Another CA", .is_ca = true)));
}

static SSL_CTX *serve_untrusted_root(void)
{
    return tls_server_with_chain(
        TLS_CERT(.name = "x", .san = HERE,
                 .issuer = TLS_CERT(.name = "Another CA", .is_ca = true)));
}

/* It has the good CA's name, but not its key. */
static SSL_CTX *serve_forged(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = HERE,
                               .issuer = TLS_CERT(.name = "Good CA", .is_ca = true)));
}

static SSL_CTX *serve_client_purpose(void)
{
    return tls_server(
        TLS_CERT(.name = "x", .san = HERE, .issuer = tls_ca(), .usage = "clientAuth"));
}

static struct cert *below_intermediate(bool is_ca, const char *constraints)
{
    struct cert *middle =
        TLS_CERT(.name = "Middle", .is_ca = is_ca, .issuer = tls_ca(), .constraints = constraints);

    return TLS_CERT(.name = "x", .san = HERE, .issuer = middle);
}

static SSL_CTX *serve_chain(void)
{
    return tls_server_with_chain(below_intermediate(true, NULL));
}

static SSL_CTX *serve_without_intermediate(void)
{
    return tls_server(below_intermediate(true, NULL));
}

static SSL_CTX *serve_issued_by_a_leaf(void)
{
    return tls_server_with_chain(below_intermediate(false, NULL));
}

static SSL_CTX *serve_out_of_constraints(void)
{
    return tls_server_with_chain(below_intermediate(true, "permitted;DNS:good.test"));
}

static SSL_CTX *serve_named(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = "DNS:other.test", .issuer = tls_ca()));
}

static SSL_CTX *serve_common_name(void)
{
    return tls_server(TLS_CERT(.name = "example.test", .issuer = tls_ca()));
}

static SSL_CTX *serve_common_name_beside_another(void)
{
    return tls_server(
        TLS_CERT(.name = "example.test", .san = "DNS:other.test", .issuer = tls_ca()));
}

static SSL_CTX *serve_address_as_name(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = "DNS:127.0.0.1", .issuer = tls_ca()));
}

static SSL_CTX *serve_other_address(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = "IP:127.0.0.2", .issuer = tls_ca()));
}

static SSL_CTX *serve_nobody(void)
{
    return tls_server(TLS_CERT(.issuer = tls_ca()));
}

struct verdict {
    const char *name;
    SSL_CTX *(*serve)(void);
    const char *host;
    CURLcode code;
    const char *text;
    long verify_result;
};

#define BAD CURLE_PEER_FAILED_VERIFICATION
static const struct verdict verdicts[] = {
    {"good_by_its_address", serve_good, "127.0.0.1", CURLE_OK, "", X509_V_OK},
    {"good_by_its_name", serve_good, "example.test", CURLE_OK, "", X509_V_OK},
    {"good_by_its_name_in_capitals", serve_good, "Example.TEST", CURLE_OK, "", X509_V_OK},
    {"good_by_its_name_with_a_dot", serve_good, "example.test.", CURLE_OK, "", X509_V_OK},
    {"good_by_a_wildcard", serve_good, "any.wild.test", CURLE_OK, "", X509_V_OK},
    {"good_by_its_chain", serve_chain, "example.test", CURLE_OK, "", X509_V_OK},
    {"good_by_its_common_name", serve_common_name, "example.test", CURLE_OK, "", X509_V_OK},
    {"expired", serve_expired, "example.test", BAD,
     "SSL certificate problem: certificate has expired", X509_V_ERR_CERT_HAS_EXPIRED},
    {"not_valid_yet", serve_early, "example.test", BAD,
     "SSL certificate problem: certificate is not yet valid", X509_V_ERR_CERT_NOT_YET_VALID},
    {"self_signed", serve_self_signed, "example.test", BAD,
     "SSL certificate problem: self-signed certificate", X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
    {"of_an_unknown_issuer", serve_unknown_issuer, "example.test", BAD,
     "SSL certificate problem: unable to get local issuer certificate",
     X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
    {"of_an_issuer_that_is_sent_but_not_trusted", serve_untrusted_root, "example.test", BAD,
     "SSL certificate problem: self-signed certificate in certificate chain",
     X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN},
    {"of_an_impostor_of_the_issuer", serve_forged, "example.test", BAD, "SSL certificate problem: ",
     -1},
    {"for_clients", serve_client_purpose, "example.test", BAD,
     "SSL certificate problem: unsuitable certificate purpose", X509_V_ERR_INVALID_PURPOSE},
    {"without_its_intermediate", serve_without_intermediate, "example.test", BAD,
     "SSL certificate problem: unable to get local issuer certificate",
     X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
    {"issued_by_what_is_no_ca", serve_issued_by_a_leaf, "example.test", BAD,
     "SSL certificate problem: ", -1},
    {"outside_of_the_constraints_of_names", serve_out_of_constraints, "example.test", BAD,
     "SSL certificate problem: permitted subtree violation", X509_V_ERR_PERMITTED_VIOLATION},
    {"of_another_name", serve_named, "example.test", BAD,
     "SSL: no alternative certificate subject name matches target host name 'example.test'", -1},
    {"of_a_wildcard_that_is_too_short", serve_good, "a.b.wild.test", BAD,
     "SSL: no alternative certificate subject name matches target host name 'a.b.wild.test'", -1},
    {"of_the_wildcards_bare_domain", serve_good, "wild.test", BAD,
     "SSL: no alternative certificate subject name matches target host name 'wild.test'", -1},
    {"whose_common_name_only_fits", serve_common_name_beside_another, "example.test", BAD,
     "SSL: no alternative certificate subject name matches target host name 'example.test'", -1},
    {"of_another_common_name", serve_common_name, "localhost", BAD,
     "SSL: certificate subject name 'example.test' does not match target host name 'localhost'",
     -1},
    {"of_another_address", serve_other_address, "127.0.0.1", BAD,
     "SSL: no alternative certificate subject name matches target host name '127.0.0.1'", -1},
    {"with_an_address_written_as_a_name", serve_address_as_name, "127.0.0.1", BAD,
     "SSL: no alternative certificate subject name matches target host name '127.0.0.1'", -1},
    {"with_names_only_for_an_address", serve_named, "127.0.0.1", BAD,
     "SSL: no alternative certificate subject name matches target host name '127.0.0.1'", -1},
    {"without_any_name", serve_nobody, "example.test", BAD,
     "SSL: unable to obtain common name from peer certificate", -1},
};

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
    struct xfer *x = tls_new(tls_peer(serve_self_signed()), "/");

    SET(x, CURLOPT_SSL_VERIFYPEER, 0L);
    for (int i = 0; i < 2; i++) {
        CHECK_CODE(xfer_again(x, drive), CURLE_OK);
        CHECK_INT(xfer_long(x, CURLINFO_SSL_VERIFYRESULT), X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
    }
}

/* Of the name alone, or of the chain alone. */
static bool is_of_the_name(const struct verdict *row)
{
    return !strncmp(row->text, "SSL: ", 5);
}

TEST_ROWS(0, "tls with_verifyhost_off_the_name_does_not_matter_", verdicts)
{
    const struct verdict *row = test_row();
    struct xfer *x = tls_new_host(tls_peer(row->serve()), row->host);

    SET(x, CURLOPT_SSL_VERIFYHOST, 0L);
    CHECK_CODE(xfer_again(x, drive_new()), is_of_the_name(row) ? CURLE_OK : row->code);
}

TEST_ROWS(0, "tls with_verifypeer_off_the_name_alone_matters_", verdicts)
{
    const struct verdict *row = test_row();
    struct xfer *x = tls_new_host(tls_peer(row->serve()), row->host);

    SET(x, CURLOPT_SSL_VERIFYPEER, 0L);
    CHECK_CODE(xfer_again(x, drive_new()), is_of_the_name(row) ? row->code : CURLE_OK);
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
    struct cert *leaf = below_intermediate(true, NULL);
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

TEST("tls verifystatus_fails_without_a_stapled_status")
{
    struct peer *peer = tls_peer(NULL);
    struct xfer *x = tls_new(peer, "/");

    SET(x, CURLOPT_SSL_VERIFYSTATUS, 1L);
    CHECK_CODE(run(x), CURLE_SSL_INVALIDCERTSTATUS);
    CHECK_HAS(x->error, "No OCSP response received");
    check_silence(peer);
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
