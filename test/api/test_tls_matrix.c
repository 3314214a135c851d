/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Bad certificates of every kind, of origins and proxies, wherever they stand on the way; and
 * sessions, which must not let one of them in.
 */
#include "tls_way.h"
#include "verdicts.h"

#include <stdio.h>

/* Where the server with the certificate in question stands. */
enum place { STRAIGHT, IN_A_TUNNEL, IN_A_TUNNEL_OF_TLS, AS_THE_PROXY, N_PLACES };

static struct peer *peer_at(enum place place, SSL_CTX *server)
{
    switch (place) {
    case STRAIGHT:
        return tls_peer(server);
    case IN_A_TUNNEL:
        return tls_way_peer(WAY_HTTP, NULL, server);
    case IN_A_TUNNEL_OF_TLS:
        return tls_way_peer(WAY_HTTPS, NULL, server);
    default:
        return tls_way_peer(WAY_HTTPS, server, NULL);
    }
}

/* A transfer in which the server goes by that name, and that trusts tls_ca() for its role. */
static struct xfer *xfer_at(enum place place, struct peer *peer, const char *host)
{
    char url[300];
    struct xfer *x;

    if (place == STRAIGHT)
        return tls_new_host(peer, host);
    snprintf(url, sizeof(url), "https://%s/", host);
    if (place != AS_THE_PROXY)
        return tls_by(peer, place == IN_A_TUNNEL ? WAY_HTTP : WAY_HTTPS, url);
    x = tls_by_name(peer, host, WAY_URL);
    tls_trust_proxy(x, tls_ca());
    return x;
}

/* No byte of what was meant for the right server may reach this one. */
static void check_silence(enum place place, struct peer *peer, unsigned nth)
{
    WAIT_PEER(peer, PEER_CONNECTIONS, PEER_EVERY, nth + 1);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    if (place == STRAIGHT || place == AS_THE_PROXY)
        CHECK_INT((long)peer_count(peer, PEER_RECEIVED, nth), 0);
    else
        CHECK_STR(body_of(peer, nth), "");
}

static long verify_result(enum place place, struct xfer *x)
{
    return xfer_long(x, place == AS_THE_PROXY ? CURLINFO_PROXY_SSL_VERIFYRESULT
                                              : CURLINFO_SSL_VERIFYRESULT);
}

static void check_verdict(enum place place)
{
    const struct verdict *row = test_row();
    struct peer *peer = peer_at(place, row->serve());
    struct xfer *x = xfer_at(place, peer, row->host);

    CHECK_CODE(xfer_again(x, drive_new()), row->code);
    CHECK_HAS(x->error, row->text);
    if (row->verify_result >= 0)
        CHECK_INT(verify_result(place, x), row->verify_result);
    if (row->code)
        check_silence(place, peer, 0);
    else
        CHECK_STR(x->body.data, "hello");
}

TEST_ROWS(0, "tls a_certificate_of_an_origin_in_a_tunnel_is_judged_", verdicts)
{
    check_verdict(IN_A_TUNNEL);
}

TEST_ROWS(0, "tls a_certificate_of_an_origin_in_a_tunnel_of_tls_is_judged_", verdicts)
{
    check_verdict(IN_A_TUNNEL_OF_TLS);
}

TEST_ROWS(0, "tls a_certificate_of_a_proxy_is_judged_", verdicts)
{
    check_verdict(AS_THE_PROXY);
}

