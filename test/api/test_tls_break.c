/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Handshakes that fail, hang, or are given up, at every step of them.
 */
#include "interpose.h"
#include "tls_xfer.h"

#include <stdio.h>
#include <stdlib.h>

/* How many bytes the server sends in a handshake, up to the answer to the request. */
static size_t handshake_bytes(int version)
{
    struct peer *peer = TLS_PEER(tls_server_of(version), PEER_HANDSHAKE, PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");
    size_t n;

    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_RECEIVED, 0) > 0);
    n = peer_count(peer, PEER_WIRE_SENT, 0);
    drive_destroy(drive);
    x->drive = NULL;
    return n;
}

static const struct row {
    const char *name;
    int version;
    unsigned at, of; /* where the server stops: at this part of its bytes */
} rows[] = {
    {"at_the_hello_of_tls_1_2", TLS1_2_VERSION, 0, 1},
    {"in_the_first_flight_of_tls_1_2", TLS1_2_VERSION, 1, 4},
    {"in_the_middle_of_tls_1_2", TLS1_2_VERSION, 2, 4},
    {"late_in_tls_1_2", TLS1_2_VERSION, 19, 20},
    {"at_the_hello_of_tls_1_3", TLS1_3_VERSION, 0, 1},
    {"in_the_first_flight_of_tls_1_3", TLS1_3_VERSION, 1, 8},
    {"in_the_middle_of_tls_1_3", TLS1_3_VERSION, 1, 4},
};

static long stop_at(const struct row *row)
{
    return (long)(handshake_bytes(row->version) * row->at / row->of);
}

/* Drives until nothing more comes of the handshake, which hangs. */
static struct xfer *hang(struct drive *drive, struct peer **pick_peer)
{
    const struct row *row = test_row();
    long at = stop_at(row);
    struct peer *peer = TLS_PEER(tls_server_of(row->version), PEER_SILENT_AFTER(at), PEER_REQUEST,
                                 PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = tls_new(peer, "/");

    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WIRE_RECEIVED, 0) > 0 &&
                           peer_count(peer, PEER_WIRE_SENT, 0) == (size_t)at);
    drive_settle(drive);
    CHECK_INT(x->n_results, 0);
    *pick_peer = peer;
    return x;
}

TEST_ROWS(0, "C-184 a_handshake_that_hangs_times_out_", rows)
{
    struct peer *peer;
    struct drive *drive = drive_new();
    struct xfer *x = hang(drive, &peer);

    sys_clock_advance(310000, false);
    drive_run(drive);
    xfer_check_connect_timeout(x);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    CHECK_INT((long)peer_count(peer, PEER_RECEIVED, PEER_EVERY), 0);
}

TEST("C-184 connecttimeout_ends_a_handshake_that_hangs")
{
    struct peer *peer = TLS_PEER(NULL, PEER_SILENT_AFTER(0), PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");

    SET(x, CURLOPT_CONNECTTIMEOUT_MS, 20000L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WIRE_RECEIVED, 0) > 0);
    sys_clock_advance(15000, false);
    drive_settle(drive);
    CHECK_INT(x->n_results, 0);
    sys_clock_advance(6000, false);
    drive_run(drive);
    xfer_check_connect_timeout(x);
}

TEST("C-183 timeout_ends_a_handshake_that_hangs")
{
    struct peer *peer = TLS_PEER(NULL, PEER_SILENT_AFTER(200), PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");

    SET(x, CURLOPT_TIMEOUT_MS, 20000L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WIRE_SENT, 0) == 200);
    sys_clock_advance(21000, false);
    drive_run(drive);
    xfer_check_connect_timeout(x);
}

TEST_ROWS(0, "C-49 a_transfer_may_be_removed_while_its_handshake_hangs_", rows)
{
    struct peer *peer;
    struct drive *drive = drive_new();
    struct xfer *x = hang(drive, &peer);

    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    CHECK_INT(x->n_results, 0);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
}

TEST_ROWS(0, "C-26 C-30 a_multi_may_be_cleaned_up_while_a_handshake_hangs_", rows)
{
    struct peer *peer;
    struct drive *drive = drive_new();

    hang(drive, &peer);
    drive_cleanup(drive);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST_ROWS(0, "tls a_handshake_that_the_peer_cuts_fails_with_35_", rows)
{
    const struct row *row = test_row();
    long at = stop_at(row);
    struct peer *peer =
        TLS_PEER(tls_server_of(row->version), PEER_CUT_AFTER(at), PEER_REQUEST, PEER_KEEP);
    struct xfer *x = tls_new(peer, "/");

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_SSL_CONNECT_ERROR);
    CHECK(x->error[0] != 0);
    CHECK_INT(x->n_results, 1);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
    CHECK_INT((long)peer_count(peer, PEER_RECEIVED, PEER_EVERY), 0);
}

