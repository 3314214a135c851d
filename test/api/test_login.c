/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Credentials for the origin: which are sent, how its challenges are met, and how long what it has
 * told is used (C-192, C-194).
 */
#include "newer.h"
#include "proxied.h"

#include <stdio.h>

#define BASIC "Authorization: Basic dXNlcjpwYXNz\r\n"
#define DIGEST "Authorization: Digest username=\"user\", realm=\"a\", nonce=\"n1\""
#define ASK_BASIC "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"a\"\r\n"
#define ASK_WITH_NONCE(nonce)                                                                      \
    "HTTP/1.1 401 Who\r\nWWW-Authenticate: Digest realm=\"a\", nonce=\"" nonce "\", qop=\"auth\"\r\n"
#define ASK_DIGEST ASK_WITH_NONCE("n1")
#define NOTHING "Content-Length: 0\r\n\r\n"

static struct xfer *xfer_as(struct peer *peer, const char *login, long auth)
{
    struct xfer *x = xfer_new(peer, "/path");

    SET(x, CURLOPT_USERPWD, login);
    if (auth)
        SET(x, CURLOPT_HTTPAUTH, auth);
    return x;
}

static const char *nth_request(struct peer *peer, unsigned conn, int n)
{
    const char *at = received(peer, conn);

    while (n-- && at) {
        at = strstr(at, "\r\n\r\n");
        at = at ? at + 4 : NULL;
    }
    CHECK(at != NULL);
    return at;
}

/* Without being asked. */
static const struct sent_case {
    const char *name;
    const char *login; /* CURLOPT_USERPWD, or NULL */
    const char *user;  /* of the URL, with its '@', or "" */
    const char *field; /* NULL: none */
} sent_cases[] = {
    {"of_the_options", "user:pass", "", BASIC},
    {"of_the_url", NULL, "user:pass@", BASIC},
    {"of_the_options_before_the_urls", "user:pass", "other:word@", BASIC},
    {"of_the_url_decoded", NULL, "us%65r:p%61ss@", BASIC},
    {"with_an_empty_password", "user:", "", "Authorization: Basic dXNlcjo=\r\n"},
    {"with_a_colon_in_the_password", "user:a:b", "", "Authorization: Basic dXNlcjphOmI=\r\n"},
    {"with_a_user_alone", NULL, "user@", "Authorization: Basic dXNlcjo=\r\n"},
    {"of_nobody", NULL, "", NULL},
};

TEST_ROWS(0, "C-192 basic_credentials_are_sent_", sent_cases)
{
    const struct sent_case *row = test_row();
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/path");
    char url[200];

    snprintf(url, sizeof(url), "http://%s%s/path", row->user, peer_authority(peer));
    SET(x, CURLOPT_URL, url);
    if (row->login)
        SET(x, CURLOPT_USERPWD, row->login);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    if (row->field)
        CHECK_HAS(received(peer, 0), row->field);
    else
        CHECK_LACKS(received(peer, 0), "Authorization");
    CHECK_HAS(received(peer, 0), "GET /path HTTP/1.1\r\nHost: 127.0.0.1");
}

static const struct control_case {
    const char *name;
    CURLoption option;
    const char *value;
} control_cases[] = {
    {"a_user", CURLOPT_USERNAME, "us\r\ner"},
    {"a_password", CURLOPT_PASSWORD, "pa\nss"},
    {"a_token", CURLOPT_XOAUTH2_BEARER, "to\tken"},
    {"the_urls_user", CURLOPT_URL, "http://us%0d%0aer:p@127.0.0.1/"},
};

TEST_ROWS(0, "C-196 control_bytes_are_refused_in_", control_cases)
{
    const struct control_case *row = test_row();
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_BASIC | CURLAUTH_BEARER);
    char url[100];

    if (row->option == CURLOPT_URL) {
        SET(x, CURLOPT_USERPWD, NULL);
        snprintf(url, sizeof(url), "http://us%%0d%%0aer:p@%s/", peer_authority(peer));
        SET(x, CURLOPT_URL, url);
    } else {
        SET(x, row->option, row->value);
    }
    CHECK(xfer_run(x, drive_new()) != CURLE_OK);
    CHECK(x->error[0] != 0);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 0);
}