TEST_ROWS(0, "tls a_certificate_of_a_proxy_that_forwards_is_judged_", verdicts)
{
    const struct verdict *row = test_row();
    struct peer *peer = TLS_FORWARD(row->serve(), PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = tls_by_name(peer, row->host, "http://" WAY_HOST "/");

    tls_trust_proxy(x, tls_ca());
    CHECK_CODE(xfer_again(x, drive_new()), row->code);
    CHECK_HAS(x->error, row->text);
    if (row->code)
        check_silence(AS_THE_PROXY, peer, 0);
}

/* Sessions. */

static void verify(struct xfer *x, enum place place, bool is_verified)
{
    bool is_proxy = place == AS_THE_PROXY;

    SET(x, is_proxy ? CURLOPT_PROXY_SSL_VERIFYPEER : CURLOPT_SSL_VERIFYPEER, is_verified ? 1L : 0L);
    SET(x, is_proxy ? CURLOPT_PROXY_SSL_VERIFYHOST : CURLOPT_SSL_VERIFYHOST, is_verified ? 2L : 0L);
}

/* Handshakes of the server in question that took up a session. */
static long resumed(enum place place, struct peer *peer)
{
    return (long)peer_count(peer, place == AS_THE_PROXY ? PEER_OUTER_RESUMED : PEER_RESUMED,
                            PEER_EVERY);
}

static SSL_CTX *row_server(int version)
{
    const struct verdict *row = test_row();
    SSL_CTX *server = row->serve();

    SSL_CTX_set_max_proto_version(server, version);
    return server;
}

/* Learnt with verification off, used without it, never with it. */
static void check_laxity(enum place place, int version)
{
    const struct verdict *row = test_row();
    struct peer *peer = peer_at(place, row_server(version));
    struct drive *drive = drive_new();
    struct xfer *x = xfer_at(place, peer, row->host);

    SET(x, CURLOPT_FORBID_REUSE, 1L);
    verify(x, place, false);
    tls_run_ok(x, drive);
    tls_run_ok(x, drive);
    CHECK_INT(resumed(place, peer), 1);
    verify(x, place, true);
    if (xfer_again(x, drive) != row->code)
        FAIL("%d at place %d in version %x: %s", x->result, (int)place, version, x->error);
    if (row->code)
        check_silence(place, peer, 2);
    CHECK_INT(resumed(place, peer), 1);
}

TEST_ROWS(0, "C-23 C-168 a_session_that_was_learnt_without_verification_does_not_let_in_one_",
          verdicts)
{
    for (int place = 0; place < N_PLACES; place++)
        for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++)
            check_laxity((enum place)place, version);
}

/* What is asked for besides, once a good session is there: each makes a handshake of its own. */

static void trust_another(struct xfer *x, enum place place)
{
    struct cert *other = TLS_CERT(.name = "Another CA", .is_ca = true);

    if (place == AS_THE_PROXY)
        tls_trust_proxy(x, other);
    else
        tls_trust(x, other);
}

static void pin_another(struct xfer *x, enum place place)
{
    SET(x, place == AS_THE_PROXY ? CURLOPT_PROXY_PINNEDPUBLICKEY : CURLOPT_PINNEDPUBLICKEY,
        tls_text(cert_pin(tls_ca())));
}

static void revoke(struct xfer *x, enum place place)
{
    SET(x, place == AS_THE_PROXY ? CURLOPT_PROXY_CRLFILE : CURLOPT_CRLFILE,
        tls_file("leaf.crl", tls_text(cert_crl_pem(tls_ca(), tls_leaf()))));
}

static void want_another_issuer(struct xfer *x, enum place place)
{
    SET(x, place == AS_THE_PROXY ? CURLOPT_PROXY_ISSUERCERT : CURLOPT_ISSUERCERT,
        tls_file("other.pem", TLS_PEM(TLS_CERT(.name = "Another CA", .is_ca = true))));
}

static const struct doubt {
    const char *name;
    void (*set)(struct xfer *x, enum place place);
    CURLcode code;
} doubts[] = {
    {"another_ca", trust_another, CURLE_PEER_FAILED_VERIFICATION},
    {"another_pin", pin_another, CURLE_SSL_PINNEDPUBKEYNOTMATCH},
    {"a_list_that_revokes_it", revoke, CURLE_PEER_FAILED_VERIFICATION},
    {"another_issuer", want_another_issuer, CURLE_SSL_ISSUER_ERROR},
};

static void check_doubt(enum place place, int version)
{
    const struct doubt *row = test_row();
    SSL_CTX *server = tls_server_of(version);
    struct peer *peer = peer_at(place, server);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_at(place, peer, "localhost");

    SET(x, CURLOPT_FORBID_REUSE, 1L);
    tls_run_ok(x, drive);
    tls_run_ok(x, drive);
    CHECK_INT(resumed(place, peer), 1);
    row->set(x, place);
    if (xfer_again(x, drive) != row->code)
        FAIL("%d at place %d in version %x: %s", x->result, (int)place, version, x->error);
    check_silence(place, peer, 2);
}

TEST_ROWS(0, "C-23 C-168 a_good_session_is_none_for_who_asks_for_", doubts)
{
    for (int place = 0; place < N_PLACES; place++)
        for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++)
            check_doubt((enum place)place, version);
}

static const struct of_version {
    const char *name;
    int version;
} of_versions[] = {{"tls_1_2", TLS1_2_VERSION}, {"tls_1_3", TLS1_3_VERSION}};

static int row_version(void)
{
    return ((const struct of_version *)test_row())->version;
}

