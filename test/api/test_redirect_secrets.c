/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What goes along with a redirect (C-192, C-193): the application's credentials and cookies to the
 * first origin alone, its other fields everywhere.
 */
#include "tls_xfer.h"

#include <stdio.h>

enum { MAX_SECRET_BYTES = 100 };

static const struct secret {
    const char *name;
    CURLoption option; /* CURLOPT_URL: its user */
    const char *value;
    const char *field; /* in the request */
    long auth;         /* CURLOPT_HTTPAUTH, 0: the default */
} secrets[] = {
    {"userpwd", CURLOPT_USERPWD, "me:secret", "Authorization: Basic bWU6c2VjcmV0\r\n", 0},
    {"the_urls_user", CURLOPT_URL, NULL, "Authorization: Basic bWU6c2VjcmV0\r\n", 0},
    {"a_bearer_token", CURLOPT_XOAUTH2_BEARER, "token", "Authorization: Bearer token\r\n",
     CURLAUTH_BEARER},
    {"an_authorization_field", CURLOPT_HTTPHEADER, "Authorization: own", "Authorization: own\r\n", 0},
    {"a_cookie_field", CURLOPT_HTTPHEADER, "Cookie: own=1", "Cookie: own=1\r\n", 0},
    {"the_cookie_option", CURLOPT_COOKIE, "own=1", "Cookie: own=1\r\n", 0},
};

static void set_secret(struct xfer *x, const struct secret *row, struct peer *peer)
{
    char url[MAX_SECRET_BYTES];

    if (row->option == CURLOPT_URL) {
        snprintf(url, sizeof(url), "http://me:secret@%s/", peer_authority(peer));
        SET(x, CURLOPT_URL, url);
    } else if (row->option == CURLOPT_HTTPHEADER) {
        SET(x, CURLOPT_HTTPHEADER, list_of(row->value, "X-Other: 1", NULL));
    } else {
        SET(x, row->option, row->value);
    }
    if (row->auth)
        SET(x, CURLOPT_HTTPAUTH, row->auth);
    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
}

static const char *moved(char *text, size_t cap, const char *location)
{
    snprintf(text, cap, "HTTP/1.1 302 Go\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", location);
    return text;
}

/* Runs a redirect from a peer to a place; returns the peer that it begins at. */
static struct peer *run_from(const struct secret *row, const char *location, bool is_unrestricted)
{
    char text[500];
    struct peer *from = PEER_OF(PEER_REQUEST, PEER_SEND(moved(text, sizeof(text), location)),
                                PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(from, "/");

    set_secret(x, row, from);
    if (is_unrestricted)
        SET(x, CURLOPT_UNRESTRICTED_AUTH, 1L);
    xfer_start(x, drive);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    return from;
}

static const char *behind_first(struct peer *peer)
{
    const char *end = strstr(received(peer, 0), "\r\n\r\n");

    CHECK(end != NULL);
    return end + 4;
}

TEST_ROWS(0, "C-192 the_first_origin_keeps_", secrets)
{
    const struct secret *row = test_row();
    struct peer *from = run_from(row, "/there", false);

    CHECK_HAS(received(from, 0), row->field);
    CHECK_HAS(behind_first(from), "GET /there ");
    CHECK_HAS(behind_first(from), row->field);
}

TEST_ROWS(0, "C-192 CVE-2022-27774 CVE-2022-27776 another_port_does_not_get_", secrets)
{
    const struct secret *row = test_row();
    struct peer *to = peer_serving(HELLO);
    char location[100];
    struct peer *from;

    snprintf(location, sizeof(location), "http://%s/there", peer_authority(to));
    from = run_from(row, location, false);
    CHECK_HAS(received(from, 0), row->field);
    CHECK_HAS(received(to, 0), "GET /there ");
    CHECK_LACKS(received(to, 0), "Authorization:");
    CHECK_LACKS(received(to, 0), "Cookie:");
    if (row->option == CURLOPT_HTTPHEADER)
        CHECK_HAS(received(to, 0), "X-Other: 1\r\n");
}

/* The same port, and in truth the same peer: it is the name that counts. */
TEST_ROWS(0, "C-192 CVE-2018-1000007 another_host_does_not_get_", secrets)
{
    const struct secret *row = test_row();
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");
    char location[100], text[500];

    snprintf(location, sizeof(location), "http://localhost:%d/there", peer_port(peer));
    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(moved(text, sizeof(text), location)), PEER_KEEP);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    set_secret(x, row, peer);
    SET(x, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    xfer_start(x, drive);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_HAS(received(peer, 0), row->field);
    CHECK_HAS(received(peer, 1), "GET /there ");
    CHECK_LACKS(received(peer, 1), "Authorization:");
    CHECK_LACKS(received(peer, 1), "Cookie:");
}

/* The host and the port are the same: one of them speaks TLS on its second connection alone. */
static void run_over_schemes(const struct secret *row, bool is_tls_first)
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    const unsigned tls = is_tls_first ? 0 : 1;
    char url[100], location[100], text[500];
    struct xfer *x;

