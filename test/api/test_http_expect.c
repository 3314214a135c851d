/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Expect: 100-continue: when it is asked, how long it is waited for, what may come instead (C-187).
 */
#include "interpose.h"
#include "xfer.h"

#include <stdlib.h>

/*
 * A small body that asks first. 7.88.1 does so for any PUT, later releases for more than 1 MiB or
 * an unknown size: here the application says it.
 */
static struct xfer *asking_put(struct peer *peer)
{
    struct xfer *x = xfer_put(peer, "abcdef", 6);

    SET(x, CURLOPT_HTTPHEADER, list_of("Expect: 100-continue", NULL));
    return x;
}

TEST("C-187 a_put_waits_for_100_continue_before_its_body")
{
    struct peer *peer = PEER_OF(PEER_HEAD, PEER_GATE, PEER_SEND("HTTP/1.1 100 Continue\r\n\r\n"),
                                PEER_BODY, PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = asking_put(peer);

    SET(x, CURLOPT_EXPECT_100_TIMEOUT_MS, 100000L);
    xfer_start(x, drive_new());
    DRIVE_UNTIL(x->drive, peer_count(peer, PEER_WAITING, 0) == 1);
    drive_settle(x->drive);
    CHECK_HAS(received(peer, 0), "Expect: 100-continue\r\n");
    CHECK_STR(body_of(peer, 0), "");
    CHECK_INT((long)x->n_uploaded, 0);
    peer_release(peer, 1);
    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(body_of(peer, 0), "abcdef");
    CHECK_STR(x->order, "HHRHHHB");
}

TEST("C-187 without_100_continue_the_body_goes_after_a_second")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = asking_put(peer);
    int64_t begin_us = sys_clock_us();

    xfer_start(x, drive_new());
    DRIVE_UNTIL(x->drive, peer_count(peer, PEER_RECEIVED, 0) > 0);
    drive_settle(x->drive);
    sys_clock_advance(500, false);
    drive_settle(x->drive);
    if (sys_clock_us() - begin_us < 1000000) /* a slow machine may be past it by now */
        CHECK_INT((long)x->n_read_calls, 0);
    sys_clock_advance(600, false);
    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(body_of(peer, 0), "abcdef");
}

TEST("C-187 expect_100_timeout_ms_sets_that_wait")
{
    struct xfer *x = asking_put(peer_serving(HELLO));

    SET(x, CURLOPT_EXPECT_100_TIMEOUT_MS, 20L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
}

TEST("C-187 a_final_answer_instead_of_100_ends_the_upload_unsent")
{
    struct peer *peer =
        PEER_OF(PEER_HEAD, PEER_SEND("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno"), PEER_KEEP);
    struct xfer *x = asking_put(peer);

    SET(x, CURLOPT_EXPECT_100_TIMEOUT_MS, 100000L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "no");
    CHECK_STR(body_of(peer, 0), "");
    xfer_free(x);
    CHECK(peer_wait(peer, PEER_OPEN, PEER_EVERY, 0, patience_ms()));
}

TEST("C-187 a_final_answer_instead_of_100_does_not_end_an_upload_that_is_to_go_on")
{
    struct peer *peer = PEER_OF(PEER_HEAD, PEER_SEND("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"),
                                PEER_BODY, PEER_GATE, PEER_KEEP);
    struct xfer *x = asking_put(peer);

    SET(x, CURLOPT_EXPECT_100_TIMEOUT_MS, 100000L);
    SET(x, CURLOPT_KEEP_SENDING_ON_ERROR, 1L);
    xfer_start(x, drive_new());
    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_OK);
    WAIT_PEER(peer, PEER_WAITING, 0, 1);
    CHECK_STR(body_of(peer, 0), "abcdef");
}

TEST("C-187 417_makes_the_request_go_again_without_expect")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct xfer *x;

    PEER_SCRIPT(peer, 0, PEER_HEAD, PEER_SEND("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n"),
                PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    x = asking_put(peer);
    SET(x, CURLOPT_EXPECT_100_TIMEOUT_MS, 100000L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 2);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 200);
    CHECK_STR(x->body.data, "hello");
}

TEST("C-187 a_post_of_more_than_a_megabyte_expects_100_continue")
{
    size_t n = 1024 * 1024 + 1;
    char *fields = malloc(n + 1);
    struct peer *peer = peer_continuing();
    struct xfer *x = xfer_new(peer, "/");

    CHECK(fields != NULL);
    defer(free, fields);
    memset(fields, 'x', n);
    fields[n] = 0;
    SET(x, CURLOPT_POSTFIELDS, fields);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "Expect: 100-continue\r\n");
    CHECK_INT((long)strlen(body_of(peer, 0)), (long)n);
}

TEST("C-187 a_put_of_http_1_0_expects_nothing")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_put(peer, "abcdef", 6);

    SET(x, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_0);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_LACKS(received(peer, 0), "Expect");
    CHECK_STR(body_of(peer, 0), "abcdef");
}
