/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Limits on connections and the queue behind them (contract sections 1.12 and 1.17).
 */
#include "interpose.h"
#include "xfer.h"

#include <stdio.h>
#include <stdlib.h>

static struct peer *peer_gated(void)
{
    return PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
}

/* Connections that the library has open: the peer learns of a close only later. */
static long count_open(void)
{
    return (long)sys_count(SYS_SOCKET) - (long)sys_count(SYS_CLOSE);
}

/* Runs to the end with every gate opened as it closes; the most that were open at once. */
static long run_opening(struct drive *drive, struct peer **peers, size_t n_peers, long n_before)
{
    int64_t until_us = sys_real_us() + patience_ms() * INT64_C(1000);
    long most = 0;

    while (drive->n_added > 0) {
        CHECK(sys_real_us() < until_us);
        for (size_t i = 0; i < n_peers; i++)
            if (peer_count(peers[i], PEER_WAITING, PEER_EVERY))
                peer_release(peers[i], 1);
        drive_turn(drive, 1);
        if (count_open() - n_before > most)
            most = count_open() - n_before;
    }
    return most;
}

TEST("C-131 C-179 no_more_connections_per_host_than_allowed_and_all_transfers_finish")
{
    struct peer *peer = peer_gated();
    struct drive *drive = drive_new();
    struct xfer *all[10];
    long n_before = count_open();

    MSET(drive, CURLMOPT_MAX_HOST_CONNECTIONS, 3L);
    for (int i = 0; i < 10; i++)
        all[i] = xfer_get(drive, peer, "/");
    CHECK_INT(run_opening(drive, &peer, 1, n_before), 3);
    for (int i = 0; i < 10; i++)
        CHECK_CODE(all[i]->result, CURLE_OK);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 3);
}

TEST("C-131 the_limit_per_host_leaves_other_hosts_alone")
{
    struct peer *peers[2] = {peer_gated(), peer_gated()};
    struct drive *drive = drive_new();
    long n_before = count_open();

    MSET(drive, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    for (int i = 0; i < 4; i++)
        xfer_get(drive, peers[i % 2], "/");
    DRIVE_UNTIL(drive, peer_count(peers[0], PEER_WAITING, PEER_EVERY) == 1 &&
                           peer_count(peers[1], PEER_WAITING, PEER_EVERY) == 1);
    CHECK_INT(run_opening(drive, peers, 2, n_before), 2);
}

TEST("C-132 no_more_connections_in_all_than_allowed_and_all_transfers_finish")
{
    struct peer *peers[3] = {peer_gated(), peer_gated(), peer_gated()};
    struct drive *drive = drive_new();
    struct xfer *all[9];
    long n_before = count_open();

    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 2L);
    for (int i = 0; i < 9; i++)
        all[i] = xfer_get(drive, peers[i % 3], "/");
    CHECK(run_opening(drive, peers, 3, n_before) <= 2);
    for (int i = 0; i < 9; i++)
        CHECK_CODE(all[i]->result, CURLE_OK);
}

TEST("C-132 an_idle_connection_is_closed_to_make_room")
{
    struct peer *first = peer_serving(HELLO), *second = peer_serving(HELLO);
    struct drive *drive = drive_new();

    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    xfer_fetch(drive, first, "/");
    xfer_fetch(drive, second, "/");
    WAIT_PEER(first, PEER_OPEN, PEER_EVERY, 0);
    CHECK_INT((long)peer_count(second, PEER_OPEN, PEER_EVERY), 1);
}

TEST("C-131 C-132 an_idle_connection_to_the_host_is_taken_rather_than_closed")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();

    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    MSET(drive, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    for (int i = 0; i < 3; i++)
        xfer_fetch(drive, peer, "/");
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
}

TEST("C-133 lowering_a_limit_does_not_end_transfers_that_run")
{
    struct peer *peer = peer_gated();
    struct drive *drive = drive_new();
    struct xfer *all[4];

    for (int i = 0; i < 4; i++)
        all[i] = xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 4);
    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    MSET(drive, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    MSET(drive, CURLMOPT_MAXCONNECTS, 1L);
    drive_settle(drive);
    CHECK_INT((long)peer_count(peer, PEER_OPEN, PEER_EVERY), 4);
    peer_release(peer, 4);
    drive_run(drive);
    for (int i = 0; i < 4; i++)
        CHECK_CODE(all[i]->result, CURLE_OK);
}

TEST("C-179 raising_a_limit_lets_queued_transfers_start")
{
    struct peer *peer = peer_gated();
    struct drive *drive = drive_new();

    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    for (int i = 0; i < 3; i++)
        xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    drive_settle(drive);
    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 0L);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 3);
    peer_release(peer, 3);
    drive_run(drive);
}