/* Of several schemes none is sent before one of them is asked for. */
static const struct unasked_case {
    const char *name;
    long auth;
    const char *login, *token;
} unasked_cases[] = {
    {"any", (long)CURLAUTH_ANY, "user:pass", NULL},
    {"any_with_a_token_alone", (long)CURLAUTH_ANY, NULL, "token"},
    {"bearer_without_a_token_beside_it", CURLAUTH_BASIC | CURLAUTH_BEARER, "user:pass", NULL},
    {"basic_without_a_user_beside_it", CURLAUTH_BASIC | CURLAUTH_BEARER, NULL, "token"},
    {"a_signature_beside_it", CURLAUTH_BASIC | CURLAUTH_AWS_SIGV4, "user:pass", NULL},
};

TEST_ROWS(0, "C-194 nothing_is_sent_unasked_by_", unasked_cases)
{
    const struct unasked_case *row = test_row();
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_as(peer, row->login, row->auth);

    SET(x, CURLOPT_XOAUTH2_BEARER, row->token);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_LACKS(received(peer, 0), "Authorization:");
}

/* When asked for them. */
static const struct asked_case {
    const char *name;
    long auth;
    const char *answer;
    const char *field; /* of the second request */
    bool is_new_conn;
} asked_cases[] = {
    {"basic", CURLAUTH_ANY, ASK_BASIC NOTHING, BASIC, false},
    {"basic_behind_a_body", CURLAUTH_ANY, ASK_BASIC "Content-Length: 4\r\n\r\nbody", BASIC, false},
    {"digest", CURLAUTH_DIGEST, ASK_DIGEST NOTHING, DIGEST, false},
    {"digest_behind_chunks", CURLAUTH_ANY,
     ASK_DIGEST "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", DIGEST, false},
    {"digest_and_close", CURLAUTH_ANY, ASK_DIGEST "Connection: close\r\n" NOTHING, DIGEST, true},
    {"digest_behind_a_body_until_close", CURLAUTH_ANY, ASK_DIGEST "\r\nbody", DIGEST, true},
    {"the_stronger_of_two", CURLAUTH_ANY, ASK_DIGEST "WWW-Authenticate: Basic realm=\"a\"\r\n" NOTHING,
     DIGEST, false},
    {"two_in_one_field", CURLAUTH_ANY,
     "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"a\", Digest realm=\"a\", nonce=\"n1\", "
     "qop=\"auth\"\r\n" NOTHING,
     DIGEST, false},
};

static struct peer *peer_asking(const char *answer, bool is_new_conn)
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);

    if (is_new_conn)
        PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(answer), PEER_CLOSE);
    else
        PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(answer), PEER_REQUEST, PEER_SEND(HELLO),
                    PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    return peer;
}

TEST_ROWS(0, "C-194 an_origin_that_asks_gets_", asked_cases)
{
    const struct asked_case *row = test_row();
    struct peer *peer = peer_asking(row->answer, row->is_new_conn);
    struct xfer *x = xfer_as(peer, "user:pass", row->auth);

    need_login_by(row->answer);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_INT(count_of(received(peer, 0), "Authorization:"), !row->is_new_conn);
    CHECK_HAS(row->is_new_conn ? received(peer, 1) : nth_request(peer, 0, 1), row->field);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 200);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 2);
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_DOWNLOAD_T), 5);
}

TEST("C-194 what_was_offered_and_what_was_used_are_told")
{
    struct peer *peer =
        peer_asking(ASK_DIGEST "WWW-Authenticate: Basic realm=\"a\"\r\n" NOTHING, false);
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_ANY);
    long used = 0;

    need_tls();
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_HTTPAUTH_AVAIL), CURLAUTH_BASIC | CURLAUTH_DIGEST);
    if (curl_easy_getinfo(x->easy, CURLINFO_HTTPAUTH_USED, &used) == CURLE_OK)
        CHECK_INT(used, CURLAUTH_DIGEST);
}

TEST("C-194 what_was_offered_is_told_to_who_has_no_credentials_too")
{
    struct peer *peer = peer_serving(ASK_DIGEST "WWW-Authenticate: Basic realm=\"a\"\r\n" NOTHING);
    struct xfer *x = xfer_new(peer, "/");

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_HTTPAUTH_AVAIL), CURLAUTH_BASIC | CURLAUTH_DIGEST);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
}

