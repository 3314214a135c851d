/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Early data: requests that go out with the handshake (CURLSSLOPT_EARLYDATA), and those that do
 * not.
 */
#include "newer.h"
#include "tls_xfer.h"

#include <string.h>

static SSL_CTX *early_server(uint32_t max)
{
    SSL_CTX *server = tls_server_of(TLS1_3_VERSION);

    need_version(0x080d00);
    CHECK(SSL_CTX_set_max_early_data(server, max) == 1);
    CHECK(SSL_CTX_set_recv_max_early_data(server, max) == 1);
    return server;
}

static struct xfer *early_new(struct peer *peer)
{
    struct xfer *x = tls_new(peer, "/");

    SET(x, CURLOPT_SSL_OPTIONS, (long)CURLSSLOPT_EARLYDATA);
    SET(x, CURLOPT_FORBID_REUSE, 1L);
    return x;
}

/* One request that leaves a ticket, so that the next may be early. */
static struct xfer *early_ready(struct peer *peer)
{
    struct xfer *x = early_new(peer);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    return x;
}

static long early_sent(struct xfer *x)
{
    curl_off_t n = -1;

    CHECK_CODE(curl_easy_getinfo(x->easy, CURLINFO_EARLYDATA_SENT_T, &n), CURLE_OK);
    return (long)n;
}

static long early_taken(struct peer *peer)
{
    return (long)peer_count(peer, PEER_EARLY, PEER_EVERY);
}

static long resumed(struct peer *peer)
{
    return (long)peer_count(peer, PEER_RESUMED, PEER_EVERY);
}

TEST("tls a_get_goes_out_with_the_handshake_that_takes_up_a_session")
{
    struct peer *peer = tls_peer(early_server(16384));
    struct xfer *x = early_ready(peer);

    CHECK_INT(early_sent(x), 0);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    WAIT_PEER(peer, PEER_RESUMED, PEER_EVERY, 1);
    CHECK_INT(early_taken(peer), xfer_long(x, CURLINFO_REQUEST_SIZE));
    CHECK_INT(early_sent(x), early_taken(peer));
    CHECK_INT(xfer_long(x, CURLINFO_SSL_VERIFYRESULT), 0);
    CHECK(xfer_off(x, CURLINFO_APPCONNECT_TIME_T) > 0);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    WAIT_PEER(peer, PEER_RESUMED, PEER_EVERY, 2);
    CHECK_INT(early_taken(peer), 2 * early_sent(x));
}

TEST("tls a_connection_that_was_early_is_used_again")
{
    struct peer *peer = tls_peer(early_server(16384));
    struct xfer *x = early_ready(peer);

    SET(x, CURLOPT_FORBID_REUSE, 0L);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK(early_sent(x) > 0);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 0);
    CHECK_INT(early_sent(x), 0);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 2);
}

