/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Bodies from the read callback: with a length, chunked, behind Expect: 100-continue, rewound.
 */
#include "interpose.h"
#include "xfer.h"

#include <stdio.h>
#include <stdlib.h>

#define ALPHABET "abcdefghijklmnopqrstuvwxyz"

/* The same without waiting for 100 Continue. */
static struct xfer *plain_put_of(struct peer *peer, const char *text, long size)
{
    struct xfer *x = xfer_put(peer, text, size);

    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    return x;
}

TEST("C-151 a_put_with_a_size_sends_length_and_body")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = plain_put_of(peer, "abcdef", 6);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "PUT / HTTP/1.1\r\n");
    CHECK_HAS(received(peer, 0), "Content-Length: 6\r\n");
    CHECK_LACKS(received(peer, 0), "Transfer-Encoding");
    CHECK_STR(body_of(peer, 0), "abcdef");
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_UPLOAD_T), 6);
    CHECK_INT(xfer_off(x, CURLINFO_CONTENT_LENGTH_UPLOAD_T), 6);
    CHECK_STR(xfer_str(x, CURLINFO_EFFECTIVE_METHOD), "PUT");
}

TEST("C-151 a_put_without_a_size_is_chunked")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = plain_put_of(peer, "abcdef", -1);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "Transfer-Encoding: chunked\r\n");
    CHECK_LACKS(received(peer, 0), "Content-Length");
    CHECK_STR(body_of(peer, 0), "6\r\nabcdef\r\n0\r\n\r\n");
    CHECK_INT(xfer_off(x, CURLINFO_CONTENT_LENGTH_UPLOAD_T), -1);
}

TEST("C-151 a_put_of_nothing_says_so_and_does_not_ask_for_bytes")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_put(peer, "", 0);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "Content-Length: 0\r\n");
    CHECK_LACKS(received(peer, 0), "Expect:");
    CHECK_INT((long)x->n_read_calls, 0);
}

TEST("C-151 a_chunked_put_of_nothing_is_the_last_chunk_alone")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = plain_put_of(peer, "", -1);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(body_of(peer, 0), "0\r\n\r\n");
}

TEST("C-151 each_return_of_the_read_callback_is_a_chunk")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = plain_put_of(peer, "abcdefgh", -1);

    x->upload_piece = 3;
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(body_of(peer, 0), "3\r\nabc\r\n3\r\ndef\r\n2\r\ngh\r\n0\r\n\r\n");
}

TEST("C-151 a_body_given_byte_by_byte_arrives_whole")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = plain_put_of(peer, ALPHABET, 26);

    x->upload_piece = 1;
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(body_of(peer, 0), ALPHABET);
}

TEST("C-151 a_post_by_the_read_callback_is_chunked_when_its_size_is_unknown")
{
    struct peer *peer = peer_continuing();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_POST, 1L);
    xfer_upload(x, "abcdef", 6);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "POST / HTTP/1.1\r\n");
    CHECK_HAS(received(peer, 0), "Content-Type: application/x-www-form-urlencoded\r\n");
    CHECK_STR(body_of(peer, 0), "6\r\nabcdef\r\n0\r\n\r\n");
}

TEST("C-151 a_post_by_the_read_callback_with_a_size_needs_no_expect")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_POST, 1L);
    SET(x, CURLOPT_POSTFIELDSIZE, 6L);
    xfer_upload(x, "abcdef", 6);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_LACKS(received(peer, 0), "Expect:");
    CHECK_HAS(received(peer, 0), "Content-Length: 6\r\n");
    CHECK_STR(body_of(peer, 0), "abcdef");
}

TEST("C-151 never_more_goes_out_than_the_size_that_was_announced")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = plain_put_of(peer, "abcdefgh", 6);

    xfer_again(x, drive_new());
    CHECK_STR(body_of(peer, 0), "abcdef");
}

