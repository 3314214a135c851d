/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Challenges of a proxy that forwards requests: they are met, and only the answer behind them is
 * the application's (C-194).
 */
#include "proxied.h"

#define URL "http://" FAR "/path"
#define BASIC "Proxy-Authorization: Basic dXNlcjpwYXNz\r\n"
#define DIGEST "Proxy-Authorization: Digest username=\"user\", realm=\"a\", nonce=\"n1\""
#define ASK_BASIC "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"a\"\r\n"
#define ASK_DIGEST                                                                                 \
    "HTTP/1.1 407 Who\r\nProxy-Authenticate: Digest realm=\"a\", nonce=\"n1\", qop=\"auth\"\r\n"

static struct xfer *xfer_asked(struct peer *proxy)
{
    struct xfer *x = xfer_by(proxy, "http", URL);

    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    SET(x, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY);
    return x;
}

static const struct challenge {
    const char *name;
    const char *answer;
    const char *field; /* in the second request */
    bool is_new_conn;
} challenges[] = {
    {"basic", ASK_BASIC "Content-Length: 0\r\n\r\n", BASIC, false},
    {"basic_with_a_body", ASK_BASIC "Content-Length: 4\r\n\r\nbody", BASIC, false},
    {"digest_with_chunks",
     ASK_DIGEST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", DIGEST, false},
    {"digest_and_close", ASK_DIGEST "Connection: close\r\nContent-Length: 4\r\n\r\nbody", DIGEST,
     true},
    {"digest_with_a_body_until_close", ASK_DIGEST "Connection: close\r\n\r\nbody", DIGEST, true},
    {"both", ASK_DIGEST "Proxy-Authenticate: Basic realm=\"b\"\r\nContent-Length: 0\r\n\r\n",
     DIGEST, false},
};

static const struct challenge digest_challenge = {
    "digest", ASK_DIGEST "Content-Length: 0\r\n\r\n", DIGEST, false};

static struct peer *peer_asking(const struct challenge *row)
{
    struct peer *proxy = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);

    if (row->is_new_conn)
        PEER_SCRIPT(proxy, 0, PEER_REQUEST, PEER_SEND(row->answer), PEER_CLOSE);
    else
        PEER_SCRIPT(proxy, 0, PEER_REQUEST, PEER_SEND(row->answer), PEER_REQUEST, PEER_SEND(HELLO),
                    PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    PEER_SCRIPT(proxy, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_REQUEST, PEER_SEND(HELLO),
                PEER_KEEP);
    return proxy;
}

/* What the proxy got after its challenge. */
static const char *second_request(struct peer *proxy, bool is_new_conn)
{
    const char *second = is_new_conn ? received(proxy, 1)
                                     : strstr(received(proxy, 0) + 1, " " URL " ");

    CHECK(second != NULL);
    return second;
}

TEST_ROWS(0, "C-194 a_forwarding_proxys_challenge_is_met_", challenges)
{
    const struct challenge *row = test_row();
    struct peer *proxy = peer_asking(row);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_asked(proxy);

    need_login_by(row->answer);
    SET(x, CURLOPT_FAILONERROR, 1L);
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 200);
    CHECK_INT((long)peer_count(proxy, PEER_CONNECTIONS, PEER_EVERY), row->is_new_conn ? 2 : 1);
    CHECK_INT((long)peer_count(proxy, PEER_REQUESTS, PEER_EVERY), 2);
    CHECK_HAS(second_request(proxy, row->is_new_conn), row->field);
    CHECK_HAS(x->head.data, "HTTP/1.1 407 Who\r\n");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)peer_count(proxy, PEER_CONNECTIONS, PEER_EVERY), row->is_new_conn ? 2 : 1);
}

TEST_ROWS(0, "C-151 C-194 an_upload_begins_anew_after_", challenges)
{
    const struct challenge *row = test_row();
    struct peer *proxy = peer_asking(row);
    struct xfer *x = xfer_asked(proxy);

    need_login_by(row->answer);
    SET(x, CURLOPT_COPYPOSTFIELDS, "abcdefgh");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(second_request(proxy, row->is_new_conn), "\r\n\r\nabcdefgh");
    CHECK_INT((long)peer_count(proxy, PEER_REQUESTS, PEER_EVERY), 2);
}

