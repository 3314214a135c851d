/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Share objects: names and connections that handles of several multis and threads have in common,
 * and what holds for shares in general. TLS sessions are test_tls_share.c's.
 */
#include "tls_xfer.h"
#include "workers.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct {
    int n_locks, n_unlocks, n_held[CURL_LOCK_DATA_LAST];
} locking;

static void lock_data(CURL *easy, curl_lock_data data, curl_lock_access access, void *arg)
{
    CHECK(arg == &locking);
    CHECK_INT(locking.n_held[data]++, 0);
    locking.n_locks++;
}

static void unlock_data(CURL *easy, curl_lock_data data, void *arg)
{
    CHECK_INT(--locking.n_held[data], 0);
    locking.n_unlocks++;
}

static CURLSH *new_locked_share(curl_lock_data first, curl_lock_data second)
{
    CURLSH *share = curl_share_init();

    memset(&locking, 0, sizeof(locking));
    CHECK(share != NULL);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_LOCKFUNC, lock_data), CURLSHE_OK);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_UNLOCKFUNC, unlock_data), CURLSHE_OK);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_USERDATA, &locking), CURLSHE_OK);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, first), CURLSHE_OK);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, second), CURLSHE_OK);
    return share;
}

TEST_WITH(FOR_ONCE, "C-201 a_share_in_use_cannot_be_changed_or_cleaned_up")
{
    CURLSH *share = new_locked_share(CURL_LOCK_DATA_DNS, CURL_LOCK_DATA_COOKIE);
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    SET(x, CURLOPT_SHARE, share);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT), CURLSHE_IN_USE);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_IN_USE);
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_INT(locking.n_locks, locking.n_unlocks);
    SET(x, CURLOPT_SHARE, NULL);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

TEST_WITH(FOR_ONCE, "C-201 wrong_share_options_are_refused")
{
    CURLSH *share = curl_share_init();

    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, 99), CURLSHE_BAD_OPTION);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_UNSHARE, 99), CURLSHE_BAD_OPTION);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_UNSHARE, CURL_LOCK_DATA_DNS), CURLSHE_OK);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
    CHECK_INT(curl_share_cleanup(NULL), CURLSHE_INVALID);
}

TEST_WITH(FOR_ONCE, "C-39 C-201 connections_of_a_share_survive_their_handles_and_multis")
{
    CURLSH *share = new_locked_share(CURL_LOCK_DATA_CONNECT, CURL_LOCK_DATA_DNS);
    struct peer *peer = peer_serving(HELLO);

    for (int i = 0; i < 3; i++) {
        struct xfer *x = xfer_new(peer, "/");

        SET(x, CURLOPT_SHARE, share);
        if (i == 1) {
            struct drive *drive = drive_new();

            CHECK_CODE(xfer_again(x, drive), CURLE_OK);
            CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
        } else {
            CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
        }
        xfer_free(x);
    }
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
    CHECK_INT((long)peer_count(peer, PEER_OPEN, PEER_EVERY), 1);
    CHECK(locking.n_locks > 0);
    CHECK_INT(locking.n_locks, locking.n_unlocks);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST_WITH(FOR_ONCE, "C-201 names_of_a_share_are_known_to_its_other_handles")
{
    CURLSH *share = new_locked_share(CURL_LOCK_DATA_DNS, CURL_LOCK_DATA_DNS);
    struct peer *peer = peer_serving(HELLO);
    char url[100], entry[100];

    snprintf(url, sizeof(url), "http://shared.invalid:%d/", peer_port(peer));
    snprintf(entry, sizeof(entry), "shared.invalid:%d:127.0.0.1", peer_port(peer));
    for (int i = 0; i < 2; i++) {
        struct xfer *x = xfer_new_url(url);

        SET(x, CURLOPT_SHARE, share);
        if (i == 0)
            SET(x, CURLOPT_RESOLVE, list_of(entry, NULL));
        CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
        xfer_free(x);
    }
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

static CURLSH *new_share(curl_lock_data kind)
{
    CURLSH *share = curl_share_init();

    CHECK(share != NULL);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, kind), CURLSHE_OK);
    return share;
}

