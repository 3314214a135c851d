/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What a peer says when nobody asked it: on connections that are idle, and amid a body.
 */
#include "interpose.h"
#include "tls_xfer.h"

static long count_connections(struct peer *peer)
{
    return (long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY);
}

/* Lets the peer go on with its script until it has sent something more on connection 0. */
static void let_go(struct drive *drive, struct peer *peer)
{
    size_t before = peer_count(peer, PEER_WIRE_SENT, 0);

    peer_release(peer, 1);
    WAIT_PEER(peer, PEER_WIRE_SENT, 0, before + 1);
    drive_settle(drive);
}

static SSL_CTX *tls_1_3(void)
{
    return tls_server_of(TLS1_3_VERSION);
}

TEST("C-171 a_late_ticket_is_no_reason_to_give_a_connection_up")
{
    struct peer *peer = TLS_PEER(tls_1_3(), PEER_REQUEST, PEER_SEND(HELLO), PEER_GATE, PEER_TICKET,
                                 PEER_AGAIN);
    struct drive *drive = drive_new();

    tls_fetch(drive, peer);
    let_go(drive, peer);
    CHECK_INT(xfer_long(tls_fetch(drive, peer), CURLINFO_NUM_CONNECTS), 0);
    CHECK_INT(count_connections(peer), 1);
}

TEST("C-171 a_late_ticket_is_taken_up_by_the_next_connection")
{
    SSL_CTX *server = tls_1_3();
    struct peer *peer;
    struct drive *drive = drive_new();
    struct xfer *x;

    SSL_CTX_set_num_tickets(server, 0);
    peer = TLS_PEER(server, PEER_REQUEST, PEER_SEND(HELLO), PEER_GATE, PEER_TICKET, PEER_AGAIN);
    tls_fetch(drive, peer);
    let_go(drive, peer);
    tls_fetch(drive, peer);
    x = tls_new(peer, "/");
    SET(x, CURLOPT_FRESH_CONNECT, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(count_connections(peer), 2);
    CHECK_INT((long)peer_count(peer, PEER_RESUMED, PEER_EVERY), 1);
}

TEST("C-171 new_keys_are_no_reason_to_give_a_connection_up")
{
    struct peer *peer = TLS_PEER(tls_1_3(), PEER_REQUEST, PEER_SEND(HELLO), PEER_GATE,
                                 PEER_KEY_UPDATE, PEER_AGAIN);
    struct drive *drive = drive_new();

    tls_fetch(drive, peer);
    let_go(drive, peer);
    CHECK_INT(xfer_long(tls_fetch(drive, peer), CURLINFO_NUM_CONNECTS), 0);
}

/* The farewell came with the answer, and the socket has nothing more to tell. */
TEST("C-171 a_connection_over_tls_that_was_said_farewell_with_the_answer_is_not_used")
{
    struct peer *peer = TLS_PEER(tls_1_3(), PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO),
                                 PEER_FAREWELL, PEER_KEEP);
    enum { RECORDS_BYTES = 2 * (5 + 1 + 16) + 2 }; /* but for the answer */
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");
    size_t before;

    peer_script(peer, 1, (const struct peer_step[]){PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP});
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, 0) == 1);
    before = peer_count(peer, PEER_WIRE_SENT, 0);
    peer_release(peer, 1);
    WAIT_PEER(peer, PEER_WIRE_SENT, 0, before + strlen(HELLO) + RECORDS_BYTES);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_INT(xfer_long(tls_fetch(drive, peer), CURLINFO_NUM_CONNECTS), 1);
    CHECK(!strstr(received(peer, 0) + 1, "GET /"));
}

TEST("C-171 an_idle_connection_over_tls_that_said_something_unasked_is_not_used")
{
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(HELLO), PEER_GATE,
                                 PEER_SEND("HTTP/1.1 666 Bad\r\n\r\n"), PEER_KEEP);
    struct drive *drive = drive_new();

    peer_script(peer, 1, (const struct peer_step[]){PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP});
    tls_fetch(drive, peer);
    let_go(drive, peer);
    sys_clock_advance(2000, false);
    CHECK_STR(tls_fetch(drive, peer)->body.data, "hello");
    CHECK_INT(count_connections(peer), 2);
}

static const struct end {
    const char *name;
    struct peer_step step;
} ends[] = {
    {"with_a_farewell", PEER_CLOSE},
    {"without_one", PEER_CUT},
    {"by_a_reset", PEER_RESET},
    {"with_rubbish", {PEER_OP_PLAIN, "rubbish that is no record at all", 32, 0}},
};

