/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Tunnels through HTTP proxies (RFC 9110 section 9.3.6): what CONNECT says, who sees its answer,
 * challenges, and proxies that misbehave. The peer is the proxy and the origin behind it.
 */
#include "proxied.h"

#include <stdio.h>
#include <stdlib.h>

#define URL "http://" FAR ":81/"

static struct xfer *xfer_through(struct peer *proxy)
{
    struct xfer *x = xfer_by(proxy, "http", URL);

    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
    return x;
}

#define CONNECT_HEAD                                                                               \
    "CONNECT " FAR ":81 HTTP/1.1\r\nHost: " FAR ":81\r\nProxy-Connection: Keep-Alive\r\n\r\n"
#define GET_HEAD "GET / HTTP/1.1\r\nHost: " FAR ":81\r\nAccept: */*\r\n\r\n"

TEST("C-13 a_tunnel_is_asked_for_and_then_forgotten")
{
    struct peer *proxy = peer_tunnelling();
    struct drive *drive = drive_new();
    struct xfer *x = xfer_through(proxy);

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_STR(received(proxy, 0), CONNECT_HEAD GET_HEAD);
    CHECK_STR(x->body.data, "hello");
    CHECK_INT(xfer_long(x, CURLINFO_HTTP_CONNECTCODE), 200);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 200);
    CHECK_STR(x->head.data, GRANTED "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 0);
    CHECK_STR(received(proxy, 0), CONNECT_HEAD GET_HEAD GET_HEAD);
    CHECK_STR(x->head.data, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
}

TEST("C-13 a_tunnel_through_a_proxy_of_version_10_is_asked_for_in_its_version")
{
    struct peer *proxy = peer_tunnelling();
    struct xfer *x = xfer_through(proxy);

    SET(x, CURLOPT_PROXY, peer_authority(proxy));
    SET(x, CURLOPT_PROXYTYPE, (long)CURLPROXY_HTTP_1_0);
    SET(x, CURLOPT_USERAGENT, "agent/1");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(proxy, 0), "CONNECT " FAR ":81 HTTP/1.0\r\nHost: " FAR ":81\r\n"
                                  "User-Agent: agent/1\r\nProxy-Connection: Keep-Alive\r\n\r\n"
                                  "GET / HTTP/1.1\r\n");
}

TEST("C-149 the_proxys_header_is_not_shown_when_it_is_not_wanted")
{
    struct peer *proxy = peer_tunnelling();
    struct xfer *x = xfer_through(proxy);

    SET(x, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->head.data, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    CHECK_INT(xfer_long(x, CURLINFO_HTTP_CONNECTCODE), 200);
}

TEST("C-149 the_proxys_header_is_shown_to_the_write_callback_too_with_header")
{
    struct peer *proxy = peer_tunnelling();
    struct xfer *x = xfer_through(proxy);

    SET(x, CURLOPT_HEADER, 1L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, GRANTED HELLO);
}

static size_t refuse_head(struct xfer *x, char *data, size_t n)
{
    return 0;
}

TEST("C-157 a_header_callback_that_fails_ends_the_tunnel")
{
    struct peer *proxy = peer_tunnelling();
    struct xfer *x = xfer_through(proxy);

    x->on_head = refuse_head;
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_WRITE_ERROR);
    CHECK_INT((long)x->n_head_calls, 1);
    WAIT_PEER(proxy, PEER_OPEN, PEER_EVERY, 0);
}

