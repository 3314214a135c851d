/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Which transfers share a connection or a TLS session (C-168): for each option that matters, and
 * for each two of them, those with the same values and no others; for options that do not matter,
 * all. Straight to an origin over TLS, and through the tunnel of an HTTPS proxy.
 */
#include "reuse_options.h"

#include <stdio.h>

static const struct tls_way straight = {.name = "straight"};

static int add_steps(struct peer_step *steps, int n, const struct tls_way *way)
{
    for (int i = 0; i < way->n_steps; i++)
        steps[n++] = way->steps[i];
    return n;
}

/* Connection nth to the peer goes that way, or each that has no script of its own, with what the
   options, or NULL, put before the origin's handshake. */
static void play(struct peer *peer, unsigned nth, const struct tls_way *way,
                 const struct reuse_option *one, const struct reuse_option *two)
{
    struct peer_step steps[20] = {{0}};
    bool has_line = (one && one->has_line) || (two && two->has_line);
    int n = 0;

    if ((one && one->has_socks) || (two && two->has_socks))
        n = add_steps(steps, n, WAY_SOCKS4);
    n = add_steps(steps, n, way);
    if (has_line)
        steps[n++] = (struct peer_step)PEER_TEXT("\r\n");
    steps[n++] = has_line ? (struct peer_step)PEER_UPGRADE_BEHIND : (struct peer_step)PEER_UPGRADE;
    steps[n++] = (struct peer_step)PEER_HANDSHAKE;
    steps[n++] = (struct peer_step)PEER_REQUEST;
    steps[n++] = (struct peer_step)PEER_SEND(HELLO);
    steps[n++] = (struct peer_step)PEER_AGAIN;
    CHECK(peer_script(peer, nth, steps));
}

static struct peer *peer_of(const struct tls_way *way)
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);

    if (way->is_tls)
        peer_use_wire(peer, &tls_wire_ops, tls_proxy_of(0));
    peer_use_inner_wire(peer, &tls_wire_ops, tls_server(NULL));
    play(peer, PEER_EVERY, way, NULL, NULL);
    CHECK(peer_listen_local(peer, reuse_local_name()));
    return peer;
}

/* The transfer that all others differ from. */
static struct xfer *base(const struct tls_way *way, struct peer *peer)
{
    struct xfer *x = way->is_tls ? tls_by(peer, way, WAY_URL) : tls_new(peer, "/");

    tls_trust_proxy(x, tls_proxy_ca());
    return x;
}

static struct xfer *with(const struct tls_way *way, struct peer *peer,
                         const struct reuse_option *row)
{
    struct xfer *x = base(way, peer);

    if (row && !reuse_set(x, row, peer))
        skip_test("the library does not know the option");
    return x;
}

static long connects(struct xfer *x, struct drive *drive)
{
    tls_run_ok(x, drive);
    return xfer_long(x, CURLINFO_NUM_CONNECTS);
}

static void check_single(const struct tls_way *way)
{
    const struct reuse_option *row = test_row();
    struct peer *peer = peer_of(way);
    struct drive *drive = drive_new();
    struct xfer *plain = base(way, peer), *other = with(way, peer, row);

    play(peer, 1, way, row, NULL);
    CHECK_INT(connects(plain, drive), 1);
    CHECK_INT(connects(other, drive), 1);
    CHECK_INT(connects(plain, drive), 0);
    CHECK_INT(connects(other, drive), 0);
    CHECK_INT(connects(with(way, peer, row), drive), 0);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 2);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, 0), way->is_tls + 2);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, 1), way->is_tls + 3);
}

TEST_ROWS(0, "C-168 no_connection_is_shared_by_transfers_that_differ_in_", reuse_options)
{
    const struct reuse_option *row = test_row();

    if (row->is_of_proxy)
        skip_test("there is no proxy");
    check_single(&straight);
}

TEST_ROWS(0, "C-168 no_tunnel_is_shared_by_transfers_that_differ_in_", reuse_options)
{
    const struct reuse_option *row = test_row();

    if (row->is_alone)
        skip_test("there is no proxy beside it");
    check_single(WAY_HTTPS);
}

TEST("C-168 options_of_a_proxy_that_is_not_there_make_no_difference")
{
    struct peer *peer = peer_of(&straight);
    struct drive *drive = drive_new();

    CHECK_INT(connects(base(&straight, peer), drive), 1);
    for (size_t i = 0; i < N_REUSE_OPTIONS; i++) {
        const struct reuse_option *row = &reuse_options[i];

        if (row->is_of_proxy && row->kind != REUSE_PROXY && row->option != CURLOPT_CONNECT_TO &&
            connects(with(&straight, peer, row), drive))
            FAIL("%s makes another connection", row->name);
    }
}

static void check_harmless(const struct tls_way *way)
{
    const struct reuse_option *row = test_row();
    struct peer *peer = peer_of(way);
    struct drive *drive = drive_new();
    struct xfer *plain = base(way, peer), *other = with(way, peer, row);

    CHECK_INT(connects(plain, drive), 1);
    CHECK_INT(connects(other, drive), 0);
    CHECK_INT(connects(plain, drive), 0);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
}

TEST_ROWS(0, "C-168 a_connection_is_shared_whatever_the_", reuse_harmless)
{
    check_harmless(&straight);
}

TEST_ROWS(0, "C-168 a_tunnel_is_shared_whatever_the_", reuse_harmless)
{
    check_harmless(WAY_HTTPS);
}

/* Sessions. One handle, since there are libraries that keep them there. */