static const struct refused_case {
    const char *name;
    long auth;
    const char *answer;
    long n_requests;
} refused_cases[] = {
    {"basic_that_was_sent_at_once", CURLAUTH_BASIC, ASK_BASIC "Content-Length: 4\r\n\r\nbody", 1},
    {"basic_that_was_asked_for", CURLAUTH_ANY, ASK_BASIC "Content-Length: 4\r\n\r\nbody", 2},
    {"digest", CURLAUTH_DIGEST, ASK_DIGEST "Content-Length: 4\r\n\r\nbody", 2},
};

TEST_ROWS(0, "C-194 credentials_that_are_refused_are_not_sent_again_", refused_cases)
{
    const struct refused_case *row = test_row();
    struct peer *peer = peer_serving(row->answer);
    struct xfer *x = xfer_as(peer, "user:pass", row->auth);

    need_login_by(row->answer);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 401);
    CHECK_STR(x->body.data, "body");
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), row->n_requests);
}

TEST("C-194 a_challenge_that_cannot_be_met_is_the_answer")
{
    struct peer *peer = peer_serving(
        "HTTP/1.1 401 Who\r\nWWW-Authenticate: Negotiate\r\nContent-Length: 4\r\n\r\nbody");
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_BASIC | CURLAUTH_DIGEST);

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "body");
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
}

TEST("C-194 failonerror_waits_for_what_the_credentials_bring")
{
    struct peer *peer = peer_asking(ASK_DIGEST NOTHING, false);
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_DIGEST);

    need_tls();
    SET(x, CURLOPT_FAILONERROR, 1L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("C-194 failonerror_ends_with_22_once_credentials_are_refused")
{
    struct peer *peer = peer_serving(ASK_BASIC NOTHING);
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_BASIC);

    SET(x, CURLOPT_FAILONERROR, 1L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_HTTP_RETURNED_ERROR);
}

TEST("C-151 C-194 a_body_is_sent_again_with_the_credentials")
{
    struct peer *peer = peer_asking(ASK_DIGEST NOTHING, false);
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_ANY);

    need_tls();
    SET(x, CURLOPT_POSTFIELDS, "a=b");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(strstr(received(peer, 0), DIGEST), "\r\n\r\na=b");
}

/* What is known is used again: the nonce, with its next count. */
TEST("C-194 the_next_transfer_of_a_handle_needs_no_challenge")
{
    struct peer *peer = peer_asking(ASK_DIGEST NOTHING, false);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_DIGEST);

    need_tls();
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 3);
    CHECK_HAS(nth_request(peer, 0, 2), "nc=00000002");
}

/* A server that was started anew cannot know that the old nonce was its own. */
TEST("C-194 a_nonce_that_nobody_knows_any_more_is_replaced")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST, PEER_SEND(ASK_DIGEST NOTHING), PEER_REQUEST, PEER_SEND(HELLO),
                PEER_REQUEST, PEER_SEND(ASK_WITH_NONCE("n2") NOTHING), PEER_REQUEST,
                PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_DIGEST);

    need_tls();
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 200);
    CHECK_HAS(nth_request(peer, 0, 3), "nonce=\"n2\"");
}

/* But not for credentials that have never been good, which would be tried twice each time. */
TEST("C-194 a_refusal_of_digest_brings_the_nonce_of_the_next_transfer")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST, PEER_SEND(ASK_DIGEST NOTHING), PEER_REQUEST,
                PEER_SEND(ASK_WITH_NONCE("n2") NOTHING), PEER_REQUEST,
                PEER_SEND(ASK_WITH_NONCE("n3") NOTHING), PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_DIGEST);

    need_tls();
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 401);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 401);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 200);
    CHECK_HAS(nth_request(peer, 0, 2), "nonce=\"n2\"");
    CHECK_HAS(nth_request(peer, 0, 3), "nonce=\"n3\"");
}

TEST("C-194 each_path_may_ask_for_another_scheme")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST, PEER_SEND(ASK_BASIC NOTHING), PEER_REQUEST, PEER_SEND(HELLO),
                PEER_REQUEST, PEER_SEND(ASK_DIGEST NOTHING), PEER_REQUEST, PEER_SEND(HELLO),
                PEER_REQUEST, PEER_SEND(ASK_BASIC NOTHING), PEER_REQUEST, PEER_SEND(HELLO),
                PEER_KEEP);
    static const char *const fields[] = {NULL, BASIC, BASIC, DIGEST, DIGEST, BASIC};
    struct drive *drive = drive_new();
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_ANY);

    need_tls();
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    for (int i = 0; i < 2; i++) {
        CHECK_CODE(xfer_again(x, drive), CURLE_OK);
        CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 200);
    }
    for (int i = 1; i < 6; i++)
        CHECK(strstr(nth_request(peer, 0, i), fields[i]) < strstr(nth_request(peer, 0, i), "\r\n\r\n"));
}

