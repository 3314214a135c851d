/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Well-formed answers: how long they are, what is delivered, and whether the connection lives on
 * (RFC 9112 sections 6 to 9).
 */
#include "xfer.h"

#include <stdlib.h>

struct answer {
    const char *name;
    const char *text;
    bool is_closed; /* the peer closes behind it */
    const char *head, *body;
    long status;
    curl_off_t length; /* CONTENT_LENGTH_DOWNLOAD_T */
    bool is_kept;      /* the connection takes the next request */
    bool is_head;      /* asked with HEAD */
};

#define OK11 "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK11 "Transfer-Encoding: chunked\r\n\r\n"

static const struct answer answers[] = {
    {"with_a_length", HELLO, false, OK11 "Content-Length: 5\r\n\r\n", "hello", 200, 5, true, false},
    {"with_length_zero", EMPTY, false, OK11 "Content-Length: 0\r\n\r\n", "", 200, 0, true, false},
    {"with_length_written_with_zeros", OK11 "Content-Length: 0005\r\n\r\nhello", false,
     OK11 "Content-Length: 0005\r\n\r\n", "hello", 200, 5, true, false},
    {"with_the_same_length_twice", OK11 "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi", false,
     NULL, "hi", 200, 2, true, false},
    {"with_connection_close", OK11 "Content-Length: 2\r\nConnection: close\r\n\r\nhi", false, NULL,
     "hi", 200, 2, false, false},
    {"with_connection_close_in_odd_case", OK11 "content-length: 2\r\nCONNECTION: Close\r\n\r\nhi",
     false, NULL, "hi", 200, 2, false, false},
    {"until_close", OK11 "\r\nuntil close", true, OK11 "\r\n", "until close", 200, -1, false,
     false},
    {"until_close_with_no_body", OK11 "\r\n", true, OK11 "\r\n", "", 200, -1, false, false},
    {"chunked", CHUNKED "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", false, CHUNKED, "abcde", 200, -1, true,
     false},
    {"chunked_with_nothing", CHUNKED "0\r\n\r\n", false, CHUNKED, "", 200, -1, true, false},
    {"chunked_with_extensions", CHUNKED "3;a=b;c=\"d\"\r\nabc\r\n0;z\r\n\r\n", false, NULL, "abc",
     200, -1, true, false},
    {"chunked_in_capital_hexadecimal", CHUNKED "A\r\n0123456789\r\n0\r\n\r\n", false, NULL,
     "0123456789", 200, -1, true, false},
    {"chunked_with_leading_zeros", CHUNKED "00003\r\nabc\r\n000\r\n\r\n", false, NULL, "abc", 200,
     -1, true, false},
    {"chunked_with_bare_line_feeds", CHUNKED "3\nabc\n0\n\n", false, NULL, "abc", 200, -1, true,
     false},
    {"chunked_with_trailers", CHUNKED "3\r\nabc\r\n0\r\nX: y\r\nZ: w\r\n\r\n", false,
     CHUNKED "X: y\r\nZ: w\r\n", "abc", 200, -1, true, false},
    {"with_coding_in_odd_case", OK11 "transfer-encoding: Chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", false,
     NULL, "a", 200, -1, true, false},
    {"behind_100_continue", "HTTP/1.1 100 Continue\r\n\r\n" HELLO, false,
     "HTTP/1.1 100 Continue\r\n\r\n" OK11 "Content-Length: 5\r\n\r\n", "hello", 200, 5, true,
     false},
    {"behind_103_early_hints", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" HELLO, false,
     "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" OK11 "Content-Length: 5\r\n\r\n", "hello", 200,
     5, true, false},
    {"behind_three_interim_heads",
     "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 103 E\r\n\r\n" HELLO, false, NULL,
     "hello", 200, 5, true, false},
    {"204_has_no_body", "HTTP/1.1 204 No Content\r\n\r\n", false, "HTTP/1.1 204 No Content\r\n\r\n",
     "", 204, 0, true, false},
    {"304_has_no_body_whatever_its_length", "HTTP/1.1 304 Same\r\nContent-Length: 4\r\n\r\n", false,
     NULL, "", 304, 0, true, false},
    {"205_is_framed_like_any", "HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n", false, NULL, "",
     205, 0, true, false},
    {"404_brings_its_body", "HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\ngone", false, NULL, "gone",
     404, 4, true, false},
    {"500_brings_its_body", "HTTP/1.1 500 Oh\r\nContent-Length: 4\r\n\r\noops", false, NULL, "oops",
     500, 4, true, false},
    {"without_a_reason", "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na", false,
     "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\n", "a", 200, 1, true, false},
    {"with_a_status_beyond_599", "HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n", false, NULL, "",
     999, 0, true, false},
    {"with_bare_line_feeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", false,
     "HTTP/1.1 200 OK\nContent-Length: 2\n\n", "hi", 200, 2, true, false},
    {"of_http_1_0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", false, NULL, "hi", 200, 2,
     false, false},
    {"of_http_1_0_until_close", "HTTP/1.0 200 OK\r\n\r\nhi", true, NULL, "hi", 200, -1, false,
     false},
    {"of_http_1_0_with_keep_alive",
     "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi", false, NULL, "hi",
     200, 2, true, false},
    {"to_head_with_a_length", OK11 "Content-Length: 5\r\n\r\n", false, NULL, "", 200, 5, true,
     true},
    {"to_head_without_a_length", OK11 "\r\n", false, NULL, "", 200, -1, true, true},
    {"to_head_that_says_chunked", OK11 "Transfer-Encoding: chunked\r\n\r\n", false, NULL, "", 200,
     -1, true, true},
};