TEST_WITH(FOR_EVENTS, "C-179 a_queued_transfer_has_no_socket")
{
    struct peer *peer = peer_gated();
    struct drive *drive = drive_new();

    MSET(drive, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    for (int i = 0; i < 5; i++)
        xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    drive_settle(drive);
    CHECK_INT(drive->ledger.n_announced, 1);
    CHECK_INT(run_opening(drive, &peer, 1, count_open()), 0);
}

TEST("C-179 C-181 a_transfer_that_fails_makes_room_for_a_queued_one")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    struct xfer *x, *y;

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_GATE, PEER_RESET);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    MSET(drive, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    x = xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    y = xfer_get(drive, peer, "/");
    drive_settle(drive);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_RECV_ERROR);
    CHECK_CODE(y->result, CURLE_OK);
}

TEST("C-181 forty_transfers_over_one_connection_all_run")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *all[40];

    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    for (int i = 0; i < 40; i++)
        all[i] = xfer_get(drive, peer, "/");
    drive_run(drive);
    for (int i = 0; i < 40; i++)
        CHECK_CODE(all[i]->result, CURLE_OK);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 40);
}

TEST("C-180 queued_transfers_start_in_the_order_in_which_they_were_added")
{
    static const char *const paths[] = {"/0", "/1", "/2", "/3", "/4", "/5"};
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    const char *at;

    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    for (int i = 0; i < 6; i++)
        xfer_get(drive, peer, paths[i]);
    drive_run(drive);
    at = received(peer, 0);
    for (int i = 0; i < 6; i++) {
        at = strstr(at, paths[i]);
        CHECK(at != NULL);
    }
}

/*
 * The one that lost its connection waits behind the others, though it was added before them; it
 * takes a new connection.
 */
TEST("C-172 C-180 a_limit_that_is_set_again_keeps_the_order_of_those_who_wait")
{
    static const char *const order[] = {"/2", "/3", "/4"};
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    const char *at;

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_HEAD, PEER_CLOSE);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_REQUEST, PEER_SEND(HELLO),
                PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    PEER_SCRIPT(peer, 2, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    xfer_fetch(drive, peer, "/0");
    xfer_get(drive, peer, "/1");
    xfer_get(drive, peer, "/2");
    xfer_get(drive, peer, "/3");
    xfer_get(drive, peer, "/4");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, 1) == 1);
    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    drive_settle(drive);
    peer_release(peer, 1);
    drive_run(drive);
    at = received(peer, 1);
    for (int i = 0; i < 3; i++) {
        at = strstr(at, order[i]);
        CHECK(at != NULL);
    }
}

TEST("C-182 C-183 the_timeout_counts_while_queued")
{
    struct peer *peer = peer_gated();
    struct drive *drive = drive_new();
    struct xfer *x, *y;

    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    x = xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    y = xfer_new(peer, "/");
    SET(y, CURLOPT_TIMEOUT_MS, 20000L);
    xfer_start(y, drive);
    drive_settle(drive);
    sys_clock_advance(19000, false);
    drive_settle(drive);
    CHECK_INT(y->n_results, 0);
    sys_clock_advance(1500, false);
    DRIVE_UNTIL(drive, y->n_results == 1);
    CHECK_CODE(y->result, CURLE_OPERATION_TIMEDOUT);
    CHECK_INT(x->n_results, 0);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}