TEST("C-13 the_list_for_the_proxy_goes_to_it_alone")
{
    struct peer *proxy = peer_tunnelling();
    struct xfer *x = xfer_through(proxy);
    const char *sent;

    SET(x, CURLOPT_HTTPHEADER, list_of("X-Origin: o", NULL));
    SET(x, CURLOPT_PROXYHEADER, list_of("X-Proxy: p", "Content-Length: 7", NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    sent = received(proxy, 0);
    CHECK_INT(count_of(sent, "X-Origin: o\r\n"), 1);
    CHECK_INT(count_of(sent, "X-Proxy: p\r\n"), 1);
    CHECK_HAS(strstr(sent, "GET /"), "X-Origin: o\r\n");
    CHECK_LACKS(strstr(sent, "GET /"), "X-Proxy");
    CHECK_LACKS(sent, "Content-Length");
}

TEST("C-13 the_origins_list_goes_to_both_when_lists_are_unified")
{
    struct peer *proxy = peer_tunnelling();
    struct xfer *x = xfer_through(proxy);

    SET(x, CURLOPT_HTTPHEADER, list_of("X-Origin: o", NULL));
    SET(x, CURLOPT_PROXYHEADER, list_of("X-Proxy: p", NULL));
    SET(x, CURLOPT_HEADEROPT, (long)CURLHEADER_UNIFIED);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT(count_of(received(proxy, 0), "X-Origin: o\r\n"), 2);
    CHECK_LACKS(received(proxy, 0), "X-Proxy");
}

TEST("C-192 credentials_for_the_proxy_never_reach_the_origin")
{
    struct peer *proxy = peer_tunnelling();
    struct xfer *x = xfer_through(proxy);
    const char *sent;

    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    sent = received(proxy, 0);
    CHECK_INT(count_of(sent, "Proxy-Authorization: Basic dXNlcjpwYXNz\r\n"), 1);
    CHECK_LACKS(strstr(sent, "GET /"), "uthorization");
    CHECK_LACKS(strstr(sent, "GET /"), "Proxy-");
}

TEST("C-13 a_tunnel_to_an_address_of_version_6_has_brackets")
{
    struct peer *proxy = peer_tunnelling();
    struct xfer *x = xfer_by(proxy, "http", "http://[::1]:81/");

    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(proxy, 0), "CONNECT [::1]:81 HTTP/1.1\r\nHost: [::1]:81\r\n");
}

TEST("C-13 https_makes_a_tunnel_without_being_told")
{
    struct peer *proxy = PEER_OF(PEER_HEAD, PEER_SEND("HTTP/1.1 403 No\r\n\r\n"));
    struct xfer *x = xfer_by(proxy, "http", "https://" FAR "/");

    need_tls();
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_COULDNT_CONNECT);
    CHECK_HAS(received(proxy, 0), "CONNECT " FAR ":443 HTTP/1.1\r\nHost: " FAR ":443\r\n");
}

/* Refusals. */

static const struct refusal {
    const char *name;
    const char *answer;
    long code;
} refusals[] = {
    {"403", "HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nbad", 403},
    {"502_that_never_ends", "HTTP/1.1 502 Bad\r\nContent-Length: 100\r\n\r\nbad", 502},
    {"301", "HTTP/1.1 301 Moved\r\nLocation: http://elsewhere.invalid/\r\n\r\n", 301},
    {"407_without_credentials",
     "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"a\"\r\nContent-Length: 0\r\n\r\n", 407},
    {"407_without_a_challenge", "HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n", 407},
};

TEST_ROWS(0, "C-13 a_refused_tunnel_ends_with_7_", refusals)
{
    const struct refusal *refusal = test_row();
    struct peer *proxy = PEER_OF(PEER_HEAD, PEER_SEND(refusal->answer), PEER_KEEP);
    struct xfer *x = xfer_through(proxy);

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_COULDNT_CONNECT);
    CHECK_INT(xfer_long(x, CURLINFO_HTTP_CONNECTCODE), refusal->code);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 0);
    CHECK_INT((long)x->body.n, 0);
    CHECK_STR(received(proxy, 0), CONNECT_HEAD);
    WAIT_PEER(proxy, PEER_OPEN, PEER_EVERY, 0);
}

/* Challenges. */

#define BASIC "Proxy-Authorization: Basic dXNlcjpwYXNz\r\n"
#define ASK_BASIC "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"a\"\r\n"
#define ASK_DIGEST                                                                                 \
    "HTTP/1.1 407 Who\r\nProxy-Authenticate: Digest realm=\"a\", nonce=\"n1\", qop=\"auth\", "       \
    "algorithm=MD5\r\n"

