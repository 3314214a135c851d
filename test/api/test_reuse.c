/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What a kept connection may have received before it is used again (C-171): bytes that nobody asked
 * for, or an end, which the loop has had no chance to tell yet.
 */
#include "xfer.h"

#include <stdio.h>

static const char stray[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong";

/* A transfer to a peer that lets it wait: with it running, kept connections stay announced. */
static void keep_busy(struct drive *drive)
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_KEEP);

    xfer_get(drive, peer, "/busy");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
}

/* Lets it start, without a look at any socket. */
static void start_now(struct drive *drive)
{
    drive_take_code(drive, drive_call(drive, CURL_SOCKET_TIMEOUT, 0));
}

/* The peer says that after its first answer; the second connection is a good one. */
static struct peer *peer_saying_later(const char *text)
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_GATE, PEER_SEND(text), PEER_KEEP);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    return peer;
}

TEST_WITH(FOR_EVENTS, "C-171 bytes_whose_event_has_not_been_told_yet_are_not_the_next_answer")
{
    struct peer *peer = peer_saying_later(stray);
    struct drive *drive = drive_new();
    struct xfer *first, *second;

    keep_busy(drive);
    first = xfer_get(drive, peer, "/1");
    DRIVE_UNTIL(drive, first->n_results);
    peer_release(peer, 1);
    WAIT_PEER(peer, PEER_SENT, 0, strlen(HELLO) + strlen(stray));
    second = xfer_get(drive, peer, "/2");
    start_now(drive);
    DRIVE_UNTIL(drive, second->n_results);
    CHECK_STR(second->body.data, "hello");
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 2);
}

static size_t pause_once(struct xfer *x, char *data, size_t n)
{
    return x->count++ ? xfer_keep_body(x, data, n) : CURL_WRITEFUNC_PAUSE;
}

/* They come while the last bytes of the answer are paused, and another transfer begins meanwhile. */
TEST_WITH(FOR_EVENTS, "C-162 C-171 bytes_that_come_in_a_pause_are_not_the_next_answer")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0), *other = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x, *paused = xfer_new(peer, "/2");

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_REQUEST, PEER_SEND(HELLO), PEER_GATE,
                PEER_SEND(stray), PEER_KEEP);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    keep_busy(drive);
    for (int i = 0; i < 2; i++) {
        x = xfer_get(drive, i ? peer : other, "/1");
        DRIVE_UNTIL(drive, x->n_results);
    }
    paused->on_body = pause_once;
    xfer_start(paused, drive);
    DRIVE_UNTIL(drive, paused->count == 1);
    peer_release(peer, 1);
    WAIT_PEER(peer, PEER_SENT, 0, 2 * strlen(HELLO) + strlen(stray));
    x = xfer_get(drive, other, "/2");
    DRIVE_UNTIL(drive, x->n_results);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 0);
    CHECK_CODE(curl_easy_pause(paused->easy, CURLPAUSE_CONT), CURLE_OK);
    DRIVE_UNTIL(drive, paused->n_results);
    CHECK_STR(paused->body.data, "hello");
    x = xfer_get(drive, peer, "/3");
    DRIVE_UNTIL(drive, x->n_results);
    CHECK_STR(x->body.data, "hello");
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 2);
}

TEST_WITH(FOR_EVENTS, "C-171 each_of_many_connections_is_known_to_have_said_something")
{
    enum { N = 200 };
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(HELLO), PEER_GATE, PEER_SEND(stray),
                                PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x[N];

    MSET(drive, CURLMOPT_MAXCONNECTS, 2L * N);
    keep_busy(drive);
    for (int i = 0; i < N; i++)
        x[i] = xfer_get(drive, peer, "/1");
    for (int i = 0; i < N; i++)
        DRIVE_UNTIL(drive, x[i]->n_results);
    peer_release(peer, N);
    WAIT_PEER(peer, PEER_SENT, PEER_EVERY, N * (strlen(HELLO) + strlen(stray)));
    for (int i = 0; i < N; i++)
        x[i] = xfer_get(drive, peer, "/2");
    start_now(drive);
    for (int i = 0; i < N; i++) {
        DRIVE_UNTIL(drive, x[i]->n_results);
        CHECK_CODE(x[i]->result, CURLE_OK);
        CHECK_STR(x[i]->body.data, "hello");
    }
}

/* An answer that fills the receive buffer to its last byte, and more behind it. */
TEST_WITH(FOR_EVENTS, "C-171 bytes_behind_an_answer_that_fills_the_buffer_are_not_the_next_answer")
{
    enum { BUFFER_BYTES = 64 * 1024 };
    static char answer[BUFFER_BYTES + sizeof(stray)];
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    struct xfer *first, *second;
    int n_head = snprintf(answer, sizeof(answer), "HTTP/1.1 200 OK\r\nContent-Length: %5d\r\n\r\n",
                          BUFFER_BYTES - 42);

    CHECK_INT(n_head, 42);
    memset(answer + n_head, 'x', BUFFER_BYTES - (size_t)n_head);
    memcpy(answer + BUFFER_BYTES, stray, sizeof(stray) - 1);
    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_REQUEST,
                PEER_SENDN(answer, sizeof(answer) - 1), PEER_KEEP);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    keep_busy(drive);
    first = xfer_get(drive, peer, "/0");
    DRIVE_UNTIL(drive, first->n_results);
    first = xfer_get(drive, peer, "/1");
    start_now(drive);
    WAIT_PEER(peer, PEER_SENT, 0, strlen(HELLO) + sizeof(answer) - 1);
    DRIVE_UNTIL(drive, first->n_results);
    second = xfer_get(drive, peer, "/2");
    start_now(drive);
    DRIVE_UNTIL(drive, second->n_results);
    CHECK_INT((long)first->body.n, BUFFER_BYTES - n_head);
    CHECK_STR(second->body.data, "hello");
}

/* The end comes with the answer, and is seen when another transfer looks for a connection. */
TEST_WITH(FOR_EVENTS, "C-171 an_upload_that_cannot_rewind_takes_no_connection_whose_end_was_seen")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct peer *other = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x, *upload;

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_REQUEST, PEER_SEND(HELLO), PEER_CLOSE);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    keep_busy(drive);
    x = xfer_get(drive, peer, "/0");
    DRIVE_UNTIL(drive, x->n_results);
    x = xfer_get(drive, other, "/0");
    DRIVE_UNTIL(drive, x->n_results);
    x = xfer_get(drive, peer, "/1");
    start_now(drive);
    WAIT_PEER(peer, PEER_OPEN, 0, 0);
    xfer_get(drive, other, "/1");
    start_now(drive);
    DRIVE_UNTIL(drive, x->n_results);
    upload = xfer_put(peer, "body!", 5);
    xfer_start(upload, drive);
    start_now(drive);
    DRIVE_UNTIL(drive, upload->n_results);
    CHECK_CODE(upload->result, CURLE_OK);
}
