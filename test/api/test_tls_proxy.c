/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * TLS with a proxy, and with an origin behind a proxy: what goes where, and what never does.
 */
#include "tls_way.h"

#include <stdio.h>
#include <stdlib.h>

#define FORWARD_URL "http://" WAY_HOST "/path"

/* Requests that an HTTPS proxy forwards. */

TEST("proxy an_https_proxy_is_told_the_whole_url_inside_of_tls")
{
    struct peer *proxy = TLS_FORWARD(NULL, PEER_REQUEST, PEER_SEND(HELLO), PEER_AGAIN);
    struct drive *drive = drive_new();
    struct xfer *x = tls_by(proxy, WAY_HTTPS, FORWARD_URL);

    tls_run_ok(x, drive);
    CHECK_STR(received(proxy, 0), "GET " FORWARD_URL " HTTP/1.1\r\nHost: " WAY_HOST
                                  "\r\nAccept: */*\r\nProxy-Connection: Keep-Alive\r\n\r\n");
    CHECK_INT((long)peer_count(proxy, PEER_HANDSHAKES, PEER_EVERY), 1);
    CHECK_INT(xfer_long(x, CURLINFO_PROXY_SSL_VERIFYRESULT), X509_V_OK);
    CHECK_INT(xfer_long(x, CURLINFO_PRIMARY_PORT), peer_port(proxy));
    CHECK_INT(xfer_long(x, CURLINFO_HTTP_CONNECTCODE), 0);
    tls_run_ok(x, drive);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 0);
    CHECK_INT((long)peer_count(proxy, PEER_CONNECTIONS, PEER_EVERY), 1);
}

TEST("C-168 a_connection_to_an_https_proxy_serves_all_hosts_that_it_forwards_to")
{
    struct peer *proxy = TLS_FORWARD(NULL, PEER_REQUEST, PEER_SEND(HELLO), PEER_AGAIN);
    struct drive *drive = drive_new();

    tls_run_ok(tls_by(proxy, WAY_HTTPS, "http://one.invalid/"), drive);
    tls_run_ok(tls_by(proxy, WAY_HTTPS, "http://two.invalid:81/"), drive);
    CHECK_INT((long)peer_count(proxy, PEER_CONNECTIONS, PEER_EVERY), 1);
}

TEST("C-33 the_end_of_a_connection_is_said_to_an_https_proxy")
{
    struct peer *proxy = TLS_FORWARD(NULL, PEER_REQUEST, PEER_SEND(HELLO), PEER_AGAIN);
    struct drive *drive = drive_new();

    tls_run_ok(tls_by(proxy, WAY_HTTPS, FORWARD_URL), drive);
    drive_cleanup(drive);
    WAIT_PEER(proxy, PEER_OPEN, PEER_EVERY, 0);
    CHECK_INT((long)peer_count(proxy, PEER_FAREWELLS, PEER_EVERY), 1);
}

TEST("C-151 an_upload_arrives_whole_at_an_https_proxy")
{
    struct peer *proxy = TLS_FORWARD(NULL, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = tls_by(proxy, WAY_HTTPS, FORWARD_URL);
    char *data = malloc(300000);

    CHECK(data != NULL);
    defer(free, data);
    for (size_t i = 0; i < 300000; i++)
        data[i] = (char)peer_pattern(i);
    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, 300000L);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    xfer_upload(x, data, 300000);
    tls_run_ok(x, drive_new());
    CHECK(!memcmp(body_of(proxy, 0), data, 300000));
}

static const struct challenge {
    const char *name;
    const char *answer;
    const char *field;
} challenges[] = {
    {"basic",
     "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"a\"\r\nContent-Length: 0\r\n\r\n",
     "Proxy-Authorization: Basic dXNlcjpwYXNz\r\n"},
    {"digest",
     "HTTP/1.1 407 Who\r\nProxy-Authenticate: Digest realm=\"a\", nonce=\"n1\", qop=\"auth\"\r\n"
     "Content-Length: 0\r\n\r\n",
     "Proxy-Authorization: Digest username=\"user\", realm=\"a\", nonce=\"n1\""},
};