/* The body would be sent in vain before the challenge, and could not be read twice. */

static void set_body(struct xfer *x)
{
    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, 8L);
    xfer_upload(x, "abcdefgh", 8);
}

static const struct held_case {
    const char *name;
    const char *answer; /* to the request without the body */
    const char *end;    /* of what is sent in all */
    long code;
} held_cases[] = {
    {"a_challenge", ASK_DIGEST NOTHING, "\r\n\r\nabcdefgh", 200},
    {"nobody_asks", EMPTY, "\r\n\r\nabcdefgh", 200},
    {"a_refusal", "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "\r\nContent-Length: 0\r\n\r\n",
     403},
};

TEST_ROWS(0, "C-151 C-194 a_body_is_held_back_for_digest_until_", held_cases)
{
    const struct held_case *row = test_row();
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(row->answer), PEER_REQUEST,
                                PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_DIGEST);
    const char *sent;

    need_tls();
    set_body(x);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), row->code);
    sent = received(peer, 0);
    CHECK_INT(count_of(sent, "\r\nContent-Length: 0\r\n"), 1);
    CHECK_INT(count_of(sent, "abcdefgh"), row->code == 200);
    CHECK_STR(sent + strlen(sent) - strlen(row->end), row->end);
}

static void set_chunks(struct xfer *x)
{
    SET(x, CURLOPT_UPLOAD, 1L);
    xfer_upload(x, "abcdefgh", 8);
}

static void set_fields(struct xfer *x)
{
    SET(x, CURLOPT_POSTFIELDS, "abcdefgh");
}

static size_t read_once(char *data, size_t size, size_t n, void *arg)
{
    struct xfer *x = arg;

    if (x->n_uploaded)
        return 0;
    x->n_uploaded = 8;
    memcpy(data, "abcdefgh", 8);
    return 8;
}

/* Of a source that nobody can take back to its start. */
static void set_form(struct xfer *x)
{
    curl_mime *form = curl_mime_init(x->easy);

    CHECK(form != NULL);
    curl_mime_data_cb(curl_mime_addpart(form), 8, read_once, NULL, NULL, x);
    SET(x, CURLOPT_MIMEPOST, form);
    defer((void (*)(void *))curl_mime_free, form);
}

static const struct kind_case {
    const char *name;
    void (*set)(struct xfer *x);
} kind_cases[] = {
    {"put", set_body},
    {"chunks", set_chunks},
    {"fields", set_fields},
    {"form", set_form},
};

TEST_ROWS(0, "C-151 C-194 what_is_held_back_for_digest_comes_whole_by_", kind_cases)
{
    const struct kind_case *row = test_row();
    struct peer *peer = peer_asking(ASK_DIGEST NOTHING, false);
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_DIGEST);

    need_tls();
    row->set(x);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_HAS(nth_request(peer, 0, 0), "\r\nContent-Length: 0\r\n");
    CHECK_HAS(strstr(received(peer, 0), DIGEST), "abcdefgh");
    CHECK_INT(count_of(received(peer, 0), "abcdefgh"), 1);
}

static int set_agent(CURL *easy, curl_infotype type, char *data, size_t n, void *arg)
{
    struct xfer *x = arg;

    if (type == CURLINFO_TEXT && n < 100 && x->count++ < 50)
        SET(x, CURLOPT_USERAGENT, x->count & 1 ? "a name that is longer than before" : NULL);
    return 0;
}

TEST("C-14 C-194 who_is_told_of_a_body_held_back_may_set_options")
{
    struct peer *peer = peer_asking(ASK_DIGEST NOTHING, false);
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_DIGEST);

    need_tls();
    set_body(x);
    SET(x, CURLOPT_USERAGENT, "a name");
    SET(x, CURLOPT_DEBUGFUNCTION, set_agent);
    SET(x, CURLOPT_DEBUGDATA, x);
    SET(x, CURLOPT_VERBOSE, 1L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

/* What was good may be refused later; the body has gone by then. */
TEST("C-152 C-194 a_refusal_is_told_when_the_body_cannot_be_sent_once_more")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(ASK_DIGEST NOTHING), PEER_REQUEST,
                                PEER_SEND(HELLO), PEER_REQUEST,
                                PEER_SEND(ASK_WITH_NONCE("n2") "Content-Length: 4\r\n\r\nbody"),
                                PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_DIGEST);

    need_tls();
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    set_body(x);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 401);
    CHECK_STR(x->body.data, "body");
}