static const struct challenge {
    const char *name;
    long allowed;
    const char *answer;
    const char *field; /* in the second request */
    bool is_new_conn;
} challenges[] = {
    {"basic_with_an_empty_body", CURLAUTH_ANY, ASK_BASIC "Content-Length: 0\r\n\r\n", BASIC, false},
    {"basic_with_a_body", CURLAUTH_ANY, ASK_BASIC "Content-Length: 4\r\n\r\nbody", BASIC, false},
    {"basic_with_chunks", CURLAUTH_ANY,
     ASK_BASIC "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", BASIC, false},
    {"basic_and_close", CURLAUTH_ANY, ASK_BASIC "Connection: close\r\nContent-Length: 0\r\n\r\n",
     BASIC, true},
    {"basic_and_proxy_connection_close", CURLAUTH_ANY,
     ASK_BASIC "Proxy-Connection: close\r\nContent-Length: 0\r\n\r\n", BASIC, true},
    {"basic_until_close", CURLAUTH_ANY, ASK_BASIC "Connection: close\r\n\r\nbody", BASIC, true},
    {"digest_with_an_empty_body", CURLAUTH_ANY, ASK_DIGEST "Content-Length: 0\r\n\r\n",
     "Proxy-Authorization: Digest username=\"user\", realm=\"a\", nonce=\"n1\", uri=\"" FAR ":81\"",
     false},
    {"digest_with_chunks", CURLAUTH_DIGEST,
     ASK_DIGEST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
     "Proxy-Authorization: Digest username=\"user\"", false},
    {"digest_and_close", CURLAUTH_DIGEST,
     ASK_DIGEST "Connection: close\r\nContent-Length: 0\r\n\r\n",
     "Proxy-Authorization: Digest username=\"user\"", true},
    {"digest_and_close_with_basic_beside_it", CURLAUTH_ANY,
     ASK_DIGEST "Proxy-Authenticate: Basic realm=\"a\"\r\nConnection: close\r\n\r\n",
     "Proxy-Authorization: Digest username=\"user\"", true},
};

TEST_ROWS(0, "C-194 a_challenge_is_met_", challenges)
{
    const struct challenge *row = test_row();
    struct peer *proxy = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_through(proxy);
    const char *second;

    need_login_by(row->answer);
    if (row->is_new_conn) {
        PEER_SCRIPT(proxy, 0, PEER_HEAD, PEER_SEND(row->answer), PEER_CLOSE);
        PEER_SCRIPT(proxy, 1, TUNNEL_STEPS(HELLO));
    } else {
        PEER_SCRIPT(proxy, 0, PEER_HEAD, PEER_SEND(row->answer), TUNNEL_STEPS(HELLO));
    }
    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    SET(x, CURLOPT_PROXYAUTH, row->allowed);
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_INT((long)peer_count(proxy, PEER_CONNECTIONS, PEER_EVERY), row->is_new_conn ? 2 : 1);
    second = row->is_new_conn ? received(proxy, 1) : strstr(received(proxy, 0) + 1, "CONNECT ");
    CHECK_HAS(second, row->field);
    CHECK_INT(count_of(received(proxy, 0), "CONNECT "), row->is_new_conn ? 1 : 2);
    CHECK_LACKS(strstr(second, "GET /"), "uthorization");
    CHECK_INT(xfer_long(x, CURLINFO_HTTP_CONNECTCODE), 200);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)peer_count(proxy, PEER_CONNECTIONS, PEER_EVERY), row->is_new_conn ? 2 : 1);
}

