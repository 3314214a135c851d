/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Deadlines and speeds (contract section 1.18). The library's clock is moved, so no test waits.
 */
#include "interpose.h"
#include "xfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define OK11 "HTTP/1.1 200 OK\r\n"

/* A started transfer whose request has arrived. */
static struct xfer *start_waiting(struct drive *drive, struct xfer *x, struct peer *peer)
{
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
    drive_settle(drive);
    return x;
}

/* Time passes for the library, and the loop has its turn. */
static void pass_ms(struct drive *drive, long ms)
{
    sys_clock_advance(ms, false);
    drive_settle(drive);
}

struct deadline {
    const char *name;
    CURLoption option;
    long value, early_ms, rest_ms;
};

static const struct deadline deadlines[] = {
    {"timeout_ms", CURLOPT_TIMEOUT_MS, 20000, 18000, 2500},
    {"timeout", CURLOPT_TIMEOUT, 20, 18000, 2500},
};

TEST_ROWS(0, "C-183 C-185 a_transfer_ends_with_28_at_its_", deadlines)
{
    const struct deadline *row = test_row();
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, row->option, row->value);
    start_waiting(drive, x, peer);
    pass_ms(drive, row->early_ms);
    CHECK_INT(x->n_results, 0);
    pass_ms(drive, row->rest_ms);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
    CHECK_HAS(x->error, "Operation timed out after 20");
    CHECK_HAS(x->error, " milliseconds with 0 bytes received");
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST("C-183 C-185 a_body_that_stalls_ends_with_28_and_tells_how_far_it_came")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 10\r\n\r\nabc"), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_TIMEOUT_MS, 20000L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->body.n == 3);
    pass_ms(drive, 20100);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
    CHECK_HAS(x->error, " milliseconds with 3 out of 10 bytes received");
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 200);
}

TEST("C-183 the_last_of_timeout_and_timeout_ms_wins")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_TIMEOUT_MS, 1000L);
    SET(x, CURLOPT_TIMEOUT, 50L);
    start_waiting(drive, x, peer);
    pass_ms(drive, 40000);
    CHECK_INT(x->n_results, 0);
    pass_ms(drive, 11000);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
}

TEST("C-183 without_a_timeout_a_transfer_waits_for_ever")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_TIMEOUT_MS, 0L);
    start_waiting(drive, x, peer);
    pass_ms(drive, 10000000);
    CHECK_INT(x->n_results, 0);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}

TEST("C-183 the_timeout_starts_anew_with_each_transfer")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_TIMEOUT_MS, 20000L);
    for (int i = 0; i < 3; i++) {
        CHECK_CODE(xfer_again(x, drive), CURLE_OK);
        pass_ms(drive, 15000);
    }
}

TEST("C-184 C-185 a_connect_that_hangs_ends_with_28_at_its_connecttimeout")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_of_kind(AF_INET, PEER_IGNORES, 0), "/");

    SET(x, CURLOPT_CONNECTTIMEOUT_MS, 20000L);
    xfer_start(x, drive);
    drive_settle(drive);
    pass_ms(drive, 18000);
    CHECK_INT(x->n_results, 0);
    pass_ms(drive, 2500);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
    CHECK(x->error[0]);
}

TEST("C-184 the_default_connecttimeout_is_300_seconds")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_get(drive, peer_of_kind(AF_INET, PEER_IGNORES, 0), "/");

    drive_settle(drive);
    pass_ms(drive, 295000);
    CHECK_INT(x->n_results, 0);
    pass_ms(drive, 6000);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
}

TEST("C-184 the_shorter_of_timeout_and_connecttimeout_ends_a_connect")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_of_kind(AF_INET, PEER_IGNORES, 0), "/");

    SET(x, CURLOPT_CONNECTTIMEOUT_MS, 60000L);
    SET(x, CURLOPT_TIMEOUT_MS, 20000L);
    xfer_start(x, drive);
    drive_settle(drive);
    pass_ms(drive, 20500);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
}

TEST("C-184 the_connecttimeout_ends_with_the_connect")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
    start_waiting(drive, x, peer);
    pass_ms(drive, 60000);
    CHECK_INT(x->n_results, 0);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}

