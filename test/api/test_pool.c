/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Which connection a request takes, and how long one is kept (contract section 1.16).
 */
#include "interpose.h"
#include "xfer.h"

#include <stdio.h>

#define OK11 "HTTP/1.1 200 OK\r\n"

/* Connections the peer saw once the drive has run. */
static long count_connections(struct peer *peer)
{
    return (long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY);
}

TEST("C-167 sequential_requests_share_a_connection")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();

    for (int i = 0; i < 5; i++)
        xfer_fetch(drive, peer, "/");
    CHECK_INT(count_connections(peer), 1);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, 0), 5);
}

TEST("C-167 parallel_requests_take_connections_of_their_own")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();

    for (int i = 0; i < 4; i++)
        xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 4);
    CHECK_INT(count_connections(peer), 4);
    peer_release(peer, 4);
    drive_run(drive);
}

TEST("C-167 a_request_does_not_pipeline_on_a_busy_connection")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();

    MSET(drive, CURLMOPT_PIPELINING, (long)(CURLPIPE_HTTP1 | CURLPIPE_MULTIPLEX));
    xfer_get(drive, peer, "/1");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    xfer_get(drive, peer, "/2");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 2);
    CHECK_INT(count_connections(peer), 2);
    peer_release(peer, 2);
    drive_run(drive);
}

TEST("C-167 fresh_connect_opens_a_new_connection_and_leaves_it_in_the_pool")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_fetch(drive, peer, "/");

    SET(x, CURLOPT_FRESH_CONNECT, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(count_connections(peer), 2);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 1);
    SET(x, CURLOPT_FRESH_CONNECT, 0L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(count_connections(peer), 2);
}

TEST("C-167 forbid_reuse_closes_the_connection_after_use")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_FORBID_REUSE, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(count_connections(peer), 2);
}

/* Pairs of requests that must not share a connection, or must. */

struct pair {
    const char *name;
    CURLoption option;
    long number;
    const char *text;
    bool is_shared;
};

static const struct pair pairs[] = {
    {"another_user_agent", CURLOPT_USERAGENT, 0, "other", true},
    {"another_method", CURLOPT_NOBODY, 1, NULL, true},
    {"basic_credentials", CURLOPT_USERPWD, 0, "u:p", true},
    {"another_timeout", CURLOPT_TIMEOUT_MS, 5000, NULL, true},
    {"the_same_ip_version", CURLOPT_IPRESOLVE, CURL_IPRESOLVE_WHATEVER, NULL, true},
    {"a_local_port_of_its_own", CURLOPT_LOCALPORTRANGE, 1, NULL, true},
    {"an_interface_of_its_own", CURLOPT_INTERFACE, 0, "127.0.0.1", false},
    {"tcp_nodelay_off", CURLOPT_TCP_NODELAY, 0, NULL, true},
    {"tls_verification_off", CURLOPT_SSL_VERIFYPEER, 0, NULL, true},
};

TEST_ROWS(0, "C-168 the_second_request_shares_the_connection_or_not_given_", pairs)
{
    const struct pair *row = test_row();
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x;

    xfer_fetch(drive, peer, "/");
    x = xfer_new(peer, "/");
    if (row->text)
        SET(x, row->option, row->text);
    else
        SET(x, row->option, row->number);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(count_connections(peer), row->is_shared ? 1 : 2);
}

TEST("C-168 the_host_is_compared_without_case")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    const char *const hosts[] = {"localhost", "LOCALHOST", "LocalHost"};
    char url[100];

    for (int i = 0; i < 3; i++) {
        struct xfer *x;

        snprintf(url, sizeof(url), "http://%s:%d/", hosts[i], peer_port(peer));
        x = xfer_new_url(url);
        SET(x, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V4);
        CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    }
    CHECK_INT(count_connections(peer), 1);
}

TEST("C-168 C-175 another_name_of_the_same_address_is_another_origin")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    const char *const hosts[] = {"localhost", "127.0.0.1"};
    char url[100];

    for (int i = 0; i < 2; i++) {
        struct xfer *x;

        snprintf(url, sizeof(url), "http://%s:%d/", hosts[i], peer_port(peer));
        x = xfer_new_url(url);
        SET(x, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V4);
        CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    }
    CHECK_INT(count_connections(peer), 2);
}

TEST("C-168 connect_to_is_part_of_the_origin")
{
    struct peer *peer = peer_serving(HELLO), *other = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new_url("http://a.example/");
    char to[100];

    snprintf(to, sizeof(to), "::127.0.0.1:%d", peer_port(peer));
    SET(x, CURLOPT_CONNECT_TO, list_of(to, NULL));
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    snprintf(to, sizeof(to), "::127.0.0.1:%d", peer_port(other));
    SET(x, CURLOPT_CONNECT_TO, list_of(to, NULL));
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(count_connections(peer), 1);
    CHECK_INT(count_connections(other), 1);
}