TEST("C-194 credentials_that_are_refused_are_not_sent_again")
{
    struct peer *proxy =
        PEER_OF(PEER_HEAD, PEER_SEND(ASK_BASIC "Content-Length: 0\r\n\r\n"), PEER_AGAIN);
    struct xfer *x = xfer_through(proxy);

    SET(x, CURLOPT_PROXYUSERPWD, "user:wrong");
    SET(x, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_COULDNT_CONNECT);
    CHECK_INT(count_of(received(proxy, 0), "CONNECT "), 2);
    CHECK_INT(xfer_long(x, CURLINFO_HTTP_CONNECTCODE), 407);
    CHECK_INT(xfer_long(x, CURLINFO_PROXYAUTH_AVAIL), CURLAUTH_BASIC);
}

TEST("C-194 the_next_transfer_tries_again_what_was_refused_to_another")
{
    struct peer *proxy = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_through(proxy);
    struct xfer *busy = xfer_through(proxy);

    /* The one that runs on keeps what is known of the proxy alive. */
    PEER_SCRIPT(proxy, 0, PEER_HEAD, PEER_SEND(ASK_BASIC "Content-Length: 0\r\n\r\n"),
                TUNNEL_STEPS("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"));
    PEER_SCRIPT(proxy, 1, PEER_HEAD, PEER_SEND(ASK_BASIC "Content-Length: 0\r\n\r\n"), PEER_AGAIN);
    PEER_SCRIPT(proxy, 2, TUNNEL_STEPS(HELLO));
    SET(busy, CURLOPT_PROXYUSERPWD, "user:pass");
    SET(busy, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY);
    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    SET(x, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY);
    xfer_start(busy, drive);
    DRIVE_UNTIL(drive, peer_count(proxy, PEER_REQUESTS, 0) == 3);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->n_results);
    CHECK_CODE(x->result, CURLE_COULDNT_CONNECT);
    xfer_rewind(x);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->n_results);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_HAS(received(proxy, 2), BASIC);
}

TEST("C-194 two_transfers_at_once_meet_their_challenges")
{
    struct peer *proxy = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    struct xfer *x[3];

    need_tls();
    for (unsigned i = 0; i < 3; i++) {
        PEER_SCRIPT(proxy, i, PEER_HEAD, PEER_GATE, PEER_SEND(ASK_DIGEST "Content-Length: 0\r\n\r\n"),
                    PEER_HEAD, PEER_GATE, PEER_SEND(GRANTED), PEER_REQUEST, PEER_SEND(HELLO),
                    PEER_KEEP);
        x[i] = xfer_through(proxy);
        SET(x[i], CURLOPT_PROXYUSERPWD, "user:pass");
        SET(x[i], CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY);
        xfer_start(x[i], drive);
    }
    DRIVE_UNTIL(drive, peer_count(proxy, PEER_WAITING, PEER_EVERY) == 3);
    for (unsigned i = 0; i < 3; i++) {
        peer_release(proxy, 1);
        DRIVE_UNTIL(drive, peer_count(proxy, PEER_REQUESTS, PEER_EVERY) == 4 + i);
    }
    peer_release(proxy, 3);
    drive_run(drive);
    for (int i = 0; i < 3; i++)
        CHECK_CODE(x[i]->result, CURLE_OK);
}

TEST("C-194 a_challenge_on_a_fresh_connection_again_and_again_comes_to_an_end")
{
    struct peer *proxy = PEER_OF(PEER_HEAD,
                                 PEER_SEND("HTTP/1.1 407 Who\r\nProxy-Authenticate: Digest "
                                           "realm=\"a\", nonce=\"n\", stale=true\r\n"
                                           "Connection: close\r\n\r\n"));
    struct xfer *x = xfer_through(proxy);

    need_tls();
    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    SET(x, CURLOPT_PROXYAUTH, (long)CURLAUTH_DIGEST);
    xfer_run(x, drive_new());
    CHECK(x->result != CURLE_OK);
    CHECK(peer_count(proxy, PEER_CONNECTIONS, PEER_EVERY) < 20);
}

