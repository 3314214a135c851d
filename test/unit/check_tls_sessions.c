/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls_rig.h"

#include "shuffle.h"

#include <string.h>
#include <time.h>

/* Lets what the server has sent behind its handshake come in. */
static void take_tickets(struct tls_rig *rig)
{
    ck_assert(rig->link->ops->is_alive(rig->link));
}

static bool connect_again(struct tls_rig *rig)
{
    bool is_resumed;

    tls_rig_connect(rig);
    is_resumed = whim_tls_link_is_resumed(rig->link);
    ck_assert_int_eq(is_resumed, SSL_session_reused(rig->server));
    return is_resumed;
}

START_TEST(a_ticket_of_tls13_is_used_once)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    SSL_CTX_set_num_tickets(rig.server_ctx, 1);
    ck_assert(!connect_again(&rig));
    take_tickets(&rig);
    tls_rig_close(&rig);
    ck_assert_uint_eq(whim_tls_sessions_count(rig.sessions), 1);
    ck_assert(connect_again(&rig)); /* its own ticket is not taken in */
    ck_assert_uint_eq(whim_tls_sessions_count(rig.sessions), 0);
    tls_rig_close(&rig);
    ck_assert(!connect_again(&rig));
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(a_session_of_tls12_is_used_as_often_as_one_likes)
{
    struct tls_rig rig;

    for (int has_tickets = 0; has_tickets < 2; has_tickets++) {
        tls_rig_init(&rig);
        SSL_CTX_set_max_proto_version(rig.server_ctx, TLS1_2_VERSION);
        if (!has_tickets)
            SSL_CTX_set_options(rig.server_ctx, SSL_OP_NO_TICKET);
        for (int i = 0; i < 4; i++) {
            ck_assert_int_eq(connect_again(&rig), i > 0);
            rig.link->ops->part(rig.link);
            tls_rig_close(&rig);
            ck_assert_uint_eq(whim_tls_sessions_count(rig.sessions), 1);
        }
        tls_rig_fini(&rig);
    }
}
END_TEST

START_TEST(another_peer_or_another_configuration_resumes_nothing)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    SSL_CTX_set_max_proto_version(rig.server_ctx, TLS1_2_VERSION);
    ck_assert(!connect_again(&rig));
    tls_rig_close(&rig);
    rig.peer.port = 444;
    ck_assert(!connect_again(&rig));
    tls_rig_close(&rig);
    rig.peer.is_proxy = true;
    ck_assert(!connect_again(&rig));
    tls_rig_close(&rig);
    rig.peer.host = "a.wild.example";
    ck_assert(!connect_again(&rig));
    tls_rig_close(&rig);
    rig.settings.is_host_verified = false;
    ck_assert(!connect_again(&rig));
    tls_rig_close(&rig);
    ck_assert(connect_again(&rig));
    tls_rig_close(&rig);
    rig.peer.sessions = NULL;
    ck_assert(!connect_again(&rig));
    tls_rig_fini(&rig);
}
END_TEST

/* What has passed without verification is of no use to those who verify. */
START_TEST(an_unverified_session_is_not_resumed_by_who_verifies)
{
    struct tls_rig rig;
    struct tls_cert cert;

    tls_rig_init(&rig);
    cert = tls_cert_make(&(struct tls_cert_spec){.name = "localhost"});
    SSL_CTX_set_max_proto_version(rig.server_ctx, TLS1_2_VERSION);
    tls_rig_use_cert(&rig, &cert);
    rig.settings.is_peer_verified = false;
    tls_rig_connect(&rig);
    tls_rig_close(&rig);
    rig.settings.is_peer_verified = true;
    tls_rig_refuse(&rig, CURLE_PEER_FAILED_VERIFICATION,
                   "SSL certificate problem: self-signed certificate");
    tls_cert_free(&cert);
    tls_rig_fini(&rig);
}
END_TEST

static struct whim_tls_session_key key_of(const char *host)
{
    return (struct whim_tls_session_key){.host = host, .port = 1};
}

