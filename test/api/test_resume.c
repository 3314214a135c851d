/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Parts of a document: CURLOPT_RESUME_FROM and CURLOPT_RANGE, what they ask for and what they take.
 */
#include "proxied.h"

#include <stdio.h>

#define PART "HTTP/1.1 206 Part\r\nContent-Range: bytes "

static const struct download {
    const char *name;
    const char *answer;
    CURLcode code;
    const char *body;
} downloads[] = {
    {"the_rest", PART "3-4/5\r\nContent-Length: 2\r\n\r\nlo", CURLE_OK, "lo"},
    {"the_rest_by_an_old_server", PART "3-4/*\r\n\r\nlo", CURLE_OK, "lo"},
    {"another_part", PART "1-4/5\r\nContent-Length: 4\r\n\r\nello", CURLE_RANGE_ERROR, ""},
    {"a_part_that_it_does_not_tell", "HTTP/1.1 206 Part\r\nContent-Length: 2\r\n\r\nlo",
     CURLE_RANGE_ERROR, ""},
    {"the_whole", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", CURLE_RANGE_ERROR, ""},
    {"the_whole_which_is_here_already", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhel", CURLE_OK,
     ""},
};

TEST_ROWS(0, "resume a_download_gets_", downloads)
{
    const struct download *row = test_row();
    struct peer *peer = peer_answering(row->answer);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)3);
    CHECK_CODE(xfer_run(x, drive_new()), row->code);
    CHECK_HAS(received(peer, 0), "\r\nRange: bytes=3-\r\n");
    CHECK_STR(x->body.data, row->body);
    if (row->code != CURLE_OK)
        CHECK(x->error[0] != 0);
}

static size_t pause_blank_line(struct xfer *x, char *data, size_t n)
{
    return n == 2 && !x->count++ ? CURL_WRITEFUNC_PAUSE : n;
}

TEST("C-162 resume a_pause_at_the_end_of_the_head_brings_no_body_that_is_here_already")
{
    struct peer *peer = peer_answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhel");
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_RESUME_FROM, 3L);
    x->on_head = pause_blank_line;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count == 1);
    drive_settle(drive);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "");
}

static const struct part {
    const char *name;
    long resume;
    const char *range;
    bool is_upload; /* of "abcdef" */
    const char *field;
    const char *body;
} parts[] = {
    {"range", 0, "1-2,4-", false, "Range: bytes=1-2,4-\r\n", NULL},
    {"resume_before_range", 3, "1-2", false, "Range: bytes=3-\r\n", NULL},
    {"range_of_an_upload", 0, "10-15", true, "Content-Range: bytes 10-15/6\r\n", "abcdef"},
    {"resume_of_an_upload", 2, NULL, true, "Content-Range: bytes 2-5/6\r\n", "cdef"},
    {"resume_of_an_upload_but_for_its_last_byte", 5, NULL, true, "Content-Range: bytes 5-5/6\r\n",
     "f"},
};

TEST_ROWS(0, "resume the_wire_shows_", parts)
{
    const struct part *row = test_row();
    struct peer *peer = row->is_upload ? peer_serving(HELLO)
                                       : peer_serving(PART "3-4/5\r\nContent-Length: 2\r\n\r\nlo");
    struct xfer *x = row->is_upload ? xfer_put(peer, "abcdef", 6) : xfer_new(peer, "/");

    if (row->resume)
        SET(x, CURLOPT_RESUME_FROM, row->resume);
    if (row->range)
        SET(x, CURLOPT_RANGE, row->range);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), row->field);
    CHECK_INT(count_of(received(peer, 0), "ange: "), 1);
    if (row->body)
        CHECK_STR(body_of(peer, 0), row->body);
}

TEST("resume an_upload_that_is_there_already_is_not_begun")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_put(peer, "abcdef", 6);

    SET(x, CURLOPT_RESUME_FROM, 6L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_PARTIAL_FILE);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 0);
}

TEST("resume a_post_from_memory_sends_the_rest")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_POSTFIELDS, "abcdef");
    SET(x, CURLOPT_RESUME_FROM, 2L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(body_of(peer, 0), "cdef");
}

TEST("resume an_upload_whose_source_ends_before_its_start_is_a_failure")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_put(peer, "abc", 6);

    SET(x, CURLOPT_RESUME_FROM, 5L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_READ_ERROR);
    CHECK(x->error[0] != 0);
}