TEST_ROWS(0, "C-148 C-150 C-178 an_answer_", answers)
{
    const struct answer *row = test_row();
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    if (row->is_closed)
        PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(row->text), PEER_CLOSE);
    else
        PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(row->text), PEER_REQUEST, PEER_SEND(HELLO),
                    PEER_KEEP);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    SET(x, CURLOPT_NOBODY, row->is_head ? 1L : 0L);
    xfer_start(x, drive);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->error, "");
    CHECK_STR(x->body.data, row->body);
    if (row->head)
        CHECK_STR(x->head.data, row->head);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), row->status);
    CHECK_INT(xfer_off(x, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T), row->length);
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_DOWNLOAD_T), (long)strlen(row->body));
    xfer_fetch(drive, peer, "/next");
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), row->is_kept ? 1 : 2);
}

TEST("C-150 header_lines_come_one_per_call_status_line_first")
{
    static const char *const lines[] = {OK11, "A: 1\r\n", "b:2\r\n", "Content-Length: 1\r\n",
                                        "\r\n"};
    char answer[200] = "";
    struct peer *peer;
    struct xfer *x;
    size_t at = 0;

    for (size_t i = 0; i < 5; i++)
        strcat(answer, lines[i]);
    peer = peer_serving(strcat(answer, "x"));
    x = xfer_fetch(drive_new(), peer, "/");
    CHECK_INT((long)x->n_head_calls, 5);
    CHECK_STR(x->order, "HHHHHB");
    for (size_t i = 0; i < 5; i++) {
        CHECK(!strncmp(x->head.data + at, lines[i], strlen(lines[i])));
        at += strlen(lines[i]);
    }
}

static size_t keep_longest(struct xfer *x, char *data, size_t n)
{
    x->count = (long)n > x->count ? (long)n : x->count;
    return n;
}

TEST("C-150 a_header_line_of_90_kilobytes_comes_whole")
{
    size_t n = 90000;
    char *answer = malloc(n + 200);
    struct xfer *x;
    int at;

    CHECK(answer != NULL);
    defer(free, answer);
    at = sprintf(answer, OK11 "Content-Length: 0\r\nX: ");
    memset(answer + at, 'a', n);
    strcpy(answer + at + n, "\r\n\r\n");
    x = xfer_new(peer_serving(answer), "/");
    x->on_head = keep_longest;
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT(x->count, (long)n + 5);
}

TEST("C-150 C-197 a_header_line_beyond_100_kilobytes_is_an_error")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "X: "), PEER_FILL(310000), PEER_KEEP);
    struct xfer *x = xfer_get(drive_new(), peer, "/");

    drive_run(x->drive);
    CHECK(x->result == CURLE_OUT_OF_MEMORY || x->result == CURLE_TOO_LARGE ||
          x->result == CURLE_RECV_ERROR);
    CHECK_INT((long)x->body.n, 0);
}

TEST("C-197 headers_beyond_300_kilobytes_in_all_are_an_error")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct peer_step steps[45] = {PEER_REQUEST, PEER_SEND(OK11)};
    static char line[10002];
    struct xfer *x;

    memset(line, 'a', 10000);
    memcpy(line, "X: ", 3);
    memcpy(line + 9998, "\r\n", 3);
    for (size_t i = 2; i < 44; i++)
        steps[i] = (struct peer_step)PEER_SEND(line);
    steps[44] = (struct peer_step)PEER_KEEP;
    CHECK(peer_script(peer, 0, steps));
    x = xfer_get(drive_new(), peer, "/");
    drive_run(x->drive);
    CHECK(x->result == CURLE_RECV_ERROR || x->result == CURLE_TOO_LARGE);
}

TEST("C-150 headerdata_alone_makes_the_write_function_take_the_head")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");
    struct xfer *taker = xfer_new(peer, "/");

    SET(x, CURLOPT_HEADERFUNCTION, NULL);
    SET(x, CURLOPT_HEADERDATA, taker);
    xfer_start(x, drive);
    drive_run(drive);
    CHECK_STR(taker->body.data, OK11 "Content-Length: 5\r\n\r\n");
    CHECK_STR(x->body.data, "hello");
}

TEST("C-148 the_header_option_puts_the_head_into_the_body")
{
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    SET(x, CURLOPT_HEADER, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, OK11 "Content-Length: 5\r\n\r\nhello");
    CHECK_STR(x->head.data, OK11 "Content-Length: 5\r\n\r\n");
}