TEST("tls a_peer_that_closes_at_once_fails_with_35")
{
    struct peer *peer = PEER_OF(PEER_BYTES(100), PEER_CLOSE);
    struct xfer *x = tls_new(peer, "/");

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_SSL_CONNECT_ERROR);
}

TEST("tls a_peer_that_resets_in_the_handshake_fails_with_35")
{
    struct peer *peer = PEER_OF(PEER_BYTES(100), PEER_RESET);
    struct xfer *x = tls_new(peer, "/");

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_SSL_CONNECT_ERROR);
    CHECK_HAS(x->error, "Connection reset by peer");
}

TEST("tls a_peer_that_speaks_plain_http_fails_with_35")
{
    struct peer *peer = PEER_OF(PEER_BYTES(100), PEER_SEND("HTTP/1.1 400 Bad\r\n\r\n"), PEER_KEEP);
    struct xfer *x = tls_new(peer, "/");

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_SSL_CONNECT_ERROR);
    CHECK_HAS(x->error, "wrong version number");
}

TEST("tls the_next_transfer_after_a_failed_handshake_is_tried_afresh")
{
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(HELLO), PEER_AGAIN);
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");

    peer_script(peer, 0, (const struct peer_step[]){PEER_CUT_AFTER(100), PEER_KEEP});
    CHECK_CODE(xfer_again(x, drive), CURLE_SSL_CONNECT_ERROR);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)peer_count(peer, PEER_HANDSHAKES, PEER_EVERY), 1);
}

/* The request goes with the last flight of the client; nothing of the peer is waited for then. */
TEST("C-74 a_connection_that_shakes_hands_is_announced_for_reading_alone")
{
    struct peer *peer = TLS_PEER(NULL, PEER_SILENT_AFTER(0), PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");

    if (!drive->loop->has_callbacks)
        return;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WIRE_RECEIVED, 0) > 0);
    drive_settle(drive);
    CHECK_INT(ledger_what(&drive->ledger, ledger_only_fd(&drive->ledger)), CURL_POLL_IN);
}

static size_t count_prereq;

static int note_prereq(void *x, char *ip, char *local, int port, int local_port)
{
    (void)x, (void)ip, (void)local, (void)port, (void)local_port;
    count_prereq++;
    return CURL_PREREQFUNC_OK;
}

TEST("C-155 the_prerequisites_are_asked_when_tls_is_up")
{
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = tls_new_host(peer, "wrong.test");

    SET(x, CURLOPT_PREREQFUNCTION, note_prereq);
    CHECK_CODE(xfer_again(x, drive), CURLE_PEER_FAILED_VERIFICATION);
    CHECK_INT((long)count_prereq, 0);
    x = tls_new(peer, "/");
    SET(x, CURLOPT_PREREQFUNCTION, note_prereq);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)count_prereq, 1);
}

/* A limit of connections counts those that shake hands. */
TEST("C-131 a_connection_that_shakes_hands_counts_for_the_limit")
{
    struct peer *peer = TLS_PEER(NULL, PEER_SILENT_AFTER(0), PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();

    MSET(drive, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    xfer_start(tls_new(peer, "/"), drive);
    xfer_start(tls_new(peer, "/"), drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WIRE_RECEIVED, 0) > 0);
    drive_settle(drive);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
}

static int fail_progress(void *x, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    return ((struct xfer *)x)->count != 0;
}

TEST_WITH(FOR_POLL, "C-153 the_progress_callback_ends_a_handshake_that_hangs")
{
    struct peer *peer = TLS_PEER(NULL, PEER_SILENT_AFTER(0), PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");

    SET(x, CURLOPT_NOPROGRESS, 0L);
    SET(x, CURLOPT_XFERINFOFUNCTION, fail_progress);
    SET(x, CURLOPT_XFERINFODATA, x);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WIRE_RECEIVED, 0) > 0);
    x->count = 1;
    for (int i = 0; i < 5 && !x->n_results; i++) {
        sys_clock_advance(1100, false);
        drive_settle(drive);
    }
    CHECK_CODE(x->result, CURLE_ABORTED_BY_CALLBACK);
}