/* In both layers at once. */
TEST_ROWS(0, "C-23 the_next_tunnel_takes_up_the_sessions_of_proxy_and_origin_of_", of_versions)
{
    struct peer *peer = tls_way_peer(WAY_HTTPS, tls_proxy_of(row_version()),
                                     tls_server_of(row_version()));
    struct drive *drive = drive_new();
    struct xfer *x = tls_by(peer, WAY_HTTPS, WAY_URL);

    SET(x, CURLOPT_FORBID_REUSE, 1L);
    for (int i = 0; i < 3; i++)
        tls_run_ok(x, drive);
    CHECK_INT((long)peer_count(peer, PEER_OUTER_RESUMED, PEER_EVERY), 2);
    CHECK_INT((long)peer_count(peer, PEER_RESUMED, PEER_EVERY), 2);
    CHECK_INT(xfer_long(x, CURLINFO_PROXY_SSL_VERIFYRESULT), X509_V_OK);
    CHECK_INT(xfer_long(x, CURLINFO_SSL_VERIFYRESULT), X509_V_OK);
}

/* One server, one address, one configuration, and nothing but the role is another. */
static void check_roles(bool is_proxy_first)
{
    struct peer *peer = tls_peer(tls_server_of(row_version()));
    struct drive *drive = drive_new();
    char url[100];
    struct xfer *x;

    snprintf(url, sizeof(url), "https://%s/", peer_authority(peer));
    x = tls_by(peer, WAY_HTTPS, url);
    tls_trust_proxy(x, tls_ca());
    SET(x, CURLOPT_SSL_ENABLE_ALPN, 0L);
    SET(x, CURLOPT_FORBID_REUSE, 1L);
    for (int i = 0; i < 3; i++) {
        bool is_proxy = (i == 1) != is_proxy_first;

        SET(x, CURLOPT_URL, is_proxy ? "http://far.invalid/" : url);
        SET(x, CURLOPT_NOPROXY, is_proxy ? "" : "*");
        tls_run_ok(x, drive);
        CHECK_INT((long)peer_count(peer, PEER_RESUMED, PEER_EVERY), i == 2);
    }
}

TEST_ROWS(0, "C-23 a_proxy_does_not_take_up_what_it_gave_as_an_origin_in_", of_versions)
{
    check_roles(false);
}

TEST_ROWS(0, "C-23 an_origin_does_not_take_up_what_it_gave_as_a_proxy_in_", of_versions)
{
    check_roles(true);
}

/* Origins of other names or ports, all at the end of one tunnel. */
TEST_ROWS(0, "C-23 sessions_of_origins_in_a_tunnel_are_theirs_alone_in_", of_versions)
{
    static const char *const urls[] = {"https://" WAY_HOST "/", "https://localhost/",
                                       "https://" WAY_HOST ":444/", "https://127.0.0.1/"};

    for (int way = 0; way < 2; way++) {
        struct peer *peer = tls_way_peer(&tls_ways[way], NULL, tls_server_of(row_version()));
        struct drive *drive = drive_new();
        struct xfer *x = tls_by(peer, &tls_ways[way], WAY_URL);

        SET(x, CURLOPT_FORBID_REUSE, 1L);
        for (int i = 0; i < 8; i++) {
            SET(x, CURLOPT_URL, urls[i % 4]);
            tls_run_ok(x, drive);
            CHECK_INT((long)peer_count(peer, PEER_RESUMED, PEER_EVERY), i < 4 ? 0 : i - 3);
        }
    }
}

/* A name that was not looked at must not be taken for one that was. */
TEST_ROWS(0, "C-23 C-168 a_session_of_a_wrong_name_lets_nobody_in_when_names_matter_in_",
          of_versions)
{
    for (int place = 0; place < N_PLACES; place++) {
        struct peer *peer = peer_at((enum place)place, tls_server_of(row_version()));
        struct drive *drive = drive_new();
        struct xfer *x = xfer_at((enum place)place, peer, "wrong.test");

        SET(x, CURLOPT_FORBID_REUSE, 1L);
        SET(x, place == AS_THE_PROXY ? CURLOPT_PROXY_SSL_VERIFYHOST : CURLOPT_SSL_VERIFYHOST, 0L);
        tls_run_ok(x, drive);
        tls_run_ok(x, drive);
        CHECK_INT(resumed((enum place)place, peer), 1);
        SET(x, place == AS_THE_PROXY ? CURLOPT_PROXY_SSL_VERIFYHOST : CURLOPT_SSL_VERIFYHOST, 2L);
        CHECK_CODE(xfer_again(x, drive), CURLE_PEER_FAILED_VERIFICATION);
        check_silence((enum place)place, peer, 2);
    }
}