TEST_ROWS(0, "C-171 an_idle_connection_over_tls_that_the_peer_ended_is_not_used_", ends)
{
    const struct end *row = test_row();
    struct peer *peer =
        TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(HELLO), PEER_GATE, row->step, PEER_CLOSE);
    struct drive *drive = drive_new();

    peer_script(peer, 1, (const struct peer_step[]){PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP});
    tls_fetch(drive, peer);
    peer_release(peer, 1);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    drive_settle(drive);
    sys_clock_advance(2000, false);
    CHECK_INT(xfer_long(tls_fetch(drive, peer), CURLINFO_NUM_CONNECTS), 1);
    CHECK_INT(count_connections(peer), 2);
}

TEST("C-172 a_request_on_a_reused_connection_over_tls_that_dies_goes_again_on_a_new_one")
{
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(HELLO), PEER_REQUEST, PEER_CUT);
    struct drive *drive = drive_new();

    peer_script(peer, 1, (const struct peer_step[]){PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP});
    tls_fetch(drive, peer);
    CHECK_STR(tls_fetch(drive, peer)->body.data, "hello");
    CHECK_INT(count_connections(peer), 2);
}

/* Amid a body. */

#define HEAD10 "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234"

static const struct amid {
    const char *name;
    struct peer_step step;
    int version;
} amid[] = {
    {"tickets", PEER_TICKET, TLS1_3_VERSION},
    {"new_keys", PEER_KEY_UPDATE, TLS1_3_VERSION},
    {"a_renegotiation", PEER_RENEGOTIATE, TLS1_2_VERSION},
};

TEST_ROWS(0, "C-196 a_body_is_whole_in_spite_of_", amid)
{
    const struct amid *row = test_row();
    struct peer *peer = TLS_PEER(tls_server_of(row->version), PEER_REQUEST, PEER_SEND(HEAD10), row->step,
                                 PEER_SEND("56789"), PEER_AGAIN);
    struct drive *drive = drive_new();

    CHECK_STR(tls_fetch(drive, peer)->body.data, "0123456789");
    CHECK_STR(tls_fetch(drive, peer)->body.data, "0123456789");
    CHECK_INT(count_connections(peer), 1);
}

TEST_ROWS(0, "C-151 an_upload_is_whole_in_spite_of_", amid)
{
    const struct amid *row = test_row();
    static char text[2000001];
    struct peer *peer =
        TLS_PEER(tls_server_of(row->version), PEER_HEAD, PEER_BYTES(100000), row->step, PEER_BODY,
                 PEER_SEND(HELLO), PEER_AGAIN);
    struct xfer *x = tls_new(peer, "/");

    memset(text, 'u', sizeof(text) - 1);
    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, (long)sizeof(text) - 1);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    xfer_upload(x, text, sizeof(text) - 1);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(body_of(peer, 0), text);
}

/* Ends of bodies. */

#define UNTIL_CLOSE "HTTP/1.1 200 OK\r\n\r\n01234"

TEST("C-178 a_body_until_close_is_whole_when_the_peer_says_farewell")
{
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(UNTIL_CLOSE), PEER_CLOSE);

    CHECK_STR(tls_fetch(drive_new(), peer)->body.data, "01234");
}

TEST("C-178 a_body_until_close_that_ends_without_farewell_was_cut")
{
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(UNTIL_CLOSE), PEER_CUT);
    struct xfer *x = tls_new(peer, "/");

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_RECV_ERROR);
    CHECK_STR(x->body.data, "01234");
    CHECK_HAS(x->error, "unexpected eof while reading");
}

TEST("C-178 a_body_with_a_length_is_whole_without_a_farewell")
{
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(HELLO), PEER_CUT);

    CHECK_STR(tls_fetch(drive_new(), peer)->body.data, "hello");
}

TEST("C-178 a_body_with_a_length_that_a_farewell_ends_early_is_partial")
{
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(HEAD10), PEER_CLOSE);
    struct xfer *x = tls_new(peer, "/");

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_PARTIAL_FILE);
    CHECK_STR(x->body.data, "01234");
    CHECK_HAS(x->error, "transfer closed with 5 bytes remaining to read");
}

TEST("C-178 a_body_with_a_length_that_is_cut_early_is_partial_too")
{
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(HEAD10), PEER_CUT);
    struct xfer *x = tls_new(peer, "/");

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_PARTIAL_FILE);
    CHECK_STR(x->body.data, "01234");
    CHECK_HAS(x->error, "transfer closed with 5 bytes remaining to read");
}

TEST("C-178 rubbish_amid_a_body_fails_and_what_came_before_is_delivered")
{
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(HEAD10), PEER_GATE,
                                 PEER_PLAIN("rubbish that is no record at all"), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");

    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->body.n == 5);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_RECV_ERROR);
    CHECK_STR(x->body.data, "01234");
}

TEST("C-172 a_new_connection_over_tls_that_ends_before_the_answer_is_not_retried")
{
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST, PEER_CLOSE);
    struct xfer *x = tls_new(peer, "/");

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_GOT_NOTHING);
    CHECK_INT(count_connections(peer), 1);
}
