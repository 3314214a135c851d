/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Answers that arrive in pieces: cut in two at every byte, and byte by byte. What is delivered must
 * not depend on where the network cut.
 */
#include "interpose.h"
#include "xfer.h"

#include <stdlib.h>

struct answer {
    const char *name;
    const char *text;
    const char *head, *body;
    bool is_closed;
};

#define OK11 "HTTP/1.1 200 OK\r\n"

static const struct answer answers[] = {
    {"with_a_length", OK11 "X: y\r\nContent-Length: 5\r\n\r\nhello",
     OK11 "X: y\r\nContent-Length: 5\r\n\r\n", "hello", false},
    {"chunked_with_trailers",
     OK11 "Transfer-Encoding: chunked\r\n\r\n3;e=f\r\nabc\r\n0a\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
     OK11 "Transfer-Encoding: chunked\r\n\r\nX: y\r\n", "abc0123456789", false},
    {"behind_interim_heads", "HTTP/1.1 100 C\r\nA: b\r\n\r\n" HELLO,
     "HTTP/1.1 100 C\r\nA: b\r\n\r\n" OK11 "Content-Length: 5\r\n\r\n", "hello", false},
    {"until_close", "HTTP/1.0 200 OK\r\nX: y\r\n\r\nhello", "HTTP/1.0 200 OK\r\nX: y\r\n\r\n",
     "hello", true},
    {"with_bare_line_feeds", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
     "HTTP/1.1 200 OK\nContent-Length: 5\n\n", "hello", false},
};

static void check_answer(const struct answer *row, struct xfer *x, size_t cut)
{
    if (x->result != CURLE_OK || strcmp(x->body.data, row->body) || strcmp(x->head.data, row->head))
        FAIL("cut at %zu: result %d \"%s\", body \"%s\", head \"%s\"", cut, (int)x->result,
             x->error, x->body.data, x->head.data);
}

TEST_ROWS(IS_LONG, "C-148 C-150 cutting_at_every_byte_does_not_change_an_answer_", answers)
{
    const struct answer *row = test_row();
    struct drive *drive = drive_new();

    for (size_t cut = 1; cut < strlen(row->text); cut++) {
        struct peer *peer =
            row->is_closed
                ? PEER_OF(PEER_REQUEST, PEER_SPLIT((long)cut), PEER_SEND(row->text))
                : PEER_OF(PEER_REQUEST, PEER_SPLIT((long)cut), PEER_SEND(row->text), PEER_KEEP);
        size_t before = sys_n_received();
        struct xfer *x = xfer_get(drive, peer, "/");

        DRIVE_UNTIL(drive, sys_n_received() == before + cut);
        drive_settle(drive);
        peer_release(peer, 1);
        drive_run(drive);
        check_answer(row, x, cut);
        xfer_free(x);
    }
}

TEST_ROWS(0, "C-148 C-150 byte_by_byte_makes_no_difference_to_an_answer_", answers)
{
    const struct answer *row = test_row();
    struct peer *peer =
        row->is_closed ? PEER_OF(PEER_REQUEST, PEER_PACE(1, 1), PEER_SEND(row->text))
                       : PEER_OF(PEER_REQUEST, PEER_PACE(1, 1), PEER_SEND(row->text), PEER_KEEP);
    struct xfer *x = xfer_get(drive_new(), peer, "/");

    drive_run(x->drive);
    check_answer(row, x, 0);
}

TEST_ROWS(FOR_LEVEL, "C-148 C-150 reads_of_one_byte_make_no_difference_to_an_answer_", answers)
{
    const struct answer *row = test_row();
    struct peer *peer = row->is_closed ? peer_answering(row->text) : peer_serving(row->text);
    struct xfer *x = xfer_get(drive_new(), peer, "/");

    sys_fault_arm(SYS_RECEIVE, SYS_SHORT, 1, true);
    drive_run(x->drive);
    CHECK(sys_fault_disarm());
    check_answer(row, x, 0);
}
