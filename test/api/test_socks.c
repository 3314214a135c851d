/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * SOCKS proxies: the bytes on the wire, what each failure is called, and that no cut, stall or
 * removal in the middle of a handshake does harm (RFC 1928, RFC 1929).
 */
#include "proxied.h"

#include <stdio.h>
#include <stdlib.h>

#define URL "http://" FAR ":81/"
#define NAME_LEN "\x0e" /* of FAR */

/* The messages for FAR:81, which local resolving finds at 127.1.2.3. */
#define ASK4 "\4\1\0\x51\x7f\1\2\3\0"
#define ASK4_USER "\4\1\0\x51\x7f\1\2\3user\0"
#define ASK4A "\4\1\0\x51\0\0\0\1\0" FAR "\0"
#define METHODS5 "\5\1\0"
#define METHODS5_LOGIN "\5\2\0\2"
#define LOGIN5 "\1\4user\4pass"
#define ASK5 "\5\1\0\1\x7f\1\2\3\0\x51"
#define ASK5H "\5\1\0\3" NAME_LEN FAR "\0\x51"

#define OK4 "\0\x5a\0\0\0\0\0\0"
#define OK5 "\5\0\0\1\0\0\0\0\0\0"

#define N(text) (sizeof(text) - 1)
#define SENDS(text) PEER_SENDN(text, N(text))

/* A transfer to FAR, which is known to the resolver as 127.1.2.3. */
static struct xfer *xfer_far(struct peer *proxy, const char *scheme)
{
    struct xfer *x = xfer_by(proxy, scheme, URL);

    SET(x, CURLOPT_RESOLVE, list_of(FAR ":81:127.1.2.3", NULL));
    return x;
}

/* What is on the wire. */

static const struct wire {
    const char *name;
    const char *scheme;
    const char *userpwd; /* NULL: none */
    const char *asks[3];
    size_t n_asks[3];
    const char *replies[3];
    size_t n_replies[3];
    int n;
} wires[] = {
    {"socks4", "socks4", NULL, {ASK4}, {N(ASK4)}, {OK4}, {N(OK4)}, 1},
    {"socks4_with_a_user", "socks4", "user:pass", {ASK4_USER}, {N(ASK4_USER)}, {OK4}, {N(OK4)}, 1},
    {"socks4a", "socks4a", NULL, {ASK4A}, {N(ASK4A)}, {OK4}, {N(OK4)}, 1},
    {"socks5",
     "socks5",
     NULL,
     {METHODS5, ASK5},
     {N(METHODS5), N(ASK5)},
     {"\5\0", OK5},
     {2, N(OK5)},
     2},
    {"socks5h",
     "socks5h",
     NULL,
     {METHODS5, ASK5H},
     {N(METHODS5), N(ASK5H)},
     {"\5\0", "\5\0\0\3\4name\0\1"},
     {2, 11},
     2},
    {"socks5_with_a_login",
     "socks5",
     "user:pass",
     {METHODS5_LOGIN, LOGIN5, ASK5},
     {N(METHODS5_LOGIN), N(LOGIN5), N(ASK5)},
     {"\5\2", "\1\0", "\5\0\0\4ABCDEFGHIJKLMNOP\0\1"},
     {2, 2, 22},
     3},
    {"socks5_with_a_login_that_is_not_asked_for",
     "socks5",
     "user:pass",
     {METHODS5_LOGIN, ASK5},
     {N(METHODS5_LOGIN), N(ASK5)},
     {"\5\0", OK5},
     {2, N(OK5)},
     2},
};

/* A script that waits for each ask and replies; then an answer. cut: bytes of the replies that are
   sent, followed by how; -1: all. */
static int write_script(const struct wire *wire, struct peer_step *steps, long cut,
                        struct peer_step how)
{
    size_t n_in = 0;
    int n = 0;

