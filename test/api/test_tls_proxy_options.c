/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The TLS options of an HTTPS proxy, one by one; and that no option of the one role has a say in
 * the other.
 */
#include "tls_way.h"

#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#define SECRET "open sesame"

static CURLcode run(struct xfer *x)
{
    return xfer_again(x, drive_new());
}

/* Nothing but TLS went to the peer. */
static void check_silence(struct peer *peer)
{
    WAIT_PEER(peer, PEER_CONNECTIONS, PEER_EVERY, 1);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    CHECK_INT((long)peer_count(peer, PEER_RECEIVED, PEER_EVERY), 0);
}

/* CONNECT went to the proxy, and nothing but TLS to the origin. */
static void check_origin_silence(struct peer *peer)
{
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    CHECK_STR(body_of(peer, 0), "");
}

/* Whom to trust. Trusts the origin's CA alone. */

static struct xfer *trusting_no_proxy(struct peer *peer)
{
    struct xfer *x = xfer_by(peer, "https", WAY_URL);

    tls_trust(x, tls_ca());
    return x;
}

static struct peer *good(void)
{
    return tls_way_peer(WAY_HTTPS, NULL, NULL);
}

#define NO_ISSUER "SSL certificate problem: unable to get local issuer certificate"

TEST("tls proxy_cainfo_names_the_file_to_trust_for_the_proxy")
{
    struct peer *peer = good();
    struct xfer *x = trusting_no_proxy(peer);

    CHECK_CODE(run(x), CURLE_PEER_FAILED_VERIFICATION);
    CHECK_STR(x->error, NO_ISSUER);
    CHECK_INT(xfer_long(x, CURLINFO_PROXY_SSL_VERIFYRESULT),
              X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
    CHECK_INT(xfer_long(x, CURLINFO_SSL_VERIFYRESULT), 0);
    check_silence(peer);
    SET(x, CURLOPT_PROXY_CAINFO, tls_file("proxy.pem", TLS_PEM(tls_proxy_ca())));
    tls_run_ok(x, x->drive);
    CHECK_INT(xfer_long(x, CURLINFO_PROXY_SSL_VERIFYRESULT), X509_V_OK);
}

TEST("tls proxy_capath_names_the_folder_to_trust_for_the_proxy")
{
    struct xfer *x = trusting_no_proxy(good());
    char name[40];

    snprintf(
        name, sizeof(name), "%08lx.0",
        X509_NAME_hash_ex(X509_get_subject_name(tls_proxy_ca()->x509), NULL, NULL, NULL));
    tls_file(name, TLS_PEM(tls_proxy_ca()));
    SET(x, CURLOPT_PROXY_CAPATH, tls_folder());
    tls_run_ok(x, drive_new());
}

TEST("tls proxy_cainfo_blob_is_trusted_for_the_proxy")
{
    struct xfer *x = trusting_no_proxy(good());

    tls_trust_proxy(x, tls_proxy_ca());
    tls_run_ok(x, drive_new());
}

TEST("tls a_proxy_cainfo_that_is_not_there_fails_with_77")
{
    struct peer *peer = good();
    struct xfer *x = trusting_no_proxy(peer);

    SET(x, CURLOPT_PROXY_CAINFO, "/nowhere/proxy.pem");
    CHECK_CODE(run(x), CURLE_SSL_CACERT_BADFILE);
    CHECK_HAS(x->error, "error setting certificate file: /nowhere/proxy.pem");
    check_silence(peer);
}

TEST("tls what_is_trusted_for_the_origin_is_not_trusted_for_the_proxy")
{
    struct peer *peer = tls_way_peer(WAY_HTTPS, tls_server(NULL), NULL);
    struct xfer *x = tls_by(peer, WAY_HTTPS, WAY_URL);

    SET(x, CURLOPT_CAINFO, tls_file("ca.pem", TLS_PEM(tls_ca())));
    CHECK_CODE(run(x), CURLE_PEER_FAILED_VERIFICATION);
    CHECK_STR(x->error, NO_ISSUER);
    check_silence(peer);
}

static struct cert *origin_of_the_proxys_ca(void)
{
    return TLS_CERT(.name = WAY_HOST, .san = "DNS:" WAY_HOST, .issuer = tls_proxy_ca());
}

TEST("tls what_is_trusted_for_the_proxy_is_not_trusted_for_the_origin")
{
    struct peer *peer = tls_way_peer(WAY_HTTPS, NULL, tls_server(origin_of_the_proxys_ca()));
    struct xfer *x = tls_by(peer, WAY_HTTPS, WAY_URL);

    SET(x, CURLOPT_PROXY_CAINFO, tls_file("proxy.pem", TLS_PEM(tls_proxy_ca())));
    CHECK_CODE(run(x), CURLE_PEER_FAILED_VERIFICATION);
    CHECK_STR(x->error, NO_ISSUER);
    CHECK_INT(xfer_long(x, CURLINFO_SSL_VERIFYRESULT),
              X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
    CHECK_INT(xfer_long(x, CURLINFO_PROXY_SSL_VERIFYRESULT), 0);
    check_origin_silence(peer);
}

/* What is not verified of the one is verified of the other. */

static const struct laxity {
    const char *name;
    CURLoption option; /* set to 0 */
    bool is_proxy_named, is_origin_named; /* the certificates' names are right */
    bool is_proxy_known, is_origin_known; /* their issuers are trusted */
    CURLcode code;
} laxities[] = {
    {"verifypeer_of_the_origin_alone_lets_an_unknown_origin_in", CURLOPT_SSL_VERIFYPEER, true, true,
     true, false, CURLE_OK},
    {"verifypeer_of_the_origin_alone_refuses_an_unknown_proxy", CURLOPT_SSL_VERIFYPEER, true, true,
     false, true, CURLE_PEER_FAILED_VERIFICATION},
    {"verifypeer_of_the_proxy_alone_lets_an_unknown_proxy_in", CURLOPT_PROXY_SSL_VERIFYPEER, true,
     true, false, true, CURLE_OK},
    {"verifypeer_of_the_proxy_alone_refuses_an_unknown_origin", CURLOPT_PROXY_SSL_VERIFYPEER, true,
     true, true, false, CURLE_PEER_FAILED_VERIFICATION},
    {"verifyhost_of_the_origin_alone_lets_an_origin_of_another_name_in", CURLOPT_SSL_VERIFYHOST,
     true, false, true, true, CURLE_OK},
    {"verifyhost_of_the_origin_alone_refuses_a_proxy_of_another_name", CURLOPT_SSL_VERIFYHOST,
     false, true, true, true, CURLE_PEER_FAILED_VERIFICATION},
    {"verifyhost_of_the_proxy_alone_lets_a_proxy_of_another_name_in", CURLOPT_PROXY_SSL_VERIFYHOST,
     false, true, true, true, CURLE_OK},
    {"verifyhost_of_the_proxy_alone_refuses_an_origin_of_another_name",
     CURLOPT_PROXY_SSL_VERIFYHOST, true, false, true, true, CURLE_PEER_FAILED_VERIFICATION},
};

TEST_ROWS(0, "tls ", laxities)
{
    const struct laxity *row = test_row();
    struct cert *unknown = TLS_CERT(.name = "Unknown CA", .is_ca = true);
    struct cert *proxy =
        TLS_CERT(.name = "p", .san = row->is_proxy_named ? "IP:127.0.0.1" : "DNS:other.test",
                 .issuer = row->is_proxy_known ? tls_proxy_ca() : unknown);
    struct cert *origin =
        TLS_CERT(.name = "o", .san = row->is_origin_named ? "DNS:" WAY_HOST : "DNS:other.test",
                 .issuer = row->is_origin_known ? tls_ca() : unknown);
    struct peer *peer = tls_way_peer(WAY_HTTPS, tls_server(proxy), tls_server(origin));
    struct xfer *x = tls_by(peer, WAY_HTTPS, WAY_URL);

    SET(x, row->option, 0L);
    CHECK_CODE(run(x), row->code);
    if (!row->code)
        return;
    if (!row->is_proxy_named || !row->is_proxy_known)
        check_silence(peer);
    else
        check_origin_silence(peer);
}

/* Who shows a certificate to whom. */

static struct cert *client(void)
{
    return TLS_CERT(.name = "client", .issuer = tls_ca(), .usage = "clientAuth");
}

static SSL_CTX *demanding_proxy(void)
{
    SSL_CTX *proxy = tls_proxy_of(0);

    tls_demand(proxy, tls_ca());
    return proxy;
}

static void show_files(struct xfer *x, bool to_proxy, const char *password)
{
    struct cert *cert = client();

    SET(x, to_proxy ? CURLOPT_PROXY_SSLCERT : CURLOPT_SSLCERT,
        tls_file("client.pem", TLS_PEM(cert)));
    SET(x, to_proxy ? CURLOPT_PROXY_SSLKEY : CURLOPT_SSLKEY,
        tls_file("client.key", tls_text(cert_key_pem(cert, password))));
    if (password)
        SET(x, to_proxy ? CURLOPT_PROXY_KEYPASSWD : CURLOPT_KEYPASSWD, password);
}

static void show_proxy_files(struct xfer *x)
{
    show_files(x, true, NULL);
}

static void show_proxy_password(struct xfer *x)
{
    show_files(x, true, SECRET);
    SET(x, CURLOPT_KEYPASSWD, "that of the origin");
}

static void show_proxy_blobs(struct xfer *x)
{
    struct cert *cert = client();
    struct curl_blob blob = tls_blob(TLS_PEM(cert)), key = tls_blob(TLS_KEY(cert));

    SET(x, CURLOPT_PROXY_SSLCERT_BLOB, &blob);
    SET(x, CURLOPT_PROXY_SSLKEY_BLOB, &key);
}

static void show_proxy_p12(struct xfer *x)
{
    size_t n;
    unsigned char *p12 = cert_p12(client(), SECRET, &n);

    defer(free, p12);
    SET(x, CURLOPT_PROXY_SSLCERT, tls_file_of("client.p12", p12, n));
    SET(x, CURLOPT_PROXY_SSLCERTTYPE, "P12");
    SET(x, CURLOPT_PROXY_KEYPASSWD, SECRET);
}

static const struct show {
    const char *name;
    void (*show)(struct xfer *x);
} shows[] = {
    {"from_files", show_proxy_files},
    {"from_a_key_with_a_password", show_proxy_password},
    {"from_blobs", show_proxy_blobs},
    {"from_pkcs_12", show_proxy_p12},
};

TEST_ROWS(0, "tls a_proxy_that_asks_is_shown_its_certificate_", shows)
{
    const struct show *row = test_row();
    SSL_CTX *origin = tls_server(NULL);
    struct peer *peer;
    struct xfer *x;
    int n_shown = 0;

    tls_count_clients(origin, &n_shown);
    peer = tls_way_peer(WAY_HTTPS, demanding_proxy(), origin);
    x = tls_by(peer, WAY_HTTPS, WAY_URL);
    row->show(x);
    tls_run_ok(x, drive_new());
    CHECK_INT(n_shown, 0);
}

TEST("tls the_origins_certificate_of_the_client_is_shown_to_the_origin_alone")
{
    SSL_CTX *proxy = tls_proxy_of(0), *origin = tls_server(NULL);
    struct xfer *x;
    int n_to_proxy = 0, n_to_origin = 0;

    tls_count_clients(proxy, &n_to_proxy);
    tls_count_clients(origin, &n_to_origin);
    x = tls_by(tls_way_peer(WAY_HTTPS, proxy, origin), WAY_HTTPS, WAY_URL);
    show_files(x, false, NULL);
    tls_run_ok(x, drive_new());
    CHECK_INT(n_to_proxy, 0);
    CHECK_INT(n_to_origin, 1);
}

TEST("tls the_proxys_certificate_of_the_client_is_shown_to_the_proxy_alone")
{
    SSL_CTX *proxy = tls_proxy_of(0), *origin = tls_server(NULL);
    struct xfer *x;
    int n_to_proxy = 0, n_to_origin = 0;

    tls_count_clients(proxy, &n_to_proxy);
    tls_count_clients(origin, &n_to_origin);
    x = tls_by(tls_way_peer(WAY_HTTPS, proxy, origin), WAY_HTTPS, WAY_URL);
    show_files(x, true, NULL);
    tls_run_ok(x, drive_new());
    CHECK_INT(n_to_proxy, 1);
    CHECK_INT(n_to_origin, 0);
}

TEST("tls a_proxy_that_asks_in_vain_gets_no_request")
{
    SSL_CTX *proxy = tls_proxy_of(TLS1_2_VERSION);
    struct peer *peer;
    struct xfer *x;

    tls_demand(proxy, tls_ca());
    peer = tls_way_peer(WAY_HTTPS, proxy, NULL);
    x = tls_by(peer, WAY_HTTPS, WAY_URL);
    show_files(x, false, NULL);
    CHECK_CODE(run(x), CURLE_SSL_CONNECT_ERROR);
    check_silence(peer);
}

TEST("tls what_is_wrong_with_the_proxys_client_certificate_fails_with_58")
{
    struct peer *peer = good();
    struct xfer *x = tls_by(peer, WAY_HTTPS, WAY_URL);

    SET(x, CURLOPT_PROXY_SSLCERT, "/nowhere/client.pem");
    CHECK_CODE(run(x), CURLE_SSL_CERTPROBLEM);
    CHECK_HAS(x->error, "could not load PEM client certificate");
    show_files(x, true, SECRET);
    SET(x, CURLOPT_PROXY_KEYPASSWD, "wrong");
    SET(x, CURLOPT_KEYPASSWD, SECRET);
    CHECK_CODE(run(x), CURLE_SSL_CERTPROBLEM);
    CHECK_HAS(x->error, "unable to set private key file: ");
    check_silence(peer);
}

/* Versions and ciphers, as the servers see them. */

struct agreed {
    char version[20], cipher[60];
};

static void note_agreed(const SSL *ssl, int where, int result)
{
    struct agreed *agreed = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

    (void)result;
    if (!(where & SSL_CB_HANDSHAKE_DONE))
        return;
    snprintf(agreed->version, sizeof(agreed->version), "%s", SSL_get_version(ssl));
    snprintf(agreed->cipher, sizeof(agreed->cipher), "%s",
             SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)));
}

