/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Connections that the application speaks over by itself (contract section 1.20).
 */
#include "interpose.h"
#include "xfer.h"

#include <poll.h>
#include <string.h>

/* A handle connected to the peer, still in the drive's multi. */
static struct xfer *connect_only(struct drive *drive, struct peer *peer)
{
    struct xfer *x = xfer_new(peer, "/");

    drive->keeps_done = true;
    SET(x, CURLOPT_CONNECT_ONLY, 1L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->n_results == 1);
    CHECK_CODE(x->result, CURLE_OK);
    return x;
}

static curl_socket_t active_socket(struct xfer *x)
{
    curl_socket_t fd = CURL_SOCKET_BAD;

    CHECK_CODE(curl_easy_getinfo(x->easy, CURLINFO_ACTIVESOCKET, &fd), CURLE_OK);
    return fd;
}

static void wait_readable(curl_socket_t fd)
{
    struct pollfd set = {fd, POLLIN, 0};

    CHECK_INT(poll(&set, 1, patience_ms()), 1);
}

TEST("C-198 connect_only_is_done_once_connected_and_sends_nothing")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = connect_only(drive_new(), peer);

    WAIT_PEER(peer, PEER_CONNECTIONS, PEER_EVERY, 1);
    CHECK_INT((long)peer_count(peer, PEER_RECEIVED, 0), 0);
    CHECK(active_socket(x) != CURL_SOCKET_BAD);
    CHECK_INT((long)x->n_head_calls, 0);
    CHECK_STR(xfer_str(x, CURLINFO_PRIMARY_IP), "127.0.0.1");
}

TEST("C-198 send_and_recv_carry_bytes_while_the_handle_is_added")
{
    struct peer *peer = PEER_OF(PEER_TEXT("ping"), PEER_SEND("pong"), PEER_KEEP);
    struct xfer *x = connect_only(drive_new(), peer);
    char text[10] = "";
    size_t n = 77;

    CHECK_CODE(curl_easy_recv(x->easy, text, sizeof(text), &n), CURLE_AGAIN);
    CHECK_INT((long)n, 0);
    CHECK_CODE(curl_easy_send(x->easy, "ping", 4, &n), CURLE_OK);
    CHECK_INT((long)n, 4);
    wait_readable(active_socket(x));
    CHECK_CODE(curl_easy_recv(x->easy, text, sizeof(text), &n), CURLE_OK);
    CHECK_INT((long)n, 4);
    CHECK_STR(text, "pong");
}

TEST("C-198 recv_of_a_closed_connection_is_ok_and_0_bytes")
{
    struct peer *peer = PEER_OF(PEER_TEXT("bye"), PEER_CLOSE);
    struct xfer *x = connect_only(drive_new(), peer);
    char text[10];
    size_t n = 77;

    CHECK_CODE(curl_easy_send(x->easy, "bye", 3, &n), CURLE_OK);
    wait_readable(active_socket(x));
    CHECK_CODE(curl_easy_recv(x->easy, text, sizeof(text), &n), CURLE_OK);
    CHECK_INT((long)n, 0);
}

TEST("C-198 a_send_that_does_not_fit_is_partial_then_again")
{
    static char data[4 << 20];
    struct peer *peer = PEER_OF(PEER_STALL);
    struct xfer *x = connect_only(drive_new(), peer);
    CURLcode code = CURLE_OK;
    size_t n = 0, total = 0;

    while (!code && total < (64u << 20)) {
        code = curl_easy_send(x->easy, data, sizeof(data), &n);
        total += code ? 0 : n;
    }
    CHECK_CODE(code, CURLE_AGAIN);
    CHECK(total > 0);
}

TEST("C-198 without_connect_only_send_and_recv_are_refused_with_1")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");
    char text[10];
    size_t n;

    drive->keeps_done = true;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->n_results == 1);
    CHECK_CODE(curl_easy_send(x->easy, "a", 1, &n), CURLE_UNSUPPORTED_PROTOCOL);
    CHECK_CODE(curl_easy_recv(x->easy, text, 1, &n), CURLE_UNSUPPORTED_PROTOCOL);
}

TEST("C-55 removing_a_connect_only_handle_closes_its_connection")
{
    struct peer *peer = PEER_OF(PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = connect_only(drive, peer);
    char text[10];
    size_t n;

    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 1);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    CHECK(curl_easy_recv(x->easy, text, 1, &n) != CURLE_OK);
    CHECK(active_socket(x) == CURL_SOCKET_BAD);
}

TEST("C-167 C-198 connect_only_neither_takes_nor_gives_a_pooled_connection")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();

    xfer_free(xfer_fetch(drive, peer, "/"));
    connect_only(drive, peer);
    WAIT_PEER(peer, PEER_CONNECTIONS, PEER_EVERY, 2);
    xfer_fetch(drive, peer, "/");
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 2);
}

TEST("C-183 the_timeout_of_a_connect_only_handle_ends_with_the_connect")
{
    struct drive *drive = drive_new();
    struct peer *peer = PEER_OF(PEER_KEEP);
    struct xfer *x = xfer_new(peer, "/");

    drive->keeps_done = true;
    SET(x, CURLOPT_CONNECT_ONLY, 1L);
    SET(x, CURLOPT_TIMEOUT_MS, 5000L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->n_results == 1);
    sys_clock_advance(100000, false);
    drive_settle(drive);
    CHECK_INT(x->n_results, 1);
    CHECK(active_socket(x) != CURL_SOCKET_BAD);
}

TEST("C-198 a_connect_only_that_is_refused_fails_with_7")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_of_kind(AF_INET, PEER_REFUSES, 0), "/");

    SET(x, CURLOPT_CONNECT_ONLY, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_COULDNT_CONNECT);
    CHECK(active_socket(x) == CURL_SOCKET_BAD);
}

TEST_WITH(FOR_ONCE, "C-198 easy_perform_with_connect_only_leaves_an_open_socket")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = xfer_new(peer, "/");
    const char *request = "GET / HTTP/1.0\r\n\r\n";
    char text[200] = "";
    size_t n = 0;

    SET(x, CURLOPT_CONNECT_ONLY, 1L);
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_CODE(curl_easy_send(x->easy, request, strlen(request), &n), CURLE_OK);
    wait_readable(active_socket(x));
    CHECK_CODE(curl_easy_recv(x->easy, text, sizeof(text) - 1, &n), CURLE_OK);
    CHECK_STR(text, HELLO);
}

TEST_WITH(FOR_ONCE, "7.7 clearing_connect_only_makes_the_handle_an_ordinary_one")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_CONNECT_ONLY, 1L);
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    SET(x, CURLOPT_CONNECT_ONLY, 0L);
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("7.7 a_connect_only_handle_may_be_added_again_as_an_ordinary_one")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = connect_only(drive, peer);

    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    SET(x, CURLOPT_CONNECT_ONLY, 0L);
    drive->keeps_done = false;
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}