TEST("C-151 a_body_that_ends_before_its_size_is_not_a_success")
{
    struct peer *peer = PEER_OF(PEER_HEAD, PEER_KEEP);
    struct xfer *x = plain_put_of(peer, "abc", 6);

    SET(x, CURLOPT_TIMEOUT_MS, 300L);
    CHECK(xfer_again(x, drive_new()) != CURLE_OK);
    CHECK(x->error[0]);
}

TEST("C-151 7.5 the_read_callback_is_offered_64_kilobytes_whatever_remains")
{
    struct xfer *x = plain_put_of(peer_serving(HELLO), "abcdef", 6);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT((long)x->first_read_room, 65536);
}

TEST("C-151 7.5 the_read_callback_of_a_chunked_body_is_offered_about_64_kilobytes")
{
    struct xfer *x = plain_put_of(peer_serving(HELLO), "abcdef", -1);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK(x->first_read_room >= 65536 - 16 && x->first_read_room <= 65536);
}

TEST("C-151 7.5 the_upload_buffer_size_option_sets_the_room_of_the_read_callback")
{
    struct xfer *x = plain_put_of(peer_serving(HELLO), "abcdef", 6);

    SET(x, CURLOPT_UPLOAD_BUFFERSIZE, 131072L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT((long)x->first_read_room, 131072);
}

/* Megabytes that nobody reads at first: the send buffer fills, and the rest goes when it drains. */
TEST("C-151 C-59 a_large_body_goes_on_when_a_full_socket_drains")
{
    size_t n = 8u << 20;
    struct peer *peer = PEER_OF(PEER_HEAD, PEER_GATE, PEER_BODY, PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = xfer_new(peer, "/");
    char *data = malloc(n + 1);
    const char *got;

    CHECK(data != NULL);
    defer(free, data);
    for (size_t i = 0; i < n; i++)
        data[i] = (char)peer_pattern(i);
    data[n] = 0;
    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, (long)n);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    xfer_upload(x, data, n);
    xfer_start(x, drive_new());
    DRIVE_UNTIL(x->drive, peer_count(peer, PEER_WAITING, 0) == 1);
    peer_release(peer, 1);
    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_OK);
    got = body_of(peer, 0);
    CHECK(!strcmp(got, data));
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_UPLOAD_T), (long)n);
}

TEST_WITH(FOR_LEVEL, "C-151 sends_of_one_byte_make_no_difference_to_the_wire")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = plain_put_of(peer, ALPHABET, -1);

    x->upload_piece = 5;
    xfer_start(x, drive_new());
    sys_fault_arm(SYS_SEND, SYS_SHORT, 1, true);
    drive_run(x->drive);
    CHECK(sys_fault_disarm());
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(body_of(peer, 0), "5\r\nabcde\r\n5\r\nfghij\r\n5\r\nklmno\r\n5\r\npqrst\r\n5\r\nuvwxy"
                                "\r\n1\r\nz\r\n0\r\n\r\n");
}

TEST("C-151 a_put_of_unknown_size_over_http_1_0_fails_with_25")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_put(peer, "abcdef", -1);

    SET(x, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_0);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_UPLOAD_FAILED);
    CHECK_INT((long)peer_count(peer, PEER_RECEIVED, 0), 0);
}

TEST("C-151 an_answer_before_the_body_is_through_ends_the_upload")
{
    size_t n = 32u << 20;
    char *data = calloc(1, n);
    struct peer *peer = PEER_OF(
        PEER_HEAD, PEER_SEND("HTTP/1.1 413 Big\r\nContent-Length: 3\r\n\r\nbig"), PEER_STALL);
    struct xfer *x = xfer_new(peer, "/");

    CHECK(data != NULL);
    defer(free, data);
    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, (long)n);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    xfer_upload(x, data, n);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 413);
    CHECK_STR(x->body.data, "big");
    CHECK(x->n_uploaded < n);
}

/* Pauses at its second call; x->count is how often it was called. */
static size_t give_in_halves(struct xfer *x, char *data, size_t room)
{
    size_t half = x->n_upload / 2;

    if (x->count++ == 1)
        return CURL_READFUNC_PAUSE;
    memcpy(data, x->upload + x->n_uploaded, half);
    x->n_uploaded += half;
    return half;
}