    for (int i = 0; i < wire->n; i++) {
        size_t len = wire->n_replies[i];

        n_in += wire->n_asks[i];
        steps[n++] = (struct peer_step)PEER_BYTES((long)n_in);
        if (cut >= 0 && (size_t)cut < len) {
            if (cut)
                steps[n++] = (struct peer_step)PEER_SENDN(wire->replies[i], (size_t)cut);
            steps[n++] = how;
            return n;
        }
        steps[n++] = (struct peer_step)PEER_SENDN(wire->replies[i], len);
        if (cut >= 0)
            cut -= (long)len;
    }
    steps[n++] = (struct peer_step)PEER_TEXT("\r\n\r\n");
    steps[n++] = (struct peer_step)PEER_SEND(HELLO);
    steps[n++] = (struct peer_step)PEER_TEXT("\r\n\r\n");
    steps[n++] = (struct peer_step)PEER_SEND(HELLO);
    steps[n++] = (struct peer_step)PEER_KEEP;
    return n;
}

static struct peer *peer_of_wire(const struct wire *wire, long cut, struct peer_step how)
{
    struct peer_step steps[16] = {{0}};

    write_script(wire, steps, cut, how);
    return peer_playing(steps);
}

static const struct peer_step close_step = PEER_CLOSE;
static const struct peer_step reset_step = PEER_RESET;
static const struct peer_step keep_step = PEER_KEEP;

static size_t n_reply_bytes(const struct wire *wire)
{
    size_t n = 0;

    for (int i = 0; i < wire->n; i++)
        n += wire->n_replies[i];
    return n;
}

static struct xfer *xfer_of_wire(const struct wire *wire, struct peer *proxy)
{
    struct xfer *x = xfer_far(proxy, wire->scheme);

    if (wire->userpwd)
        SET(x, CURLOPT_PROXYUSERPWD, wire->userpwd);
    return x;
}

/* The handshake's bytes and the request behind them. */
static void check_wire(const struct wire *wire, struct peer *proxy)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: " FAR ":81\r\nAccept: */*\r\n\r\n";
    char sent[1000];
    size_t n = 0;

    for (int i = 0; i < wire->n; i++) {
        memcpy(sent + n, wire->asks[i], wire->n_asks[i]);
        n += wire->n_asks[i];
    }
    memcpy(sent + n, request, N(request));
    check_sent(proxy, 0, sent, n + N(request));
}

TEST_ROWS(0, "proxy the_wire_shows_", wires)
{
    const struct wire *wire = test_row();
    struct peer *proxy = peer_of_wire(wire, -1, close_step);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_of_wire(wire, proxy);

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    check_wire(wire, proxy);
    CHECK_INT(xfer_long(x, CURLINFO_PROXY_ERROR), CURLPX_OK);
    CHECK_INT(xfer_long(x, CURLINFO_PRIMARY_PORT), peer_port(proxy));
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 0);
}

TEST_ROWS(0, "proxy replies_may_come_byte_by_byte_in_", wires)
{
    const struct wire *wire = test_row();
    struct peer_step steps[20] = {PEER_PACE(1, 1)};
    struct peer *proxy;
    struct xfer *x;

    write_script(wire, steps + 1, -1, close_step);
    proxy = peer_playing(steps);
    x = xfer_of_wire(wire, proxy);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    check_wire(wire, proxy);
}

TEST_ROWS(0, "proxy a_close_at_any_byte_is_a_proxy_error_in_", wires)
{
    const struct wire *wire = test_row();

    for (size_t cut = 0; cut < n_reply_bytes(wire); cut++) {
        struct peer *proxy = peer_of_wire(wire, (long)cut, close_step);
        struct drive *drive = drive_new();
        struct xfer *x = xfer_of_wire(wire, proxy);

        if (xfer_run(x, drive) != CURLE_PROXY)
            FAIL("cut at %zu: %d", cut, x->result);
        CHECK(xfer_long(x, CURLINFO_PROXY_ERROR) != CURLPX_OK);
        CHECK_INT((long)x->body.n, 0);
        xfer_free(x);
        drive_free(drive);
    }
}

TEST_ROWS(0, "proxy a_reset_at_any_byte_is_a_failure_in_", wires)
{
    const struct wire *wire = test_row();

    for (size_t cut = 0; cut < n_reply_bytes(wire); cut++) {
        struct peer *proxy = peer_of_wire(wire, (long)cut, reset_step);
        struct drive *drive = drive_new();
        struct xfer *x = xfer_of_wire(wire, proxy);

        CHECK_CODE(xfer_run(x, drive), CURLE_PROXY);
        xfer_free(x);
        drive_free(drive);
    }
}

TEST_ROWS(0, "C-49 a_transfer_can_be_removed_at_any_byte_of_", wires)
{
    const struct wire *wire = test_row();

    for (size_t cut = 0; cut < n_reply_bytes(wire); cut++) {
        struct peer *proxy = peer_of_wire(wire, (long)cut, keep_step);
        struct drive *drive = drive_new();
        struct xfer *x = xfer_of_wire(wire, proxy);

        xfer_start(x, drive);
        DRIVE_UNTIL(drive, peer_count(proxy, PEER_SENT, PEER_EVERY) == cut &&
                               peer_count(proxy, PEER_RECEIVED, PEER_EVERY) > 0);
        drive_settle(drive);
        CHECK_INT(x->n_results, 0);
        if (cut % 2)
            CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
        else
            CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
        WAIT_PEER(proxy, PEER_OPEN, PEER_EVERY, 0);
    }
}

TEST_ROWS(0, "C-184 a_proxy_that_stalls_is_given_up_at_the_connecttimeout_in_", wires)
{
    const struct wire *wire = test_row();
    struct peer *proxy = peer_of_wire(wire, (long)n_reply_bytes(wire) - 1, keep_step);
    struct xfer *x = xfer_of_wire(wire, proxy);

    SET(x, CURLOPT_CONNECTTIMEOUT_MS, 80L);
    xfer_run(x, drive_new());
    xfer_check_connect_timeout(x);
    WAIT_PEER(proxy, PEER_OPEN, PEER_EVERY, 0);
}

/* What failures are called. */

