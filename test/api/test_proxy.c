/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * A proxy that forwards requests: what it is told, and which connections are shared (C-13, C-168).
 */
#include "proxied.h"

#include <stdio.h>
#include <stdlib.h>

TEST("C-13 a_forwarding_proxy_is_told_the_whole_url")
{
    struct peer *proxy = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_by(proxy, "http", "http://u:p@Origin.Invalid:8080/a/b?c=d#frag");

    SET(x, CURLOPT_HTTPHEADER, list_of("Authorization:", NULL));
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_STR(received(proxy, 0), "GET http://Origin.Invalid:8080/a/b?c=d HTTP/1.1\r\n"
                                  "Host: Origin.Invalid:8080\r\n"
                                  "Accept: */*\r\n"
                                  "Proxy-Connection: Keep-Alive\r\n\r\n");
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 200);
    CHECK_INT(xfer_long(x, CURLINFO_HTTP_CONNECTCODE), 0);
    CHECK_INT(xfer_long(x, CURLINFO_PRIMARY_PORT), peer_port(proxy));
    CHECK_STR(xfer_str(x, CURLINFO_PRIMARY_IP), "127.0.0.1");
}

TEST("C-13 a_forwarding_proxy_gets_methods_and_bodies_too")
{
    struct peer *proxy = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR "/post");

    SET(x, CURLOPT_COPYPOSTFIELDS, "a=b");
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_HAS(received(proxy, 0), "POST http://" FAR "/post HTTP/1.1\r\nHost: " FAR "\r\n");
    CHECK_STR(body_of(proxy, 0), "a=b");
}

TEST("C-13 a_default_port_that_is_written_out_is_left_out_for_the_proxy_too")
{
    struct peer *proxy = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR ":80");

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_HAS(received(proxy, 0), "GET http://" FAR "/ HTTP/1.1\r\nHost: " FAR "\r\n");
}

TEST("C-13 a_request_target_of_the_applications_own_goes_to_the_proxy_as_it_is")
{
    struct peer *proxy = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR "/x");

    SET(x, CURLOPT_REQUEST_TARGET, "*");
    SET(x, CURLOPT_CUSTOMREQUEST, "OPTIONS");
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_HAS(received(proxy, 0), "OPTIONS * HTTP/1.1\r\nHost: " FAR "\r\n");
}

#define BASIC_UP "Proxy-Authorization: Basic dXNlcjpwYXNz\r\n" /* user:pass */

TEST("C-192 basic_credentials_of_the_options_go_to_the_proxy")
{
    struct peer *proxy = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR "/");

    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_INT(count_of(received(proxy, 0), BASIC_UP), 1);
    CHECK_INT(count_of(received(proxy, 0), "uthorization"), 1);
}

TEST("C-192 credentials_in_the_proxys_text_are_used_and_decoded")
{
    struct peer *proxy = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new_url("http://" FAR "/");

    SET(x, CURLOPT_PROXY, proxy_text(proxy, "http", "us%65r:pass"));
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_INT(count_of(received(proxy, 0), BASIC_UP), 1);
}

TEST("C-192 credentials_in_the_proxys_text_win_over_the_options")
{
    struct peer *proxy = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new_url("http://" FAR "/");

    SET(x, CURLOPT_PROXY, proxy_text(proxy, "http", "user:pass"));
    SET(x, CURLOPT_PROXYUSERPWD, "other:word");
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_INT(count_of(received(proxy, 0), BASIC_UP), 1);
}

TEST("C-192 user_and_password_of_the_proxy_can_be_set_apart")
{
    struct peer *proxy = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR "/");

    SET(x, CURLOPT_PROXYUSERNAME, "us:er");
    SET(x, CURLOPT_PROXYPASSWORD, "p@ss");
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_HAS(received(proxy, 0), "Proxy-Authorization: Basic dXM6ZXI6cEBzcw==\r\n");
}

TEST("C-192 a_proxy_authorization_of_the_applications_own_takes_the_place_of_ours")
{
    struct peer *proxy = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR "/");

    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    SET(x, CURLOPT_PROXYHEADER, list_of("Proxy-Authorization: mine", NULL));
    SET(x, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_INT(count_of(received(proxy, 0), "Proxy-Authorization:"), 1);
    CHECK_HAS(received(proxy, 0), "Proxy-Authorization: mine\r\n");
}

TEST("C-13 a_proxy_connection_of_the_applications_own_takes_the_place_of_ours")
{
    struct peer *proxy = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR "/");

    SET(x, CURLOPT_HTTPHEADER, list_of("Proxy-Connection: mine", NULL));
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_INT(count_of(received(proxy, 0), "Proxy-Connection:"), 1);
    CHECK_HAS(received(proxy, 0), "Proxy-Connection: mine\r\n");
}

/* The lines X-Both and X-Proxy of the two lists, by CURLOPT_HEADEROPT. */
static const char *lines_under(long headeropt)
{
    struct peer *proxy = peer_serving(HELLO);
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR "/");

    SET(x, CURLOPT_HTTPHEADER, list_of("X-Origin: o", NULL));
    SET(x, CURLOPT_PROXYHEADER, list_of("X-Proxy: p", NULL));
    if (headeropt >= 0)
        SET(x, CURLOPT_HEADEROPT, headeropt);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    return received(proxy, 0);
}