TEST("C-151 the_body_goes_on_after_an_error_if_that_is_wanted")
{
    enum { SIZE = 3000000 };
    struct peer *peer =
        PEER_OF(PEER_HEAD, PEER_SEND("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"), PEER_BODY,
                PEER_GATE, PEER_KEEP);
    char *data = calloc(1, SIZE + 1);
    struct xfer *x;

    CHECK(data != NULL);
    defer(free, data);
    memset(data, 'a', SIZE);
    x = xfer_put(peer, data, SIZE);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    SET(x, CURLOPT_KEEP_SENDING_ON_ERROR, 1L);
    xfer_start(x, drive_new());
    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_INT((long)x->n_uploaded, SIZE);
    WAIT_PEER(peer, PEER_WAITING, 0, 1); /* it has it all */
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 404);
}

TEST("C-151 C-167 forbid_reuse_holds_though_the_answer_came_before_the_body_was_through")
{
    struct peer *peer = PEER_OF(PEER_HEAD, PEER_SEND(HELLO), PEER_BODY, PEER_AGAIN);
    struct drive *drive = drive_new();
    struct xfer *x = plain_put_of(peer, "abcdef", 6);

    SET(x, CURLOPT_FORBID_REUSE, 1L);
    x->on_read = give_in_halves;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->body.n == 5 && x->count == 2);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    CHECK_STR(body_of(peer, 0), "abcdef");
    xfer_fetch(drive, peer, "/");
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 2);
}

/* Trailers of a chunked upload (C-155). */

static int give_trailers(struct curl_slist **list, void *arg)
{
    *list = curl_slist_append(NULL, "X-Sum: 42");
    *list = curl_slist_append(*list, "X-End: yes");
    return *(int *)arg;
}

/* What the source gives, and what of it is the network's line end already. */
TEST("C-151 line_feeds_become_line_ends_if_that_is_wanted")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_put(peer, "a\nb\r\n\n", 6);

    SET(x, CURLOPT_CRLF, 1L);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    xfer_start(x, drive_new());
    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_HAS(received(peer, 0), "Transfer-Encoding: chunked\r\n");
    CHECK_STR(body_of(peer, 0), "8\r\na\r\nb\r\n\r\n\r\n0\r\n\r\n");
}

TEST("C-151 a_line_end_that_comes_in_two_pieces_stays_one")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_put(peer, "a\r\nb", 4);

    x->upload_piece = 2;
    SET(x, CURLOPT_CRLF, 1L);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    xfer_start(x, drive_new());
    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(body_of(peer, 0), "2\r\na\r\r\n2\r\n\nb\r\n0\r\n\r\n");
}

TEST("C-151 line_feeds_of_postfields_become_line_ends_if_that_is_wanted")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_CRLF, 1L);
    SET(x, CURLOPT_POSTFIELDS, "a\nb");
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    xfer_start(x, drive_new());
    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(body_of(peer, 0), "4\r\na\r\nb\r\n0\r\n\r\n");
}

TEST("C-155 the_trailer_callback_adds_fields_behind_the_last_chunk")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = plain_put_of(peer, "abc", -1);
    int verdict = CURL_TRAILERFUNC_OK;

    SET(x, CURLOPT_TRAILERFUNCTION, give_trailers);
    SET(x, CURLOPT_TRAILERDATA, &verdict);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(body_of(peer, 0), "3\r\nabc\r\n0\r\nX-Sum: 42\r\nX-End: yes\r\n\r\n");
}

TEST("C-155 a_trailer_callback_that_aborts_fails_the_transfer_with_42")
{
    struct xfer *x = plain_put_of(peer_serving(HELLO), "abc", -1);
    int verdict = CURL_TRAILERFUNC_ABORT;

    SET(x, CURLOPT_TRAILERFUNCTION, give_trailers);
    SET(x, CURLOPT_TRAILERDATA, &verdict);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_ABORTED_BY_CALLBACK);
}