static const struct refusal {
    const char *name;
    const char *scheme;
    const char *reply;
    size_t n_reply;
    const char *reply2; /* to the second message */
    size_t n_reply2;
    CURLproxycode code;
} refusals[] = {
    {"socks4_91", "socks4", "\0\x5b\0\0\0\0\0\0", 8, NULL, 0, CURLPX_REQUEST_FAILED},
    {"socks4_92", "socks4", "\0\x5c\0\0\0\0\0\0", 8, NULL, 0, CURLPX_IDENTD},
    {"socks4_93", "socks4", "\0\x5d\0\0\0\0\0\0", 8, NULL, 0, CURLPX_IDENTD_DIFFER},
    {"socks4_17", "socks4", "\0\x11\0\0\0\0\0\0", 8, NULL, 0, CURLPX_UNKNOWN_FAIL},
    {"socks4_of_a_wrong_version", "socks4", "\4\x5a\0\0\0\0\0\0", 8, NULL, 0, CURLPX_BAD_VERSION},
    {"socks5_of_a_wrong_version", "socks5", "\4\0", 2, NULL, 0, CURLPX_BAD_VERSION},
    {"socks5_without_a_method", "socks5", "\5\xff", 2, NULL, 0, CURLPX_NO_AUTH},
    {"socks5_with_a_strange_method", "socks5", "\5\x09", 2, NULL, 0, CURLPX_UNKNOWN_MODE},
    {"socks5_1", "socks5", "\5\0", 2, "\5\1\0\1\0\0\0\0\0\0", 10, CURLPX_REPLY_GENERAL_SERVER_FAILURE},
    {"socks5_2", "socks5", "\5\0", 2, "\5\2\0\1\0\0\0\0\0\0", 10, CURLPX_REPLY_NOT_ALLOWED},
    {"socks5_3", "socks5", "\5\0", 2, "\5\3\0\1\0\0\0\0\0\0", 10, CURLPX_REPLY_NETWORK_UNREACHABLE},
    {"socks5_4", "socks5h", "\5\0", 2, "\5\4\0\1\0\0\0\0\0\0", 10, CURLPX_REPLY_HOST_UNREACHABLE},
    {"socks5_5", "socks5", "\5\0", 2, "\5\5\0\1\0\0\0\0\0\0", 10, CURLPX_REPLY_CONNECTION_REFUSED},
    {"socks5_6", "socks5", "\5\0", 2, "\5\6\0\1\0\0\0\0\0\0", 10, CURLPX_REPLY_TTL_EXPIRED},
    {"socks5_7", "socks5", "\5\0", 2, "\5\7\0\1\0\0\0\0\0\0", 10, CURLPX_REPLY_COMMAND_NOT_SUPPORTED},
    {"socks5_8", "socks5", "\5\0", 2, "\5\x8\0\1\0\0\0\0\0\0", 10, CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED},
    {"socks5_9", "socks5", "\5\0", 2, "\5\x9\0\1\0\0\0\0\0\0", 10, CURLPX_REPLY_UNASSIGNED},
    {"socks5_with_a_strange_address", "socks5", "\5\0", 2, "\5\0\0\2\0\0\0\0\0\0", 10, CURLPX_BAD_ADDRESS_TYPE},
};