static long n_conns(struct peer *peer)
{
    return (long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY);
}

static bool over_tls(void)
{
    const char *const *way = test_row();

    return strcmp(*way, "over_tls") == 0;
}

static struct peer *way_peer(void)
{
    return over_tls() ? tls_peer(NULL) : peer_serving(HELLO);
}

static struct xfer *way_new(struct peer *peer, CURLSH *share)
{
    struct xfer *x = over_tls() ? tls_new(peer, "/") : xfer_new(peer, "/");

    SET(x, CURLOPT_SHARE, share);
    return x;
}

/* A request of a handle and a multi that come and go. */
static long fetch_and_leave(struct peer *peer, CURLSH *share)
{
    struct drive *drive = drive_new();
    struct xfer *x = way_new(peer, share);
    long n_new;

    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    n_new = xfer_long(x, CURLINFO_NUM_CONNECTS);
    xfer_free(x);
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
    return n_new;
}

static const char *const ways[] = {"over_tcp", "over_tls"};

TEST_ROWS(0, "C-39 C-201 a_connection_goes_from_multi_to_multi_", ways)
{
    CURLSH *share = new_share(CURL_LOCK_DATA_CONNECT);
    struct peer *peer = way_peer();

    CHECK_INT(fetch_and_leave(peer, share), 1);
    for (int i = 0; i < 3; i++)
        CHECK_INT(fetch_and_leave(peer, share), 0);
    CHECK_INT(n_conns(peer), 1);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST_ROWS(0, "C-201 C-168 nobody_else_takes_a_connection_of_the_share_", ways)
{
    CURLSH *one = new_share(CURL_LOCK_DATA_CONNECT), *other = new_share(CURL_LOCK_DATA_CONNECT);
    struct peer *peer = way_peer();

    fetch_and_leave(peer, one);
    CHECK_INT(fetch_and_leave(peer, other), 1);
    CHECK_INT(fetch_and_leave(peer, NULL), 1);
    CHECK_INT(fetch_and_leave(peer, one), 0);
    CHECK_INT(curl_share_cleanup(one), CURLSHE_OK);
    CHECK_INT(curl_share_cleanup(other), CURLSHE_OK);
}

TEST("C-201 C-168 who_verifies_does_not_take_a_connection_of_one_who_did_not")
{
    CURLSH *share = new_share(CURL_LOCK_DATA_CONNECT);
    struct peer *peer = tls_peer(NULL);

    for (long verifies = 0; verifies < 2; verifies++)
        for (int i = 0; i < 2; i++) {
            struct xfer *x = tls_new(peer, "/");

            SET(x, CURLOPT_SHARE, share);
            SET(x, CURLOPT_SSL_VERIFYPEER, verifies);
            CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
            CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), i == 0);
            SET(x, CURLOPT_SHARE, NULL);
        }
    CHECK_INT(n_conns(peer), 2);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

TEST_ROWS(0, "C-201 C-172 a_connection_that_died_in_the_share_is_not_taken_", ways)
{
    CURLSH *share = new_share(CURL_LOCK_DATA_CONNECT);
    struct peer *peer = over_tls() ? TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(HELLO), PEER_GATE)
                                   : PEER_OF(PEER_REQUEST, PEER_SEND(HELLO), PEER_GATE);

    fetch_and_leave(peer, share);
    peer_release(peer, 1);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    peer_release(peer, 1);
    CHECK_INT(fetch_and_leave(peer, share), 1);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

