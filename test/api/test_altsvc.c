/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Alternative services (RFC 7838): what is learnt of whom, where requests go then, and what becomes
 * of them if that leads nowhere.
 */
#include "newer.h"
#include "proxied.h"
#include "tls_xfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NAME "example.test"

/* An origin that names an alternative; the two differ by their answers. */
static struct peer *origin_naming(const char *format, int port)
{
    char *answer = NULL;
    char field[200];

    snprintf(field, sizeof(field), format, port);
    CHECK(asprintf(&answer, "HTTP/1.1 200 OK\r\nAlt-Svc: %s\r\nContent-Length: 5\r\n\r\nfirst",
                   field) > 0);
    defer(free, answer);
    return TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(answer), PEER_AGAIN);
}

static struct xfer *altsvc_new(struct peer *origin)
{
    struct xfer *x;

    if (!(curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_ALTSVC))
        skip_test("the library has no alt-svc");
    x = tls_new_host(origin, NAME);
    SET(x, CURLOPT_ALTSVC_CTRL, (long)CURLALTSVC_H1);
    return x;
}

TEST("altsvc a_request_goes_where_the_origin_has_said_and_names_the_origin")
{
    struct peer *other = tls_peer(NULL);
    struct peer *origin = origin_naming("h1=\"127.0.0.1:%d\"", peer_port(other));
    struct xfer *x = altsvc_new(origin);
    struct drive *drive = drive_new();
    char line[100];

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "first");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    snprintf(line, sizeof(line), "\r\nHost: " NAME ":%d\r\n", peer_port(origin));
    CHECK_HAS(received(other, 0), line);
    snprintf(line, sizeof(line), "\r\nAlt-Used: 127.0.0.1:%d\r\n", peer_port(other));
    CHECK_HAS(received(other, 0), line);
    CHECK_LACKS(received(origin, 0), "Alt-Used");
    CHECK_INT((long)peer_count(origin, PEER_REQUESTS, PEER_EVERY), 1);
}

TEST("altsvc RFC-7838 an_alternative_shows_a_certificate_for_the_origin")
{
    /* good for 127.0.0.1, where it is, and not for the name that is asked for */
    struct cert *cert = TLS_CERT(.san = "IP:127.0.0.1", .issuer = tls_ca());
    struct peer *other = tls_peer(tls_server(cert));
    struct peer *origin = origin_naming("h1=\"127.0.0.1:%d\"", peer_port(other));
    struct xfer *x = altsvc_new(origin);
    struct drive *drive = drive_new();

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "first");
    CHECK_INT((long)peer_count(other, PEER_REQUESTS, PEER_EVERY), 0);
    CHECK_STR(x->error, "");
}

/* An alternative that does not answer for the origin. */
static struct peer *peer_misdirected(void)
{
    return TLS_PEER(NULL, PEER_REQUEST,
                    PEER_SEND("HTTP/1.1 421 Not me\r\nContent-Length: 2\r\n\r\nno"), PEER_AGAIN);
}

TEST("altsvc RFC-7838 who_does_not_answer_for_the_origin_is_not_asked_for_it_again")
{
    struct peer *other = peer_misdirected();
    struct peer *origin = origin_naming("h1=\"127.0.0.1:%d\"", peer_port(other));
    struct xfer *x = altsvc_new(origin);
    struct drive *drive = drive_new();

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    SET(x, CURLOPT_POSTFIELDS, "abcd");
    for (int i = 0; i < 2; i++) {
        CHECK_CODE(xfer_again(x, drive), CURLE_OK);
        CHECK_STR(x->body.data, "first");
        CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 200);
    }
    CHECK_INT((long)peer_count(other, PEER_REQUESTS, PEER_EVERY), 1);
    CHECK_INT((long)peer_count(origin, PEER_REQUESTS, PEER_EVERY), 3);
    CHECK_HAS(received(origin, 0), "\r\n\r\nabcd");
}

TEST("altsvc RFC-7838 a_body_that_cannot_be_sent_anew_leaves_421_to_the_application")
{
    struct peer *other = peer_misdirected();
    struct peer *origin = origin_naming("h1=\"127.0.0.1:%d\"", peer_port(other));
    struct xfer *x = altsvc_new(origin);
    struct drive *drive = drive_new();

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, 4L);
    xfer_upload(x, "abcd", 4);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "no");
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 421);
}

TEST("altsvc where_nobody_listens_the_origin_is_asked")
{
    struct peer *origin = origin_naming("h1=\"127.0.0.1:%d\"", (int)free_local_port(0));
    struct xfer *x = altsvc_new(origin);
    struct drive *drive = drive_new();

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "first");
    CHECK_STR(x->error, "");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)peer_count(origin, PEER_REQUESTS, PEER_EVERY), 3);
}

static const struct unlearnt {
    const char *name;
    const char *field;
    CURLoption option; /* 0: none */
    long value;
} unlearnt[] = {
    {"for_a_protocol_that_nobody_speaks", "h3=\"127.0.0.1:%d\"", CURLOPT_ALTSVC_CTRL,
     CURLALTSVC_H1 | CURLALTSVC_H2 | CURLALTSVC_H3},
    {"for_a_protocol_that_is_not_wanted", "h1=\"127.0.0.1:%d\"", CURLOPT_ALTSVC_CTRL,
     CURLALTSVC_H3},
    {"of_a_host_whose_certificate_nobody_has_looked_at", "h1=\"127.0.0.1:%d\"",
     CURLOPT_SSL_VERIFYPEER, 0},
    {"that_is_over_at_once", "h1=\"127.0.0.1:%d\"; ma=0", 0, 0},
    {"that_is_not_well_formed", "h1=127.0.0.1:%d", 0, 0},
};