TEST("C-152 C-194 an_upload_that_cannot_begin_anew_ends_with_65")
{
    struct peer *proxy = peer_asking(&challenges[0]);
    struct xfer *x = xfer_asked(proxy);

    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, 8L);
    xfer_upload(x, "abcdefgh", 8);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_SEND_FAIL_REWIND);
}

TEST("C-151 C-194 a_body_is_held_back_for_digest_at_a_forwarding_proxy")
{
    struct peer *proxy = peer_asking(&digest_challenge);
    struct xfer *x = xfer_asked(proxy);

    need_tls();
    SET(x, CURLOPT_PROXYAUTH, (long)CURLAUTH_DIGEST);
    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, 8L);
    xfer_upload(x, "abcdefgh", 8);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_HAS(second_request(proxy, false), "\r\n\r\nabcdefgh");
    CHECK_INT(count_of(received(proxy, 0), "abcdefgh"), 1);
}

/* What one handle has learnt serves the next, good or bad. */
TEST("C-194 a_forwarding_proxy_may_forget_its_nonces")
{
    struct peer *proxy =
        PEER_OF(PEER_REQUEST, PEER_SEND(ASK_DIGEST "Content-Length: 0\r\n\r\n"), PEER_REQUEST,
                PEER_SEND(HELLO), PEER_REQUEST,
                PEER_SEND("HTTP/1.1 407 Who\r\nProxy-Authenticate: Digest realm=\"a\", nonce=\"n2\"\r\n"
                          "Content-Length: 0\r\n\r\n"),
                PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x[2] = {xfer_asked(proxy), xfer_asked(proxy)};

    need_tls();
    for (int i = 0; i < 2; i++) {
        CHECK_CODE(xfer_run(x[i], drive), CURLE_OK);
        CHECK_INT(xfer_long(x[i], CURLINFO_RESPONSE_CODE), 200);
    }
    CHECK_HAS(received(proxy, 0), "nonce=\"n2\"");
}

/* They were good once; one renewal is enough to see that they are not any more. */
TEST("C-194 a_forwarding_proxy_may_refuse_what_it_has_accepted_before")
{
    struct peer *proxy =
        PEER_OF(PEER_REQUEST, PEER_SEND(ASK_DIGEST "Content-Length: 0\r\n\r\n"), PEER_REQUEST,
                PEER_SEND(HELLO), PEER_REQUEST,
                PEER_SEND(ASK_DIGEST "Content-Length: 4\r\n\r\nbody"), PEER_REQUEST,
                PEER_SEND(ASK_DIGEST "Content-Length: 4\r\n\r\nbody"), PEER_REQUEST,
                PEER_SEND(ASK_DIGEST "Content-Length: 4\r\n\r\nbody"), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_asked(proxy);

    need_tls();
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 407);
    CHECK_STR(x->body.data, "body");
    CHECK((long)peer_count(proxy, PEER_REQUESTS, PEER_EVERY) <= 4);
}

/* Several schemes wait to be asked for, one alone does not, whoever came first. */
TEST("C-168 C-194 transfers_that_name_different_schemes_for_a_proxy_do_not_decide_for_each_other")
{
    struct peer *proxy = peer_serving(HELLO);
    struct drive *drive = drive_new();
    const long allowed[] = {CURLAUTH_BASIC | CURLAUTH_BEARER, CURLAUTH_BASIC};

    for (int i = 0; i < 2; i++) {
        struct xfer *x = xfer_asked(proxy);

        SET(x, CURLOPT_PROXYAUTH, allowed[i]);
        CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    }
    CHECK_INT(count_of(received(proxy, 0), "Proxy-Authorization:") +
                  (peer_count(proxy, PEER_CONNECTIONS, PEER_EVERY) > 1
                       ? count_of(received(proxy, 1), "Proxy-Authorization:")
                       : 0),
              1);
}

TEST("C-194 a_forwarding_proxy_that_refuses_credentials_is_not_asked_again")
{
    struct peer *proxy = peer_serving(ASK_BASIC "Content-Length: 4\r\n\r\nbody");
    struct xfer *x = xfer_asked(proxy);
    long used = 0;

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT((long)peer_count(proxy, PEER_REQUESTS, PEER_EVERY), 2);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 407);
    CHECK_INT(xfer_long(x, CURLINFO_PROXYAUTH_AVAIL), CURLAUTH_BASIC);
    if (curl_easy_getinfo(x->easy, CURLINFO_PROXYAUTH_USED, &used) == CURLE_OK) /* 8.12 */
        CHECK_INT(used, CURLAUTH_BASIC);
    CHECK_STR(x->body.data, "body");
}

