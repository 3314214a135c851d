/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Cookies and TLS: what is secure goes over TLS alone, and is only set there.
 */
#include "cookies.h"
#include "tls_xfer.h"

#include <stdio.h>

/* The same name without TLS, at that peer. */
static void aim_plain(struct xfer *x, struct peer *peer)
{
    char url[100], way[200];

    snprintf(url, sizeof(url), "http://example.test:%d/", peer_port(peer));
    snprintf(way, sizeof(way), "example.test:%d:127.0.0.1:%d", peer_port(peer), peer_port(peer));
    SET(x, CURLOPT_URL, url);
    SET(x, CURLOPT_CONNECT_TO, list_of(way, NULL));
}

TEST("cookies that_are_secure_go_over_tls_alone")
{
    struct peer *plain = peer_serving(EMPTY);
    struct peer *peer =
        TLS_PEER(NULL, PEER_REQUEST,
                 PEER_SEND(ANSWER_WITH("Set-Cookie: a=1; secure\r\nSet-Cookie: b=2\r\n"
                                       "Set-Cookie: __Host-c=3; secure; path=/\r\n")),
                 PEER_AGAIN);
    struct xfer *x = tls_new_host(peer, "example.test");
    struct drive *drive = drive_new();

    SET(x, CURLOPT_COOKIEFILE, "");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 1), "__Host-c=3; b=2; a=1");
    aim_plain(x, plain);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(cookies_sent(plain, 0, 0), "b=2");
}

TEST("cookies that_are_secure_are_not_replaced_without_tls")
{
    struct peer *plain =
        peer_serving(ANSWER_WITH("Set-Cookie: a=no\r\nSet-Cookie: a=no; domain=example.test\r\n"
                                 "Set-Cookie: a=no; max-age=0\r\nSet-Cookie: d=no; secure\r\n"));
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST,
                                 PEER_SEND(ANSWER_WITH("Set-Cookie: a=1; secure\r\n")), PEER_AGAIN);
    struct xfer *x = tls_new_host(peer, "example.test");
    struct drive *drive = drive_new();

    SET(x, CURLOPT_COOKIEFILE, "");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    aim_plain(x, plain);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(cookies_known(x->easy), "example.test\tFALSE\t/\tTRUE\t0\ta\t1\n");
}

TEST("C-193 autoreferer_tells_nobody_without_tls_what_was_asked_for_with_it")
{
    struct peer *plain = peer_serving(HELLO);
    char answer[200];
    struct peer *secure;
    struct xfer *x;

    snprintf(answer, sizeof(answer),
             "HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1:%d/there\r\nContent-Length: 0\r\n\r\n",
             peer_port(plain));
    secure = TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(answer), PEER_AGAIN);
    x = tls_new(secure, "/secret?token");
    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    SET(x, CURLOPT_AUTOREFERER, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(plain, 0), "GET /there ");
    CHECK_LACKS(received(plain, 0), "Referer");
}