TEST_ROWS(0, "altsvc nothing_is_learnt_", unlearnt)
{
    const struct unlearnt *row = test_row();
    struct peer *other = tls_peer(NULL);
    struct peer *origin = origin_naming(row->field, peer_port(other));
    struct xfer *x = altsvc_new(origin);
    struct drive *drive = drive_new();

    if (row->option)
        SET(x, row->option, row->value);
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "first");
    CHECK_INT((long)peer_count(other, PEER_CONNECTIONS, PEER_EVERY), 0);
}

TEST("altsvc nothing_is_learnt_without_tls")
{
    struct peer *other = peer_serving(HELLO);
    char *answer = NULL;
    struct peer *origin;
    struct xfer *x;
    struct drive *drive = drive_new();
    char url[100];

    CHECK(asprintf(&answer,
                   "HTTP/1.1 200 OK\r\nAlt-Svc: h1=\"127.0.0.1:%d\"\r\nContent-Length: 5\r\n\r\nfirst",
                   peer_port(other)) > 0);
    defer(free, answer);
    origin = peer_serving(answer);
    x = altsvc_new(origin);
    snprintf(url, sizeof(url), "http://" NAME ":%d/", peer_port(origin));
    SET(x, CURLOPT_URL, url);
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)peer_count(other, PEER_CONNECTIONS, PEER_EVERY), 0);
}

TEST("altsvc clear_makes_an_end_of_it")
{
    struct peer *other = TLS_PEER(
        NULL, PEER_REQUEST,
        PEER_SEND("HTTP/1.1 200 OK\r\nAlt-Svc: clear\r\nContent-Length: 5\r\n\r\nother"), PEER_AGAIN);
    struct peer *origin = origin_naming("h1=\"127.0.0.1:%d\"", peer_port(other));
    struct xfer *x = altsvc_new(origin);
    struct drive *drive = drive_new();

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "other");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "first");
}

TEST("altsvc CONNECT_TO_comes_first")
{
    struct peer *other = tls_peer(NULL);
    struct peer *origin = origin_naming("h1=\"127.0.0.1:%d\"", peer_port(other));
    struct xfer *x = altsvc_new(origin);
    struct drive *drive = drive_new();
    char to[100];

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    snprintf(to, sizeof(to), "::localhost:%d", peer_port(origin));
    SET(x, CURLOPT_CONNECT_TO, list_of(to, NULL));
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "first");
}

static char *text_of(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 65536);

    CHECK(text != NULL && file != NULL);
    defer(free, text);
    CHECK(fread(text, 1, 65535, file) > 0);
    fclose(file);
    return text;
}

TEST("altsvc a_file_is_read_and_written_when_the_handle_ends")
{
    struct peer *other = tls_peer(NULL);
    struct peer *origin = origin_naming("h1=\"127.0.0.1:%d\"; persist=1", peer_port(other));
    struct xfer *x = altsvc_new(origin);
    const char *path =
        tls_file("altsvc", "h2 a.example 443 h3 b.example 444 \"20400101 00:00:00\" 0 0\n");
    char line[100];

    SET(x, CURLOPT_ALTSVC, path);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    xfer_free(x);
    CHECK_HAS(text_of(path), "\nh2 a.example 443 h3 b.example 444 \"20400101 00:00:00\" 0 0\n");
    snprintf(line, sizeof(line), "\nh1 " NAME " %d h1 127.0.0.1 %d \"20", peer_port(origin),
             peer_port(other));
    CHECK_HAS(text_of(path), line);

    x = altsvc_new(origin);
    SET(x, CURLOPT_ALTSVC, path);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("altsvc a_file_is_left_alone_that_is_to_be_read_only")
{
    struct peer *other = tls_peer(NULL);
    struct peer *origin = origin_naming("h1=\"127.0.0.1:%d\"", peer_port(other));
    struct xfer *x = altsvc_new(origin);
    const char *path = tls_file("altsvc", "# mine\n");

    SET(x, CURLOPT_ALTSVC, path);
    SET(x, CURLOPT_ALTSVC_CTRL, (long)(CURLALTSVC_H1 | CURLALTSVC_READONLYFILE));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    xfer_free(x);
    CHECK_STR(text_of(path), "# mine\n");
}

TEST("altsvc a_file_that_cannot_be_read_is_not_written_over")
{
    enum { BYTES = 1024 * 1024 + 2 }; /* more than any that was written */
    struct peer *other = tls_peer(NULL);
    struct peer *origin = origin_naming("h1=\"127.0.0.1:%d\"", peer_port(other));
    struct xfer *x = altsvc_new(origin);
    char *text = malloc(BYTES);
    const char *path;
    struct stat there;

    CHECK(text != NULL);
    memset(text, '#', BYTES - 1);
    text[BYTES - 1] = 0;
    path = tls_file("altsvc", text);
    free(text);
    SET(x, CURLOPT_ALTSVC, path);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    xfer_free(x);
    CHECK_INT(stat(path, &there), 0);
    CHECK_INT((long)there.st_size, BYTES - 1);
}

TEST_WITH(FOR_ONCE, "altsvc a_control_of_nothing_is_refused")
{
    struct xfer *x = xfer_new_url("https://" NAME "/");

    CHECK_CODE(curl_easy_setopt(x->easy, CURLOPT_ALTSVC_CTRL, 0L), CURLE_BAD_FUNCTION_ARGUMENT);
}