TEST("C-13 a_forwarded_request_has_both_lists_when_they_are_separate")
{
    const char *sent = lines_under(CURLHEADER_SEPARATE);

    CHECK_INT(count_of(sent, "X-Origin: o\r\n"), 1);
    CHECK_INT(count_of(sent, "X-Proxy: p\r\n"), 1);
}

TEST("C-13 lists_are_separate_unless_told_otherwise")
{
    const char *sent = lines_under(-1);

    CHECK_INT(count_of(sent, "X-Origin: o\r\n"), 1);
    CHECK_INT(count_of(sent, "X-Proxy: p\r\n"), 1);
}

TEST("C-13 a_forwarded_request_has_the_origins_list_alone_when_they_are_unified")
{
    const char *sent = lines_under(CURLHEADER_UNIFIED);

    CHECK_INT(count_of(sent, "X-Origin: o\r\n"), 1);
    CHECK_LACKS(sent, "X-Proxy");
}

TEST("C-13 without_a_proxy_nothing_meant_for_it_is_sent")
{
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = xfer_new(origin, "/");

    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    SET(x, CURLOPT_PROXYHEADER, list_of("X-Proxy: p", NULL));
    SET(x, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_LACKS(received(origin, 0), "roxy");
    CHECK_HAS(received(origin, 0), "GET / HTTP/1.1\r\n");
}

TEST("C-168 one_connection_to_a_forwarding_proxy_serves_different_hosts")
{
    struct peer *proxy = peer_serving(HELLO);
    struct drive *drive = drive_new();

    for (int i = 0; i < 4; i++) {
        char url[100];
        struct xfer *x;

        snprintf(url, sizeof(url), "http://host%d.invalid:%d/", i, 8000 + i % 2);
        x = xfer_by(proxy, "http", url);
        CHECK_CODE(xfer_run(x, drive), CURLE_OK);
        CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), i == 0);
    }
    CHECK_INT((long)peer_count(proxy, PEER_CONNECTIONS, PEER_EVERY), 1);
}

TEST("C-168 a_connection_to_a_proxy_is_none_to_the_same_address_as_an_origin")
{
    struct peer *both = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_by(both, "http", "http://" FAR "/");

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    xfer_fetch(drive, both, "/");
    CHECK_INT((long)peer_count(both, PEER_CONNECTIONS, PEER_EVERY), 2);
    CHECK_HAS(received(both, 1), "GET / HTTP/1.1\r\n");
    CHECK_LACKS(received(both, 1), "Proxy-");
}

TEST("C-131 the_limit_per_host_counts_the_connections_to_a_proxy")
{
    struct peer *proxy = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x[4];

    MSET(drive, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    for (int i = 0; i < 4; i++) {
        char url[100];

        snprintf(url, sizeof(url), "http://host%d.invalid/", i);
        x[i] = xfer_by(proxy, "http", url);
        xfer_start(x[i], drive);
    }
    drive_run(drive);
    for (int i = 0; i < 4; i++)
        CHECK_CODE(x[i]->result, CURLE_OK);
    CHECK_INT((long)peer_count(proxy, PEER_CONNECTIONS, PEER_EVERY), 1);
}

TEST("C-13 a_proxy_whose_name_is_not_known_ends_with_5")
{
    struct xfer *x = xfer_new_url("http://127.0.0.1:1/");

    SET(x, CURLOPT_PROXY, "http://proxy.invalid:3128");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_COULDNT_RESOLVE_PROXY);
    CHECK_HAS(x->error, "proxy.invalid");
}

TEST("C-13 a_proxy_of_an_unknown_kind_ends_with_7")
{
    struct xfer *x = xfer_new_url("http://127.0.0.1:1/");

    SET(x, CURLOPT_PROXY, "gopher://127.0.0.1:3128");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_COULDNT_CONNECT);
}

TEST("C-13 a_proxy_that_refuses_ends_with_7")
{
    struct peer *proxy = peer_of_kind(AF_INET, PEER_REFUSES, 0);
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR "/");

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_COULDNT_CONNECT);
}

TEST("C-13 the_proxys_own_name_may_come_from_resolve")
{
    struct peer *proxy = peer_serving(HELLO);
    struct xfer *x = xfer_new_url("http://" FAR "/");
    char entry[100], text[100];

    snprintf(text, sizeof(text), "PROXY.example:%d", peer_port(proxy));
    snprintf(entry, sizeof(entry), "proxy.example:%d:127.0.0.1", peer_port(proxy));
    SET(x, CURLOPT_PROXY, text);
    SET(x, CURLOPT_RESOLVE, list_of(entry, NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
}

TEST("C-13 proxyport_is_the_port_where_the_text_has_none")
{
    struct peer *proxy = peer_serving(HELLO);
    struct xfer *x = xfer_new_url("http://" FAR "/");

    SET(x, CURLOPT_PROXY, "127.0.0.1");
    SET(x, CURLOPT_PROXYPORT, (long)peer_port(proxy));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    SET(x, CURLOPT_PROXY, peer_authority(proxy));
    SET(x, CURLOPT_PROXYPORT, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
}

TEST("C-13 a_proxy_that_answers_with_an_error_is_told_like_an_origin")
{
    struct peer *proxy = peer_serving("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nbad");
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR "/");

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 502);
    CHECK_STR(x->body.data, "bad");
}

TEST("C-172 a_kept_connection_that_the_proxy_has_closed_is_replaced")
{
    struct peer *proxy = peer_answering(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR "/");

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)peer_count(proxy, PEER_CONNECTIONS, PEER_EVERY), 2);
}
