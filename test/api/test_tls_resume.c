/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Sessions that are taken up again, and those that are not (the peer counts).
 */
#include "newer.h"
#include "tls_xfer.h"

#include <stdio.h>
#include <string.h>

struct row {
    const char *name;
    int version;
    bool has_tickets;
};

static const struct row rows[] = {
    {"a_ticket_of_tls_1_3", TLS1_3_VERSION, true},
    {"a_session_of_tls_1_3", TLS1_3_VERSION, false},
    {"a_ticket_of_tls_1_2", TLS1_2_VERSION, true},
    {"a_session_of_tls_1_2", TLS1_2_VERSION, false},
};

static SSL_CTX *row_server(void)
{
    const struct row *row = test_row();
    SSL_CTX *server = tls_server_of(row->version);

    if (!row->has_tickets)
        SSL_CTX_set_options(server, SSL_OP_NO_TICKET);
    return server;
}

/* A request on a connection of its own, which is closed then. */
static void fetch_alone(struct drive *drive, struct xfer *x)
{
    SET(x, CURLOPT_FORBID_REUSE, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

static long resumed(struct peer *peer)
{
    return (long)peer_count(peer, PEER_RESUMED, PEER_EVERY);
}

TEST_ROWS(0, "C-23 the_next_connection_takes_up_", rows)
{
    struct peer *peer = tls_peer(row_server());
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");

    for (int i = 0; i < 4; i++)
        fetch_alone(drive, x);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 4);
    CHECK_INT((long)peer_count(peer, PEER_HANDSHAKES, PEER_EVERY), 4);
    CHECK_INT(resumed(peer), 3);
}

TEST_ROWS(0, "C-23 another_handle_of_the_multi_takes_up_", rows)
{
    struct peer *peer = tls_peer(row_server());
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");

    fetch_alone(drive, x);
    xfer_free(x);
    fetch_alone(drive, tls_new(peer, "/"));
    CHECK_INT(resumed(peer), 1);
}

TEST_ROWS(0, "C-23 sessionid_cache_0_neither_keeps_nor_takes_up_", rows)
{
    struct peer *peer = tls_peer(row_server());
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");

    fetch_alone(drive, x);
    SET(x, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    fetch_alone(drive, x);
    CHECK_INT(resumed(peer), 0);
    x = tls_new(peer, "/");
    SET(x, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    fetch_alone(drive, x);
    CHECK_INT(resumed(peer), 0);
}

TEST_ROWS(0, "C-23 another_multi_does_not_take_up_", rows)
{
    struct peer *peer = tls_peer(row_server());

    fetch_alone(drive_new(), tls_new(peer, "/"));
    fetch_alone(drive_new(), tls_new(peer, "/"));
    CHECK_INT(resumed(peer), 0);
}

TEST_ROWS(0, "C-23 another_host_does_not_take_up_", rows)
{
    struct peer *peer = tls_peer(row_server());
    struct drive *drive = drive_new();

    fetch_alone(drive, tls_new_host(peer, "example.test"));
    fetch_alone(drive, tls_new_host(peer, "localhost"));
    CHECK_INT(resumed(peer), 0);
    fetch_alone(drive, tls_new_host(peer, "example.test"));
    CHECK_INT(resumed(peer), 1);
}

/* A session says that the peer was verified; it must not stand in for what was not asked then. */
TEST_ROWS(0, "C-23 C-168 stricter_settings_do_not_take_up_", rows)
{
    struct peer *peer = tls_peer(row_server());
    struct drive *drive = drive_new();
    struct xfer *lax = tls_new(peer, "/");
    struct xfer *strict = tls_new(peer, "/");

    SET(lax, CURLOPT_SSL_VERIFYPEER, 0L);
    SET(lax, CURLOPT_SSL_VERIFYHOST, 0L);
    fetch_alone(drive, lax);
    fetch_alone(drive, strict);
    CHECK_INT(resumed(peer), 0);
    SET(strict, CURLOPT_PINNEDPUBLICKEY, tls_text(cert_pin(tls_ca())));
    CHECK_CODE(xfer_again(strict, drive), CURLE_SSL_PINNEDPUBKEYNOTMATCH);
}

TEST_ROWS(0, "C-23 a_peer_that_was_refused_leaves_no_", rows)
{
    struct peer *peer = tls_peer(row_server());
    struct drive *drive = drive_new();
    struct xfer *x = tls_new_host(peer, "wrong.test");

    CHECK_CODE(xfer_again(x, drive), CURLE_PEER_FAILED_VERIFICATION);
    CHECK_CODE(xfer_again(x, drive), CURLE_PEER_FAILED_VERIFICATION);
    CHECK_INT(resumed(peer), 0);
}

TEST_ROWS(0, "C-23 verify_result_of_a_connection_that_took_up_", rows)
{
    struct peer *peer = tls_peer(row_server());
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");
    struct curl_certinfo *info = NULL;

    SET(x, CURLOPT_CERTINFO, 1L);
    fetch_alone(drive, x);
    fetch_alone(drive, x);
    CHECK_INT(resumed(peer), 1);
    CHECK_INT(xfer_long(x, CURLINFO_SSL_VERIFYRESULT), 0);
    CHECK_CODE(curl_easy_getinfo(x->easy, CURLINFO_CERTINFO, &info), CURLE_OK);
    CHECK_INT(info->num_of_certs, 1);
}

/* A ticket of TLS 1.3 is used once, and the peer hands out two (RFC 8446, appendix C.4). */
TEST("C-23 connections_in_parallel_take_up_one_ticket_each")
{
    struct peer *peer =
        TLS_PEER(tls_server_of(TLS1_3_VERSION), PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");

    peer_release(peer, 1);
    fetch_alone(drive, x);
    for (int i = 0; i < 2; i++)
        xfer_start(tls_new(peer, "/"), drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 2);
    CHECK_INT(resumed(peer), 2);
    peer_release(peer, 2);
    drive_run(drive);
}

TEST("C-23 connections_in_parallel_take_up_one_session_of_tls_1_2")
{
    struct peer *peer =
        TLS_PEER(tls_server_of(TLS1_2_VERSION), PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");

    peer_release(peer, 1);
    fetch_alone(drive, x);
    for (int i = 0; i < 5; i++)
        xfer_start(tls_new(peer, "/"), drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 5);
    CHECK_INT(resumed(peer), 5);
    peer_release(peer, 5);
    drive_run(drive);
}

/* The peer has forgotten, or has new keys: the offer is declined and a full handshake follows. */
TEST_ROWS(0, "C-23 a_peer_that_forgot_gets_a_full_handshake_instead_of_", rows)
{
    SSL_CTX *server = row_server();
    struct peer *peer = tls_peer(server);
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");
    unsigned char keys[80] = {1, 2, 3};

    fetch_alone(drive, x);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    SSL_CTX_set_tlsext_ticket_keys(server, keys, sizeof(keys));
    SSL_CTX_flush_sessions(server, 0x7fffffff);
    fetch_alone(drive, x);
    CHECK_INT(resumed(peer), 0);
    fetch_alone(drive, x);
    CHECK_INT(resumed(peer), 1);
}

/* What was exported last. */
struct luggage {
    char key[600];
    unsigned char salted[64], data[16384];
    size_t n_salted, n_data;
    int n;
};

static CURLcode pack(CURL *easy, void *arg, const char *key, const unsigned char *salted,
                     size_t n_salted, const unsigned char *data, size_t n_data,
                     curl_off_t valid_until, int version, const char *alpn, size_t early_data_max)
{
    struct luggage *luggage = arg;

    CHECK(n_salted <= sizeof(luggage->salted) && n_data <= sizeof(luggage->data));
    CHECK(valid_until > 0);
    CHECK(version == TLS1_2_VERSION || version == TLS1_3_VERSION);
    /* A callback of a handle is no place to use it (section 1.13). */
    CHECK_CODE(NEWER(curl_easy_ssls_export)(easy, pack, arg), CURLE_RECURSIVE_API_CALL);
    snprintf(luggage->key, sizeof(luggage->key), "%s", key);
    memcpy(luggage->salted, salted, n_salted);
    memcpy(luggage->data, data, n_data);
    luggage->n_salted = n_salted;
    luggage->n_data = n_data;
    luggage->n++;
    return CURLE_OK;
}

TEST_ROWS(0, "ssls another_multi_takes_up_what_was_exported_and_imported_", rows)
{
    struct peer *peer = tls_peer(row_server());
    struct drive *drive = drive_new(), *other = drive_new();
    struct xfer *x = tls_new(peer, "/"), *y;
    struct luggage luggage = {.n = 0};

    SET(x, CURLOPT_FORBID_REUSE, 1L);
    xfer_start(x, drive);
    drive->keeps_done = true;
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_CODE(NEWER(curl_easy_ssls_export)(x->easy, pack, &luggage), CURLE_OK);
    CHECK(luggage.n >= 1);
    y = tls_new(peer, "/");
    xfer_start(y, other);
    CHECK_CODE(NEWER(curl_easy_ssls_import)(y->easy, luggage.key, luggage.salted, luggage.n_salted,
                                     luggage.data, luggage.n_data),
               CURLE_OK);
    drive_run(other);
    CHECK_CODE(y->result, CURLE_OK);
    CHECK_INT(resumed(peer), 1);
}

/* What would free the handle or what it works with, from inside of the callback. */
static CURLcode meddle(CURL *easy, void *arg, const char *key, const unsigned char *salted,
                       size_t n_salted, const unsigned char *data, size_t n_data,
                       curl_off_t valid_until, int version, const char *alpn,
                       size_t early_data_max)
{
    CURLM *other = curl_multi_init();

    CHECK(other != NULL);
    ++*(int *)arg;
    CHECK_CODE(NEWER(curl_easy_ssls_export)(easy, meddle, arg), CURLE_RECURSIVE_API_CALL);
    CHECK_MCODE(curl_multi_add_handle(other, easy), CURLM_RECURSIVE_API_CALL);
    curl_easy_cleanup(easy);
    curl_multi_cleanup(other);
    return CURLE_OK;
}

TEST_WITH(FOR_ONCE, "ssls who_exports_from_a_handle_that_was_performed_may_do_no_more_than_elsewhere")
{
    struct peer *peer = tls_peer(tls_server_of(TLS1_3_VERSION));
    struct xfer *x = tls_new(peer, "/");
    int n = 0;

    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_CODE(NEWER(curl_easy_ssls_export)(x->easy, meddle, &n), CURLE_OK);
    CHECK(n > 0);
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
}

/* Import by the salted key alone, and everything that is none of ours. */
TEST("ssls what_was_not_exported_is_not_imported")
{
    struct peer *peer = tls_peer(tls_server_of(TLS1_2_VERSION));
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");
    struct luggage luggage = {.n = 0};
    CURL *easy = x->easy;

    xfer_start(x, drive);
    drive->keeps_done = true;
    drive_run(drive);
    CHECK_CODE(NEWER(curl_easy_ssls_export)(easy, pack, &luggage), CURLE_OK);
    CHECK_CODE(NEWER(curl_easy_ssls_import)(easy, NULL, luggage.salted, luggage.n_salted, luggage.data,
                                     luggage.n_data),
               CURLE_OK);
    for (size_t n = 0; n < luggage.n_data; n += n < 200 ? 1 : 97)
        CHECK_CODE(NEWER(curl_easy_ssls_import)(easy, luggage.key, NULL, 0, luggage.data, n),
                   CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK_CODE(NEWER(curl_easy_ssls_import)(easy, "other:443:origin:00", NULL, 0, luggage.data,
                                     luggage.n_data),
               CURLE_BAD_FUNCTION_ARGUMENT);
    luggage.salted[40] ^= 1;
    CHECK_CODE(NEWER(curl_easy_ssls_import)(easy, luggage.key, luggage.salted, luggage.n_salted,
                                     luggage.data, luggage.n_data),
               CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK_CODE(NEWER(curl_easy_ssls_import)(easy, NULL, NULL, 0, luggage.data, luggage.n_data),
               CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK_CODE(NEWER(curl_easy_ssls_export)(easy, NULL, NULL), CURLE_BAD_FUNCTION_ARGUMENT);
}
