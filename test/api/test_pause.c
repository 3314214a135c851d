/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Pausing and going on (contract section 1.15).
 */
#include "interpose.h"
#include "xfer.h"

#include <stdio.h>
#include <stdlib.h>

#define OK11 "HTTP/1.1 200 OK\r\n"

/* Pauses as long as x->count is above 0, counting down. */
static size_t pause_some(struct xfer *x, char *data, size_t n)
{
    if (x->count > 0) {
        x->count--;
        return CURL_WRITEFUNC_PAUSE;
    }
    return xfer_keep_body(x, data, n);
}

static struct xfer *start_pausing(struct drive *drive, struct peer *peer, long n_pauses)
{
    struct xfer *x = xfer_new(peer, "/");

    x->count = n_pauses;
    x->on_body = pause_some;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count == n_pauses - 1);
    return x;
}

static struct peer *peer_half_way(void)
{
    return PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 10\r\n\r\nabc"), PEER_GATE,
                   PEER_SEND("defghij"), PEER_AGAIN);
}

TEST("C-148 C-162 bytes_that_were_paused_come_again_once_and_whole")
{
    struct drive *drive = drive_new();
    struct xfer *x = start_pausing(drive, peer_serving(HELLO), 1);

    drive_settle(drive);
    CHECK_INT(x->n_results, 0);
    CHECK_INT((long)x->n_body_calls, 1);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_INT((long)x->n_body_calls, 2);
}

TEST("C-162 a_transfer_whose_last_bytes_are_paused_is_not_done")
{
    struct drive *drive = drive_new();
    struct xfer *x = start_pausing(drive, peer_serving(HELLO), 1);

    for (int i = 0; i < 20; i++)
        drive_turn(drive, 1);
    drive_perform(drive);
    CHECK_INT(drive->running, 1);
    CHECK_INT(x->n_results, 0);
}

TEST("C-162 the_end_of_a_connection_is_not_reported_before_paused_bytes_are_taken")
{
    struct drive *drive = drive_new();
    struct xfer *x = start_pausing(drive, peer_answering("HTTP/1.0 200 OK\r\n\r\nhello"), 1);

    drive_settle(drive);
    CHECK_INT(x->n_results, 0);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("C-162 pausing_again_at_once_loses_nothing")
{
    struct drive *drive = drive_new();
    struct xfer *x = start_pausing(drive, peer_serving(HELLO), 4);

    for (int i = 3; i > 0; i--) {
        drive_settle(drive);
        CHECK_INT(x->count, i);
        CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
        DRIVE_UNTIL(drive, x->count == i - 1);
    }
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("C-162 a_chunked_body_survives_many_pauses")
{
    struct peer *peer = peer_serving(
        OK11
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n3\r\nghi\r\n0\r\nX: y\r\n\r\n");
    struct drive *drive = drive_new();
    struct xfer *x = start_pausing(drive, peer, 5);

    for (int i = 0; i < 1000 && !x->n_results; i++) {
        drive_settle(drive);
        curl_easy_pause(x->easy, CURLPAUSE_CONT);
        drive_turn(drive, 1);
    }
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "abcdefghi");
}

TEST("C-158 C-160 pausing_from_outside_stops_the_body")
{
    struct peer *peer = peer_half_way();
    struct drive *drive = drive_new();
    struct xfer *x = xfer_get(drive, peer, "/");
    size_t received_then;

    DRIVE_UNTIL(drive, x->body.n == 3);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_RECV), CURLE_OK);
    peer_release(peer, 1);
    WAIT_PEER(peer, PEER_SENT, 0, strlen(OK11 "Content-Length: 10\r\n\r\nabcdefghij"));
    drive_settle(drive);
    received_then = x->body.n;
    drive_perform(drive);
    drive_settle(drive);
    CHECK_INT((long)received_then, 3);
    CHECK_INT((long)x->body.n, 3);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "abcdefghij");
}

TEST("C-158 pause_is_absolute_and_not_a_toggle")
{
    struct peer *peer = peer_half_way();
    struct drive *drive = drive_new();
    struct xfer *x = xfer_get(drive, peer, "/");

    DRIVE_UNTIL(drive, x->body.n == 3);
    for (int i = 0; i < 4; i++)
        CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_RECV), CURLE_OK);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_ALL), CURLE_OK);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}

TEST("C-159 pause_without_a_connection_is_a_bad_argument")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_ALL), CURLE_BAD_FUNCTION_ARGUMENT);
    xfer_start(x, drive);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_BAD_FUNCTION_ARGUMENT);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_BAD_FUNCTION_ARGUMENT);
}

