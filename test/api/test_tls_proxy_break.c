/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Handshakes with an HTTPS proxy, and with an origin inside of a tunnel, that are cut or hang at
 * any byte, or are given up.
 */
#include "interpose.h"
#include "tls_way.h"

#include <stdio.h>
#include <stdlib.h>

static const struct row {
    const char *name;
    int way;       /* of tls_ways */
    bool is_outer; /* it is the proxy's handshake */
    int version;
} rows[] = {
    {"the_handshake_of_tls_1_2_with_the_proxy", 1, true, TLS1_2_VERSION},
    {"the_handshake_of_tls_1_3_with_the_proxy", 1, true, TLS1_3_VERSION},
    {"the_handshake_of_tls_1_2_through_http", 0, false, TLS1_2_VERSION},
    {"the_handshake_of_tls_1_3_through_http", 0, false, TLS1_3_VERSION},
    {"the_handshake_of_tls_1_2_through_https", 1, false, TLS1_2_VERSION},
    {"the_handshake_of_tls_1_3_through_https", 1, false, TLS1_3_VERSION},
    {"the_handshake_of_tls_1_2_through_socks4", 2, false, TLS1_2_VERSION},
    {"the_handshake_of_tls_1_3_through_socks5h", 5, false, TLS1_3_VERSION},
};

static const struct row *this_row(void)
{
    return test_row();
}

static const struct tls_way *way_of(const struct row *row)
{
    return &tls_ways[row->way];
}

/* A server that sends no tickets: its last byte is one that the client needs. */
static SSL_CTX *server_of(const struct row *row)
{
    SSL_CTX *server = row->is_outer ? tls_proxy_of(row->version) : tls_server_of(row->version);

    SSL_CTX_set_num_tickets(server, 0);
    return server;
}

/* A peer that does this in the handshake that is meant, and its transfer. */
static struct peer *peer_that(struct peer_step step)
{
    const struct row *row = this_row();

    if (row->is_outer)
        return TLS_FORWARD(server_of(row), step, PEER_REQUEST, PEER_KEEP);
    return TLS_THROUGH(way_of(row), NULL, server_of(row), step, PEER_REQUEST, PEER_KEEP);
}

static struct xfer *xfer_of(struct peer *peer)
{
    return tls_by(peer, way_of(this_row()), WAY_URL);
}

static const struct peer_step shake = PEER_HANDSHAKE;

/* CONNECT is a request, too. */
static long n_dialogue_requests(void)
{
    const struct row *row = this_row();

    return !row->is_outer && way_of(row)->steps[0].op == PEER_OP_HEAD;
}

/* How many bytes the server says in it, at least: a signature may be some bytes longer or not. */
static size_t handshake_bytes(void)
{
    struct peer *peer = peer_that(shake);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_of(peer);
    size_t n;

    xfer_start(x, drive);
    DRIVE_UNTIL(drive, (long)peer_count(peer, PEER_REQUESTS, 0) > n_dialogue_requests());
    n = peer_count(peer, PEER_WIRE_SENT, 0) - 8;
    drive_destroy(drive);
    x->drive = NULL;
    return n;
}

static void cut_at(size_t at, struct drive *drive)
{
    struct peer_step step = PEER_CUT_AFTER((long)at);
    struct peer *peer = peer_that(step);
    struct xfer *x = xfer_of(peer);

    xfer_start(x, drive);
    drive_run(drive);
    if (x->result != CURLE_SSL_CONNECT_ERROR)
        FAIL("cut at %zu: %d, %s", at, x->result, x->error);
    CHECK(x->error[0] != 0);
    CHECK_INT(x->n_results, 1);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), n_dialogue_requests());
    xfer_free(x);
    forget(peer);
    peer_free(peer);
}

TEST_ROWS(FOR_ONCE | IS_LONG, "tls a_cut_at_any_byte_fails_with_35_in_", rows)
{
    struct drive *drive = drive_new();
    size_t n = handshake_bytes();

    CHECK(n > 400);
    for (size_t at = 0; at < n; at++)
        cut_at(at, drive);
}

TEST_ROWS(0, "tls a_cut_at_some_bytes_fails_with_35_in_", rows)
{
    struct drive *drive = drive_new();
    size_t n = handshake_bytes();

    for (size_t at = 0; at < n; at += n / 9)
        cut_at(at, drive);
    cut_at(n - 1, drive);
}

/* Drives until nothing more comes of the handshake. */
static struct xfer *hang(struct drive *drive, size_t at, struct peer **pick_peer)
{
    struct peer_step step = PEER_SILENT_AFTER((long)at);
    struct peer *peer = peer_that(step);
    struct xfer *x = xfer_of(peer);

    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WIRE_RECEIVED, 0) > 0 &&
                           peer_count(peer, PEER_WIRE_SENT, 0) == at);
    drive_settle(drive);
    CHECK_INT(x->n_results, 0);
    *pick_peer = peer;
    return x;
}

TEST_ROWS(0, "C-49 a_transfer_may_be_removed_anywhere_in_", rows)
{
    size_t n = handshake_bytes();

    for (size_t at = 0; at < n; at += n / 5) {
        struct peer *peer;
        struct drive *drive = drive_new();
        struct xfer *x = hang(drive, at, &peer);

        CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
        WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
        CHECK_INT(x->n_results, 0);
    }
}

