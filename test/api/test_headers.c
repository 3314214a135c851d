/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The headers functions beyond finding one by its name (test_info.c has that): requests, origins,
 * how long they are kept, limits.
 */
#include "xfer.h"

#include <stdio.h>
#include <stdlib.h>

#define OK11 "HTTP/1.1 200 OK\r\n"

static struct curl_header *find(struct xfer *x, const char *name, unsigned origins, int request)
{
    struct curl_header *header = NULL;

    CHECK_INT(curl_easy_header(x->easy, name, 0, origins, request, &header), CURLHE_OK);
    return header;
}

TEST("headers wrong_arguments_are_refused")
{
    struct xfer *x = xfer_new(peer_serving(OK11 "A: 1\r\nContent-Length: 0\r\n\r\n"), "/");
    struct curl_header *header;

    CHECK_INT(curl_easy_header(x->easy, "A", 0, CURLH_HEADER, -1, &header), CURLHE_NOHEADERS);
    CHECK(curl_easy_nextheader(x->easy, CURLH_HEADER, -1, NULL) == NULL);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT(curl_easy_header(x->easy, NULL, 0, CURLH_HEADER, -1, &header), CURLHE_BAD_ARGUMENT);
    CHECK_INT(curl_easy_header(x->easy, "A", 0, 0, -1, &header), CURLHE_BAD_ARGUMENT);
    CHECK_INT(curl_easy_header(x->easy, "A", 0, 64, -1, &header), CURLHE_BAD_ARGUMENT);
    CHECK_INT(curl_easy_header(x->easy, "A", 0, CURLH_HEADER, -2, &header), CURLHE_BAD_ARGUMENT);
    CHECK_INT(curl_easy_header(x->easy, "A", 0, CURLH_HEADER, -1, NULL), CURLHE_BAD_ARGUMENT);
    CHECK_INT(curl_easy_header(x->easy, "A", 0, CURLH_HEADER, 1, &header), CURLHE_NOREQUEST);
    CHECK_INT(curl_easy_header(x->easy, "A", 0, CURLH_TRAILER, -1, &header), CURLHE_MISSING);
    CHECK(find(x, "A", CURLH_HEADER, 0)->origin & CURLH_HEADER);
}

TEST("headers a_new_transfer_forgets_them_and_a_duplicate_has_none")
{
    struct xfer *x = xfer_new(PEER_OF(PEER_REQUEST, PEER_SEND(OK11 "A: 1\r\nContent-Length: 0\r\n\r\n"),
                                      PEER_REQUEST,
                                      PEER_SEND(OK11 "B: 2\r\nContent-Length: 0\r\n\r\n"), PEER_KEEP),
                              "/");
    struct curl_header *header;
    CURL *copy;

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(find(x, "A", CURLH_HEADER, -1)->value, "1");
    copy = curl_easy_duphandle(x->easy);
    CHECK(copy != NULL);
    CHECK_INT(curl_easy_header(copy, "A", 0, CURLH_HEADER, -1, &header), CURLHE_NOHEADERS);
    curl_easy_cleanup(copy);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_INT(curl_easy_header(x->easy, "A", 0, CURLH_HEADER, -1, &header), CURLHE_MISSING);
    CHECK_STR(find(x, "B", CURLH_HEADER, -1)->value, "2");
}

TEST("headers each_request_of_a_redirect_has_its_own")
{
    struct xfer *x = xfer_new(
        PEER_OF(PEER_REQUEST,
                PEER_SEND("HTTP/1.1 302 F\r\nLocation: /b\r\nX: one\r\nContent-Length: 0\r\n\r\n"),
                PEER_REQUEST, PEER_SEND(OK11 "X: two\r\nContent-Length: 0\r\n\r\n"), PEER_KEEP),
        "/a");

    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(find(x, "X", CURLH_HEADER, 0)->value, "one");
    CHECK_STR(find(x, "X", CURLH_HEADER, 1)->value, "two");
    CHECK_STR(find(x, "X", CURLH_HEADER, -1)->value, "two");
}

static size_t look_up(struct xfer *x, char *data, size_t n)
{
    struct curl_header *header;

    if (n > 2 && data[0] == 'B') {
        CHECK_INT(curl_easy_header(x->easy, "A", 0, CURLH_HEADER, -1, &header), CURLHE_OK);
        CHECK_STR(header->value, "1");
        x->count++;
    }
    return n;
}

TEST("headers a_header_callback_may_ask_for_those_that_came_before")
{
    struct xfer *x = xfer_new(peer_serving(OK11 "A: 1\r\nB: 2\r\nContent-Length: 0\r\n\r\n"), "/");

    x->on_head = look_up;
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT(x->count, 1);
    CHECK_STR(find(x, "B", CURLH_HEADER, -1)->value, "2");
}

TEST("C-197 headers CVE-2023-38039 more_than_5000_lines_end_the_transfer")
{
    enum { LINE = 5, N = 5001 };
    char *answer = malloc(sizeof(OK11) + N * LINE + 2);
    struct xfer *x;

    strcpy(answer, OK11);
    for (int i = 0; i < N; i++)
        memcpy(answer + sizeof(OK11) - 1 + i * LINE, "a:b\r\n", LINE);
    strcpy(answer + sizeof(OK11) - 1 + N * LINE, "\r\n");
    x = xfer_new(peer_answering(answer), "/");
    free(answer);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_TOO_LARGE);
}