static void check_sessions(int version)
{
    const struct reuse_option *row = test_row();
    enum peer_figure resumed = row->part == REUSE_ORIGIN ? PEER_RESUMED : PEER_OUTER_RESUMED;
    SSL_CTX *proxy = tls_proxy_of(0), *origin = tls_server(NULL);
    struct peer *peer;
    struct drive *drive = drive_new();
    struct xfer *x;

    SSL_CTX_set_max_proto_version(row->part == REUSE_ORIGIN ? origin : proxy, version);
    peer = tls_way_peer(WAY_HTTPS, proxy, origin);
    x = base(WAY_HTTPS, peer);
    SET(x, CURLOPT_FORBID_REUSE, 1L);
    tls_run_ok(x, drive);
    tls_run_ok(x, drive);
    CHECK_INT((long)peer_count(peer, resumed, PEER_EVERY), 1);
    if (!reuse_set(x, row, peer))
        skip_test("the library does not know the option");
    tls_run_ok(x, drive);
    CHECK_INT((long)peer_count(peer, resumed, PEER_EVERY), 1);
}

TEST_ROWS(0, "C-23 C-168 no_session_is_taken_up_by_a_transfer_that_differs_in_", reuse_options)
{
    const struct reuse_option *row = test_row();

    if (row->part == REUSE_WAY)
        skip_test("the peer is the same, and is verified in the same way");
    check_sessions(TLS1_2_VERSION);
    if (row->number != CURL_SSLVERSION_MAX_TLSv1_2)
        check_sessions(TLS1_3_VERSION);
}

/* Pairs: the row of the test, and each of the others. */

struct pairs {
    const struct tls_way *way;
    struct peer *peer;
    struct drive *drive;
    unsigned n;
    struct xfer *x[4 * N_REUSE_OPTIONS];
    long ports[4 * N_REUSE_OPTIONS];
};

static bool has_opening(const struct reuse_option *row)
{
    return row && (row->has_line || row->has_socks);
}

/* A transfer with both, or one, or none of the values; at first, on a connection of its own. */
static void add(struct pairs *pairs, const struct reuse_option *one, const struct reuse_option *two)
{
    struct xfer *x = with(pairs->way, pairs->peer, one);

    if (two && !reuse_set(x, two, pairs->peer))
        return;
    if (has_opening(one) || has_opening(two))
        play(pairs->peer, pairs->n, pairs->way, one, two);
    if (connects(x, pairs->drive) != 1)
        FAIL("with %s, %s: the connection of another", one ? one->name : "-",
             two ? two->name : "-");
    pairs->ports[pairs->n] = xfer_long(x, CURLINFO_LOCAL_PORT);
    pairs->x[pairs->n++] = x;
}

/* Options that old libraries overlook, each alone, would hide what they do with pairs. */
static bool is_overlooked(const struct reuse_option *row)
{
    return curl_version_info(CURLVERSION_NOW)->version_num < 0x080000 &&
           (row->option == CURLOPT_SSL_ENABLE_ALPN || row->option == CURLOPT_KEYPASSWD ||
            row->option == CURLOPT_PROXY_KEYPASSWD || row->option == CURLOPT_HTTP_VERSION ||
            row->option == CURLOPT_SSL_CTX_FUNCTION || row->has_line || row->is_alone ||
            row->kind == REUSE_PORTS);
}

/* Does each of them make a difference beside the other? */
static bool is_pair(const struct reuse_option *one, const struct reuse_option *two)
{
    if (one->option == two->option || (one->has_line && two->has_line) ||
        (one->is_alone && two->is_alone))
        return false;
    /* The version is told by ALPN alone. */
    return !((one->option == CURLOPT_HTTP_VERSION && two->option == CURLOPT_SSL_ENABLE_ALPN) ||
             (two->option == CURLOPT_HTTP_VERSION && one->option == CURLOPT_SSL_ENABLE_ALPN));
}

static void check_pairs(const struct tls_way *way)
{
    static struct pairs pairs;
    const struct reuse_option *row = test_row();

    if (is_overlooked(row))
        skip_test("the library overlooks the option");
    pairs = (struct pairs){.way = way, .peer = peer_of(way), .drive = drive_new()};
    MSET(pairs.drive, CURLMOPT_MAXCONNECTS, 1000L);
    add(&pairs, NULL, NULL);
    add(&pairs, row, NULL);
    for (size_t i = 0; i < N_REUSE_OPTIONS; i++) {
        const struct reuse_option *other = &reuse_options[i];

        if (!is_pair(row, other) || is_overlooked(other) ||
            (other->is_of_proxy && !way->is_tls) || (other->is_alone && way->is_tls))
            continue;
        add(&pairs, NULL, other);
        add(&pairs, row, other);
    }
    for (unsigned i = 0; i < pairs.n; i++) {
        CHECK_INT(connects(pairs.x[i], pairs.drive), 0);
        CHECK_INT(xfer_long(pairs.x[i], CURLINFO_LOCAL_PORT), pairs.ports[i]);
    }
    CHECK_INT((long)peer_count(pairs.peer, PEER_CONNECTIONS, PEER_EVERY), pairs.n);
}

TEST_ROWS(FOR_ONCE | IS_LONG, "C-168 pairs_of_options_keep_tunnels_apart_with_", reuse_options)
{
    const struct reuse_option *row = test_row();

    if (row->is_alone)
        skip_test("there is no proxy beside it");
    check_pairs(WAY_HTTPS);
}

TEST_ROWS(FOR_ONCE | IS_LONG, "C-168 pairs_of_options_keep_connections_apart_with_", reuse_options)
{
    const struct reuse_option *row = test_row();

    if (row->is_of_proxy)
        skip_test("there is no proxy");
    check_pairs(&straight);
}