/* The request that a challenge asks for, and the one that is sent again, need no new connect. */
TEST("C-184 C-194 time_that_a_challenge_took_is_none_of_connecting")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST, PEER_GATE,
                PEER_SEND("HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"a\"\r\n"
                          "Content-Length: 0\r\n\r\n"),
                PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
    SET(x, CURLOPT_USERPWD, "me:secret");
    SET(x, CURLOPT_HTTPAUTH, CURLAUTH_ANY);
    start_waiting(drive, x, peer);
    pass_ms(drive, 60000);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("C-172 C-184 time_on_a_connection_that_dies_is_none_of_the_next_connect")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_REQUEST, PEER_GATE, PEER_CLOSE);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    SET(x, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    xfer_rewind(x);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, 0) == 1);
    pass_ms(drive, 60000);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

static size_t pause_then_take_long(struct xfer *x, char *data, size_t n)
{
    if (!x->count++)
        return CURL_WRITEFUNC_PAUSE;
    sys_clock_advance(60000, false);
    return n;
}

/* In one call: a callback takes its time, and then another transfer begins. */
TEST("C-184 time_that_a_callback_took_is_none_of_another_transfers_connecting")
{
    struct drive *drive = drive_new();
    struct xfer *slow = xfer_new(peer_serving(HELLO), "/");
    struct xfer *next = xfer_new(peer_serving(HELLO), "/");

    slow->on_body = pause_then_take_long;
    xfer_start(slow, drive);
    DRIVE_UNTIL(drive, slow->count == 1);
    drive_settle(drive);
    SET(next, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
    CHECK_CODE(curl_easy_pause(slow->easy, CURLPAUSE_CONT), CURLE_OK);
    xfer_start(next, drive);
    drive_run(drive);
    CHECK_CODE(slow->result, CURLE_OK);
    CHECK_CODE(next->result, CURLE_OK);
}

TEST("C-14 C-184 a_limit_may_be_raised_while_a_connect_hangs")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_of_kind(AF_INET, PEER_IGNORES, 0), "/");

    SET(x, CURLOPT_TIMEOUT_MS, 20000L);
    xfer_start(x, drive);
    drive_settle(drive);
    SET(x, CURLOPT_TIMEOUT_MS, 40000L);
    pass_ms(drive, 30000);
    CHECK_INT(x->n_results, 0);
    pass_ms(drive, 10500);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
}

/* The argument is where the handle is named, as long as there is one. */
static int set_limit_and_close(void *arg, curl_socket_t fd)
{
    CURL **easy = arg;

    if (*easy)
        curl_easy_setopt(*easy, CURLOPT_TIMEOUT_MS, 50L);
    return close(fd);
}

/* Neither timer is left behind, nor does one fire that is due for ever. */
TEST("C-14 C-35 a_limit_may_be_set_by_the_callback_that_closes_the_connection")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");
    struct xfer *other = xfer_new(peer_serving(HELLO), "/");
    CURL *easy = x->easy;

    SET(x, CURLOPT_CLOSESOCKETFUNCTION, set_limit_and_close);
    SET(x, CURLOPT_CLOSESOCKETDATA, &easy);
    start_waiting(drive, x, peer);
    xfer_free(x);
    pass_ms(drive, 1000);
    CHECK_CODE(xfer_again(other, drive), CURLE_OK);
}

TEST("C-14 C-21 a_limit_may_be_set_by_the_callback_that_closes_what_was_performed_with")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");
    CURL *easy = x->easy;

    SET(x, CURLOPT_CLOSESOCKETFUNCTION, set_limit_and_close);
    SET(x, CURLOPT_CLOSESOCKETDATA, &easy);
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    xfer_rewind(x);
    xfer_start(x, drive);
    sys_clock_advance(1000, false);
    drive_run(drive);
    CHECK(x->n_results == 1);
    drive_cleanup(drive); /* with what it closes, while the handle is there */
}

TEST("C-14 C-183 a_limit_may_be_set_while_the_answer_is_waited_for")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    start_waiting(drive, x, peer);
    SET(x, CURLOPT_TIMEOUT, 20L);
    pass_ms(drive, 20500);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
}

TEST("C-186 a_transfer_below_the_low_speed_limit_ends_with_28")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 10\r\n\r\nabc"), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");
    int seconds = 0;

    SET(x, CURLOPT_LOW_SPEED_LIMIT, 1000L);
    SET(x, CURLOPT_LOW_SPEED_TIME, 10L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->body.n == 3);
    while (!x->n_results && seconds++ < 30)
        pass_ms(drive, 1000);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
    CHECK(seconds >= 9 && seconds <= 15);
    CHECK_STR(x->error,
              "Operation too slow. Less than 1000 bytes/sec transferred the last 10 seconds");
}

