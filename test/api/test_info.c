/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * curl_easy_getinfo after transfers of every kind.
 */
/* Deprecated infos are a part of the contract. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#include "interpose.h"
#include "newer.h"
#include "xfer.h"

#include <stdio.h>
#include <unistd.h>

#define OK11 "HTTP/1.1 200 OK\r\n"

/* The moments of a transfer in the order in which they come. */
static const CURLINFO moments[] = {
    CURLINFO_NAMELOOKUP_TIME_T,    CURLINFO_CONNECT_TIME_T, CURLINFO_PRETRANSFER_TIME_T,
    CURLINFO_STARTTRANSFER_TIME_T, CURLINFO_TOTAL_TIME_T,
};

TEST("info the_moments_of_a_transfer_come_in_order")
{
    struct xfer *x = xfer_fetch(drive_new(), peer_serving(HELLO), "/");
    curl_off_t before = 0;

    for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
        curl_off_t now = xfer_off(x, moments[i]);

        CHECK(now > 0);
        if (now < before)
            FAIL("moment %zu at %ld us comes before %ld us", i, (long)now, (long)before);
        before = now;
    }
    CHECK_INT(xfer_off(x, CURLINFO_APPCONNECT_TIME_T), 0);
    CHECK_INT(xfer_off(x, CURLINFO_REDIRECT_TIME_T), 0);
}

TEST("info seconds_and_microseconds_agree")
{
    static const CURLINFO pairs[][2] = {
        {CURLINFO_NAMELOOKUP_TIME, CURLINFO_NAMELOOKUP_TIME_T},
        {CURLINFO_CONNECT_TIME, CURLINFO_CONNECT_TIME_T},
        {CURLINFO_PRETRANSFER_TIME, CURLINFO_PRETRANSFER_TIME_T},
        {CURLINFO_STARTTRANSFER_TIME, CURLINFO_STARTTRANSFER_TIME_T},
        {CURLINFO_TOTAL_TIME, CURLINFO_TOTAL_TIME_T},
        {CURLINFO_APPCONNECT_TIME, CURLINFO_APPCONNECT_TIME_T},
        {CURLINFO_REDIRECT_TIME, CURLINFO_REDIRECT_TIME_T},
    };
    struct xfer *x = xfer_fetch(drive_new(), peer_serving(HELLO), "/");

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        double difference = xfer_double(x, pairs[i][0]) * 1e6 - (double)xfer_off(x, pairs[i][1]);

        CHECK(difference < 2 && difference > -2);
    }
}

TEST("info the_total_time_is_the_time_that_passed")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_get(drive, peer, "/");

    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    sys_clock_advance(7000, false);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK(xfer_off(x, CURLINFO_TOTAL_TIME_T) >= 7000000);
    CHECK(xfer_off(x, CURLINFO_TOTAL_TIME_T) < 8000000 + patience_ms() * 1000);
    CHECK(xfer_off(x, CURLINFO_STARTTRANSFER_TIME_T) >= 7000000);
    CHECK(xfer_off(x, CURLINFO_PRETRANSFER_TIME_T) < 7000000);
}

TEST("info the_total_time_of_a_failure_counts_too")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_TIMEOUT_MS, 9000L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
    sys_clock_advance(9100, false);
    drive_run(drive);
    CHECK(xfer_off(x, CURLINFO_TOTAL_TIME_T) >= 9000000);
    CHECK_INT(xfer_off(x, CURLINFO_STARTTRANSFER_TIME_T), 0);
    CHECK(xfer_off(x, CURLINFO_CONNECT_TIME_T) > 0);
}

TEST("info addresses_and_ports_are_those_of_the_connection")
{
    struct drive *drive = drive_new();
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_fetch(drive, peer, "/");

    for (int i = 0; i < 2; i++) {
        CHECK_STR(xfer_str(x, CURLINFO_PRIMARY_IP), "127.0.0.1");
        CHECK_STR(xfer_str(x, CURLINFO_LOCAL_IP), "127.0.0.1");
        CHECK_INT(xfer_long(x, CURLINFO_PRIMARY_PORT), peer_port(peer));
        CHECK_INT(xfer_long(x, CURLINFO_LOCAL_PORT), (long)peer_count(peer, PEER_CLIENT_PORT, 0));
        CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), i == 0);
        CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    }
}

