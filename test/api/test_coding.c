/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Content codings: when a body is decoded, what is asked for, what may go wrong.
 */
#include "coding_xfer.h"

#include <stdio.h>
#include <stdlib.h>

#define OK11 "HTTP/1.1 200 OK\r\n"

static void check_text(struct xfer *x)
{
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, CODED_TEXT);
}

TEST("coding gzip_is_decoded_and_its_size_is_that_on_the_wire")
{
    struct xfer *x = CODED("Content-Encoding: gzip", coded_gzip);

    check_text(x);
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_DOWNLOAD_T), sizeof(coded_gzip));
    CHECK_INT(xfer_off(x, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T), sizeof(coded_gzip));
}

TEST("coding deflate_is_decoded_with_its_wrapping_and_without")
{
    check_text(CODED("Content-Encoding: deflate", coded_zlib));
    check_text(CODED("Content-Encoding: deflate", coded_raw));
}

TEST("coding zstd_is_decoded")
{
    check_text(CODED("Content-Encoding: zstd", coded_zstd));
}

TEST("coding br_is_decoded")
{
    unsigned char coded[sizeof(CODED_TEXT) + 4];
    size_t n = coded_br(CODED_TEXT, sizeof(CODED_TEXT) - 1, coded);

    check_text(xfer_coding("Content-Encoding: br\r\n", coded, n));
}

TEST("coding names_have_aliases_and_come_in_any_case")
{
    check_text(CODED("content-encoding: X-GZip", coded_gzip));
    check_text(CODED("Content-Encoding: identity, gzip", coded_gzip));
}

TEST("coding nothing_is_decoded_that_was_not_asked_for")
{
    struct xfer *x = xfer_new(peer_coding("Content-Encoding: gzip\r\n", coded_gzip,
                                          sizeof(coded_gzip)), "/");

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT((long)x->body.n, sizeof(coded_gzip));
    SET(x, CURLOPT_ACCEPT_ENCODING, "");
    SET(x, CURLOPT_HTTP_CONTENT_DECODING, 0L);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_INT((long)x->body.n, sizeof(coded_gzip));
    CHECK(!memcmp(x->body.data, coded_gzip, sizeof(coded_gzip)));
}

TEST("coding what_is_offered_is_the_text_or_everything")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    const char *sent;

    need_codings();
    SET(x, CURLOPT_ACCEPT_ENCODING, "");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    SET(x, CURLOPT_ACCEPT_ENCODING, "gzip;q=0.5, whatever");
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    sent = received(peer, 0);
    CHECK_HAS(sent, "Accept: */*\r\nAccept-Encoding: deflate, gzip, br, zstd\r\n");
    CHECK_HAS(sent, "Accept-Encoding: gzip;q=0.5, whatever\r\n");
}

TEST("coding an_unknown_coding_fails_with_its_first_byte")
{
    struct xfer *x = xfer_coding("Content-Encoding: foo\r\n", "hello", 5);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_BAD_CONTENT_ENCODING);
    CHECK_STR(x->error, "Unrecognized content encoding type. libcurl understands deflate, gzip, br, "
                        "zstd content encodings.");
    CHECK_INT((long)x->n_body_calls, 0);
}

TEST("coding an_empty_body_is_no_error_whatever_its_coding")
{
    CHECK_CODE(xfer_again(xfer_coding("Content-Encoding: foo\r\n", "", 0), drive_new()), CURLE_OK);
    CHECK_CODE(xfer_again(xfer_coding("Content-Encoding: gzip\r\n", "", 0), drive_new()), CURLE_OK);
}