TEST("C-14 C-186 the_low_speed_limit_may_come_when_nothing_arrives_any_more")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 10\r\n\r\nabc"), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");
    int seconds = 0;

    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->body.n == 3);
    drive_settle(drive);
    SET(x, CURLOPT_LOW_SPEED_LIMIT, 1000L);
    SET(x, CURLOPT_LOW_SPEED_TIME, 10L);
    while (!x->n_results && seconds++ < 30)
        pass_ms(drive, 1000);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
    CHECK_INT(x->n_results, 1);
}

TEST("C-186 a_transfer_above_the_low_speed_limit_lives_on")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 200000\r\n\r\n"),
                                PEER_FILL(200000), PEER_KEEP);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(x, CURLOPT_LOW_SPEED_TIME, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
}

TEST_WITH(FOR_EVENTS, "C-186 the_low_speed_limit_needs_no_event_but_its_timer")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_LOW_SPEED_LIMIT, 1000L);
    SET(x, CURLOPT_LOW_SPEED_TIME, 2L);
    start_waiting(drive, x, peer);
    for (int i = 0; i < 20 && !x->n_results; i++) {
        CHECK(drive->ledger.is_armed);
        CHECK(ledger_timer_left_ms(&drive->ledger) <= 2100);
        pass_ms(drive, ledger_timer_left_ms(&drive->ledger));
    }
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
}

/* How long each of two addresses is tried (C-187). */

TEST("C-187 with_two_addresses_version_6_is_tried_first")
{
    struct peer *v6, *v4;
    struct xfer *x = xfer_new_both(PEER_ACCEPTS, PEER_ACCEPTS, &v6, &v4);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(xfer_str(x, CURLINFO_PRIMARY_IP), "::1");
    CHECK_INT((long)peer_count(v4, PEER_CONNECTIONS, PEER_EVERY), 0);
}

TEST("C-187 a_refused_first_address_gives_way_at_once")
{
    struct peer *v6, *v4;
    struct xfer *x = xfer_new_both(PEER_REFUSES, PEER_ACCEPTS, &v6, &v4);

    SET(x, CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS, 100000L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(xfer_str(x, CURLINFO_PRIMARY_IP), "127.0.0.1");
}

TEST_WITH(FOR_POLL, "C-187 a_first_address_that_hangs_gives_way_after_200_ms")
{
    struct peer *v6, *v4;
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new_both(PEER_IGNORES, PEER_ACCEPTS, &v6, &v4);

    SET(x, CURLOPT_CONNECTTIMEOUT_MS, 100000L);
    xfer_start(x, drive);
    drive_perform(drive);
    sys_clock_advance(150, false);
    drive_perform(drive);
    CHECK_INT((long)peer_count(v4, PEER_CONNECTIONS, PEER_EVERY), 0);
    sys_clock_advance(100, false);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(xfer_str(x, CURLINFO_PRIMARY_IP), "127.0.0.1");
}

TEST_WITH(FOR_POLL, "C-187 happy_eyeballs_timeout_ms_sets_that_wait")
{
    struct peer *v6, *v4;
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new_both(PEER_IGNORES, PEER_ACCEPTS, &v6, &v4);

    SET(x, CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS, 5000L);
    xfer_start(x, drive);
    drive_perform(drive);
    sys_clock_advance(4000, false);
    drive_perform(drive);
    drive_perform(drive);
    CHECK_INT((long)peer_count(v4, PEER_CONNECTIONS, PEER_EVERY), 0);
    sys_clock_advance(1500, false);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}

TEST("C-187 when_every_address_is_refused_the_result_is_7")
{
    struct peer *v6, *v4;
    struct xfer *x = xfer_new_both(PEER_REFUSES, PEER_REFUSES, &v6, &v4);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_COULDNT_CONNECT);
    CHECK_HAS(x->error, "Failed to connect to both.example port ");
    CHECK_HAS(x->error, " ms: Couldn't connect to server");
}

TEST("C-187 ipresolve_keeps_to_one_version")
{
    struct peer *v6, *v4;
    struct xfer *x = xfer_new_both(PEER_ACCEPTS, PEER_ACCEPTS, &v6, &v4);

    SET(x, CURLOPT_URL, "http://localhost/");
    SET(x, CURLOPT_PORT, (long)peer_port(v4));
    SET(x, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V4);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(xfer_str(x, CURLINFO_PRIMARY_IP), "127.0.0.1");
    SET(x, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V6);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(xfer_str(x, CURLINFO_PRIMARY_IP), "::1");
}

/* Rates (C-188). */