TEST("tls nothing_is_early_unless_it_was_asked_for")
{
    struct peer *peer = tls_peer(early_server(16384));
    struct xfer *x = early_new(peer);

    SET(x, CURLOPT_SSL_OPTIONS, 0L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    WAIT_PEER(peer, PEER_RESUMED, PEER_EVERY, 1);
    CHECK_INT(early_taken(peer), 0);
}

static const struct method {
    const char *name;
    CURLoption option;
    long number;
    const char *text;
} methods[] = {
    {"post", CURLOPT_POSTFIELDS, 0, "a=b"},
    {"custom_method", CURLOPT_CUSTOMREQUEST, 0, "DELETE"},
};

/* Who records it can send it twice (RFC 8446, section 8). */
TEST_ROWS(0, "tls what_may_do_harm_twice_waits_for_the_handshake_as_a_", methods)
{
    const struct method *method = test_row();
    struct peer *peer = tls_peer(early_server(16384));
    struct xfer *x = early_ready(peer);

    CHECK_CODE(curl_easy_setopt(x->easy, method->option, method->text), CURLE_OK);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    WAIT_PEER(peer, PEER_RESUMED, PEER_EVERY, 1);
    CHECK_INT(early_taken(peer), 0);
    CHECK_INT(early_sent(x), 0);
}

TEST("tls a_head_is_early_too")
{
    struct peer *peer = TLS_PEER(early_server(16384), PEER_REQUEST,
                                 PEER_SEND("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
                                 PEER_AGAIN);
    struct xfer *x = early_new(peer);

    SET(x, CURLOPT_NOBODY, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK(early_sent(x) > 0);
}

/* Refused, and sent again: by a server that has new keys, and by one that wants no more of it. */
TEST("tls what_a_peer_that_forgot_refuses_is_sent_again")
{
    SSL_CTX *server = early_server(16384);
    struct peer *peer = tls_peer(server);
    struct xfer *x = early_ready(peer);
    unsigned char keys[80] = {1, 2, 3};

    SSL_CTX_set_tlsext_ticket_keys(server, keys, sizeof(keys));
    SSL_CTX_flush_sessions(server, 0x7fffffff);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_INT(resumed(peer), 0);
    CHECK_INT(early_taken(peer), 0);
    CHECK_INT(early_sent(x), -xfer_long(x, CURLINFO_REQUEST_SIZE));
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 2);
}

static int never(SSL *ssl, void *arg)
{
    (void)ssl, (void)arg;
    return 0;
}

TEST("tls what_a_peer_refuses_that_takes_up_the_session_is_sent_again")
{
    SSL_CTX *server = early_server(16384);
    struct peer *peer = tls_peer(server);
    struct xfer *x = early_ready(peer);

    SSL_CTX_set_allow_early_data_cb(server, never, NULL);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    WAIT_PEER(peer, PEER_RESUMED, PEER_EVERY, 1);
    CHECK_INT(early_taken(peer), 0);
    CHECK_INT(early_sent(x), -xfer_long(x, CURLINFO_REQUEST_SIZE));
}

/* The peer has become somebody else meanwhile: what went out early is of no use to it. */
TEST("tls a_peer_that_is_another_now_is_refused_and_gets_no_second_copy")
{
    SSL_CTX *server = early_server(16384);
    struct peer *peer = tls_peer(server);
    struct xfer *x = early_ready(peer);
    struct cert *stranger = TLS_CERT(.name = "Somebody Else", .san = "DNS:example.test");
    unsigned char keys[80] = {1, 2, 3};

    SSL_CTX_set_tlsext_ticket_keys(server, keys, sizeof(keys));
    SSL_CTX_flush_sessions(server, 0x7fffffff);
    CHECK(SSL_CTX_use_certificate(server, stranger->x509) == 1);
    CHECK(SSL_CTX_use_PrivateKey(server, stranger->key) == 1);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_PEER_FAILED_VERIFICATION);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
    CHECK_INT(early_taken(peer), 0);
}

static const struct room {
    const char *name;
    uint32_t max;
} rooms[] = {
    {"one_byte", 1},
    {"a_hundred_bytes", 100},
    {"more_than_is_sent_early_at_most", 1000000},
};

TEST_ROWS(0, "tls a_long_head_goes_on_after_the_handshake_where_there_is_room_for_", rooms)
{
    const struct room *room = test_row();
    struct peer *peer = tls_peer(early_server(room->max));
    struct xfer *x = early_ready(peer);
    struct curl_slist *headers;
    static char line[50000];

    memset(line, 'x', sizeof(line) - 1);
    memcpy(line, "X-Long: ", 8);
    headers = list_of(line, NULL);
    SET(x, CURLOPT_HTTPHEADER, headers);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    WAIT_PEER(peer, PEER_RESUMED, PEER_EVERY, 1);
    CHECK_INT(early_sent(x), room->max < 16384 ? (long)room->max : 16384);
    CHECK_INT(early_taken(peer), early_sent(x));
}

TEST("tls a_peer_that_closes_on_early_data_ends_the_transfer")
{
    SSL_CTX *server = early_server(16384);
    struct peer *peer = tls_peer(server);
    struct xfer *x = early_ready(peer);

    PEER_SCRIPT(peer, 1, PEER_REQUEST);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_GOT_NOTHING);
}

TEST("tls an_early_transfer_that_is_removed_leaves_nothing_behind")
{
    SSL_CTX *server = early_server(16384);
    struct peer *peer = TLS_PEER(server, PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
    struct xfer *x = early_new(peer);

    peer_release(peer, 1);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    xfer_start(x, x->drive);
    DRIVE_UNTIL(x->drive, early_taken(peer) > 0);
    xfer_free(x);
}