static size_t pause_sending(struct xfer *x, char *data, size_t n)
{
    if (!x->count++)
        CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_SEND), CURLE_OK);
    return n;
}

TEST("C-159 C-194 a_pause_before_the_challenge_holds_for_the_body")
{
    struct peer *peer = peer_asking(ASK_DIGEST NOTHING, false);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_DIGEST);

    need_tls();
    set_body(x);
    x->on_head = pause_sending;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, strstr(received(peer, 0), DIGEST) != NULL);
    drive_settle(drive);
    CHECK_INT((long)x->n_read_calls, 0);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("C-151 C-194 a_body_whose_size_the_application_tells_is_not_held_back")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_DIGEST);

    need_version(0x081600);
    set_body(x);
    SET(x, CURLOPT_HTTPHEADER, list_of("Content-Length: 8", NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(body_of(peer, 0), "abcdefgh");
}

TEST("C-194 what_an_origin_has_told_is_not_used_at_another")
{
    struct peer *peer = peer_asking(ASK_DIGEST NOTHING, false);
    struct peer *other = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_DIGEST);
    char url[100];

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    snprintf(url, sizeof(url), "http://%s/", peer_authority(other));
    SET(x, CURLOPT_URL, url);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_LACKS(received(other, 0), "Authorization");
}

TEST("C-194 what_an_origin_has_told_one_user_is_not_used_for_another")
{
    struct peer *peer = peer_asking(ASK_DIGEST NOTHING, false);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_DIGEST);

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    SET(x, CURLOPT_USERPWD, "other:pass");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_LACKS(nth_request(peer, 0, 2), "Authorization");
}

TEST("C-194 a_nonce_that_is_too_old_is_replaced")
{
    struct peer *peer = PEER_OF(
        PEER_REQUEST, PEER_SEND(ASK_DIGEST NOTHING), PEER_REQUEST,
        PEER_SEND("HTTP/1.1 401 Who\r\nWWW-Authenticate: Digest realm=\"a\", nonce=\"n2\", "
                  "qop=\"auth\", stale=true\r\n" NOTHING),
        PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = xfer_as(peer, "user:pass", CURLAUTH_DIGEST);

    need_tls();
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_HAS(nth_request(peer, 0, 2), "nonce=\"n2\"");
}

/* Bearer (RFC 6750). */

TEST("C-192 a_bearer_token_is_sent_where_it_is_the_way_to_do_it")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_XOAUTH2_BEARER, "token");
    SET(x, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "\r\nAuthorization: Bearer token\r\n");
}

TEST("C-192 a_field_of_the_applications_own_takes_the_place_of_credentials")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_as(peer, "user:pass", 0);

    SET(x, CURLOPT_HTTPHEADER, list_of("Authorization: own", NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "Authorization: own\r\n");
    CHECK_LACKS(received(peer, 0), BASIC);
}

/* Together with a proxy's. */

TEST("C-192 a_forwarding_proxy_and_an_origin_get_their_own_credentials")
{
    struct peer *proxy = peer_serving(HELLO);
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR "/path");

    SET(x, CURLOPT_USERPWD, "user:pass");
    SET(x, CURLOPT_PROXYUSERPWD, "me:word");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(proxy, 0), "\r\n" BASIC);
    CHECK_HAS(received(proxy, 0), "\r\nProxy-Authorization: Basic bWU6d29yZA==\r\n");
}

TEST("C-192 credentials_for_the_origin_go_through_a_tunnel_and_not_to_the_proxy")
{
    struct peer *proxy = PEER_OF(TUNNEL_STEPS(HELLO));
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR "/path");

    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
    SET(x, CURLOPT_USERPWD, "user:pass");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(nth_request(proxy, 0, 1), BASIC);
    CHECK_INT(count_of(received(proxy, 0), "Authorization:"), 1);
}

TEST("C-16 C-194 CVE-2015-3236 credentials_that_are_unset_go_with_no_later_request")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_USERPWD, "me:secret");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_HAS(received(peer, 0), "Authorization: Basic ");
    SET(x, CURLOPT_USERPWD, NULL);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
    CHECK_LACKS(strstr(received(peer, 0) + 1, "GET / "), "Authorization");
}