TEST_WITH(FOR_EVENTS, "C-160 pausing_outside_a_drive_call_withdraws_interest_before_it_returns")
{
    struct peer *peer = peer_half_way();
    struct drive *drive = drive_new();
    struct xfer *x = xfer_get(drive, peer, "/");

    DRIVE_UNTIL(drive, x->body.n == 3);
    drive_settle(drive);
    CHECK_INT(drive->ledger.n_announced, 1);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_RECV), CURLE_OK);
    CHECK_INT(drive->ledger.n_announced, 0);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    CHECK_INT(drive->ledger.timer_ms, 0);
    drive_settle(drive);
    CHECK_INT(ledger_what(&drive->ledger, ledger_only_fd(&drive->ledger)), CURL_POLL_IN);
    peer_release(peer, 1);
    drive_run(drive);
}

TEST_WITH(FOR_EVENTS, "C-160 a_pause_by_return_code_withdraws_interest_by_the_end_of_the_call")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 100000\r\n\r\n"),
                                PEER_FILL(100000), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = start_pausing(drive, peer, 1);

    CHECK_INT(drive->ledger.n_announced, 0);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_INT((long)x->body.n, 100000);
}

TEST("C-160 a_paused_transfer_with_unread_bytes_does_not_keep_the_loop_busy")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 1000000\r\n\r\n"),
                                PEER_FILL(1000000), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = start_pausing(drive, peer, 1);
    unsigned before;
    int64_t begun_us;

    sys_clock_advance(2000, false);
    drive_settle(drive);
    before = drive->n_events;
    begun_us = sys_real_us();
    for (int i = 0; i < 10; i++)
        drive_turn(drive, 5);
    CHECK(drive->n_events - before <= 2);
    CHECK(sys_real_us() - begun_us >= 40000);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_INT((long)x->body.n, 1000000);
}

TEST("C-164 pausing_pushes_back_on_the_peer")
{
    long total = 40 << 20;
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 41943040\r\n\r\n"),
                                PEER_FILL(total), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = start_pausing(drive, peer, 1);

    drive_settle(drive);
    CHECK((long)sys_n_received() < 1 << 20);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
}

TEST("C-161 7.6 unpausing_from_outside_resumes_by_itself")
{
    struct drive *drive = drive_new();
    struct xfer *x = start_pausing(drive, peer_serving(HELLO), 1);

    drive_settle(drive);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_STR(x->body.data, "hello");
}

TEST_WITH(FOR_EVENTS, "C-161 7.6 unpausing_arms_a_timer_of_0_and_announces_the_socket_again")
{
    struct peer *peer = peer_half_way();
    struct drive *drive = drive_new();
    struct xfer *x = start_pausing(drive, peer, 1);
    unsigned before;

    drive_settle(drive);
    before = drive->ledger.n_announcements;
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    CHECK_INT(drive->ledger.timer_ms, 0);
    drive_settle(drive);
    CHECK_INT(drive->ledger.n_announcements, before + 1);
    CHECK_STR(x->body.data, "abc");
    peer_release(peer, 1);
    drive_run(drive);
}

/* A second transfer's callback lets the first go on. */
static size_t unpause_other(struct xfer *x, char *data, size_t n)
{
    struct xfer *other = x->arg;

    CHECK_CODE(curl_easy_pause(other->easy, CURLPAUSE_CONT), CURLE_OK);
    return xfer_keep_body(x, data, n);
}

TEST("C-161 unpausing_from_another_transfers_callback_resumes")
{
    struct drive *drive = drive_new();
    struct xfer *x = start_pausing(drive, peer_serving(HELLO), 1);
    struct xfer *y = xfer_new(peer_serving(HELLO), "/");

    drive_settle(drive);
    y->arg = x;
    y->on_body = unpause_other;
    xfer_start(y, drive);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

static int unpause_in_progress(void *arg, curl_off_t dt, curl_off_t dn, curl_off_t ut,
                               curl_off_t un)
{
    struct xfer *x = arg;

    if (x->n_body_calls)
        curl_easy_pause(x->easy, CURLPAUSE_CONT);
    return 0;
}

TEST("C-161 unpausing_from_the_transfers_own_progress_callback_resumes")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    x->count = 1;
    x->on_body = pause_some;
    SET(x, CURLOPT_NOPROGRESS, 0L);
    SET(x, CURLOPT_XFERINFOFUNCTION, unpause_in_progress);
    SET(x, CURLOPT_XFERINFODATA, x);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->n_body_calls >= 1);
    for (int i = 0; i < 100 && !x->n_results; i++) {
        drive_perform(drive);
        drive_turn(drive, 1);
    }
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

/* Sending. */

