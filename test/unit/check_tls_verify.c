/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls_rig.h"

#include "shuffle.h"

/* The server presents this one; the client must refuse it. */
static void assert_refused(struct tls_rig *rig, struct tls_cert_spec spec, CURLcode code,
                           const char *text)
{
    struct tls_cert cert = tls_cert_make(&spec);

    tls_rig_use_cert(rig, &cert);
    tls_rig_refuse(rig, code, text);
    /* The server has heard of it, and nothing came that it would take for a request. */
    for (int i = 0; i < 10; i++)
        tls_rig_server_step(rig, NULL, 0);
    ck_assert(!rig->is_server_up || SSL_version(rig->server) < TLS1_3_VERSION);
    ck_assert_uint_eq(whim_tls_sessions_count(rig->sessions), 0);
    tls_rig_close(rig);
    tls_cert_free(&cert);
}

static void assert_accepted(struct tls_rig *rig, struct tls_cert_spec spec)
{
    struct tls_cert cert = tls_cert_make(&spec);

    tls_rig_use_cert(rig, &cert);
    tls_rig_connect(rig);
    tls_rig_close(rig);
    tls_cert_free(&cert);
}

#define PROBLEM "SSL certificate problem: "
#define NO_NAME "SSL: no alternative certificate subject name matches target host name "