TEST_ROWS(0, "C-26 C-30 a_multi_may_be_cleaned_up_anywhere_in_", rows)
{
    size_t n = handshake_bytes();

    for (size_t at = 0; at < n; at += n / 5) {
        struct peer *peer;
        struct drive *drive = drive_new();

        hang(drive, at, &peer);
        drive_cleanup(drive);
        WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    }
}

TEST_ROWS(0, "C-184 the_connecttimeout_ends_", rows)
{
    struct peer_step step = PEER_SILENT_AFTER(100);
    struct peer *peer = peer_that(step);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_of(peer);

    SET(x, CURLOPT_CONNECTTIMEOUT_MS, 20000L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WIRE_SENT, 0) == 100);
    drive_settle(drive);
    sys_clock_advance(15000, false);
    drive_settle(drive);
    CHECK_INT(x->n_results, 0);
    sys_clock_advance(6000, false);
    drive_run(drive);
    xfer_check_connect_timeout(x);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST_ROWS(0, "C-183 the_timeout_ends_", rows)
{
    struct peer_step step = PEER_SILENT_AFTER(100);
    struct peer *peer = peer_that(step);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_of(peer);

    SET(x, CURLOPT_TIMEOUT_MS, 20000L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WIRE_SENT, 0) == 100);
    drive_settle(drive);
    sys_clock_advance(21000, false);
    drive_run(drive);
    xfer_check_connect_timeout(x);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST_ROWS(0, "tls the_next_transfer_is_tried_afresh_after_a_cut_in_", rows)
{
    const struct row *row = this_row();
    struct peer_step cut[12] = {{0}};
    struct peer *peer = row->is_outer
                            ? TLS_FORWARD(server_of(row), PEER_REQUEST, PEER_SEND(HELLO),
                                          PEER_AGAIN)
                            : tls_way_peer(way_of(row), NULL, server_of(row));
    struct drive *drive = drive_new();
    struct xfer *x = tls_by(peer, way_of(row), row->is_outer ? "http://" WAY_HOST "/" : WAY_URL);
    int n = 0;

    for (int i = 0; !row->is_outer && i < way_of(row)->n_steps; i++)
        cut[n++] = way_of(row)->steps[i];
    if (!row->is_outer)
        cut[n++] = (struct peer_step)PEER_UPGRADE;
    cut[n++] = (struct peer_step)PEER_CUT_AFTER(100);
    cut[n++] = (struct peer_step)PEER_KEEP;
    CHECK(peer_script(peer, 0, cut));
    CHECK_CODE(xfer_again(x, drive), CURLE_SSL_CONNECT_ERROR);
    tls_run_ok(x, drive);
    CHECK_INT((long)peer_count(peer, PEER_HANDSHAKES, PEER_EVERY), 1);
}

static const struct dialogue {
    const char *name;
    const struct tls_way *way;
} dialogues[] = {{"http", WAY_HTTP}, {"https", WAY_HTTPS}};

TEST_ROWS(FOR_ONCE,
          "C-178 the_proxys_answer_may_be_split_anywhere_before_the_origins_handshake_by_",
          dialogues)
{
    const struct dialogue *row = test_row();
    struct drive *drive = drive_new();

    for (size_t at = 1; at < strlen(GRANTED); at++) {
        struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
        struct xfer *x = tls_by(peer, row->way, WAY_URL);

        if (row->way->is_tls)
            peer_use_wire(peer, &tls_wire_ops, tls_proxy_of(0));
        peer_use_inner_wire(peer, &tls_wire_ops, tls_server(NULL));
        PEER_SCRIPT(peer, PEER_EVERY, PEER_HEAD, PEER_SPLIT((long)at), PEER_SEND(GRANTED),
                    PEER_UPGRADE, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
        SET(x, CURLOPT_FORBID_REUSE, 1L);
        xfer_start(x, drive);
        DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, 0) == 1);
        drive_settle(drive);
        CHECK_INT(x->n_results, 0);
        peer_release(peer, 1);
        drive_run(drive);
        CHECK_CODE(x->result, CURLE_OK);
        xfer_free(x);
        forget(peer);
        peer_free(peer);
    }
}

TEST_ROWS(FOR_ONCE, "C-178 a_cut_in_the_answer_that_grants_the_tunnel_is_a_failure_by_", dialogues)
{
    const struct dialogue *row = test_row();
    struct drive *drive = drive_new();

    for (size_t at = 0; at < strlen(GRANTED); at++) {
        struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
        struct xfer *x = tls_by(peer, row->way, WAY_URL);

        if (row->way->is_tls)
            peer_use_wire(peer, &tls_wire_ops, tls_proxy_of(0));
        PEER_SCRIPT(peer, PEER_EVERY, PEER_HEAD, PEER_SENDN(GRANTED, at), PEER_CUT);
        xfer_start(x, drive);
        drive_run(drive);
        if (x->result != CURLE_RECV_ERROR)
            FAIL("cut at %zu: %d, %s", at, x->result, x->error);
        xfer_free(x);
        forget(peer);
        peer_free(peer);
    }
}