TEST("info a_connection_over_version_6_says_so")
{
    struct peer *peer = peer_of_kind(AF_INET6, PEER_ACCEPTS, 0);
    struct xfer *x;

    PEER_SCRIPT(peer, PEER_EVERY, PEER_REQUEST, PEER_SEND(HELLO), PEER_AGAIN);
    x = xfer_fetch(drive_new(), peer, "/");
    CHECK_STR(xfer_str(x, CURLINFO_PRIMARY_IP), "::1");
    CHECK_STR(xfer_str(x, CURLINFO_LOCAL_IP), "::1");
    CHECK_HAS(received(peer, 0), "Host: [::1]:");
}

TEST("info sizes_count_what_went_each_way")
{
    struct peer *peer =
        peer_serving(OK11 "Content-Type: text/x; a=b\r\nContent-Length: 5\r\n\r\nhello");
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_POSTFIELDS, "abc");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_DOWNLOAD_T), 5);
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_UPLOAD_T), 3);
    CHECK_INT(xfer_off(x, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T), 5);
    CHECK_INT(xfer_off(x, CURLINFO_CONTENT_LENGTH_UPLOAD_T), 3);
    CHECK_INT(xfer_long(x, CURLINFO_HEADER_SIZE), (long)x->head.n);
    CHECK_INT(xfer_long(x, CURLINFO_REQUEST_SIZE), (long)peer_count(peer, PEER_RECEIVED, 0));
    CHECK_STR(xfer_str(x, CURLINFO_CONTENT_TYPE), "text/x; a=b");
    CHECK(xfer_off(x, CURLINFO_SPEED_DOWNLOAD_T) > 0);
    CHECK(xfer_off(x, CURLINFO_SPEED_UPLOAD_T) > 0);
}

TEST("info the_old_sizes_are_the_new_ones_as_double")
{
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    SET(x, CURLOPT_POSTFIELDS, "abc");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK(xfer_double(x, CURLINFO_SIZE_DOWNLOAD) == 5);
    CHECK(xfer_double(x, CURLINFO_SIZE_UPLOAD) == 3);
    CHECK(xfer_double(x, CURLINFO_CONTENT_LENGTH_DOWNLOAD) == 5);
    CHECK(xfer_double(x, CURLINFO_CONTENT_LENGTH_UPLOAD) == 3);
    CHECK(xfer_double(x, CURLINFO_SPEED_DOWNLOAD) > 0);
}

TEST("info interim_heads_count_in_the_header_size")
{
    struct xfer *x =
        xfer_fetch(drive_new(), peer_serving("HTTP/1.1 103 Hints\r\nLink: a\r\n\r\n" HELLO), "/");

    CHECK_INT(xfer_long(x, CURLINFO_HEADER_SIZE), (long)x->head.n);
}

TEST("info what_is_unknown_is_told_as_such")
{
    struct xfer *x = xfer_fetch(drive_new(), peer_answering(OK11 "\r\nhi"), "/");

    CHECK_INT(xfer_off(x, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T), -1);
    CHECK_STR(xfer_str(x, CURLINFO_CONTENT_TYPE), NULL);
    CHECK_STR(xfer_str(x, CURLINFO_REDIRECT_URL), NULL);
    CHECK_INT(xfer_off(x, CURLINFO_FILETIME_T), -1);
    CHECK_INT(xfer_long(x, CURLINFO_FILETIME), -1);
    CHECK_INT(xfer_long(x, CURLINFO_REDIRECT_COUNT), 0);
    CHECK_INT(xfer_long(x, CURLINFO_HTTP_CONNECTCODE), 0);
    CHECK_INT(xfer_long(x, CURLINFO_CONDITION_UNMET), 0);
    CHECK_INT(xfer_off(x, CURLINFO_RETRY_AFTER), 0);
    CHECK_INT(xfer_long(x, CURLINFO_OS_ERRNO), 0);
    CHECK_INT(xfer_long(x, CURLINFO_PROXY_ERROR), 0);
    CHECK_INT(xfer_long(x, CURLINFO_SSL_VERIFYRESULT), 0);
}

