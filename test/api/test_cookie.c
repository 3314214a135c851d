/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The cookie engine: what responses set and requests send (C-192, C-197).
 */
#include "cookies.h"
#include "proxied.h"

#include <stdio.h>
#include <stdlib.h>

static const struct exchange {
    const char *name;
    const char *host; /* of the request whose response sets them; NULL: the peer's address */
    const char *path;
    const char *fields;
    const char *to_host; /* of the next request */
    const char *to_path;
    const char *sent;
} exchanges[] = {
    {"what_a_server_sets_it_gets_back", NULL, "/", "Set-Cookie: a=1\r\nset-cookie: bb=2\r\n", NULL,
     "/", "bb=2; a=1"},
    {"younger_ones_go_first_and_longer_paths_before_them", NULL, "/p/q",
     "Set-Cookie: a=1; path=/p\r\nSet-Cookie: b=2; path=/\r\nSet-Cookie: c=3; path=/\r\n", NULL,
     "/p/x", "a=1; c=3; b=2"},
    {"a_cookie_without_a_path_is_for_the_folder", NULL, "/p/q", "Set-Cookie: a=1\r\n", NULL, "/x",
     ""},
    {"a_path_is_more_than_a_beginning", NULL, "/p", "Set-Cookie: a=1; path=/p\r\n", NULL, "/pq", ""},
    {"a_query_is_no_part_of_the_path", NULL, "/?a=/p/q", "Set-Cookie: a=1\r\n", NULL, "/x", "a=1"},
    {"the_same_name_is_the_same_cookie", NULL, "/", "Set-Cookie: a=1\r\nSet-Cookie: a=2\r\n", NULL,
     "/", "a=2"},
    {"a_server_takes_its_cookie_back", NULL, "/", "Set-Cookie: a=1\r\nSet-Cookie: a=; max-age=0\r\n",
     NULL, "/", ""},
    {"a_date_in_the_past_takes_it_back_too", NULL, "/",
     "Set-Cookie: a=1\r\nSet-Cookie: a=; expires=Thu, 01 Jan 1970 00:00:00 GMT\r\n", NULL, "/", ""},
    {"max_age_counts_before_a_date", NULL, "/",
     "Set-Cookie: a=1; max-age=100; expires=Thu, 01 Jan 1970 00:00:00 GMT\r\n", NULL, "/", "a=1"},
    {"a_domain_has_the_names_below_it", "a.shop.example", "/",
     "Set-Cookie: a=1; domain=Shop.Example\r\n", "b.SHOP.example:80", "/", "a=1"},
    {"without_a_domain_it_is_for_the_host_alone", "shop.example", "/", "Set-Cookie: a=1\r\n",
     "b.shop.example", "/", ""},
    {"a_domain_must_be_the_hosts", "shop.example", "/", "Set-Cookie: a=1; domain=other.example\r\n",
     "other.example", "/", ""},
    {"secure_ones_are_not_set_without_tls", "shop.example", "/", "Set-Cookie: a=1; secure\r\n",
     "shop.example", "/", ""},
    {"secure_ones_may_be_set_by_this_machine", NULL, "/", "Set-Cookie: a=1; secure\r\n", NULL, "/",
     "a=1"},
    {"a_promise_in_a_name_is_kept_in_any_case_of_letters", NULL, "/",
     "Set-Cookie: __seCURE-a=1\r\nSet-Cookie: __hoST-b=1; secure\r\n"
     "Set-Cookie: __Host-c=1; secure; path=/\r\n",
     NULL, "/", "__Host-c=1"},
    {"without_a_name_it_is_none", NULL, "/", "Set-Cookie: flag\r\nSet-Cookie: =1\r\n", NULL, "/", ""},
    {"CVE-2013-1944_the_end_of_a_name_is_not_its_domain", "shop.example", "/",
     "Set-Cookie: a=1; domain=shop.example\r\n", "workshop.example", "/", ""},
    {"CVE-2014-3613_a_part_of_an_address_is_no_domain", NULL, "/",
     "Set-Cookie: a=1; domain=0.0.1\r\nSet-Cookie: b=1; domain=.0.0.1\r\n", NULL, "/", ""},
    {"CVE-2014-3620_no_cookie_is_for_a_top_level_domain", "shop.example", "/",
     "Set-Cookie: a=1; domain=example\r\nSet-Cookie: b=1; domain=.example\r\n", "other.example", "/",
     ""},
    {"CVE-2022-27779_nor_with_a_dot_behind_the_host", "shop.example.", "/",
     "Set-Cookie: a=1; domain=example.\r\n", "other.example.", "/", ""},
    {"CVE-2023-46218_nor_in_other_letters", "shop.EXAMPLE", "/",
     "Set-Cookie: a=1; domain=eXAMPLE\r\n", "other.example", "/", ""},
    {"CVE-2022-35252_control_bytes_are_refused", NULL, "/",
     "Set-Cookie: a=\x01\r\nSet-Cookie: b\x7f=1\r\nSet-Cookie: c=1; path=/\x02\r\n"
     "Set-Cookie: d=1\te\r\n",
     NULL, "/", ""},
    {"CVE-2015-3145_a_path_of_quotes_is_read_with_care", NULL, "/",
     "Set-Cookie: a=1; path=\"\r\nSet-Cookie: b=1; path=\"/\"\r\n", NULL, "/", "b=1; a=1"},
};