TEST_ROWS(0, "C-194 an_https_proxys_challenge_is_met_", challenges)
{
    const struct challenge *row = test_row();
    struct peer *proxy = TLS_FORWARD(NULL, PEER_REQUEST, PEER_SEND(row->answer), PEER_REQUEST,
                                     PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = tls_by(proxy, WAY_HTTPS, FORWARD_URL);

    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    SET(x, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY);
    tls_run_ok(x, drive_new());
    CHECK_INT((long)peer_count(proxy, PEER_CONNECTIONS, PEER_EVERY), 1);
    CHECK_HAS(received(proxy, 0), row->field);
}

TEST_ROWS(0, "C-194 an_https_proxys_challenge_before_its_tunnel_is_met_", challenges)
{
    const struct challenge *row = test_row();
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct xfer *x;

    peer_use_wire(peer, &tls_wire_ops, tls_proxy_of(0));
    peer_use_inner_wire(peer, &tls_wire_ops, tls_server(NULL));
    PEER_SCRIPT(peer, PEER_EVERY, PEER_HEAD, PEER_SEND(row->answer), PEER_HEAD, PEER_SEND(GRANTED),
                PEER_UPGRADE, PEER_REQUEST, PEER_SEND(HELLO), PEER_AGAIN);
    x = tls_by(peer, WAY_HTTPS, WAY_URL);
    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    SET(x, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY);
    tls_run_ok(x, drive_new());
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
    CHECK_HAS(received(peer, 0), row->field);
    CHECK_INT(count_of(received(peer, 0), "Proxy-Authorization"), 1);
}

/* Origins behind proxies of every kind. */

static const char plain_request[] = "GET / HTTP/1.1\r\nHost: " WAY_HOST "\r\nAccept: */*\r\n\r\n";

/* What the origin received, from that method on. What SOCKS sends before has zero bytes in it. */
static const char *sent_to_origin(struct peer *peer, const char *method)
{
    size_t n = 0;
    char *all = peer_take_received(peer, 0, &n);
    const char *sent;

    CHECK(all != NULL);
    defer(free, all);
    sent = memmem(all, n, method, strlen(method));
    CHECK(sent != NULL);
    return sent;
}

TEST_ROWS(0, "tls an_origin_is_spoken_with_through_", tls_ways)
{
    const struct tls_way *way = test_row();
    struct peer *peer = tls_way_peer(way, NULL, NULL);
    struct drive *drive = drive_new();
    struct xfer *x = tls_by(peer, way, WAY_URL);

    tls_run_ok(x, drive);
    CHECK_STR(sent_to_origin(peer, "GET "), plain_request);
    CHECK_INT((long)peer_count(peer, PEER_HANDSHAKES, PEER_EVERY), 1);
    CHECK_INT((long)peer_count(peer, PEER_OUTER_HANDSHAKES, PEER_EVERY), way->is_tls);
    CHECK_INT(xfer_long(x, CURLINFO_SSL_VERIFYRESULT), X509_V_OK);
    CHECK_INT(xfer_long(x, CURLINFO_PROXY_SSL_VERIFYRESULT), X509_V_OK);
    CHECK(xfer_off(x, CURLINFO_APPCONNECT_TIME_T) >= xfer_off(x, CURLINFO_CONNECT_TIME_T));
    tls_run_ok(x, drive);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 0);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
}

TEST_ROWS(0, "C-196 a_large_body_comes_whole_out_of_the_tunnel_of_", tls_ways)
{
    const struct tls_way *way = test_row();
    struct peer *peer =
        TLS_THROUGH(way, NULL, NULL, PEER_REQUEST,
                    PEER_SEND("HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n"),
                    PEER_FILL(500000), PEER_KEEP);
    struct xfer *x = tls_by(peer, way, WAY_URL);

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT((long)x->body.n, 500000);
    for (size_t i = 0; i < x->body.n; i++)
        CHECK((unsigned char)x->body.data[i] == peer_pattern(i));
}

TEST_ROWS(0, "C-151 a_large_body_goes_whole_into_the_tunnel_of_", tls_ways)
{
    const struct tls_way *way = test_row();
    struct peer *peer =
        TLS_THROUGH(way, NULL, NULL, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = tls_by(peer, way, WAY_URL);
    const char *sent;
    char *data = malloc(500000);

    CHECK(data != NULL);
    defer(free, data);
    for (size_t i = 0; i < 500000; i++)
        data[i] = (char)peer_pattern(i);
    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, 500000L);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    xfer_upload(x, data, 500000);
    tls_run_ok(x, drive_new());
    sent = strstr(sent_to_origin(peer, "PUT / "), "\r\n\r\n");
    CHECK(!memcmp(sent + 4, data, 500000));
}

TEST_ROWS(0, "C-178 answers_may_come_byte_by_byte_through_", tls_ways)
{
    const struct tls_way *way = test_row();
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct peer_step steps[20] = {PEER_PACE(1, 0)};
    int n = 1;

    for (int i = 0; i < way->n_steps; i++)
        steps[n++] = way->steps[i];
    steps[n++] = (struct peer_step)PEER_UPGRADE;
    steps[n++] = (struct peer_step)PEER_REQUEST;
    steps[n++] = (struct peer_step)PEER_SEND(HELLO);
    steps[n++] = (struct peer_step)PEER_KEEP;
    if (way->is_tls)
        peer_use_wire(peer, &tls_wire_ops, tls_proxy_of(0));
    peer_use_inner_wire(peer, &tls_wire_ops, tls_server(NULL));
    CHECK(peer_script(peer, PEER_EVERY, steps));
    tls_run_ok(tls_by(peer, way, WAY_URL), drive_new());
}

