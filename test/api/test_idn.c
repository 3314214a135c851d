/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Hosts in other scripts: one ASCII form for connecting, Host, proxies and redirects (5.4 class 14).
 */
#include "proxied.h"

#include <locale.h>
#include <stdio.h>

#define HIGH "b\xc3\xbc" "cher.example"
#define ACE "xn--bcher-kva.example"

/* A transfer to a name of the peer; NULL when the library has no IDN. */
static struct xfer *xfer_named(struct peer *peer, const char *url_format)
{
    struct xfer *x;
    char text[300];
    int port = peer_port(peer);

    if (!(curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_IDN))
        skip_test("the library has no IDN");
    setlocale(LC_CTYPE, "C.UTF-8"); /* libcurl reads the URL in the locale's charset */
    snprintf(text, sizeof(text), url_format, port);
    x = xfer_new_url(text);
    snprintf(text, sizeof(text), ACE ":%d:127.0.0.1", port);
    SET(x, CURLOPT_RESOLVE, list_of(text, NULL));
    return x;
}

TEST("IDN a_host_in_another_script_is_asked_for_under_its_ascii_form")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_named(peer, "http://" HIGH ":%d/x");
    char line[100];

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    snprintf(line, sizeof(line), "Host: " ACE ":%d\r\n", peer_port(peer));
    CHECK_HAS(received(peer, 0), line);
}

TEST("IDN both_forms_of_a_host_share_a_connection")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_named(peer, "http://" HIGH ":%d/x");
    struct drive *drive = drive_new();
    char url[100];

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    snprintf(url, sizeof(url), "http://" ACE ":%d/y", peer_port(peer));
    SET(x, CURLOPT_URL, url);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
}

TEST("IDN a_redirect_may_lead_to_a_host_in_another_script")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct xfer *x = xfer_named(peer, "http://127.0.0.1:%d/");
    char answer[200], line[100];

    snprintf(answer, sizeof(answer),
             "HTTP/1.1 302 Go\r\nLocation: http://" HIGH ":%d/y\r\nContent-Length: 0\r\n\r\n",
             peer_port(peer));
    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(answer), PEER_KEEP);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    snprintf(line, sizeof(line), "Host: " ACE ":%d\r\n", peer_port(peer));
    CHECK_HAS(received(peer, 1), line);
}

TEST("IDN a_proxy_may_be_named_in_another_script")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_named(peer, "http://origin.example/");
    char proxy[100];

    snprintf(proxy, sizeof(proxy), "http://" HIGH ":%d", peer_port(peer));
    SET(x, CURLOPT_PROXY, proxy);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "GET http://origin.example/ HTTP/1.1\r\n");
}

static const struct bad_name {
    const char *name;
    const char *url;
} bad_names[] = {
    {"no_text_in_utf_8", "http://\xff\xfe.example/"},
    {"a_slash_in_disguise", "http://\xe2\x84\x80.example/"},
    {"a_soft_hyphen_alone", "http://\xc2\xad/"},
};

TEST_ROWS(0, "IDN a_host_is_refused_that_is_", bad_names)
{
    const struct bad_name *row = test_row();
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_named(peer, row->url);

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_URL_MALFORMAT);
    CHECK(x->error[0] != 0);
}

TEST("IDN an_address_in_wide_digits_is_that_address")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_named(
        peer, "http://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97\xe3\x80\x82" "0.0.1:%d/");
    char line[100];

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    snprintf(line, sizeof(line), "Host: 127.0.0.1:%d\r\n", peer_port(peer));
    CHECK_HAS(received(peer, 0), line);
}