/* Plays the row's two requests; returns what the second one sent. */
static const char *play(const struct exchange *row)
{
    char answer[1000];
    struct peer *peer;
    struct xfer *x;

    snprintf(answer, sizeof(answer), "HTTP/1.1 200 OK\r\n%sContent-Length: 0\r\n\r\n", row->fields);
    peer = PEER_OF(PEER_REQUEST, PEER_SEND(answer), PEER_REQUEST, PEER_SEND(EMPTY), PEER_KEEP);
    x = cookie_new(peer, "/");
    cookie_aim(x, peer, row->path, row->host);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 0), "");
    cookie_aim(x, peer, row->to_path, row->to_host);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    return cookies_sent(peer, 0, 1);
}

TEST_ROWS(0, "cookies ", exchanges)
{
    const struct exchange *row = test_row();

    CHECK_STR(play(row), row->sent);
}

/* Only a list of them knows. */
TEST("cookies CVE-2026-8924_no_cookie_is_for_a_public_suffix")
{
    static const struct exchange row = {
        "", "shop.co.uk.", "/",
        "Set-Cookie: a=1; domain=co.uk\r\nSet-Cookie: b=1; domain=co.uk.\r\n", "other.co.uk.", "/", ""};

    if (!(curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_PSL))
        skip_test("there is no list of public suffixes");
    CHECK_STR(play(&row), "");
}

TEST("cookies CVE-2026-6276_a_host_field_of_an_earlier_request_does_not_count")
{
    static const struct exchange row = {
        "", "shop.example", "/", "Set-Cookie: a=1\r\n", NULL, "/", ""};

    CHECK_STR(play(&row), "");
}

TEST("cookies are_neither_kept_nor_sent_without_the_engine")
{
    struct peer *peer = peer_serving(ANSWER_WITH("Set-Cookie: a=1\r\n"));
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_COOKIE, "own=1");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 1), "own=1");
    CHECK_STR(cookies_known(x->easy), "");
}

TEST("cookies of_the_engine_stand_before_those_of_the_option")
{
    struct peer *peer = peer_serving(ANSWER_WITH("Set-Cookie: a=1\r\n"));
    struct xfer *x = cookie_new(peer, "/");

    SET(x, CURLOPT_COOKIE, "own=1; a=2");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 0), "own=1; a=2");
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 1), "a=1; own=1; a=2");
}

TEST("cookies of_the_engine_are_sent_beside_a_field_of_the_applications")
{
    struct peer *peer = peer_serving(ANSWER_WITH("Set-Cookie: a=1\r\n"));
    struct xfer *x = cookie_new(peer, "/");

    SET(x, CURLOPT_COOKIE, "own=1");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    SET(x, CURLOPT_HTTPHEADER, list_of("Cookie: field=1", NULL));
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 1), "a=1 | field=1");
    SET(x, CURLOPT_HTTPHEADER, list_of("Cookie:", NULL));
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 2), "a=1");
}

TEST("C-192 cookies of_a_redirect_go_where_they_are_for_and_the_options_stay")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct xfer *x = cookie_new(peer, "/");
    char there[300], back[300];

    snprintf(there, sizeof(there),
             "HTTP/1.1 302 Go\r\nSet-Cookie: a=1; path=/\r\nLocation: http://localhost:%d/there\r\n"
             "Content-Length: 0\r\n\r\n",
             peer_port(peer));
    snprintf(back, sizeof(back),
             "HTTP/1.1 302 Go\r\nSet-Cookie: b=1; path=/\r\nLocation: http://%s/back\r\n"
             "Content-Length: 0\r\n\r\n",
             peer_authority(peer));
    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(there), PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(back), PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    SET(x, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    SET(x, CURLOPT_COOKIE, "own=1");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 0), "own=1");
    CHECK_STR(cookies_sent(peer, 1, 0), "");
    CHECK_STR(cookies_sent(peer, 0, 1), "a=1; own=1");
}

TEST("cookies of_interim_answers_are_taken_and_of_trailers_not")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST,
                PEER_SEND("HTTP/1.1 103 Early Hints\r\nSet-Cookie: a=1\r\n\r\n"
                          "HTTP/1.1 200 OK\r\nSet-Cookie: b=2\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "0\r\nSet-Cookie: c=3\r\n\r\n"),
                PEER_REQUEST, PEER_SEND(EMPTY), PEER_KEEP);
    struct xfer *x = cookie_new(peer, "/");

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 1), "b=2; a=1");
}