TEST("coding answers_without_a_body_are_no_error")
{
    struct xfer *x = xfer_new(peer_serving("HTTP/1.1 204 No\r\nContent-Encoding: gzip\r\n\r\n"), "/");

    SET(x, CURLOPT_ACCEPT_ENCODING, "");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    x = xfer_new(peer_serving(OK11 "Content-Length: 9\r\nContent-Encoding: gzip\r\n\r\n"), "/");
    SET(x, CURLOPT_ACCEPT_ENCODING, "");
    SET(x, CURLOPT_NOBODY, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
}

TEST("coding an_interim_answers_coding_is_not_the_final_ones")
{
    struct xfer *x = xfer_new(
        peer_serving("HTTP/1.1 103 H\r\nContent-Encoding: gzip\r\n\r\n" HELLO), "/");

    SET(x, CURLOPT_ACCEPT_ENCODING, "");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("coding garbage_fails_with_the_reason")
{
    struct xfer *x = xfer_coding("Content-Encoding: gzip\r\n", "this is not", 11);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_BAD_CONTENT_ENCODING);
    CHECK_STR(x->error, "Error while processing content unencoding: incorrect header check");
}

TEST("coding bytes_behind_a_gzip_file_fail_after_what_was_decoded")
{
    unsigned char coded[sizeof(coded_gzip) + 7];
    struct xfer *x;

    memcpy(coded, coded_gzip, sizeof(coded_gzip));
    memcpy(coded + sizeof(coded_gzip), "garbage", 7);
    x = xfer_coding("Content-Encoding: gzip\r\n", coded, sizeof(coded));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_WRITE_ERROR);
    CHECK_STR(x->body.data, CODED_TEXT);
}

TEST("coding a_second_gzip_member_is_decoded_too")
{
    unsigned char coded[2 * sizeof(coded_gzip)];
    struct xfer *x;

    memcpy(coded, coded_gzip, sizeof(coded_gzip));
    memcpy(coded + sizeof(coded_gzip), coded_gzip, sizeof(coded_gzip));
    x = xfer_coding("Content-Encoding: gzip\r\n", coded, sizeof(coded));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT((long)x->body.n, 2 * (sizeof(CODED_TEXT) - 1));
}

TEST("coding a_body_that_ends_before_what_is_coded_does_is_an_error")
{
    struct xfer *x = xfer_coding("Content-Encoding: gzip\r\n", coded_gzip, sizeof(coded_gzip) - 9);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_BAD_CONTENT_ENCODING);
}

static size_t pause_each(struct xfer *x, char *data, size_t n)
{
    if (x->count++ % 8 == 0)
        return CURL_WRITEFUNC_PAUSE;
    return xfer_keep_body(x, data, n);
}

/* Over and over in the middle of what came of one piece of the wire. */
TEST("coding C-162 a_pause_in_the_middle_of_decoded_bytes_loses_none")
{
    struct drive *drive = drive_new();
    struct xfer *x = CODED("Content-Encoding: gzip", coded_gzip_zeros);
    long n_pauses = 0;

    x->on_body = pause_each;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count > 0);
    for (drive_settle(drive); !x->n_results; drive_settle(drive)) {
        long before = x->count;

        n_pauses++;
        CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
        DRIVE_UNTIL(drive, x->n_results || x->count > before);
    }
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_INT((long)x->body.n, CODED_ZEROS);
    CHECK(n_pauses >= CODED_ZEROS / CURL_MAX_WRITE_SIZE / 8);
    CHECK(x->largest_body <= CURL_MAX_WRITE_SIZE);
}

static size_t refuse(struct xfer *x, char *data, size_t n)
{
    return x->count++ < 3 ? n : 0;
}

TEST("coding a_write_callback_may_refuse_decoded_bytes")
{
    struct xfer *x = CODED("Content-Encoding: gzip", coded_gzip_zeros);

    x->on_body = refuse;
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_WRITE_ERROR);
    CHECK_INT(x->count, 4);
}

TEST("coding a_transfer_may_be_removed_in_the_middle_of_decoded_bytes")
{
    struct drive *drive = drive_new();
    struct xfer *x = CODED("Content-Encoding: gzip", coded_gzip_zeros);

    x->on_body = pause_each;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count == 1);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    x->on_body = NULL;
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)x->body.n, CODED_ZEROS);
}