/* An answer of the origin that waits at every byte of it. */
TEST_ROWS(FOR_ONCE, "C-178 C-196 an_answer_may_be_split_anywhere_in_the_tunnel_of_", tls_ways)
{
    const struct tls_way *way = test_row();
    struct drive *drive = drive_new();

    for (size_t at = 1; at < strlen(HELLO); at++) {
        struct peer *peer = TLS_THROUGH(way, NULL, NULL, PEER_REQUEST, PEER_SPLIT((long)at),
                                        PEER_SEND(HELLO), PEER_KEEP);
        struct xfer *x = tls_by(peer, way, WAY_URL);

        SET(x, CURLOPT_FORBID_REUSE, 1L);
        xfer_start(x, drive);
        DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, 0) == 1);
        drive_settle(drive);
        peer_release(peer, 1);
        drive_run(drive);
        CHECK_CODE(x->result, CURLE_OK);
        CHECK_STR(x->body.data, "hello");
        xfer_free(x);
        forget(peer);
        peer_free(peer);
    }
}

/* Names in the hello, and what is offered there. */

static int note_name(SSL *ssl, int *alert, void *arg)
{
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

    (void)alert;
    snprintf(arg, 100, "%s", name ? name : "none");
    return SSL_TLSEXT_ERR_OK;
}

TEST("tls proxy_and_origin_are_asked_for_by_their_own_names")
{
    static char proxy_name[100], origin_name[100];
    SSL_CTX *proxy = tls_proxy_of(0), *origin = tls_server(NULL);
    struct peer *peer;

    SSL_CTX_set_tlsext_servername_callback(proxy, note_name);
    SSL_CTX_set_tlsext_servername_arg(proxy, proxy_name);
    SSL_CTX_set_tlsext_servername_callback(origin, note_name);
    SSL_CTX_set_tlsext_servername_arg(origin, origin_name);
    peer = tls_way_peer(WAY_HTTPS, proxy, origin);
    tls_run_ok(tls_by_name(peer, "proxy.test", WAY_URL), drive_new());
    CHECK_STR(proxy_name, "proxy.test");
    CHECK_STR(origin_name, WAY_HOST);
    tls_run_ok(tls_by(peer, WAY_HTTPS, WAY_URL), drive_new());
    CHECK_STR(proxy_name, "none");
}

/* Secrets. */

static const struct http_way {
    const char *name;
    const struct tls_way *way;
} http_ways[] = {{"http", WAY_HTTP}, {"https", WAY_HTTPS}};

TEST_ROWS(0, "C-192 credentials_for_the_proxy_never_reach_the_origin_behind_", http_ways)
{
    const struct tls_way *way = ((const struct http_way *)test_row())->way;
    struct peer *peer = tls_way_peer(way, NULL, NULL);
    struct xfer *x = tls_by(peer, way, WAY_URL);

    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    SET(x, CURLOPT_PROXYHEADER, list_of("X-For-Proxy: 1", NULL));
    SET(x, CURLOPT_HTTPHEADER, list_of("X-For-Origin: 2", NULL));
    SET(x, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
    tls_run_ok(x, drive_new());
    CHECK_STR(sent_to_origin(peer, "GET "), "GET / HTTP/1.1\r\nHost: " WAY_HOST
                                    "\r\nAccept: */*\r\nX-For-Origin: 2\r\n\r\n");
    CHECK_HAS(received(peer, 0), "Proxy-Authorization: Basic dXNlcjpwYXNz\r\n");
    CHECK_INT(count_of(received(peer, 0), "X-For-Origin"), 1);
    CHECK_INT(count_of(received(peer, 0), "X-For-Proxy"), 1);
}

/* Refusals of the proxy, inside of its TLS. */

static const struct refusal {
    const char *name;
    const char *answer;
    long code;
} refusals[] = {
    {"403", "HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nbad", 403},
    {"502_that_never_ends", "HTTP/1.1 502 Bad\r\nContent-Length: 100\r\n\r\nbad", 502},
    {"407_without_credentials",
     "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"a\"\r\nContent-Length: 0\r\n\r\n", 407},
};

TEST_ROWS(0, "C-13 an_https_proxy_that_refuses_its_tunnel_ends_with_7_", refusals)
{
    const struct refusal *row = test_row();
    struct peer *proxy = TLS_FORWARD(NULL, PEER_HEAD, PEER_SEND(row->answer), PEER_KEEP);
    struct xfer *x = tls_by(proxy, WAY_HTTPS, WAY_URL);
    char text[60];

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_COULDNT_CONNECT);
    snprintf(text, sizeof(text), "CONNECT tunnel failed, response %ld", row->code);
    CHECK_STR(x->error, text);
    CHECK_INT(xfer_long(x, CURLINFO_HTTP_CONNECTCODE), row->code);
    CHECK_INT((long)x->body.n, 0);
}