TEST("cookies of_a_proxys_answer_to_connect_are_not_taken")
{
    struct peer *proxy =
        PEER_OF(PEER_HEAD, PEER_SEND("HTTP/1.1 200 Fine\r\nSet-Cookie: p=1; path=/\r\n\r\n"),
                PEER_REQUEST, PEER_SEND(ANSWER_WITH("Set-Cookie: a=1\r\n")), PEER_REQUEST,
                PEER_SEND(EMPTY), PEER_KEEP);
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR "/");

    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
    SET(x, CURLOPT_COOKIEFILE, "");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(cookies_sent(proxy, 0, 0), "");
    CHECK_STR(cookies_sent(proxy, 0, 2), "a=1");
}

TEST("cookies go_through_a_proxy_by_the_origins_name")
{
    struct peer *proxy = peer_serving(ANSWER_WITH("Set-Cookie: a=1; domain=" FAR "\r\n"));
    struct xfer *x = xfer_by(proxy, "http", "http://www." FAR "/");

    SET(x, CURLOPT_COOKIEFILE, "");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    SET(x, CURLOPT_URL, "http://shop." FAR "/");
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(cookies_sent(proxy, 0, 1), "a=1");
}

static struct peer *peer_setting(int n, const char *value)
{
    char *answer = calloc(1, 200000);
    char *end = answer + sprintf(answer, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
    struct peer *peer;

    for (int i = 0; i < n; i++)
        end += sprintf(end, "Set-Cookie: c%03d=%s\r\n", i, value);
    strcpy(end, "\r\n");
    peer = peer_serving(answer);
    free(answer);
    return peer;
}

TEST("C-197 cookies fifty_are_taken_from_one_response")
{
    struct peer *peer = peer_setting(60, "1");
    struct xfer *x = cookie_new(peer, "/");

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_INT(count_of(cookies_sent(peer, 0, 1), "=1"), 50);
    CHECK_HAS(cookies_sent(peer, 0, 1), "c049=1");
}

TEST("C-197 cookies a_hundred_and_fifty_are_sent")
{
    struct peer *peer = peer_serving(EMPTY);
    struct xfer *x = cookie_new(peer, "/");
    char line[100];

    for (int i = 0; i < 160; i++) {
        snprintf(line, sizeof(line), "127.0.0.1\tFALSE\t/\tFALSE\t0\tc%03d\t1", i);
        SET(x, CURLOPT_COOKIELIST, line);
    }
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT(count_of(cookies_sent(peer, 0, 0), "=1"), 150);
}

TEST("C-197 cookies CVE-2022-32205_a_field_has_8190_bytes_at_most")
{
    static char value[1001];
    struct peer *peer;
    struct xfer *x;
    size_t len;

    memset(value, 'v', 1000);
    peer = peer_setting(30, value);
    x = cookie_new(peer, "/");
    SET(x, CURLOPT_COOKIE, "own=1");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    len = strlen(cookies_sent(peer, 0, 1));
    CHECK(len > 7000 && len <= 8182);
    CHECK_LACKS(cookies_sent(peer, 0, 1), "own");
}

TEST("C-197 cookies of_lines_over_5000_bytes_or_4096_of_name_and_value_are_none")
{
    static char value[4096], rest[1001];
    char answer[20000];
    struct peer *peer;
    struct xfer *x;

    memset(value, 'v', 4095);
    memset(rest, 'r', 1000);
    snprintf(answer, sizeof(answer),
             "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: a=%s\r\n"
             "Set-Cookie: b=%.4000s; x=%s\r\nSet-Cookie: c=1\r\n\r\n",
             value, value, rest);
    peer = peer_serving(answer);
    x = cookie_new(peer, "/");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 1), "c=1");
}

TEST("cookies CVE-2025-9086_secure_ones_are_left_alone_by_what_came_without_tls")
{
    struct peer *peer = peer_serving(ANSWER_WITH(
        "Set-Cookie: a=2; path=/\r\nSet-Cookie: b=2; path=/p/q\r\nSet-Cookie: c=2; path=/\r\n"));
    struct xfer *x = cookie_new(peer, "/");

    SET(x, CURLOPT_COOKIELIST, "shop.example\tFALSE\t/\tTRUE\t0\ta\t1");
    SET(x, CURLOPT_COOKIELIST, "shop.example\tFALSE\t/p\tTRUE\t0\tb\t1");
    SET(x, CURLOPT_COOKIELIST, "shop.example\tFALSE\t/p\tTRUE\t0\tc\t1");
    cookie_aim(x, peer, "/", "shop.example");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(cookies_known(x->easy), "shop.example\tFALSE\t/\tTRUE\t0\ta\t1\n"
                                      "shop.example\tFALSE\t/p\tTRUE\t0\tb\t1\n"
                                      "shop.example\tFALSE\t/p\tTRUE\t0\tc\t1\n"
                                      "shop.example\tFALSE\t/\tFALSE\t0\tc\t2\n");
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 1), "c=2");
}

TEST("cookies of_a_response_that_asks_for_a_login_are_sent_with_it")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST,
                PEER_SEND("HTTP/1.1 401 Who\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n"
                          "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n\r\n"),
                PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = cookie_new(peer, "/");

    need_tls();
    SET(x, CURLOPT_USERPWD, "me:secret");
    SET(x, CURLOPT_HTTPAUTH, CURLAUTH_DIGEST);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_STR(cookies_sent(peer, 0, 1), "a=1");
}