    snprintf(url, sizeof(url), "%s://%s%s/", is_tls_first ? "https" : "http",
             row->option == CURLOPT_URL ? "me:secret@" : "", peer_authority(peer));
    snprintf(location, sizeof(location), "%s://%s/there", is_tls_first ? "http" : "https",
             peer_authority(peer));
    moved(text, sizeof(text), location);
    peer_use_inner_wire(peer, &tls_wire_ops, tls_server(NULL));
    PEER_SCRIPT(peer, tls, PEER_UPGRADE, PEER_REQUEST, PEER_SEND(is_tls_first ? text : HELLO),
                PEER_KEEP);
    PEER_SCRIPT(peer, !tls, PEER_REQUEST, PEER_SEND(is_tls_first ? HELLO : text), PEER_KEEP);
    x = tls_new(peer, "/");
    set_secret(x, row, peer);
    SET(x, CURLOPT_URL, url);
    xfer_start(x, drive_new());
    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_HAS(received(peer, 0), row->field);
    CHECK_HAS(received(peer, 1), "GET /there ");
    CHECK_LACKS(received(peer, 1), "Authorization:");
    CHECK_LACKS(received(peer, 1), "Cookie:");
}

TEST_ROWS(0, "C-192 CVE-2022-27774 https_on_the_same_port_does_not_get_", secrets)
{
    run_over_schemes(test_row(), false);
}

TEST_ROWS(0, "C-192 CVE-2022-27774 http_on_the_same_port_does_not_get_what_https_had_", secrets)
{
    run_over_schemes(test_row(), true);
}

TEST_ROWS(0, "C-192 where_it_is_unrestricted_another_port_gets_", secrets)
{
    const struct secret *row = test_row();
    struct peer *to;
    char location[100];

    if (row->option == CURLOPT_URL)
        skip_test("what the URL has goes nowhere else");
    to = peer_serving(HELLO);
    snprintf(location, sizeof(location), "http://%s/there", peer_authority(to));
    run_from(row, location, true);
    CHECK_HAS(received(to, 0), row->field);
}

TEST("C-193 the_urls_user_goes_nowhere_else_even_unrestricted")
{
    struct peer *to = peer_serving(HELLO);
    char location[100];

    snprintf(location, sizeof(location), "http://%s/there", peer_authority(to));
    run_from(&secrets[1], location, true);
    CHECK_LACKS(received(to, 0), "Authorization:");
}

TEST_ROWS(0, "C-192 back_at_the_first_origin_it_gets_again_", secrets)
{
    const struct secret *row = test_row();
    char location[100], text[500];
    struct peer *from, *to;

    if (row->option == CURLOPT_URL)
        skip_test("what the URL has goes nowhere else");
    to = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    snprintf(location, sizeof(location), "http://%s/there", peer_authority(to));
    from = PEER_OF(PEER_REQUEST, PEER_SEND(moved(text, sizeof(text), location)), PEER_REQUEST,
                   PEER_SEND(HELLO), PEER_KEEP);
    snprintf(location, sizeof(location), "http://%s/back", peer_authority(from));
    PEER_SCRIPT(to, PEER_EVERY, PEER_REQUEST, PEER_SEND(moved(text, sizeof(text), location)),
                PEER_KEEP);
    {
        struct drive *drive = drive_new();
        struct xfer *x = xfer_new(from, "/");

        set_secret(x, row, from);
        xfer_start(x, drive);
        drive_run(drive);
        CHECK_CODE(x->result, CURLE_OK);
    }
    CHECK_LACKS(received(to, 0), row->field);
    CHECK_HAS(behind_first(from), "GET /back ");
    CHECK_HAS(behind_first(from), row->field);
}

/* A server must not log its clients in elsewhere. */
TEST("C-193 a_user_in_the_target_of_a_redirect_is_not_sent_to_another_origin")
{
    struct peer *to = peer_serving(HELLO);
    char location[100];

    snprintf(location, sizeof(location), "http://you:other@%s/there", peer_authority(to));
    run_from(&secrets[0], location, false);
    CHECK_LACKS(received(to, 0), "Authorization");
}

TEST("C-192 a_host_field_of_the_applications_is_for_the_first_host")
{
    struct peer *to = peer_serving(HELLO);
    struct drive *drive = drive_new();
    char location[100], text[500];
    struct peer *from;
    struct xfer *x;

    snprintf(location, sizeof(location), "http://localhost:%d/there", peer_port(to));
    from = PEER_OF(PEER_REQUEST, PEER_SEND(moved(text, sizeof(text), location)), PEER_KEEP);
    x = xfer_new(from, "/");
    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    SET(x, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    SET(x, CURLOPT_HTTPHEADER, list_of("Host: mine.example", NULL));
    xfer_start(x, drive);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_HAS(received(from, 0), "Host: mine.example\r\n");
    CHECK_LACKS(received(to, 0), "mine.example");
}

TEST("C-192 CVE-2018-1000007 a_blank_before_the_colon_takes_no_field_to_another_host")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct xfer *x = xfer_new(peer, "/");
    char location[100], text[500];

    snprintf(location, sizeof(location), "http://localhost:%d/there", peer_port(peer));
    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(moved(text, sizeof(text), location)), PEER_KEEP);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    SET(x, CURLOPT_HTTPHEADER, list_of("Authorization : own", "Cookie\t: own", NULL));
    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    SET(x, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "own");
    CHECK_HAS(received(peer, 1), "GET /there ");
    CHECK_LACKS(received(peer, 1), "own");
}