TEST("info version_scheme_url_and_method_are_those_of_the_exchange")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_fetch(drive_new(), peer, "/a?b#c");
    char url[100];

    snprintf(url, sizeof(url), "http://%s/a?b#c", peer_authority(peer));
    CHECK_STR(xfer_str(x, CURLINFO_EFFECTIVE_URL), url);
    CHECK_STR(xfer_str(x, CURLINFO_EFFECTIVE_METHOD), "GET");
    CHECK(!strcasecmp(xfer_str(x, CURLINFO_SCHEME), "http"));
    CHECK_INT(xfer_long(x, CURLINFO_PROTOCOL), CURLPROTO_HTTP);
    CHECK_INT(xfer_long(x, CURLINFO_HTTP_VERSION), CURL_HTTP_VERSION_1_1);
    x = xfer_fetch(x->drive, peer_answering("HTTP/1.0 200 OK\r\n\r\n"), "/");
    CHECK_INT(xfer_long(x, CURLINFO_HTTP_VERSION), CURL_HTTP_VERSION_1_0);
}

TEST("info a_redirect_that_is_not_followed_is_told")
{
    struct peer *peer =
        peer_serving("HTTP/1.1 302 Go\r\nLocation: /else?x\r\nContent-Length: 0\r\n\r\n");
    struct xfer *x = xfer_fetch(drive_new(), peer, "/");
    char url[100];

    snprintf(url, sizeof(url), "http://%s/else?x", peer_authority(peer));
    CHECK_STR(xfer_str(x, CURLINFO_REDIRECT_URL), url);
    CHECK_INT(xfer_long(x, CURLINFO_REDIRECT_COUNT), 0);
}

TEST("info retry_after_is_told_in_seconds")
{
    struct xfer *x = xfer_fetch(
        drive_new(),
        peer_serving("HTTP/1.1 503 Later\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n"), "/");

    CHECK_INT(xfer_off(x, CURLINFO_RETRY_AFTER), 17);
}

TEST("info filetime_is_the_last_modified_header_when_it_was_asked_for")
{
    struct xfer *x = xfer_new(
        peer_serving(OK11
                     "Last-Modified: Mon, 12 Jan 1970 13:46:40 GMT\r\nContent-Length: 0\r\n\r\n"),
        "/");

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT(xfer_off(x, CURLINFO_FILETIME_T), -1);
    SET(x, CURLOPT_FILETIME, 1L);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_INT(xfer_off(x, CURLINFO_FILETIME_T), 1000000);
    CHECK_INT(xfer_long(x, CURLINFO_FILETIME), 1000000);
}

TEST("info a_refused_connect_tells_its_errno_and_no_address")
{
    struct xfer *x = xfer_get(drive_new(), peer_of_kind(AF_INET, PEER_REFUSES, 0), "/");

    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_COULDNT_CONNECT);
    CHECK_INT(xfer_long(x, CURLINFO_OS_ERRNO), 111);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 0);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 0);
    CHECK_INT(xfer_off(x, CURLINFO_CONNECT_TIME_T), 0);
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_DOWNLOAD_T), 0);
    CHECK(xfer_off(x, CURLINFO_TOTAL_TIME_T) > 0);
}

TEST("info a_failure_keeps_what_was_known")
{
    struct xfer *x =
        xfer_get(drive_new(),
                 peer_answering(OK11 "Content-Type: text/x\r\nContent-Length: 9\r\n\r\nabc"), "/");

    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_PARTIAL_FILE);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 200);
    CHECK_STR(xfer_str(x, CURLINFO_CONTENT_TYPE), "text/x");
    CHECK_INT(xfer_off(x, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T), 9);
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_DOWNLOAD_T), 3);
    CHECK_STR(xfer_str(x, CURLINFO_PRIMARY_IP), "127.0.0.1");
}

TEST("info a_reset_tells_its_errno")
{
    struct xfer *x = xfer_get(drive_new(), PEER_OF(PEER_REQUEST, PEER_RESET), "/");

    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_RECV_ERROR);
    CHECK_INT(xfer_long(x, CURLINFO_OS_ERRNO), 104);
}

