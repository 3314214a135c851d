/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Answers that break the rules: the exact result, and that no doubtful connection is used again.
 */
#include "xfer.h"

#define OK11 "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK11 "Transfer-Encoding: chunked\r\n\r\n"
#define NO09 "Received HTTP/0.9 when not allowed"
#define BAD_HEX "Illegal or missing hexadecimal sequence in chunked-encoding"
#define CUT_CHUNK "transfer closed with outstanding read data remaining"

struct malformed {
    const char *name;
    const char *text;
    CURLcode result;
    const char *error; /* NULL: any */
    const char *body;  /* what was delivered before the error */
    bool is_closed;    /* the peer closes behind it */
    int or_result;     /* another result that will do, 0: none */
};

static const struct malformed answers[] = {
    {"no_http_at_all", "hello world\r\n\r\n", CURLE_UNSUPPORTED_PROTOCOL, NO09, "", false, 0},
    {"a_blank_before_http", " HTTP/1.1 200 OK\r\n\r\n", CURLE_UNSUPPORTED_PROTOCOL, NO09, "", false,
     0},
    {"an_empty_line_before_http", "\r\n" HELLO, CURLE_UNSUPPORTED_PROTOCOL, NO09, "", false, 0},
    {"another_protocol", "RTSP/1.0 200 OK\r\n\r\n", CURLE_UNSUPPORTED_PROTOCOL, NO09, "", false, 0},
    {"no_status_code", "HTTP/1.1\r\n\r\n", CURLE_UNSUPPORTED_PROTOCOL, NULL, "", false, 0},
    {"letters_for_a_code", "HTTP/1.1 abc\r\n\r\n", CURLE_UNSUPPORTED_PROTOCOL, NULL, "", false, 0},
    {"a_code_of_two_digits", "HTTP/1.1 20\r\nContent-Length: 0\r\n\r\n", CURLE_UNSUPPORTED_PROTOCOL,
     "Unsupported response code in HTTP response", "", false, 0},
    {"a_code_of_four_digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
     CURLE_UNSUPPORTED_PROTOCOL, NULL, "", false, 0},
    {"a_code_below_100", "HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n", CURLE_UNSUPPORTED_PROTOCOL,
     "Unsupported response code in HTTP response", "", false, 0},
    {"version_1_2", "HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n", CURLE_UNSUPPORTED_PROTOCOL,
     NULL, "", false, 0},
    {"version_3", "HTTP/3 200 OK\r\nContent-Length: 0\r\n\r\n", CURLE_UNSUPPORTED_PROTOCOL, NULL,
     "", false, 0},
    {"letters_for_a_length", OK11 "Content-Length: abc\r\n\r\nhi", CURLE_WEIRD_SERVER_REPLY,
     "Invalid Content-Length: value", "", false, 0},
    {"a_negative_length", OK11 "Content-Length: -5\r\n\r\nhi", CURLE_WEIRD_SERVER_REPLY,
     "Invalid Content-Length: value", "", false, 0},
    {"an_empty_length", OK11 "Content-Length:\r\n\r\nhi", CURLE_WEIRD_SERVER_REPLY,
     "Invalid Content-Length: value", "", false, 0},
    {"two_different_lengths", OK11 "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhix",
     CURLE_WEIRD_SERVER_REPLY, NULL, NULL, false, 0},
    {"two_different_lengths_in_one_line", OK11 "Content-Length: 2, 3\r\n\r\nhix",
     CURLE_WEIRD_SERVER_REPLY, NULL, NULL, false, 0},
    {"a_length_and_chunks",
     OK11 "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
          "3\r\nabc\r\n0\r\n\r\n",
     CURLE_OK, NULL, NULL, false, CURLE_WEIRD_SERVER_REPLY},
    {"chunks_and_a_length",
     OK11 "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n"
          "3\r\nabc\r\n0\r\n\r\n",
     CURLE_OK, NULL, NULL, false, CURLE_WEIRD_SERVER_REPLY},
    {"bytes_behind_the_body", OK11 "Content-Length: 2\r\n\r\nhiEXTRA", CURLE_OK, NULL, "hi", false,
     0},
    {"bytes_behind_the_last_chunk", CHUNKED "2\r\nhi\r\n0\r\n\r\nEXTRA", CURLE_OK, NULL, "hi",
     false, 0},
    {"bytes_behind_a_204", "HTTP/1.1 204 No\r\n\r\nEXTRA", CURLE_OK, NULL, "", false, 0},
    {"a_line_without_colon", OK11 "no colon here\r\nContent-Length: 2\r\n\r\nhi",
     CURLE_WEIRD_SERVER_REPLY, "Header without colon", "", false, 0},
    {"a_fold_behind_the_status_line", OK11 " folded\r\nContent-Length: 2\r\n\r\nhi",
     CURLE_WEIRD_SERVER_REPLY, NULL, "", false, 0},
    {"a_chunk_size_without_digits", CHUNKED "zz\r\nhi\r\n", CURLE_RECV_ERROR, BAD_HEX, "", false,
     0},
    {"an_empty_chunk_size", CHUNKED "\r\nhi\r\n", CURLE_RECV_ERROR, BAD_HEX, "", false, 0},
    {"a_negative_chunk_size", CHUNKED "-2\r\nhi\r\n", CURLE_RECV_ERROR, BAD_HEX, "", false, 0},
    {"a_chunk_size_that_overflows", CHUNKED "ffffffffffffffff\r\nhi", CURLE_RECV_ERROR, NULL, "",
     false, 0},
    {"a_chunk_size_of_17_digits", CHUNKED "00000000000000002\r\nhi\r\n", CURLE_RECV_ERROR,
     "Too long hexadecimal number in chunked-encoding", "", false, 0},
    {"a_chunk_longer_than_its_size", CHUNKED "2\r\nhiX\r\n0\r\n\r\n", CURLE_RECV_ERROR,
     "Malformed encoding found in chunked-encoding", "hi", false, 0},
    {"an_unknown_transfer_coding", OK11 "Transfer-Encoding: foo\r\n\r\nhi",
     CURLE_BAD_CONTENT_ENCODING, NULL, "", false, 0},
    {"a_close_before_anything", "", CURLE_GOT_NOTHING, "Empty reply from server", "", true, 0},
    {"a_close_in_the_status_line", "HT", CURLE_GOT_NOTHING, NULL, "", true, CURLE_RECV_ERROR},
    {"a_close_in_the_head", OK11 "Content-Length: 2\r\n", CURLE_PARTIAL_FILE, NULL, "", true,
     CURLE_GOT_NOTHING},
    {"a_close_behind_an_interim_head", "HTTP/1.1 100 Continue\r\n\r\n", CURLE_GOT_NOTHING, NULL, "",
     true, 0},
    {"a_close_in_the_body", OK11 "Content-Length: 10\r\n\r\nabc", CURLE_PARTIAL_FILE,
     "transfer closed with 7 bytes remaining to read", "abc", true, 0},
    {"a_close_behind_the_chunked_head", CHUNKED, CURLE_PARTIAL_FILE, CUT_CHUNK, "", true, 0},
    {"a_close_in_a_chunk", CHUNKED "2\r\nh", CURLE_PARTIAL_FILE, CUT_CHUNK, "h", true, 0},
    {"a_close_between_chunks", CHUNKED "2\r\nhi\r\n", CURLE_PARTIAL_FILE, CUT_CHUNK, "hi", true, 0},
    {"a_close_in_the_last_chunk", CHUNKED "2\r\nhi\r\n0\r\n", CURLE_PARTIAL_FILE, CUT_CHUNK, "hi",
     true, 0},
};