static SSL_SESSION *session_of(struct tls_rig *rig, int version)
{
    SSL_SESSION *session = SSL_SESSION_new();
    unsigned char id[4] = {1, 2, 3, 4};

    SSL_SESSION_set_protocol_version(session, version);
    SSL_SESSION_set1_id(session, id, sizeof(id));
    SSL_SESSION_set_time(session, time(NULL));
    return session;
}

START_TEST(numbers_are_bounded_and_the_longest_unused_goes_first)
{
    struct tls_rig rig;
    struct whim_tls_session_key key;
    SSL_SESSION *first;
    char host[32];

    tls_rig_init(&rig);
    for (int i = 0; i < WHIM_TLS_MAX_SESSIONS + 10; i++) {
        snprintf(host, sizeof(host), "host%d", i);
        key = key_of(host);
        whim_tls_sessions_give(rig.sessions, &key, session_of(&rig, TLS1_2_VERSION));
        /* The first one is in use all the time. */
        key = key_of("host0");
        first = whim_tls_sessions_take(rig.sessions, &key);
        ck_assert_ptr_nonnull(first);
        SSL_SESSION_free(first);
    }
    ck_assert_uint_eq(whim_tls_sessions_count(rig.sessions), WHIM_TLS_MAX_SESSIONS);
    key = key_of("host1");
    ck_assert_ptr_null(whim_tls_sessions_take(rig.sessions, &key));
    key = key_of("host11");
    first = whim_tls_sessions_take(rig.sessions, &key);
    ck_assert_ptr_nonnull(first);
    SSL_SESSION_free(first);
    whim_tls_sessions_del(rig.sessions, &key);
    ck_assert_ptr_null(whim_tls_sessions_take(rig.sessions, &key));
    /* Of one peer: one of TLS 1.2. */
    for (int i = 0; i < 3; i++)
        whim_tls_sessions_give(rig.sessions, &key, session_of(&rig, TLS1_2_VERSION));
    ck_assert_uint_eq(whim_tls_sessions_count(rig.sessions), WHIM_TLS_MAX_SESSIONS);
    whim_tls_sessions_reset(rig.sessions);
    ck_assert_uint_eq(whim_tls_sessions_count(rig.sessions), 0);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(what_has_expired_is_not_offered)
{
    struct tls_rig rig;
    struct whim_tls_session_key key = key_of("old");
    SSL_SESSION *session;

    tls_rig_init(&rig);
    session = session_of(&rig, TLS1_2_VERSION);
    SSL_SESSION_set_time(session, time(NULL) - 2 * TLS_RIG_DAY_S);
    whim_tls_sessions_give(rig.sessions, &key, session);
    ck_assert_uint_eq(whim_tls_sessions_count(rig.sessions), 0);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(tickets_of_a_peer_are_bounded)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    SSL_CTX_set_num_tickets(rig.server_ctx, WHIM_TLS_MAX_SESSIONS_OF_PEER + 5);
    ck_assert(!connect_again(&rig));
    take_tickets(&rig);
    ck_assert_uint_eq(whim_tls_sessions_count(rig.sessions), WHIM_TLS_MAX_SESSIONS_OF_PEER);
    tls_rig_close(&rig);
    for (int i = 0; i < WHIM_TLS_MAX_SESSIONS_OF_PEER; i++) {
        ck_assert(connect_again(&rig));
        tls_rig_close(&rig);
    }
    ck_assert(!connect_again(&rig));
    tls_rig_fini(&rig);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_ticket_of_tls13_is_used_once,
        a_session_of_tls12_is_used_as_often_as_one_likes,
        another_peer_or_another_configuration_resumes_nothing,
        an_unverified_session_is_not_resumed_by_who_verifies,
        numbers_are_bounded_and_the_longest_unused_goes_first,
        what_has_expired_is_not_offered,
        tickets_of_a_peer_are_bounded,
    };

    return shuffle_and_run("tls_sessions", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