TEST("C-169 an_unbound_request_may_use_a_bound_connection")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_INTERFACE, "127.0.0.1");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    xfer_fetch(drive, peer, "/");
    CHECK_INT(count_connections(peer), 1);
}

TEST("C-170 an_idle_connection_older_than_maxage_is_not_used_again")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_MAXAGE_CONN, 10L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    sys_clock_advance(9000, false);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(count_connections(peer), 1);
    sys_clock_advance(12000, false);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(count_connections(peer), 2);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 1);
}

TEST("C-170 the_default_of_maxage_is_118_seconds")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();

    xfer_fetch(drive, peer, "/");
    sys_clock_advance(116000, false);
    xfer_fetch(drive, peer, "/");
    CHECK_INT(count_connections(peer), 1);
    sys_clock_advance(121000, false);
    xfer_fetch(drive, peer, "/");
    CHECK_INT(count_connections(peer), 2);
}

TEST("C-170 a_connection_older_than_its_lifetime_is_not_used_again")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_MAXLIFETIME_CONN, 10L);
    for (int i = 0; i < 4; i++) {
        CHECK_CODE(xfer_again(x, drive), CURLE_OK);
        CHECK_INT(count_connections(peer), i < 3 ? 1 : 2);
        sys_clock_advance(4000, false);
    }
}

TEST("C-170 C-211 the_default_lifetime_is_a_day")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_MAXAGE_CONN, 1000000L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    sys_clock_advance(23 * 3600 * 1000, false);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(count_connections(peer), 1);
    sys_clock_advance(2 * 3600 * 1000, false);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(count_connections(peer), 2);
}

/* Dead and dying connections. */

TEST("C-171 an_idle_connection_that_the_peer_closed_is_not_used")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_GATE, PEER_CLOSE);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    xfer_fetch(drive, peer, "/");
    peer_release(peer, 1);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    sys_clock_advance(2000, false);
    CHECK_INT(xfer_long(xfer_fetch(drive, peer, "/"), CURLINFO_NUM_CONNECTS), 1);
    CHECK_INT(count_connections(peer), 2);
}

TEST("C-171 an_idle_connection_that_said_something_unasked_is_not_used")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_GATE,
                PEER_SEND("HTTP/1.1 666 Bad\r\n\r\n"), PEER_KEEP);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    xfer_fetch(drive, peer, "/");
    peer_release(peer, 1);
    WAIT_PEER(peer, PEER_SENT, 0, strlen(HELLO) + 20);
    sys_clock_advance(2000, false);
    CHECK_STR(xfer_fetch(drive, peer, "/")->body.data, "hello");
    CHECK_INT(count_connections(peer), 2);
}

TEST("C-172 a_request_on_a_reused_connection_that_dies_goes_again_on_a_new_one")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    struct xfer *x;

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_REQUEST, PEER_CLOSE);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    xfer_fetch(drive, peer, "/1");
    x = xfer_fetch(drive, peer, "/2");
    CHECK_STR(x->body.data, "hello");
    CHECK_INT(count_connections(peer), 2);
    CHECK_HAS(received(peer, 1), "GET /2 ");
    CHECK_INT(x->n_results, 1);
}

TEST("C-172 a_reset_of_a_reused_connection_is_retried_too")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_REQUEST, PEER_RESET);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    xfer_fetch(drive, peer, "/1");
    xfer_fetch(drive, peer, "/2");
    CHECK_INT(count_connections(peer), 2);
}

TEST("C-172 a_new_connection_that_dies_is_not_retried")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_CLOSE);
    struct xfer *x = xfer_get(drive_new(), peer, "/");

    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_GOT_NOTHING);
    CHECK_INT(count_connections(peer), 1);
}

TEST("C-172 an_answer_that_began_is_not_retried")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    struct xfer *x;

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_REQUEST,
                PEER_SEND(OK11 "Content-Length: 9\r\n\r\nabc"), PEER_CLOSE);
    xfer_fetch(drive, peer, "/1");
    x = xfer_get(drive, peer, "/2");
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_PARTIAL_FILE);
    CHECK_INT(count_connections(peer), 1);
}

TEST("C-172 retries_end_after_several_dead_connections")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_REQUEST, PEER_CLOSE);
    struct drive *drive = drive_new();
    struct xfer *x;

    for (int i = 0; i < 12; i++)
        xfer_get(drive, peer, "/warm");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 12);
    peer_release(peer, 100);
    drive_run(drive);
    x = xfer_get(drive, peer, "/");
    drive_run(drive);
    CHECK_INT(x->n_results, 1);
    CHECK(peer_count(peer, PEER_REQUESTS, PEER_EVERY) <= 12 + 7);
}