static SSL_CTX *noting(SSL_CTX *server, struct agreed *agreed)
{
    SSL_CTX_set_app_data(server, agreed);
    SSL_CTX_set_info_callback(server, note_agreed);
    return server;
}

static const struct choice {
    const char *name;
    CURLoption option, other; /* other: 0, or what is set to MAX_TLSv1_2 */
    const char *text;         /* NULL: MAX_TLSv1_2 */
    const char *proxy, *origin;
} choices[] = {
    {"proxy_sslversion", CURLOPT_PROXY_SSLVERSION, 0, NULL, "TLSv1.2", "TLSv1.3"},
    {"sslversion", CURLOPT_SSLVERSION, 0, NULL, "TLSv1.3", "TLSv1.2"},
    {"proxy_tls13_ciphers", CURLOPT_PROXY_TLS13_CIPHERS, 0, "TLS_CHACHA20_POLY1305_SHA256",
     "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_256_GCM_SHA384"},
    {"tls13_ciphers", CURLOPT_TLS13_CIPHERS, 0, "TLS_CHACHA20_POLY1305_SHA256",
     "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"},
    {"proxy_ssl_cipher_list", CURLOPT_PROXY_SSL_CIPHER_LIST, CURLOPT_PROXY_SSLVERSION,
     "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_AES_256_GCM_SHA384"},
    {"ssl_cipher_list", CURLOPT_SSL_CIPHER_LIST, CURLOPT_PROXY_SSLVERSION,
     "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_AES_256_GCM_SHA384"},
};