TEST("info a_new_transfer_forgets_the_infos_of_the_old_one")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    PEER_SCRIPT(
        peer, 0, PEER_REQUEST,
        PEER_SEND(
            "HTTP/1.1 404 No\r\nContent-Type: a\r\nRetry-After: 3\r\nContent-Length: 1\r\n\r\nx"),
        PEER_CLOSE);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_CLOSE);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    sys_clock_advance(2000, false);
    CHECK_CODE(xfer_again(x, drive), CURLE_GOT_NOTHING);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 0);
    CHECK_STR(xfer_str(x, CURLINFO_CONTENT_TYPE), NULL);
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_DOWNLOAD_T), 0);
    CHECK_INT(xfer_off(x, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T), -1);
    CHECK_INT(xfer_long(x, CURLINFO_HEADER_SIZE), 0);
}

TEST("info a_fresh_handle_knows_nothing")
{
    struct xfer *x = xfer_new_url("http://127.0.0.1/");

    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 0);
    CHECK_INT(xfer_off(x, CURLINFO_TOTAL_TIME_T), 0);
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_DOWNLOAD_T), 0);
    CHECK_STR(xfer_str(x, CURLINFO_CONTENT_TYPE), NULL);
    CHECK_INT(xfer_long(x, CURLINFO_LASTSOCKET), -1);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 0);
    CHECK(xfer_str(x, CURLINFO_PRIVATE) == (void *)x);
}

TEST("info private_is_the_pointer_that_was_set")
{
    struct xfer *x = xfer_new_url("http://127.0.0.1/");
    int here;

    SET(x, CURLOPT_PRIVATE, &here);
    CHECK(xfer_str(x, CURLINFO_PRIVATE) == (void *)&here);
}

/* The headers API. */

TEST("info curl_easy_header_finds_headers_by_name_without_case")
{
    struct xfer *x = xfer_fetch(
        drive_new(), peer_serving(OK11 "X-A: one\r\nx-a:  two \r\nContent-Length: 0\r\n\r\n"), "/");
    struct curl_header *header;

    CHECK_INT(curl_easy_header(x->easy, "X-a", 0, CURLH_HEADER, -1, &header), CURLHE_OK);
    CHECK_STR(header->value, "one");
    CHECK_STR(header->name, "X-A");
    CHECK_INT((long)header->amount, 2);
    CHECK_INT(curl_easy_header(x->easy, "x-A", 1, CURLH_HEADER, -1, &header), CURLHE_OK);
    CHECK_STR(header->value, "two");
    CHECK_INT(curl_easy_header(x->easy, "x-A", 2, CURLH_HEADER, -1, &header), CURLHE_BADINDEX);
    CHECK_INT(curl_easy_header(x->easy, "Nope", 0, CURLH_HEADER, -1, &header), CURLHE_MISSING);
}

TEST("info curl_easy_nextheader_walks_all_headers_in_order")
{
    struct xfer *x = xfer_fetch(
        drive_new(), peer_serving(OK11 "A: 1\r\nB: 2\r\nContent-Length: 0\r\n\r\n"), "/");
    struct curl_header *header = NULL;
    char names[100] = "";

    while ((header = curl_easy_nextheader(x->easy, CURLH_HEADER, -1, header)))
        strcat(strcat(names, header->name), " ");
    CHECK_STR(names, "A B Content-Length ");
}

TEST("info curl_easy_header_tells_trailers_and_interim_headers_apart")
{
    struct xfer *x = xfer_fetch(
        drive_new(),
        peer_serving("HTTP/1.1 103 H\r\nX: early\r\n\r\n" OK11
                     "Transfer-Encoding: chunked\r\nX: head\r\n\r\n1\r\na\r\n0\r\nX: late\r\n\r\n"),
        "/");
    struct curl_header *header;

    CHECK_INT(curl_easy_header(x->easy, "X", 0, CURLH_HEADER, -1, &header), CURLHE_OK);
    CHECK_STR(header->value, "head");
    CHECK_INT(curl_easy_header(x->easy, "X", 0, CURLH_TRAILER, -1, &header), CURLHE_OK);
    CHECK_STR(header->value, "late");
    CHECK_INT(curl_easy_header(x->easy, "X", 0, CURLH_1XX, -1, &header), CURLHE_OK);
    CHECK_STR(header->value, "early");
}