START_TEST(a_chain_that_does_not_hold_is_60_with_the_reason)
{
    struct tls_rig rig;
    struct tls_cert stranger;

    tls_rig_init(&rig);
    stranger = tls_cert_make(&(struct tls_cert_spec){.name = "Stranger CA", .is_ca = true});
    assert_refused(&rig, (struct tls_cert_spec){.san = "DNS:localhost"},
                   CURLE_PEER_FAILED_VERIFICATION, PROBLEM "self-signed certificate");
    assert_refused(&rig, (struct tls_cert_spec){.san = "DNS:localhost", .issuer = &stranger},
                   CURLE_PEER_FAILED_VERIFICATION,
                   PROBLEM "unable to get local issuer certificate");
    assert_refused(&rig,
                   (struct tls_cert_spec){
                       .san = "DNS:localhost", .issuer = &rig.ca, .ends_s = -3600},
                   CURLE_PEER_FAILED_VERIFICATION, PROBLEM "certificate has expired");
    assert_refused(&rig,
                   (struct tls_cert_spec){
                       .san = "DNS:localhost", .issuer = &rig.ca, .begins_s = 3600},
                   CURLE_PEER_FAILED_VERIFICATION, PROBLEM "certificate is not yet valid");
    assert_refused(&rig,
                   (struct tls_cert_spec){
                       .san = "DNS:localhost", .issuer = &rig.ca, .usage = "clientAuth"},
                   CURLE_PEER_FAILED_VERIFICATION, PROBLEM "unsuitable certificate purpose");
    tls_cert_free(&stranger);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(a_name_of_another_is_60_and_says_which_was_meant)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    assert_refused(&rig, (struct tls_cert_spec){.san = "DNS:other.example", .issuer = &rig.ca},
                   CURLE_PEER_FAILED_VERIFICATION, NO_NAME "'localhost'");
    /* With an alternative name the common name is none. */
    assert_refused(&rig,
                   (struct tls_cert_spec){
                       .name = "localhost", .san = "IP:127.0.0.1", .issuer = &rig.ca},
                   CURLE_PEER_FAILED_VERIFICATION, NO_NAME "'localhost'");
    assert_refused(&rig, (struct tls_cert_spec){.name = "other", .issuer = &rig.ca},
                   CURLE_PEER_FAILED_VERIFICATION,
                   "SSL: certificate subject name 'other' does not match target host name "
                   "'localhost'");
    assert_refused(&rig, (struct tls_cert_spec){.issuer = &rig.ca}, CURLE_PEER_FAILED_VERIFICATION,
                   "SSL: unable to obtain common name from peer certificate");
    assert_accepted(&rig, (struct tls_cert_spec){.name = "localhost", .issuer = &rig.ca});
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(a_wildcard_is_one_whole_label_at_the_left)
{
    static const struct {
        const char *host;
        const char *san;
        bool matches;
    } rows[] = {
        {"a.wild.example", "DNS:*.wild.example", true},
        {"A.Wild.Example", "DNS:*.wild.example", true},
        {"wild.example", "DNS:*.wild.example", false},
        {"a.b.wild.example", "DNS:*.wild.example", false},
        {"ab.wild.example", "DNS:a*.wild.example", false},
        {"a.wild.example", "DNS:a.*.example", false},
        {"example", "DNS:*", false},
        {"wild.example", "DNS:*.example", false},
    };
    struct tls_rig rig;

    tls_rig_init(&rig);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tls_cert_spec spec = {.name = "x", .san = rows[i].san, .issuer = &rig.ca};
        char text[128];

        rig.peer.host = rows[i].host;
        snprintf(text, sizeof(text), NO_NAME "'%s'", rows[i].host);
        if (rows[i].matches)
            assert_accepted(&rig, spec);
        else
            assert_refused(&rig, spec, CURLE_PEER_FAILED_VERIFICATION, text);
        whim_tls_sessions_reset(rig.sessions);
    }
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(an_address_matches_addresses_only)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    rig.peer.is_ip = true;
    rig.peer.host = "127.0.0.2";
    assert_refused(&rig, (struct tls_cert_spec){.san = "IP:127.0.0.1", .issuer = &rig.ca},
                   CURLE_PEER_FAILED_VERIFICATION, NO_NAME "'127.0.0.2'");
    rig.peer.host = "127.0.0.1";
    assert_refused(&rig, (struct tls_cert_spec){.san = "DNS:127.0.0.1", .issuer = &rig.ca},
                   CURLE_PEER_FAILED_VERIFICATION, NO_NAME "'127.0.0.1'");
    assert_refused(&rig, (struct tls_cert_spec){.name = "127.0.0.1", .issuer = &rig.ca},
                   CURLE_PEER_FAILED_VERIFICATION,
                   "SSL: certificate subject name '127.0.0.1' does not match target host name "
                   "'127.0.0.1'");
    tls_rig_use_cert(&rig, &rig.cert);
    tls_rig_connect(&rig);
    ck_assert_ptr_null(SSL_get_servername(rig.server, TLSEXT_NAMETYPE_host_name));
    tls_rig_close(&rig);
    rig.peer.host = "::1";
    tls_rig_connect(&rig);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(without_verification_the_verdict_is_told_and_does_not_count)
{
    struct tls_rig rig;
    struct tls_cert cert;

    tls_rig_init(&rig);
    cert = tls_cert_make(&(struct tls_cert_spec){.name = "other"});
    tls_rig_use_cert(&rig, &cert);
    rig.settings.is_peer_verified = false;
    tls_rig_refuse(&rig, CURLE_PEER_FAILED_VERIFICATION,
                   "SSL: certificate subject name 'other' does not match target host name "
                   "'localhost'");
    tls_rig_close(&rig);
    rig.settings.is_host_verified = false;
    tls_rig_connect(&rig);
    ck_assert_int_eq(whim_tls_link_verify_result(rig.link), X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
    tls_rig_close(&rig);
    tls_rig_use_cert(&rig, &rig.cert);
    rig.settings.is_peer_verified = true;
    rig.peer.host = "elsewhere";
    tls_rig_connect(&rig);
    ck_assert_int_eq(whim_tls_link_verify_result(rig.link), X509_V_OK);
    tls_cert_free(&cert);
    tls_rig_fini(&rig);
}
END_TEST

/* TLS 1.2 too, where the server is through with its part before the client has judged. */
START_TEST(a_refused_peer_gets_no_byte_of_a_session)
{
    struct tls_rig rig;
    struct iovec vec = {.iov_base = (void *)"secret", .iov_len = 6};
    size_t sent = 0;

    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        tls_rig_init(&rig);
        SSL_CTX_set_max_proto_version(rig.server_ctx, version);
        rig.peer.host = "elsewhere";
        tls_rig_refuse(&rig, CURLE_PEER_FAILED_VERIFICATION, NO_NAME "'elsewhere'");
        sent = rig.tap.n_sent_bytes;
        ck_assert_int_eq(rig.link->ops->send(rig.link, &vec, 1, &(size_t){0}), WHIM_LINK_ERROR);
        ck_assert_int_eq(rig.link->ops->shake(rig.link), WHIM_LINK_ERROR);
        rig.link->ops->part(rig.link);
        ck_assert_uint_eq(rig.tap.n_sent_bytes, sent);
        ck_assert_int_eq(whim_tls_link_verify_result(rig.link), 1);
        tls_rig_fini(&rig);
    }
}
END_TEST

static CURLcode break_verification(CURL *handle, void *ssl_ctx, void *data)
{
    SSL_CTX_set_verify(ssl_ctx, SSL_VERIFY_NONE, NULL);
    return CURLE_OK;
}

static int accept_all(X509_STORE_CTX *store_ctx, void *arg)
{
    return 1;
}

static CURLcode replace_verification(CURL *handle, void *ssl_ctx, void *data)
{
    SSL_CTX_set_cert_verify_callback(ssl_ctx, accept_all, NULL);
    return CURLE_OK;
}

START_TEST(an_application_that_takes_over_the_chain_does_not_take_over_the_name)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    rig.peer.host = "elsewhere";
    rig.settings.ssl_ctx_function = break_verification;
    tls_rig_refuse(&rig, CURLE_PEER_FAILED_VERIFICATION, NO_NAME "'elsewhere'");
    tls_rig_close(&rig);
    rig.settings.ssl_ctx_function = replace_verification;
    tls_rig_refuse(&rig, CURLE_PEER_FAILED_VERIFICATION, NO_NAME "'elsewhere'");
    tls_rig_close(&rig);
    rig.settings.ca_file = NULL;
    rig.peer.host = "localhost";
    tls_rig_connect(&rig);
    tls_rig_close(&rig);
    rig.settings.ssl_ctx_function = break_verification;
    tls_rig_refuse(&rig, CURLE_PEER_FAILED_VERIFICATION,
                   "SSL certificate verify result: unable to get local issuer certificate (20)");
    tls_rig_fini(&rig);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_chain_that_does_not_hold_is_60_with_the_reason,
        a_name_of_another_is_60_and_says_which_was_meant,
        a_wildcard_is_one_whole_label_at_the_left,
        an_address_matches_addresses_only,
        without_verification_the_verdict_is_told_and_does_not_count,
        a_refused_peer_gets_no_byte_of_a_session,
        an_application_that_takes_over_the_chain_does_not_take_over_the_name,
    };

    return shuffle_and_run("tls_verify", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