TEST_ROWS(0, "tls proxy_and_origin_are_chosen_for_apart_by_", choices)
{
    const struct choice *row = test_row();
    static struct agreed proxy, origin;
    SSL_CTX *outer = noting(tls_proxy_of(0), &proxy), *inner = noting(tls_server(NULL), &origin);
    struct xfer *x = tls_by(tls_way_peer(WAY_HTTPS, outer, inner), WAY_HTTPS, WAY_URL);
    bool is_version = !row->text;

    if (is_version)
        SET(x, row->option, (long)CURL_SSLVERSION_MAX_TLSv1_2);
    else
        SET(x, row->option, row->text);
    if (row->other)
        SET(x, row->other, (long)CURL_SSLVERSION_MAX_TLSv1_2);
    tls_run_ok(x, drive_new());
    CHECK_STR(is_version ? proxy.version : proxy.cipher, row->proxy);
    CHECK_STR(is_version ? origin.version : origin.cipher, row->origin);
}

TEST("tls a_proxy_of_a_version_that_is_refused_fails_with_35")
{
    struct peer *peer = tls_way_peer(WAY_HTTPS, tls_proxy_of(TLS1_2_VERSION), NULL);
    struct xfer *x = tls_by(peer, WAY_HTTPS, WAY_URL);

    SET(x, CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3);
    CHECK_CODE(run(x), CURLE_SSL_CONNECT_ERROR);
    CHECK_HAS(x->error, "alert protocol version");
    check_silence(peer);
}