TEST_ROWS(0, "proxy failures_have_their_names_", refusals)
{
    const struct refusal *refusal = test_row();
    struct peer *proxy = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct xfer *x;

    if (refusal->reply2)
        PEER_SCRIPT(proxy, PEER_EVERY, PEER_BYTES(3), PEER_SENDN(refusal->reply, refusal->n_reply),
                    PEER_BYTES(5), PEER_SENDN(refusal->reply2, refusal->n_reply2), PEER_KEEP);
    else
        PEER_SCRIPT(proxy, PEER_EVERY, PEER_BYTES(3), PEER_SENDN(refusal->reply, refusal->n_reply),
                    PEER_KEEP);
    x = xfer_far(proxy, refusal->scheme);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_PROXY);
    CHECK_INT(xfer_long(x, CURLINFO_PROXY_ERROR), refusal->code);
    CHECK(x->error[0] != 0);
    WAIT_PEER(proxy, PEER_OPEN, PEER_EVERY, 0);
}

TEST("proxy a_login_that_is_refused_has_its_name")
{
    struct peer *proxy = PEER_OF(PEER_BYTES(4), PEER_SENDN("\5\2", 2), PEER_BYTES(15),
                                 PEER_SENDN("\1\1", 2), PEER_KEEP);
    struct xfer *x = xfer_far(proxy, "socks5");

    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_PROXY);
    CHECK_INT(xfer_long(x, CURLINFO_PROXY_ERROR), CURLPX_USER_REJECTED);
}

TEST("proxy socks5_auth_none_offers_no_login")
{
    struct peer *proxy = peer_of_wire(&wires[3], -1, close_step);
    struct xfer *x = xfer_far(proxy, "socks5");

    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    SET(x, CURLOPT_SOCKS5_AUTH, (long)CURLAUTH_GSSAPI);
    xfer_start(x, drive_new());
    DRIVE_UNTIL(x->drive, peer_count(proxy, PEER_RECEIVED, PEER_EVERY) >= 3);
    CHECK_INT(received(proxy, 0)[0], 5);
    for (int i = 0; i < received(proxy, 0)[1]; i++)
        CHECK(received(proxy, 0)[2 + i] != 2);
}

TEST("C-192 a_login_in_the_proxys_text_goes_to_socks")
{
    struct peer *proxy = peer_of_wire(&wires[5], -1, close_step);
    struct xfer *x = xfer_far(proxy, "socks5");

    SET(x, CURLOPT_PROXY, proxy_text(proxy, "socks5", "us%65r:pass"));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    check_wire(&wires[5], proxy);
}

TEST("proxy an_address_in_the_url_goes_to_socks5h_as_an_address")
{
    static const char asks[] = "\5\1\0" "\5\1\0\1\x7f\1\2\3\0\x51";
    struct peer *proxy = PEER_OF(PEER_BYTES(3), PEER_SENDN("\5\0", 2), PEER_BYTES(13), SENDS(OK5),
                                 PEER_TEXT("\r\n\r\n"), PEER_SEND(HELLO));
    struct xfer *x = xfer_by(proxy, "socks5h", "http://127.1.2.3:81/");

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    check_sent(proxy, 0, asks, N(asks));
}

