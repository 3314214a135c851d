/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Several codings on top of each other, transfer codings, and limits on what comes of them.
 */
#include "coding_xfer.h"

#include <stdio.h>
#include <whimbrel/whimbrel.h>

#define OK11 "HTTP/1.1 200 OK\r\n"

static struct xfer *xfer_chunked(const char *fields, const void *body, size_t n)
{
    char head[400];
    int len = snprintf(head, sizeof(head), OK11 "%s\r\n%zx\r\n", fields, n);
    const struct peer_step steps[] = {PEER_REQUEST, PEER_SENDN(head, (size_t)len),
                                      PEER_SENDN(body, n), PEER_SEND("\r\n0\r\n\r\n"), PEER_AGAIN};
    struct xfer *x = xfer_new(peer_playing(steps), "/");

    need_codings();
    SET(x, CURLOPT_TRANSFER_ENCODING, 1L);
    return x;
}

TEST("C-197 coding codings_come_off_in_reverse_order_over_fields_and_lists")
{
    struct xfer *x = CODED("Content-Encoding: zstd, gzip", coded_gzip_zstd);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, CODED_TEXT);
    x = CODED("Content-Encoding: zstd\r\nContent-Encoding: gzip", coded_gzip_zstd);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, CODED_TEXT);
}

TEST("C-197 coding five_codings_are_undone")
{
    struct xfer *x = CODED("Content-Encoding: gzip, gzip, gzip, gzip, gzip", coded_gzip_5);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, CODED_TEXT);
}

TEST("C-197 coding CVE-2022-32206 CVE-2023-23916 six_codings_are_refused_however_they_are_listed")
{
    struct xfer *x = CODED("Content-Encoding: gzip, gzip, gzip, gzip, gzip, gzip", coded_gzip_6);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_BAD_CONTENT_ENCODING);
    CHECK_STR(x->error, "Reject response due to more than 5 content encodings");
    x = CODED("Content-Encoding: gzip, gzip, gzip\r\nContent-Encoding: gzip, gzip, gzip",
              coded_gzip_6);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_BAD_CONTENT_ENCODING);
}

TEST("coding a_transfer_coding_is_asked_for_hop_by_hop_and_undone")
{
    struct xfer *x = xfer_chunked("Transfer-Encoding: gzip, chunked\r\n", coded_gzip,
                                  sizeof(coded_gzip));

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, CODED_TEXT);
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_DOWNLOAD_T), sizeof(coded_gzip));
}

TEST("coding te_joins_a_connection_header_of_the_applications_own")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_TRANSFER_ENCODING, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    SET(x, CURLOPT_HTTPHEADER, list_of("Connection: x-own", NULL));
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_HAS(received(peer, 0), "Connection: TE\r\nTE: gzip\r\n");
    CHECK_HAS(received(peer, 0), "Connection: x-own, TE\r\nTE: gzip\r\n");
}

TEST("coding a_transfer_coding_that_was_not_asked_for_is_refused")
{
    struct xfer *x = xfer_chunked("Transfer-Encoding: gzip, chunked\r\n", coded_gzip,
                                  sizeof(coded_gzip));

    SET(x, CURLOPT_TRANSFER_ENCODING, 0L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_BAD_CONTENT_ENCODING);
}

TEST("coding transfer_and_content_codings_both_come_off")
{
    struct xfer *x = xfer_chunked("Content-Encoding: zstd\r\nTransfer-Encoding: gzip, chunked\r\n",
                                  coded_gzip_zstd, sizeof(coded_gzip_zstd));

    SET(x, CURLOPT_ACCEPT_ENCODING, "zstd");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, CODED_TEXT);
}

TEST("coding maxfilesize_counts_what_is_decoded")
{
    struct xfer *x = CODED("Content-Encoding: gzip", coded_gzip_zeros);

    SET(x, CURLOPT_MAXFILESIZE, (long)CODED_ZEROS);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    SET(x, CURLOPT_MAXFILESIZE, CODED_ZEROS - 1L);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_FILESIZE_EXCEEDED);
    CHECK(x->body.n < CODED_ZEROS);
}

TEST("coding a_ratio_may_be_set_that_ends_a_bomb_early")
{
    struct xfer *x = CODED("Content-Encoding: gzip", coded_gzip_zeros);

    if (curl_easy_setopt(x->easy, WHIM_EOPT_MAX_RATIO, 2000L) == CURLE_UNKNOWN_OPTION)
        skip_test("the library has no such option");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    SET(x, WHIM_EOPT_MAX_RATIO, 100L);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_FILESIZE_EXCEEDED);
    CHECK(x->body.n <= 100 * sizeof(coded_gzip_zeros) + 65536);
    CHECK_CODE(curl_easy_setopt(x->easy, WHIM_EOPT_MAX_RATIO, -1L), CURLE_BAD_FUNCTION_ARGUMENT);
}