TEST("C-194 without_credentials_a_challenge_is_the_answer")
{
    struct peer *proxy = peer_serving(ASK_BASIC "Content-Length: 4\r\n\r\nbody");
    struct xfer *x = xfer_by(proxy, "http", URL);

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT((long)peer_count(proxy, PEER_REQUESTS, PEER_EVERY), 1);
    CHECK_INT(xfer_long(x, CURLINFO_PROXYAUTH_AVAIL), CURLAUTH_BASIC);
    CHECK_STR(x->body.data, "body");
}

TEST("C-194 a_close_in_the_body_of_a_challenge_costs_a_connection_only")
{
    struct peer *proxy = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct xfer *x = xfer_asked(proxy);

    need_tls();
    PEER_SCRIPT(proxy, 0, PEER_REQUEST, PEER_SEND(ASK_DIGEST "Content-Length: 9\r\n\r\nbody"),
                PEER_CLOSE);
    PEER_SCRIPT(proxy, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("C-49 C-194 a_transfer_can_be_removed_in_the_body_of_a_challenge")
{
    struct peer *proxy =
        PEER_OF(PEER_REQUEST, PEER_SEND(ASK_DIGEST "Content-Length: 9\r\n\r\nbody"), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_asked(proxy);

    xfer_start(x, drive);
    DRIVE_UNTIL(drive, strstr(x->head.data, "\r\n\r\n"));
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    WAIT_PEER(proxy, PEER_OPEN, PEER_EVERY, 0);
}

/* The second request may take whichever of the connections is idle then. */
TEST("C-194 transfers_at_once_meet_the_challenges_of_a_forwarding_proxy")
{
    struct peer *proxy =
        PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(ASK_DIGEST "Content-Length: 0\r\n\r\n"),
                PEER_REQUEST, PEER_SEND(HELLO), PEER_REQUEST, PEER_SEND(HELLO), PEER_REQUEST,
                PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x[3];

    need_tls();
    for (int i = 0; i < 3; i++) {
        x[i] = xfer_asked(proxy);
        xfer_start(x[i], drive);
    }
    DRIVE_UNTIL(drive, peer_count(proxy, PEER_WAITING, PEER_EVERY) == 3);
    peer_release(proxy, 3);
    drive_run(drive);
    for (int i = 0; i < 3; i++) {
        CHECK_CODE(x[i]->result, CURLE_OK);
        CHECK_STR(x[i]->body.data, "hello");
    }
    CHECK_INT((long)peer_count(proxy, PEER_REQUESTS, PEER_EVERY), 6);
}

static int count_basic(struct peer *proxy)
{
    int n = 0;

    for (unsigned i = 0; i < peer_count(proxy, PEER_CONNECTIONS, PEER_EVERY); i++)
        n += count_of(received(proxy, i), "Proxy-Authorization: Basic ");
    return n;
}

TEST("C-168 C-194 a_scheme_that_one_transfer_allows_is_not_used_for_another")
{
    struct peer *proxy = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x[] = {xfer_asked(proxy), xfer_asked(proxy)};

    SET(x[0], CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC);
    SET(x[1], CURLOPT_PROXYAUTH, (long)CURLAUTH_DIGEST);
    CHECK_CODE(xfer_run(x[0], drive), CURLE_OK);
    CHECK_CODE(xfer_run(x[1], drive), CURLE_OK);
    CHECK_INT(count_basic(proxy), 1);
    CHECK_INT((long)peer_count(proxy, PEER_REQUESTS, PEER_EVERY), 2);
}