TEST("C-184 the_connecttimeout_counts_over_challenges")
{
    struct peer *proxy = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct xfer *x = xfer_through(proxy);

    PEER_SCRIPT(proxy, 0, PEER_HEAD, PEER_SEND(ASK_BASIC "Connection: close\r\n\r\n"), PEER_CLOSE);
    PEER_SCRIPT(proxy, 1, PEER_HEAD, PEER_KEEP);
    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    SET(x, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY);
    SET(x, CURLOPT_CONNECTTIMEOUT_MS, 150L);
    xfer_run(x, drive_new());
    xfer_check_connect_timeout(x);
    WAIT_PEER(proxy, PEER_OPEN, PEER_EVERY, 0);
}

TEST("C-151 an_upload_survives_a_challenge_of_a_proxy_that_closes")
{
    struct peer *proxy = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct xfer *x = xfer_through(proxy);

    PEER_SCRIPT(proxy, 0, PEER_HEAD, PEER_SEND(ASK_BASIC "Connection: close\r\n\r\n"), PEER_CLOSE);
    PEER_SCRIPT(proxy, 1, TUNNEL_STEPS(HELLO));
    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    SET(x, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY);
    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, 8L);
    xfer_upload(x, "abcdefgh", 8);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(proxy, 1), "\r\n\r\nabcdefgh");
}

/* Proxies that misbehave. */

static const char full_answer[] = "HTTP/1.1 200 Fine\r\nX-Some: thing\r\n\r\n";

TEST("C-178 a_close_at_any_byte_of_the_proxys_answer_is_a_failure")
{
    for (size_t cut = 0; cut < sizeof(full_answer) - 1; cut++) {
        struct peer *proxy = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
        struct drive *drive = drive_new();
        struct xfer *x = xfer_through(proxy);

        PEER_SCRIPT(proxy, PEER_EVERY, PEER_HEAD, PEER_SENDN(full_answer, cut), PEER_CLOSE);
        if (xfer_run(x, drive) != CURLE_RECV_ERROR)
            FAIL("cut at %zu: %d", cut, x->result);
        CHECK_INT((long)peer_count(proxy, PEER_CONNECTIONS, PEER_EVERY), 1);
        xfer_free(x);
        drive_free(drive);
    }
}

TEST("C-49 a_transfer_can_be_removed_at_any_byte_of_the_proxys_answer")
{
    for (size_t cut = 0; cut < sizeof(full_answer) - 1; cut++) {
        struct peer *proxy = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
        struct drive *drive = drive_new();
        struct xfer *x = xfer_through(proxy);

        PEER_SCRIPT(proxy, PEER_EVERY, PEER_HEAD, PEER_SENDN(full_answer, cut), PEER_KEEP);
        xfer_start(x, drive);
        DRIVE_UNTIL(drive, peer_count(proxy, PEER_REQUESTS, PEER_EVERY) == 1 &&
                               peer_count(proxy, PEER_SENT, PEER_EVERY) == cut);
        drive_settle(drive);
        CHECK_INT(x->n_results, 0);
        if (cut % 2)
            CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
        else
            CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
        WAIT_PEER(proxy, PEER_OPEN, PEER_EVERY, 0);
    }
}