/* Kinds of proxies that do not understand each other. */

TEST("tls an_https_proxy_that_speaks_plain_http_fails_with_35")
{
    struct peer *proxy = PEER_OF(PEER_BYTES(100), PEER_SEND("HTTP/1.1 400 Bad\r\n\r\n"), PEER_KEEP);
    struct xfer *x = tls_by(proxy, WAY_HTTPS, WAY_URL);

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_SSL_CONNECT_ERROR);
    CHECK_HAS(x->error, "wrong version number");
    CHECK_LACKS(received(proxy, 0), WAY_HOST);
}

TEST("tls an_http_proxy_that_speaks_tls_is_a_failure")
{
    struct peer *proxy = TLS_FORWARD(NULL, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = tls_by(proxy, WAY_HTTP, WAY_URL);

    xfer_run(x, drive_new());
    CHECK(x->result != CURLE_OK);
    CHECK_INT((long)peer_count(proxy, PEER_RECEIVED, PEER_EVERY), 0);
}

TEST_ROWS(0, "tls an_origin_that_speaks_plain_http_fails_with_35_through_", tls_ways)
{
    const struct tls_way *way = test_row();
    struct peer *peer = TLS_THROUGH(way, NULL, NULL, PEER_PLAIN("HTTP/1.1 400 Bad\r\n\r\n"),
                                    PEER_KEEP);
    struct xfer *x = tls_by(peer, way, WAY_URL);

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_SSL_CONNECT_ERROR);
    CHECK_HAS(x->error, "wrong version number");
}

/* Ends of connections. */

TEST("C-33 the_end_of_a_connection_is_said_to_the_origin_behind_an_https_proxy")
{
    struct peer *peer = tls_way_peer(WAY_HTTPS, NULL, NULL);
    struct drive *drive = drive_new();

    tls_run_ok(tls_by(peer, WAY_HTTPS, WAY_URL), drive);
    drive_cleanup(drive);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    CHECK_INT((long)peer_count(peer, PEER_FAREWELLS, PEER_EVERY), 1);
}

TEST_ROWS(0, "C-172 a_kept_tunnel_that_has_ended_is_replaced_through_", tls_ways)
{
    const struct tls_way *way = test_row();
    struct peer *peer = TLS_THROUGH(way, NULL, NULL, PEER_REQUEST, PEER_SEND(HELLO), PEER_CLOSE);
    struct drive *drive = drive_new();
    struct xfer *x = tls_by(peer, way, WAY_URL);

    tls_run_ok(x, drive);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    tls_run_ok(x, drive);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 2);
}

TEST_ROWS(0, "C-178 a_body_until_close_is_whole_when_the_origin_says_farewell_through_", tls_ways)
{
    const struct tls_way *way = test_row();
    struct peer *peer = TLS_THROUGH(way, NULL, NULL, PEER_REQUEST,
                                    PEER_SEND("HTTP/1.1 200 OK\r\n\r\nhello"), PEER_CLOSE);

    tls_run_ok(tls_by(peer, way, WAY_URL), drive_new());
}

TEST_ROWS(0, "C-178 a_body_until_close_that_the_tunnel_cuts_was_cut_through_", tls_ways)
{
    const struct tls_way *way = test_row();
    struct peer *peer = TLS_THROUGH(way, NULL, NULL, PEER_REQUEST,
                                    PEER_SEND("HTTP/1.1 200 OK\r\n\r\nhello"), PEER_CUT);
    struct xfer *x = tls_by(peer, way, WAY_URL);

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_RECV_ERROR);
    CHECK_STR(x->body.data, "hello");
}

static size_t pause_once(struct xfer *x, char *data, size_t n)
{
    return x->count++ == 0 ? CURL_WRITEFUNC_PAUSE : xfer_keep_body(x, data, n);
}

TEST_ROWS(0, "C-158 C-161 a_transfer_that_pauses_gets_all_of_it_through_", tls_ways)
{
    const struct tls_way *way = test_row();
    struct peer *peer = TLS_THROUGH(way, NULL, NULL, PEER_REQUEST,
                                    PEER_SEND("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
                                    PEER_FILL(100000), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = tls_by(peer, way, WAY_URL);

    x->on_body = pause_once;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count > 0);
    drive_settle(drive);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_INT((long)x->body.n, 100000);
}