TEST("tls lists_of_ciphers_for_the_proxy_that_name_none_fail_with_59")
{
    struct xfer *x = tls_by(good(), WAY_HTTPS, WAY_URL);

    SET(x, CURLOPT_PROXY_SSL_CIPHER_LIST, "NOTHING");
    CHECK_CODE(run(x), CURLE_SSL_CIPHER);
    CHECK_STR(x->error, "failed setting cipher list: NOTHING");
    SET(x, CURLOPT_PROXY_SSL_CIPHER_LIST, NULL);
    SET(x, CURLOPT_PROXY_TLS13_CIPHERS, "NOTHING");
    CHECK_CODE(run(x), CURLE_SSL_CIPHER);
    CHECK_STR(x->error, "failed setting TLS 1.3 cipher suite: NOTHING");
}

/* Pins, lists of revoked certificates, issuers. */

TEST("tls proxy_pinnedpublickey_is_the_proxys_and_pinnedpublickey_the_origins")
{
    struct peer *peer = good();
    struct xfer *x = tls_by(peer, WAY_HTTPS, WAY_URL);

    SET(x, CURLOPT_PROXY_PINNEDPUBLICKEY, tls_text(cert_pin(tls_leaf())));
    CHECK_CODE(run(x), CURLE_SSL_PINNEDPUBKEYNOTMATCH);
    CHECK_STR(x->error, "SSL: public key does not match pinned public key");
    check_silence(peer);
    SET(x, CURLOPT_PROXY_PINNEDPUBLICKEY, tls_text(cert_pin(tls_proxy_leaf())));
    SET(x, CURLOPT_PINNEDPUBLICKEY, tls_text(cert_pin(tls_leaf())));
    tls_run_ok(x, drive_new());
    SET(x, CURLOPT_PINNEDPUBLICKEY, tls_text(cert_pin(tls_proxy_leaf())));
    CHECK_CODE(run(x), CURLE_SSL_PINNEDPUBKEYNOTMATCH);
}

