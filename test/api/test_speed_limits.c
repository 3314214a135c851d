/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Limits of speed that a transfer keeps to (C-188).
 */
#include "interpose.h"
#include "xfer.h"

#include <stdlib.h>
#include <string.h>

#define OK11 "HTTP/1.1 200 OK\r\n"

/* Runs to the end in the library's time alone: whenever nothing is to be done, its clock moves to
   the next deadline. Returns the milliseconds that passed. */
static long run_in_no_time(struct drive *drive)
{
    long passed_ms = 0;

    while (drive->n_added) {
        long ms = -1;

        drive_settle(drive);
        CHECK_MCODE(curl_multi_timeout(drive->multi, &ms), CURLM_OK);
        ms = ms < 1 ? 1 : ms > 100 ? 100 : ms;
        sys_clock_advance(ms, false);
        passed_ms += ms;
        CHECK(passed_ms < 100000);
    }
    return passed_ms;
}

TEST("C-188 a_receive_limit_slows_the_body_down")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 60000\r\n\r\n"),
                                PEER_FILL(60000), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");
    long passed_ms;

    SET(x, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)5000);
    SET(x, CURLOPT_BUFFERSIZE, 2048L);
    xfer_start(x, drive);
    passed_ms = run_in_no_time(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_INT((long)x->body.n, 60000);
    if (passed_ms < 7000 || passed_ms > 20000)
        FAIL("60000 bytes at 5000 bytes a second took %ld ms", passed_ms);
    CHECK(drive->n_events < 2000);
}

TEST("C-188 a_receive_limit_does_not_hold_up_the_head")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 5000\r\n\r\n"),
                                PEER_GATE, PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)1);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->n_head_calls == 3);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 200);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
}

TEST_WITH(FOR_EVENTS, "C-188 while_limited_there_is_a_timer_and_no_interest_in_reading")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 8000000\r\n\r\n"),
                                PEER_FILL(8000000), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)1000);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->body.n > 0);
    sys_clock_advance(300, false);
    drive_settle(drive);
    CHECK_INT(x->n_results, 0);
    CHECK_INT(drive->ledger.n_announced, 0);
    CHECK(drive->ledger.is_armed);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
}

TEST("C-188 a_send_limit_slows_the_upload_down")
{
    size_t n = 60000;
    char *data = calloc(1, n);
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");
    long passed_ms;

    CHECK(data != NULL);
    defer(free, data);
    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, (long)n);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    SET(x, CURLOPT_MAX_SEND_SPEED_LARGE, (curl_off_t)5000);
    xfer_upload(x, data, n);
    x->upload_piece = 2048;
    xfer_start(x, drive);
    passed_ms = run_in_no_time(drive);
    CHECK_CODE(x->result, CURLE_OK);
    if (passed_ms < 7000 || passed_ms > 20000)
        FAIL("60000 bytes at 5000 bytes a second took %ld ms", passed_ms);
}

static int adapt(void *arg, curl_off_t n, curl_off_t now, curl_off_t m, curl_off_t sent)
{
    struct xfer *x = arg;

    SET(x, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)(1000 + x->count++ % 2));
    SET(x, CURLOPT_LOW_SPEED_LIMIT, 1L);
    return 0;
}

TEST("C-188 a_limit_set_by_each_progress_callback_keeps_no_loop_busy")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_NOPROGRESS, 0L);
    SET(x, CURLOPT_XFERINFOFUNCTION, adapt);
    SET(x, CURLOPT_XFERINFODATA, x);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    drive_settle(drive);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_STR(x->body.data, "hello");
}

/* No clock is put on: what the old limit would have waited for is not waited for any more. */
TEST("C-14 C-188 a_limit_that_is_lifted_holds_nobody_up")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 300000\r\n\r\n"),
                                PEER_FILL(300000), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)1);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->head.n > 0);
    drive_settle(drive);
    SET(x, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)0);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}

TEST("C-14 C-188 a_limit_may_be_lifted_while_the_transfer_runs")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 3000000\r\n\r\n"),
                                PEER_FILL(3000000), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)1000);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->body.n > 0);
    SET(x, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)0);
    sys_clock_advance(100000, false);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}