TEST("C-148 a_body_of_a_megabyte_arrives_whole_in_calls_of_at_most_16_kilobytes")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 1000000\r\n\r\n"),
                                PEER_FILL(1000000), PEER_KEEP);
    struct xfer *x = xfer_fetch(drive_new(), peer, "/");

    CHECK_INT((long)x->body.n, 1000000);
    CHECK(x->largest_body <= CURL_MAX_WRITE_SIZE);
    for (size_t i = 0; i < x->body.n; i++)
        if ((unsigned char)x->body.data[i] != peer_pattern(i))
            FAIL("byte %zu is %d", i, x->body.data[i]);
}

TEST("C-148 a_chunk_of_100_kilobytes_comes_in_calls_of_at_most_16_kilobytes")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(CHUNKED "186a0\r\n"), PEER_FILL(100000),
                                PEER_SEND("\r\n0\r\n\r\n"), PEER_KEEP);
    struct xfer *x = xfer_fetch(drive_new(), peer, "/");

    CHECK_INT((long)x->body.n, 100000);
    CHECK(x->largest_body <= CURL_MAX_WRITE_SIZE);
    CHECK_INT((unsigned char)x->body.data[99999], peer_pattern(99999));
}

TEST("C-148 a_larger_buffer_size_does_not_make_larger_calls")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 300000\r\n\r\n"),
                                PEER_FILL(300000), PEER_KEEP);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_BUFFERSIZE, 262144L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT((long)x->body.n, 300000);
    CHECK(x->largest_body <= CURL_MAX_WRITE_SIZE);
}

TEST("C-148 the_smallest_buffer_size_still_brings_everything")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 30000\r\n\r\n"),
                                PEER_FILL(30000), PEER_KEEP);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_BUFFERSIZE, 1024L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT((long)x->body.n, 30000);
}

TEST("C-149 trailers_go_to_the_header_callback_behind_the_body")
{
    struct xfer *x =
        xfer_fetch(drive_new(), peer_serving(CHUNKED "1\r\na\r\n0\r\nX: y\r\n\r\n"), "/");

    CHECK_STR(x->order, "HHHBH");
    CHECK_STR(x->head.data + strlen(CHUNKED), "X: y\r\n");
}

TEST("C-150 ignore_content_length_reads_until_close")
{
    struct xfer *x = xfer_new(peer_answering(OK11 "Content-Length: 2\r\n\r\nhi and more"), "/");

    SET(x, CURLOPT_IGNORE_CONTENT_LENGTH, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hi and more");
}

TEST("C-150 transfer_decoding_off_delivers_the_chunk_framing")
{
    struct xfer *x = xfer_new(peer_answering(CHUNKED "3\r\nabc\r\n0\r\n\r\n"), "/");

    SET(x, CURLOPT_HTTP_TRANSFER_DECODING, 0L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "3\r\nabc\r\n0\r\n\r\n");
}

TEST("C-196 http_0_9_is_body_until_close_when_allowed")
{
    struct xfer *x = xfer_new(peer_answering("hello\r\n\r\nold world"), "/");

    SET(x, CURLOPT_HTTP09_ALLOWED, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello\r\n\r\nold world");
    CHECK_INT((long)x->n_head_calls, 0);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 0);
}

TEST("C-196 http200aliases_makes_a_foreign_status_line_a_200")
{
    struct xfer *x = xfer_new(peer_answering("ICY 200 OK\r\nX: y\r\n\r\ntune"), "/");

    SET(x, CURLOPT_HTTP200ALIASES, list_of("ICY", NULL));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "tune");
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 200);
}

TEST("C-149 failonerror_ends_with_22_and_delivers_no_body")
{
    struct xfer *x =
        xfer_new(peer_serving("HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\ngone"), "/");

    SET(x, CURLOPT_FAILONERROR, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_HTTP_RETURNED_ERROR);
    CHECK_STR(x->error, "The requested URL returned error: 404");
    CHECK_STR(x->body.data, "");
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 404);
}

TEST("C-149 failonerror_lets_399_pass")
{
    struct xfer *x = xfer_new(peer_serving("HTTP/1.1 399 Hm\r\nContent-Length: 2\r\n\r\nok"), "/");

    SET(x, CURLOPT_FAILONERROR, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "ok");
}

TEST("C-148 maxfilesize_refuses_a_longer_body_by_its_length")
{
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    SET(x, CURLOPT_MAXFILESIZE, 4L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_FILESIZE_EXCEEDED);
    CHECK_STR(x->body.data, "");
    SET(x, CURLOPT_MAXFILESIZE, 5L);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
}

TEST("C-149 timecondition_skips_the_body_of_an_old_document")
{
    struct xfer *x = xfer_new(
        peer_serving(OK11
                     "Content-Length: 2\r\nLast-Modified: Mon, 12 Jan 1970 13:46:40 GMT\r\n\r\nhi"),
        "/");

    SET(x, CURLOPT_TIMECONDITION, (long)CURL_TIMECOND_IFMODSINCE);
    SET(x, CURLOPT_TIMEVALUE, 1000001L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "");
    CHECK_INT(xfer_long(x, CURLINFO_CONDITION_UNMET), 1);
}