TEST("C-182 C-184 the_connect_timeout_counts_while_queued")
{
    struct peer *peer = peer_gated();
    struct drive *drive = drive_new();
    struct xfer *y;

    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    y = xfer_new(peer, "/");
    SET(y, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
    xfer_start(y, drive);
    drive_settle(drive);
    sys_clock_advance(6000, false);
    DRIVE_UNTIL(drive, y->n_results == 1);
    CHECK_CODE(y->result, CURLE_OPERATION_TIMEDOUT);
    peer_release(peer, 1);
    drive_run(drive);
}

/* Who leaves the queue (C-181). */

static void leave_by_remove(struct drive *drive, struct xfer *x)
{
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
}

static void leave_by_cleanup(struct drive *drive, struct xfer *x)
{
    xfer_free(x);
}

static void leave_by_timeout(struct drive *drive, struct xfer *x)
{
    sys_clock_advance(61000, false);
    DRIVE_UNTIL(drive, x->n_results == 1);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
}

static const struct leaving {
    const char *name;
    void (*leave)(struct drive *drive, struct xfer *x);
} leavings[] = {
    {"is_removed", leave_by_remove},
    {"is_cleaned_up", leave_by_cleanup},
    {"times_out", leave_by_timeout},
};

/*
 * Both limits are 1. The elder waiter is told of room at its host that a newcomer to another host
 * takes first, so it waits for that one. It has to tell the younger waiter of it when it leaves,
 * for nobody else knows that there is no connection to their host any more.
 */
TEST_ROWS(0, "C-49 C-179 C-181 the_next_in_the_queue_runs_when_the_one_before_it_", leavings)
{
    const struct leaving *row = test_row();
    struct peer *peer = peer_serving(HELLO), *other = peer_gated();
    struct drive *drive = drive_new();
    struct xfer *first, *elder, *younger, *newcomer;

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_KEEP);
    MSET(drive, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    first = xfer_get(drive, peer, "/first");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
    elder = xfer_new(peer, "/elder");
    SET(elder, CURLOPT_TIMEOUT_MS, 60000L);
    xfer_start(elder, drive);
    younger = xfer_get(drive, peer, "/younger");
    drive_settle(drive);
    newcomer = xfer_get(drive, other, "/newcomer");
    CHECK_MCODE(drive_remove(drive, first->easy), CURLM_OK);
    drive_settle(drive);
    row->leave(drive, elder);
    drive_settle(drive);
    peer_release(other, 1);
    drive_run(drive);
    CHECK_CODE(newcomer->result, CURLE_OK);
    CHECK_CODE(younger->result, CURLE_OK);
}

static size_t drop_body(char *data, size_t size, size_t n, void *arg)
{
    *(size_t *)arg += size * n;
    return size * n;
}

static int count_progress(void *arg, curl_off_t dt, curl_off_t dn, curl_off_t ut, curl_off_t un)
{
    ++*(long *)arg;
    return 0;
}

static void watch_progress(struct xfer *x, long *n_calls)
{
    SET(x, CURLOPT_NOPROGRESS, 0L);
    SET(x, CURLOPT_XFERINFOFUNCTION, count_progress);
    SET(x, CURLOPT_XFERINFODATA, n_calls);
}

TEST("C-14 C-16 C-179 a_queued_transfer_may_be_reset_and_set_up_anew")
{
    struct peer *peer = peer_gated();
    struct drive *drive = drive_new();
    struct xfer *x;
    static size_t n_body;
    static long n_calls;
    char url[100];

    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    x = xfer_new(peer, "/");
    watch_progress(x, &n_calls);
    xfer_start(x, drive);
    drive_settle(drive);
    curl_easy_reset(x->easy);
    snprintf(url, sizeof(url), "http://%s/", peer_authority(peer));
    SET(x, CURLOPT_URL, url);
    SET(x, CURLOPT_PROXY, "");
    SET(x, CURLOPT_WRITEFUNCTION, drop_body);
    SET(x, CURLOPT_WRITEDATA, &n_body);
    watch_progress(x, &n_calls);
    peer_release(peer, 2);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_INT((long)n_body, 5);
    n_calls = 0;
    xfer_free(x);
    drive_perform(drive); /* which tells the progress of whoever is still on record */
    CHECK_INT(n_calls, 0);
}

/* The multi's options as such (contract section 1.12). */

static const struct {
    const char *name;
    CURLMoption option;
} dead_options[] = {
    {"max_pipeline_length", CURLMOPT_MAX_PIPELINE_LENGTH},
    {"content_length_penalty_size", CURLMOPT_CONTENT_LENGTH_PENALTY_SIZE},
    {"chunk_length_penalty_size", CURLMOPT_CHUNK_LENGTH_PENALTY_SIZE},
    {"pipelining_site_bl", CURLMOPT_PIPELINING_SITE_BL},
    {"pipelining_server_bl", CURLMOPT_PIPELINING_SERVER_BL},
};

TEST_WITH(FOR_ONCE, "C-139 options_of_pipelining_are_accepted_and_do_nothing")
{
    CURLM *multi = curl_multi_init();

    for (size_t i = 0; i < sizeof(dead_options) / sizeof(dead_options[0]); i++)
        CHECK_MCODE((curl_multi_setopt)(multi, dead_options[i].option, NULL), CURLM_OK);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
}

TEST_WITH(FOR_ONCE, "C-134 C-135 options_of_multiplexing_are_accepted_whatever_their_value")
{
    CURLM *multi = curl_multi_init();

    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING), CURLM_OK);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_HTTP1), CURLM_OK);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX), CURLM_OK);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, 0L), CURLM_OK);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, -1L), CURLM_OK);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, 1L << 40), CURLM_OK);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
}

TEST_WITH(FOR_ONCE, "C-131 C-132 negative_limits_are_refused")
{
    CURLM *multi = curl_multi_init();

    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, -1L),
                CURLM_BAD_FUNCTION_ARGUMENT);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, -1L),
                CURLM_BAD_FUNCTION_ARGUMENT);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
}

TEST("C-131 a_limit_per_host_that_was_lowered_holds_for_the_next_connection")
{
    struct peer *peer = peer_gated();
    struct drive *drive = drive_new();
    struct xfer *x;

    for (int i = 0; i < 4; i++)
        xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 4);
    peer_release(peer, 4);
    drive_run(drive);
    CHECK_INT((long)peer_count(peer, PEER_OPEN, PEER_EVERY), 4);
    MSET(drive, CURLMOPT_MAX_HOST_CONNECTIONS, 2L);
    x = xfer_new(peer, "/");
    SET(x, CURLOPT_FRESH_CONNECT, 1L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 2);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}