TEST_ROWS(0, "C-178 C-196 an_answer_with_", answers)
{
    const struct malformed *row = test_row();
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    struct xfer *x;

    if (row->is_closed)
        PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(row->text), PEER_CLOSE);
    else
        PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(row->text), PEER_REQUEST, PEER_SEND(HELLO),
                    PEER_KEEP);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    x = xfer_get(drive, peer, "/");
    drive_run(drive);
    if (!row->or_result || (int)x->result != row->or_result)
        CHECK_CODE(x->result, row->result);
    if (row->error)
        CHECK_STR(x->error, row->error);
    if (row->body)
        CHECK_STR(x->body.data, row->body);
    CHECK(x->result == CURLE_OK || x->error[0]);
    xfer_fetch(drive, peer, "/next");
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 2);
}

TEST("C-178 a_trailer_without_colon_is_an_error")
{
    struct xfer *x =
        xfer_get(drive_new(), peer_serving(CHUNKED "2\r\nhi\r\n0\r\nbad trailer\r\n\r\n"), "/");

    drive_run(x->drive);
    CHECK(x->result != CURLE_OK);
    CHECK_STR(x->body.data, "hi");
}

TEST("C-150 C-212 a_folded_header_line_loses_nothing")
{
    struct xfer *x = xfer_fetch(
        drive_new(), peer_serving(OK11 "X: a\r\n b\r\nContent-Length: 2\r\n\r\nhi"), "/");

    CHECK_STR(x->body.data, "hi");
    CHECK(strstr(x->head.data, "X: a\r\n b\r\n") || strstr(x->head.data, "X: a b\r\n"));
}

TEST("C-178 a_length_that_overflows_is_never_taken_for_a_small_one")
{
    struct xfer *x = xfer_get(
        drive_new(), peer_answering(OK11 "Content-Length: 99999999999999999999\r\n\r\nhi"), "/");

    drive_run(x->drive);
    CHECK(x->result == CURLE_OK || x->result == CURLE_FILESIZE_EXCEEDED ||
          x->result == CURLE_WEIRD_SERVER_REPLY || x->result == CURLE_PARTIAL_FILE);
    CHECK(x->result != CURLE_OK || !strcmp(x->body.data, "hi"));
}

TEST("C-178 a_close_in_the_first_header_line_is_not_a_success")
{
    struct xfer *x = xfer_get(drive_new(), peer_answering(OK11 "Content-Len"), "/");

    drive_run(x->drive);
    CHECK(x->result != CURLE_OK);
}

TEST("C-178 a_reset_before_the_answer_is_a_receive_error")
{
    struct xfer *x = xfer_get(drive_new(), PEER_OF(PEER_REQUEST, PEER_RESET), "/");

    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_RECV_ERROR);
    CHECK_STR(x->error, "Recv failure: Connection reset by peer");
}

TEST("C-178 a_reset_in_the_body_is_a_receive_error")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "Content-Length: 10\r\n\r\nabc"),
                                PEER_GATE, PEER_RESET);
    struct xfer *x = xfer_get(drive_new(), peer, "/");

    DRIVE_UNTIL(x->drive, x->body.n == 3);
    peer_release(peer, 1);
    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_RECV_ERROR);
    CHECK_STR(x->error, "Recv failure: Connection reset by peer");
    CHECK_STR(x->body.data, "abc");
}