static size_t pause_reading(struct xfer *x, char *data, size_t room)
{
    size_t n = x->n_upload - x->n_uploaded;

    if (x->count > 0) {
        x->count--;
        return CURL_READFUNC_PAUSE;
    }
    memcpy(data, x->upload + x->n_uploaded, n);
    x->n_uploaded += n;
    return n;
}

static struct xfer *put_pausing(struct peer *peer, long size, long n_pauses)
{
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, size);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    xfer_upload(x, "abcdef", 6);
    x->on_read = pause_reading;
    x->count = n_pauses;
    return x;
}

TEST("C-151 C-161 an_upload_paused_by_the_read_callback_goes_on")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = put_pausing(peer, 6, 1);

    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count == 0);
    drive_settle(drive);
    CHECK_INT((long)x->n_uploaded, 0);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_HAS(received(peer, 0), "\r\n\r\nabcdef");
}

TEST("C-151 C-161 a_chunked_upload_paused_by_the_read_callback_goes_on")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = put_pausing(peer, -1, 1);

    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count == 0);
    drive_settle(drive);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_HAS(received(peer, 0), "\r\n\r\n6\r\nabcdef\r\n0\r\n\r\n");
}

TEST_WITH(FOR_EVENTS, "C-160 a_paused_upload_keeps_interest_in_the_answer_only")
{
    struct drive *drive = drive_new();
    struct xfer *x = put_pausing(PEER_OF(PEER_KEEP), 6, 100);
    int fd;

    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count == 99);
    drive_settle(drive);
    fd = ledger_only_fd(&drive->ledger);
    CHECK_INT(ledger_what(&drive->ledger, fd), CURL_POLL_IN);
}

TEST("C-160 an_answer_that_comes_while_the_upload_is_paused_is_taken")
{
    struct peer *peer = PEER_OF(PEER_HEAD, PEER_GATE,
                                PEER_SEND("HTTP/1.1 403 No\r\nContent-Length: 2\r\n"
                                          "Connection: close\r\n\r\nno"),
                                PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = put_pausing(peer, 6, 100);

    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count == 99);
    peer_release(peer, 1);
    DRIVE_UNTIL(drive, x->body.n == 2);
    CHECK_STR(x->body.data, "no");
}

TEST("C-165 unpausing_while_waiting_for_100_continue_makes_the_upload_go_on")
{
    struct peer *peer = PEER_OF(PEER_HEAD, PEER_GATE, PEER_SEND("HTTP/1.1 100 Continue\r\n\r\n"),
                                PEER_BODY, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = put_pausing(peer, 6, 0);

    SET(x, CURLOPT_HTTPHEADER, NULL);
    SET(x, CURLOPT_EXPECT_100_TIMEOUT_MS, 100000L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, 0) == 1);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_SEND), CURLE_OK);
    drive_settle(drive);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_settle(drive);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_HAS(received(peer, 0), "\r\n\r\nabcdef");
}

/* Time. */

TEST("C-163 the_low_speed_limit_rests_while_paused")
{
    struct drive *drive = drive_new();
    struct peer *peer = peer_half_way();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_LOW_SPEED_LIMIT, 1000L);
    SET(x, CURLOPT_LOW_SPEED_TIME, 5L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->body.n == 3);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_RECV), CURLE_OK);
    for (int i = 0; i < 20; i++) {
        sys_clock_advance(1000, false);
        drive_settle(drive);
    }
    CHECK_INT(x->n_results, 0);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}

TEST("C-163 the_overall_timeout_runs_on_while_paused")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    x->count = 1;
    x->on_body = pause_some;
    SET(x, CURLOPT_TIMEOUT_MS, 30000L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count == 0);
    drive_settle(drive);
    sys_clock_advance(29000, false);
    drive_settle(drive);
    CHECK_INT(x->n_results, 0);
    sys_clock_advance(1500, false);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
}

static size_t pause_head(struct xfer *x, char *data, size_t n)
{
    if (x->count-- == 1)
        return CURL_WRITEFUNC_PAUSE;
    return n;
}

TEST("C-148 C-162 a_header_callback_may_pause_too")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    x->count = 2;
    x->on_head = pause_head;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count <= 0);
    drive_settle(drive);
    CHECK_INT(x->n_results, 0);
    curl_easy_pause(x->easy, CURLPAUSE_CONT);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("C-150 C-162 a_line_that_the_header_callback_paused_is_not_written_twice")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    SET(x, CURLOPT_HEADER, 1L);
    x->count = 2;
    x->on_head = pause_head;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count <= 0);
    drive_settle(drive);
    curl_easy_pause(x->easy, CURLPAUSE_CONT);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, HELLO);
}