TEST("C-178 a_connection_whose_answer_was_not_consumed_is_not_used_again")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    PEER_SCRIPT(peer, PEER_EVERY, PEER_REQUEST, PEER_SEND(HELLO), PEER_AGAIN);
    SET(x, CURLOPT_FAILONERROR, 1L);
    SET(x, CURLOPT_MAXFILESIZE, 2L);
    CHECK_CODE(xfer_again(x, drive), CURLE_FILESIZE_EXCEEDED);
    xfer_fetch(drive, peer, "/");
    CHECK_INT(count_connections(peer), 2);
}

/* How many are kept (C-130). */

static void fill_pool(struct drive *drive, struct peer *peer, int n)
{
    size_t before = peer_count(peer, PEER_WAITING, PEER_EVERY);

    for (int i = 0; i < n; i++)
        xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == before + (size_t)n);
    peer_release(peer, (unsigned)n);
    drive_run(drive);
}

static struct peer *peer_gated(void)
{
    return PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
}

TEST("C-130 maxconnects_caps_the_connections_that_are_kept")
{
    struct peer *peer = peer_gated();
    struct drive *drive = drive_new();

    MSET(drive, CURLMOPT_MAXCONNECTS, 3L);
    fill_pool(drive, peer, 8);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 3);
}

TEST("C-130 maxconnects_never_closes_a_connection_in_use")
{
    struct peer *peer = peer_gated();
    struct drive *drive = drive_new();

    MSET(drive, CURLMOPT_MAXCONNECTS, 1L);
    for (int i = 0; i < 5; i++)
        xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 5);
    CHECK_INT((long)peer_count(peer, PEER_OPEN, PEER_EVERY), 5);
    peer_release(peer, 5);
    drive_run(drive);
}

TEST("C-130 the_longest_idle_connection_goes_first")
{
    struct peer *peers[3];
    struct drive *drive = drive_new();

    MSET(drive, CURLMOPT_MAXCONNECTS, 2L);
    for (int i = 0; i < 3; i++) {
        peers[i] = peer_serving(HELLO);
        xfer_fetch(drive, peers[i], "/");
        sys_clock_advance(1000, false);
    }
    WAIT_PEER(peers[0], PEER_OPEN, PEER_EVERY, 0);
    CHECK_INT((long)peer_count(peers[1], PEER_OPEN, PEER_EVERY), 1);
    CHECK_INT((long)peer_count(peers[2], PEER_OPEN, PEER_EVERY), 1);
}

TEST("C-130 without_a_cap_a_pool_keeps_four_times_the_running_handles")
{
    struct peer *peer = peer_gated();
    struct drive *drive = drive_new();

    fill_pool(drive, peer, 10);
    CHECK((long)peer_count(peer, PEER_OPEN, PEER_EVERY) >= 4);
    for (int i = 0; i < 3; i++) {
        peer_release(peer, 1);
        xfer_fetch(drive, peer, "/");
    }
    CHECK_INT(count_connections(peer), 10);
}

/* Names (C-176). */

TEST("C-23 C-176 a_name_resolved_by_the_application_is_remembered_by_the_multi")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x;
    char url[100], entry[100];

    snprintf(url, sizeof(url), "http://kept.example:%d/", peer_port(peer));
    snprintf(entry, sizeof(entry), "kept.example:%d:127.0.0.1", peer_port(peer));
    x = xfer_new_url(url);
    SET(x, CURLOPT_RESOLVE, list_of(entry, NULL));
    SET(x, CURLOPT_FORBID_REUSE, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    x = xfer_new_url(url);
    sys_clock_advance(1000000, false);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(count_connections(peer), 2);
}

TEST("C-176 a_name_given_by_the_application_may_be_taken_back")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x;
    char url[100], entry[100];

    snprintf(url, sizeof(url), "http://moving.invalid:%d/", peer_port(peer));
    snprintf(entry, sizeof(entry), "moving.invalid:%d:127.0.0.1", peer_port(peer));
    x = xfer_new_url(url);
    SET(x, CURLOPT_RESOLVE, list_of(entry, NULL));
    SET(x, CURLOPT_FORBID_REUSE, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    snprintf(entry, sizeof(entry), "-moving.invalid:%d", peer_port(peer));
    SET(x, CURLOPT_RESOLVE, list_of(entry, NULL));
    CHECK_CODE(xfer_again(x, drive), CURLE_COULDNT_RESOLVE_HOST);
}

TEST("C-176 a_name_that_does_not_exist_fails_with_6")
{
    struct xfer *x = xfer_new_url("http://name.invalid/");

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_COULDNT_RESOLVE_HOST);
    CHECK_HAS(x->error, "name.invalid");
}

/* Keeping it alive (C-199). */

TEST_WITH(FOR_ONCE, "C-199 upkeep_of_an_http_1_connection_does_nothing_and_is_ok")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_UPKEEP_INTERVAL_MS, 1L);
    CHECK_CODE(curl_easy_upkeep(x->easy), CURLE_OK);
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    sys_clock_advance(10000, false);
    CHECK_CODE(curl_easy_upkeep(x->easy), CURLE_OK);
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_INT(count_connections(peer), 1);
}