TEST("proxy an_address_of_version_6_goes_to_socks5")
{
    static const char asks[] = "\5\1\0" "\5\1\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\x51";
    struct peer *proxy = PEER_OF(PEER_BYTES(3), PEER_SENDN("\5\0", 2), PEER_BYTES(25), SENDS(OK5),
                                 PEER_TEXT("\r\n\r\n"), PEER_SEND(HELLO));
    struct xfer *x = xfer_by(proxy, "socks5", "http://[::1]:81/");

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    check_sent(proxy, 0, asks, N(asks));
}

TEST("proxy socks5_looks_the_name_up_itself")
{
    struct peer *proxy = PEER_OF(PEER_BYTES(3), PEER_SENDN("\5\0", 2), PEER_BYTES(13), SENDS(OK5),
                                 PEER_TEXT("\r\n\r\n"), PEER_SEND(HELLO));
    struct xfer *x = xfer_by(proxy, "socks5", "http://localhost:81/");

    SET(x, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V4);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    check_sent(proxy, 0, "\5\1\0" "\5\1\0\1\x7f\0\0\1\0\x51", 13);
}

static const char *const local_schemes[] = {"socks4", "socks5"};

TEST("proxy a_name_that_cannot_be_looked_up_for_socks_is_a_failure")
{
    for (size_t i = 0; i < 2; i++) {
        struct peer *proxy = PEER_OF(PEER_BYTES(3), PEER_SENDN("\5\0", 2), PEER_KEEP);
        struct xfer *x = xfer_by(proxy, local_schemes[i], "http://" FAR "/");

        CHECK_CODE(xfer_run(x, drive_new()), CURLE_PROXY);
        CHECK_INT(xfer_long(x, CURLINFO_PROXY_ERROR), CURLPX_RESOLVE_HOST);
    }
}

TEST("C-49 a_transfer_can_be_removed_while_a_name_is_looked_up_for_socks")
{
    struct peer *proxy = PEER_OF(PEER_BYTES(3), PEER_SENDN("\5\0", 2), PEER_KEEP);

    for (int i = 0; i < 5; i++) {
        struct drive *drive = drive_new();
        struct xfer *x = xfer_by(proxy, "socks5", "http://localhost:81/");

        xfer_start(x, drive);
        for (int n = 0; n < i; n++)
            drive_turn(drive, 1);
        if (i % 2)
            CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
        else
            CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    }
}

TEST("proxy a_name_too_long_for_socks_is_not_sent")
{
    char url[400] = "http://";
    struct peer *proxy = PEER_OF(PEER_BYTES(3), PEER_SENDN("\5\0", 2), PEER_KEEP);
    struct xfer *x;

    for (int i = 0; i < 5; i++)
        strcat(url, "a23456789012345678901234567890123456789012345678901234567890.");
    strcat(url, "example/");
    x = xfer_by(proxy, "socks5h", url);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_PROXY);
    CHECK_INT(xfer_long(x, CURLINFO_PROXY_ERROR), CURLPX_LONG_HOSTNAME);
}

TEST("proxy proxytype_says_what_a_text_without_a_scheme_is")
{
    struct peer *proxy = peer_of_wire(&wires[4], -1, close_step);
    struct xfer *x = xfer_far(proxy, "socks5");

    SET(x, CURLOPT_PROXY, peer_authority(proxy));
    SET(x, CURLOPT_PROXYTYPE, (long)CURLPROXY_SOCKS5_HOSTNAME);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    check_wire(&wires[4], proxy);
}

TEST("proxy bytes_right_behind_the_reply_belong_to_the_origin")
{
    struct peer *proxy = PEER_OF(PEER_BYTES(3), PEER_SENDN("\5\0", 2), PEER_BYTES(13),
                                 PEER_SENDN(OK5 HELLO, N(OK5 HELLO)), PEER_KEEP);
    struct xfer *x = xfer_far(proxy, "socks5");

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("C-161 a_transfer_paused_while_shaking_goes_on_when_it_is_unpaused")
{
    struct peer *proxy = PEER_OF(PEER_BYTES(3), PEER_SENDN("\5\0", 2), PEER_BYTES(13), PEER_GATE,
                                 SENDS(OK5), PEER_TEXT("\r\n\r\n"), PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_far(proxy, "socks5");

    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(proxy, PEER_WAITING, PEER_EVERY) == 1);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_ALL), CURLE_OK);
    peer_release(proxy, 1);
    DRIVE_UNTIL(drive, peer_count(proxy, PEER_RECEIVED, 0) > 13);
    drive_settle(drive);
    CHECK_INT(x->n_results, 0);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