TEST("tls proxy_crlfile_revokes_the_proxy_and_crlfile_the_origin")
{
    struct peer *peer = good();
    struct xfer *x = tls_by(peer, WAY_HTTPS, WAY_URL);
    const char *none = tls_file("none.crl", tls_text(cert_crl_pem(tls_ca(), NULL)));
    const char *none_of_proxy =
        tls_file("proxy.crl", tls_text(cert_crl_pem(tls_proxy_ca(), NULL)));

    SET(x, CURLOPT_CRLFILE, none);
    tls_run_ok(x, drive_new());
    SET(x, CURLOPT_PROXY_CRLFILE, none_of_proxy);
    tls_run_ok(x, drive_new());
    SET(x, CURLOPT_PROXY_CRLFILE,
        tls_file("bad.crl", tls_text(cert_crl_pem(tls_proxy_ca(), tls_proxy_leaf()))));
    CHECK_CODE(run(x), CURLE_PEER_FAILED_VERIFICATION);
    CHECK_STR(x->error, "SSL certificate problem: certificate revoked");
    CHECK_INT(xfer_long(x, CURLINFO_PROXY_SSL_VERIFYRESULT), X509_V_ERR_CERT_REVOKED);
    SET(x, CURLOPT_PROXY_CRLFILE, none_of_proxy);
    SET(x, CURLOPT_CRLFILE, tls_file("leaf.crl", tls_text(cert_crl_pem(tls_ca(), tls_leaf()))));
    CHECK_CODE(run(x), CURLE_PEER_FAILED_VERIFICATION);
    CHECK_INT(xfer_long(x, CURLINFO_SSL_VERIFYRESULT), X509_V_ERR_CERT_REVOKED);
    CHECK_INT(xfer_long(x, CURLINFO_PROXY_SSL_VERIFYRESULT), X509_V_OK);
}