/* Rewinding for a second attempt (C-152, C-172). */

struct seeking {
    int verdict, n_calls;
    struct xfer *x;
};

static int seek_upload(void *arg, curl_off_t offset, int origin)
{
    struct seeking *seeking = arg;

    seeking->n_calls++;
    CHECK_INT(origin, SEEK_SET);
    if (seeking->verdict == CURL_SEEKFUNC_OK)
        seeking->x->n_uploaded = (size_t)offset;
    return seeking->verdict;
}

/* The first connection answers a GET, then dies on the PUT; the second answers it. */
static struct peer *peer_dying_on_reuse(void)
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_REQUEST, PEER_CLOSE);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    return peer;
}

static struct xfer *put_on_dying(struct seeking *seeking, int verdict)
{
    struct peer *peer = peer_dying_on_reuse();
    struct drive *drive = drive_new();
    struct xfer *x;

    xfer_fetch(drive, peer, "/warm");
    x = plain_put_of(peer, "abcdef", 6);
    *seeking = (struct seeking){verdict, 0, x};
    if (verdict >= 0) {
        SET(x, CURLOPT_SEEKFUNCTION, seek_upload);
        SET(x, CURLOPT_SEEKDATA, seeking);
    }
    xfer_again(x, drive);
    if (!x->result)
        CHECK_STR(body_of(peer, 1), "abcdef");
    return x;
}

TEST("C-152 C-172 a_body_is_rewound_by_the_seek_callback_when_a_reused_connection_dies")
{
    struct seeking seeking;
    struct xfer *x = put_on_dying(&seeking, CURL_SEEKFUNC_OK);

    CHECK_CODE(x->result, CURLE_OK);
    CHECK_INT(seeking.n_calls, 1);
    CHECK_STR(x->body.data, "hello");
}

TEST("C-152 without_a_seek_callback_a_body_that_must_be_rewound_fails_with_65")
{
    struct seeking seeking;
    struct xfer *x = put_on_dying(&seeking, -1);

    CHECK_CODE(x->result, CURLE_SEND_FAIL_REWIND);
    CHECK(x->error[0]);
}

TEST("C-152 a_seek_callback_that_fails_fails_the_transfer_with_65")
{
    struct seeking seeking;
    struct xfer *x = put_on_dying(&seeking, CURL_SEEKFUNC_FAIL);

    CHECK_CODE(x->result, CURLE_SEND_FAIL_REWIND);
}

TEST("C-152 resuming_an_upload_seeks_to_its_start")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = plain_put_of(peer, "abcdef", 6);
    struct seeking seeking = {CURL_SEEKFUNC_OK, 0, x};

    SET(x, CURLOPT_SEEKFUNCTION, seek_upload);
    SET(x, CURLOPT_SEEKDATA, &seeking);
    SET(x, CURLOPT_RESUME_FROM, 2L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "Content-Range: bytes 2-5/6\r\n");
    CHECK_HAS(received(peer, 0), "Content-Length: 4\r\n");
    CHECK_STR(body_of(peer, 0), "cdef");
    CHECK_INT(seeking.n_calls, 1);
}

TEST("C-152 resuming_an_upload_reads_and_drops_when_it_cannot_seek")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = plain_put_of(peer, "abcdef", 6);
    struct seeking seeking = {CURL_SEEKFUNC_CANTSEEK, 0, x};

    SET(x, CURLOPT_SEEKFUNCTION, seek_upload);
    SET(x, CURLOPT_SEEKDATA, &seeking);
    SET(x, CURLOPT_RESUME_FROM, 2L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(body_of(peer, 0), "cdef");
}

TEST("C-172 postfields_go_again_by_themselves_when_a_reused_connection_dies")
{
    struct peer *peer = peer_dying_on_reuse();
    struct drive *drive = drive_new();
    struct xfer *x;

    xfer_fetch(drive, peer, "/warm");
    x = xfer_new(peer, "/");
    SET(x, CURLOPT_POSTFIELDS, "a=b");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(body_of(peer, 1), "a=b");
}