/* PRE_PROXY. */

TEST("proxy a_pre_proxy_leads_to_the_origin_when_there_is_no_other")
{
    struct peer *proxy = peer_of_wire(&wires[4], -1, close_step);
    struct xfer *x = xfer_new_url(URL);

    SET(x, CURLOPT_SOCKS5_AUTH, (long)CURLAUTH_BASIC);
    SET(x, CURLOPT_PRE_PROXY, proxy_text(proxy, "socks5h", NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    check_wire(&wires[4], proxy);
}

TEST("C-192 proxyuserpwd_goes_to_a_pre_proxy_when_there_is_no_other")
{
    struct peer *proxy = peer_of_wire(&wires[5], -1, close_step);
    struct xfer *x = xfer_new_url(URL);

    SET(x, CURLOPT_SOCKS5_AUTH, (long)CURLAUTH_BASIC);
    SET(x, CURLOPT_RESOLVE, list_of(FAR ":81:127.1.2.3", NULL));
    SET(x, CURLOPT_PRE_PROXY, proxy_text(proxy, "socks5", NULL));
    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    check_wire(&wires[5], proxy);
}

TEST("proxy a_pre_proxy_leads_to_the_forwarding_proxy_behind_it")
{
    static const char asks[] = "\5\1\0" "\5\1\0\3\x0d" "proxy.invalid\x0c\x38";
    struct peer *proxy = PEER_OF(PEER_BYTES(3), PEER_SENDN("\5\0", 2), PEER_BYTES(N(asks)),
                                 SENDS(OK5), PEER_TEXT("\r\n\r\n"), PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = xfer_new_url(URL);

    SET(x, CURLOPT_SOCKS5_AUTH, (long)CURLAUTH_BASIC);
    SET(x, CURLOPT_PRE_PROXY, proxy_text(proxy, "socks5h", NULL));
    SET(x, CURLOPT_PROXY, "http://proxy.invalid:3128");
    SET(x, CURLOPT_PROXYUSERPWD, "user:pass");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    check_sent(proxy, 0, asks, N(asks));
    CHECK_STR(received(proxy, 0) + N(asks),
              "GET http://" FAR ":81/ HTTP/1.1\r\nHost: " FAR ":81\r\n"
              "Proxy-Authorization: Basic dXNlcjpwYXNz\r\nAccept: */*\r\n"
              "Proxy-Connection: Keep-Alive\r\n\r\n");
}

TEST("proxy a_pre_proxy_leads_to_the_tunnel_behind_it")
{
    static const char asks[] = "\5\1\0" "\5\1\0\3\x0d" "proxy.invalid\x0c\x38";
    struct peer *proxy = PEER_OF(PEER_BYTES(3), PEER_SENDN("\5\0", 2), PEER_BYTES(N(asks)),
                                 SENDS(OK5), PEER_TEXT("\r\n\r\n"), PEER_SEND(GRANTED),
                                 PEER_TEXT("\r\n\r\n"), PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = xfer_new_url(URL);

    SET(x, CURLOPT_SOCKS5_AUTH, (long)CURLAUTH_BASIC);
    SET(x, CURLOPT_PRE_PROXY, proxy_text(proxy, "socks5h", NULL));
    SET(x, CURLOPT_PROXY, "http://proxy.invalid:3128");
    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    check_sent(proxy, 0, asks, N(asks));
    CHECK_STR(x->body.data, "hello");
}

TEST("proxy a_socks_proxy_on_a_unix_socket_is_not_taken_for_a_host")
{
    struct xfer *x = xfer_new_url(URL);

    SET(x, CURLOPT_PROXY, "socks5h://localhost/nowhere/there/is/one");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_COULDNT_CONNECT);
}