TEST("C-178 the_proxys_answer_may_come_byte_by_byte")
{
    struct peer *proxy = PEER_OF(PEER_HEAD, PEER_PACE(1, 1), PEER_SEND(full_answer), PEER_REQUEST,
                                 PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = xfer_through(proxy);

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->head.data,
              "HTTP/1.1 200 Fine\r\nX-Some: thing\r\n\r\n"
              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
}

TEST("C-178 a_length_in_the_answer_that_grants_a_tunnel_means_nothing")
{
    struct peer *proxy = PEER_OF(
        PEER_HEAD, PEER_SEND("HTTP/1.1 200 OK\r\nContent-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n"),
        PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = xfer_through(proxy);

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("C-178 interim_answers_of_the_proxy_are_passed_over")
{
    struct peer *proxy = PEER_OF(PEER_HEAD, PEER_SEND("HTTP/1.1 100 Continue\r\n\r\n" GRANTED),
                                 PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = xfer_through(proxy);

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_HTTP_CONNECTCODE), 200);
}

TEST("C-178 bytes_right_behind_the_proxys_answer_belong_to_the_origin")
{
    struct peer *proxy = PEER_OF(PEER_HEAD, PEER_SEND(GRANTED HELLO), PEER_KEEP);
    struct xfer *x = xfer_through(proxy);

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("C-197 a_header_of_the_proxy_that_never_ends_is_given_up")
{
    struct peer *proxy = PEER_OF(PEER_HEAD, PEER_SEND("HTTP/1.1 200 OK\r\nX: "),
                                 PEER_FILL(4 * 1024 * 1024), PEER_KEEP);
    struct xfer *x = xfer_through(proxy);

    xfer_run(x, drive_new());
    CHECK(x->result != CURLE_OK && x->result != CURLE_OPERATION_TIMEDOUT);
    WAIT_PEER(proxy, PEER_OPEN, PEER_EVERY, 0);
}

TEST("C-178 a_proxy_that_speaks_no_http_is_a_failure")
{
    struct peer *proxy = PEER_OF(PEER_HEAD, PEER_SEND("SSH-2.0-thing\r\n\r\n"), PEER_CLOSE);
    struct xfer *x = xfer_through(proxy);

    xfer_run(x, drive_new());
    CHECK(x->result != CURLE_OK);
    CHECK_INT((long)x->body.n, 0);
}

TEST("C-184 a_proxy_that_stalls_is_given_up_at_the_connecttimeout")
{
    struct peer *proxy = PEER_OF(PEER_HEAD, PEER_SEND("HTTP/1.1 200 Fi"), PEER_KEEP);
    struct xfer *x = xfer_through(proxy);

    SET(x, CURLOPT_CONNECTTIMEOUT_MS, 80L);
    xfer_run(x, drive_new());
    xfer_check_connect_timeout(x);
    WAIT_PEER(proxy, PEER_OPEN, PEER_EVERY, 0);
}

TEST("C-183 a_proxy_that_stalls_is_given_up_at_the_timeout")
{
    struct peer *proxy = PEER_OF(PEER_HEAD, PEER_SEND(ASK_BASIC "Content-Length: 9\r\n\r\n"), PEER_KEEP);
    struct xfer *x = xfer_through(proxy);

    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    SET(x, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY);
    SET(x, CURLOPT_TIMEOUT_MS, 80L);
    xfer_run(x, drive_new());
    xfer_check_connect_timeout(x);
    WAIT_PEER(proxy, PEER_OPEN, PEER_EVERY, 0);
}

static size_t remove_in_head(struct xfer *x, char *data, size_t n)
{
    x->count = curl_multi_remove_handle(x->drive->multi, x->easy);
    return n;
}

TEST("C-143 the_proxys_header_reaches_a_callback_that_may_not_remove")
{
    struct peer *proxy = peer_tunnelling();
    struct xfer *x = xfer_through(proxy);

    x->on_head = remove_in_head;
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT(x->count, CURLM_RECURSIVE_API_CALL);
}

TEST("C-198 a_connect_only_transfer_goes_through_the_tunnel")
{
    struct peer *proxy = PEER_OF(PEER_HEAD, PEER_SEND(GRANTED), PEER_TEXT("ping"),
                                 PEER_SEND("pong"), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_through(proxy);
    char data[10];
    size_t n = 0;
    CURLcode code;

    drive->keeps_done = true;
    SET(x, CURLOPT_CONNECT_ONLY, 1L);
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_CODE(curl_easy_send(x->easy, "ping", 4, &n), CURLE_OK);
    WAIT_PEER(proxy, PEER_SENT, 0, strlen(GRANTED) + 4);
    while ((code = curl_easy_recv(x->easy, data, sizeof(data), &n)) == CURLE_AGAIN)
        drive_turn(drive, 2);
    CHECK_CODE(code, CURLE_OK);
    CHECK_INT((long)n, 4);
}