TEST_ROWS(0, "C-201 C-130 a_share_keeps_no_more_than_maxconnects_", ways)
{
    CURLSH *share = new_share(CURL_LOCK_DATA_CONNECT);
    struct peer *peers[3] = {way_peer(), way_peer(), way_peer()};
    struct drive *drive = drive_new();
    struct xfer *x[3];

    MSET(drive, CURLMOPT_MAXCONNECTS, 2L);
    for (int i = 0; i < 3; i++) {
        x[i] = way_new(peers[i], share);
        CHECK_CODE(xfer_again(x[i], drive), CURLE_OK);
    }
    WAIT_PEER(peers[0], PEER_OPEN, PEER_EVERY, 0);
    CHECK_INT((long)peer_count(peers[1], PEER_OPEN, PEER_EVERY), 1);
    CHECK_INT((long)peer_count(peers[2], PEER_OPEN, PEER_EVERY), 1);
    for (int i = 0; i < 3; i++)
        xfer_free(x[i]);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

/* Limits of the multi hold for what comes out of the share. */
TEST_ROWS(0, "C-201 C-132 a_limit_on_connections_counts_those_of_the_share_", ways)
{
    CURLSH *share = new_share(CURL_LOCK_DATA_CONNECT);
    struct peer *peer = way_peer();
    struct drive *drive = drive_new();
    struct xfer *x[4];

    for (int i = 0; i < 4; i++) {
        x[i] = way_new(peer, share);
        xfer_start(x[i], drive);
    }
    drive_run(drive);
    CHECK_INT(n_conns(peer), 4);
    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    for (int i = 0; i < 4; i++) {
        xfer_rewind(x[i]);
        xfer_start(x[i], drive);
    }
    drive_run(drive);
    for (int i = 0; i < 4; i++) {
        CHECK_CODE(x[i]->result, CURLE_OK);
        CHECK_INT(xfer_long(x[i], CURLINFO_NUM_CONNECTS), 0);
        xfer_free(x[i]);
    }
    CHECK_INT(n_conns(peer), 4);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

/* The connection outlives what it could have rested in. */
TEST_ROWS(0, "C-201 a_connection_whose_share_has_gone_is_closed_", ways)
{
    CURLSH *share = new_share(CURL_LOCK_DATA_CONNECT);
    struct peer *peer =
        over_tls() ? TLS_PEER(NULL, PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN)
                   : PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
    struct drive *drive = drive_new();
    struct xfer *x = way_new(peer, share);

    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    SET(x, CURLOPT_SHARE, NULL);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

static int n_closed;

static int close_counted(void *arg, curl_socket_t fd)
{
    CHECK(arg == &n_closed);
    n_closed++;
    return close(fd);
}

TEST_ROWS(0, "C-201 C-35 what_is_left_in_a_share_is_closed_by_its_callback_", ways)
{
    CURLSH *share = new_share(CURL_LOCK_DATA_CONNECT);
    struct peer *peer = way_peer();
    struct xfer *x = way_new(peer, share);
    struct drive *drive = drive_new();

    n_closed = 0;
    SET(x, CURLOPT_CLOSESOCKETFUNCTION, close_counted);
    SET(x, CURLOPT_CLOSESOCKETDATA, &n_closed);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    xfer_free(x);
    drive_cleanup(drive);
    CHECK_INT(n_closed, 0);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_UNSHARE, CURL_LOCK_DATA_CONNECT), CURLSHE_OK);
    CHECK_INT(n_closed, 1);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

enum { N_FETCHES = 50 };

/* Every tenth time with a new handle, whose private multi is a new one too. */
static void *fetch_often(void *arg)
{
    struct worker *worker = arg;
    CURL *easy = NULL;
    char entry[100];
    char url[100];

    snprintf(url, sizeof(url), "%s://example.test:%d/", worker->ca.data ? "https" : "http",
             peer_port(worker->peer));
    snprintf(entry, sizeof(entry), "example.test:%d:127.0.0.1", peer_port(worker->peer));
    for (int i = 0; i < N_FETCHES; i++) {
        struct curl_slist *resolve = curl_slist_append(NULL, entry);

        if (i % 10 == 0) {
            curl_easy_cleanup(easy);
            easy = worker_easy(worker, url);
        }
        curl_easy_setopt(easy, CURLOPT_RESOLVE, resolve);
        worker->n_ok += curl_easy_perform(easy) == CURLE_OK;
        curl_easy_setopt(easy, CURLOPT_RESOLVE, NULL);
        curl_slist_free_all(resolve);
    }
    curl_easy_cleanup(easy);
    return NULL;
}

TEST_ROWS(FOR_ONCE, "C-201 threads_hand_on_connections_and_names_", ways)
{
    struct worker workers[N_WORKERS];
    CURLSH *share = new_share(CURL_LOCK_DATA_CONNECT);
    struct peer *peer = way_peer();

    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS), CURLSHE_OK);
    for (int i = 0; i < N_WORKERS; i++) {
        workers[i] = (struct worker){.share = share, .peer = peer};
        if (over_tls())
            workers[i].ca = tls_blob(TLS_PEM(tls_ca()));
    }
    workers_run(workers, fetch_often, N_FETCHES);
    CHECK(n_conns(peer) <= N_WORKERS);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

/* What a callback for a connection that somebody else has used does to the handle that runs. */
static struct {
    struct xfer *x;
    int n;
} intruder;

static int close_and_meddle(void *arg, curl_socket_t fd)
{
    struct xfer *x = intruder.x;
    int running;

    if (x) {
        intruder.n++;
        CHECK_MCODE(curl_multi_remove_handle(x->drive->multi, x->easy), CURLM_RECURSIVE_API_CALL);
        CHECK_MCODE(curl_multi_socket_action(x->drive->multi, CURL_SOCKET_TIMEOUT, 0, &running),
                    CURLM_RECURSIVE_API_CALL);
        curl_easy_cleanup(x->easy);
    }
    return close(fd);
}

TEST_ROWS(0, "C-35 C-143 C-201 who_closes_a_connection_of_the_share_may_do_no_more_than_elsewhere_", ways)
{
    CURLSH *share = new_share(CURL_LOCK_DATA_CONNECT);
    struct peer *peers[] = {way_peer(), way_peer()};
    struct drive *drive = drive_new();
    struct xfer *x[2];

    MSET(drive, CURLMOPT_MAXCONNECTS, 1L);
    for (int i = 0; i < 2; i++) {
        x[i] = way_new(peers[i], share);
        SET(x[i], CURLOPT_CLOSESOCKETFUNCTION, close_and_meddle);
    }
    intruder.x = NULL;
    intruder.n = 0;
    CHECK_CODE(xfer_again(x[0], drive), CURLE_OK);
    intruder.x = x[1];
    xfer_start(x[1], drive);
    drive_run(drive);
    CHECK_CODE(x[1]->result, CURLE_OK);
    CHECK_INT(intruder.n, 1);
    intruder.x = NULL;
    xfer_free(x[0]);
    xfer_free(x[1]);
    drive_cleanup(drive);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

/* What a callback for a connection does to the share that closes it. */
static struct {
    CURLSH *share;
    CURLSHcode code;
    int n;
} closing;

static int close_and_clean_up(void *arg, curl_socket_t fd)
{
    if (closing.share) {
        closing.n++;
        closing.code = curl_share_cleanup(closing.share);
    }
    return close(fd);
}

/* Connections of a share that no handle names any more; the share is told by the callback. */
static void leave_connection(CURLSH *share)
{
    struct drive *drive = drive_new();
    struct xfer *x = way_new(way_peer(), share);

    closing.share = NULL;
    closing.n = 0;
    SET(x, CURLOPT_CLOSESOCKETFUNCTION, close_and_clean_up);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    xfer_free(x);
    drive_cleanup(drive);
    closing.share = share;
}

TEST_ROWS(0, "C-35 C-201 who_closes_a_connection_cannot_clean_the_share_up_", ways)
{
    CURLSH *share = new_share(CURL_LOCK_DATA_CONNECT);

    leave_connection(share);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
    CHECK_INT(closing.n, 1);
    CHECK_INT(closing.code, CURLSHE_IN_USE);
    closing.share = NULL;
}

TEST_ROWS(0, "C-35 C-201 who_closes_a_connection_that_is_shared_no_more_cannot_clean_the_share_up_",
          ways)
{
    CURLSH *share = new_share(CURL_LOCK_DATA_CONNECT);

    leave_connection(share);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_UNSHARE, CURL_LOCK_DATA_CONNECT), CURLSHE_OK);
    CHECK_INT(closing.n, 1);
    CHECK_INT(closing.code, CURLSHE_IN_USE);
    closing.share = NULL;
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}