TEST("tls a_proxy_crlfile_that_is_not_there_fails_with_82")
{
    struct xfer *x = tls_by(good(), WAY_HTTPS, WAY_URL);

    SET(x, CURLOPT_PROXY_CRLFILE, "/nowhere/list.crl");
    CHECK_CODE(run(x), CURLE_SSL_CRL_BADFILE);
    CHECK_STR(x->error, "error loading CRL file: /nowhere/list.crl");
}

TEST("tls proxy_issuercert_must_have_issued_the_proxys_certificate")
{
    struct peer *peer = good();
    struct xfer *x = tls_by(peer, WAY_HTTPS, WAY_URL);
    struct curl_blob right = tls_blob(TLS_PEM(tls_proxy_ca())), wrong = tls_blob(TLS_PEM(tls_ca()));

    SET(x, CURLOPT_PROXY_ISSUERCERT, tls_file("proxy.pem", TLS_PEM(tls_proxy_ca())));
    SET(x, CURLOPT_ISSUERCERT, tls_file("ca.pem", TLS_PEM(tls_ca())));
    tls_run_ok(x, drive_new());
    SET(x, CURLOPT_PROXY_ISSUERCERT, NULL);
    SET(x, CURLOPT_PROXY_ISSUERCERT_BLOB, &right);
    tls_run_ok(x, drive_new());
    SET(x, CURLOPT_PROXY_ISSUERCERT_BLOB, &wrong);
    CHECK_CODE(run(x), CURLE_SSL_ISSUER_ERROR);
    SET(x, CURLOPT_PROXY_ISSUERCERT_BLOB, NULL);
    SET(x, CURLOPT_PROXY_ISSUERCERT, tls_file("ca.pem", TLS_PEM(tls_ca())));
    CHECK_CODE(run(x), CURLE_SSL_ISSUER_ERROR);
    SET(x, CURLOPT_PROXY_ISSUERCERT, "/nowhere/ca.pem");
    CHECK_CODE(run(x), CURLE_SSL_ISSUER_ERROR);
    CHECK_STR(x->error, "SSL: Unable to open issuer cert (/nowhere/ca.pem)");
}

/* A chain that ends in a trusted intermediate will do, unless that is ruled out. */
TEST("tls proxy_ssl_options_are_the_proxys_and_ssl_options_the_origins")
{
    struct cert *middle = TLS_CERT(.name = "Middle", .is_ca = true, .issuer = tls_proxy_ca());
    struct cert *leaf = TLS_CERT(.name = "p", .san = "IP:127.0.0.1", .issuer = middle);
    struct xfer *x =
        tls_by(tls_way_peer(WAY_HTTPS, tls_server(leaf), NULL), WAY_HTTPS, WAY_URL);

    tls_trust_proxy(x, middle);
    tls_run_ok(x, drive_new());
    SET(x, CURLOPT_SSL_OPTIONS, (long)CURLSSLOPT_NO_PARTIALCHAIN);
    tls_run_ok(x, drive_new());
    SET(x, CURLOPT_PROXY_SSL_OPTIONS, (long)CURLSSLOPT_NO_PARTIALCHAIN);
    CHECK_CODE(run(x), CURLE_PEER_FAILED_VERIFICATION);
}

/* Verification of the status is the origin's alone: the proxy staples nothing. */
TEST("tls verifystatus_is_asked_of_the_origin_alone")
{
    struct peer *peer = good();
    struct xfer *x = tls_by(peer, WAY_HTTPS, WAY_URL);

    SET(x, CURLOPT_SSL_VERIFYSTATUS, 1L);
    CHECK_CODE(run(x), CURLE_SSL_INVALIDCERTSTATUS);
    CHECK_HAS(received(peer, 0), "CONNECT ");
    check_origin_silence(peer);
}

static CURLcode count_contexts(CURL *easy, void *ssl_ctx, void *arg)
{
    (void)easy, (void)ssl_ctx;
    ++*(int *)arg;
    return CURLE_OK;
}

TEST("C-140 ssl_ctx_function_is_asked_for_the_proxy_too")
{
    struct xfer *x = tls_by(good(), WAY_HTTPS, WAY_URL);
    int n = 0;

    SET(x, CURLOPT_SSL_CTX_FUNCTION, count_contexts);
    SET(x, CURLOPT_SSL_CTX_DATA, &n);
    tls_run_ok(x, drive_new());
    CHECK_INT(n, 2);
}
