/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * CURLOPT_AWS_SIGV4: requests that are signed, and to whom no signature goes (5.4 class 7).
 */
#include "newer.h"
#include "proxied.h"

#include <stdio.h>
#include <string.h>

#define LOGIN "AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define HOST "Host: example.amazonaws.com"
#define DATE "X-Amz-Date: 20150830T123600Z"
#define SCOPE "Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
#define EMPTY_HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HELLO_HASH "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

static struct xfer *signed_new(struct peer *peer, const char *path, const char *scheme)
{
    struct xfer *x = xfer_new(peer, path);

    SET(x, CURLOPT_USERPWD, LOGIN);
    if (curl_easy_setopt(x->easy, CURLOPT_AWS_SIGV4, scheme) == CURLE_NOT_BUILT_IN)
        skip_test("the library signs nothing");
    return x;
}

/* By a clock that stands still, and for a host that is always the same: AWS's own examples. */
static const struct example {
    const char *name;
    const char *path;
    const char *body; /* NULL: it is a GET */
    const char *header;
    const char *names;
    const char *signature;
} examples[] = {
    {"a_get", "/", NULL, NULL, "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"an_empty_post", "/", "", NULL, "host;x-amz-date",
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"a_query_that_is_not_sorted", "/?Param2=value2&Param1=value1", NULL, NULL, "host;x-amz-date",
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
};

TEST_ROWS(0, "sigv4 a_signature_is_right_for_", examples)
{
    const struct example *row = test_row();
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = signed_new(peer, row->path, "aws:amz:us-east-1:service");
    char line[400];

    SET(x, CURLOPT_HTTPHEADER, list_of(HOST, DATE, NULL));
    if (row->body)
        SET(x, CURLOPT_POSTFIELDS, row->body);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    snprintf(line, sizeof(line),
             "\r\nAuthorization: AWS4-HMAC-SHA256 " SCOPE "SignedHeaders=%s, Signature=%s\r\n",
             row->names, row->signature);
    CHECK_HAS(received(peer, 0), line);
    CHECK_INT(count_of(received(peer, 0), "X-Amz-Date"), 1);
}

/* However the URL was written. */
TEST("sigv4 what_is_sent_is_signed")
{
    static const char *const paths[] = {"/caf\xc3\xa9?q=\xc3\xa9", "/caf%C3%A9?q=%C3%A9"};
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    const char *second;
    size_t len;

    need_version(0x081600);
    for (int i = 0; i < 2; i++) {
        struct xfer *x = signed_new(peer, paths[i], "aws:amz:us-east-1:service");

        SET(x, CURLOPT_HTTPHEADER, list_of(HOST, DATE, NULL));
        CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    }
    len = strlen(received(peer, 0)) / 2;
    second = received(peer, 0) + len;
    CHECK_HAS(second, "GET /caf%C3%A9?q=%C3%A9 ");
    CHECK(!strncmp(received(peer, 0), second, len));
}

TEST("sigv4 the_date_is_the_clocks_unless_the_application_has_one")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = signed_new(peer, "/", "aws:amz:us-east-1:service");

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "\r\nX-Amz-Date: 20");
    CHECK_HAS(received(peer, 0), "SignedHeaders=host;x-amz-date, ");
    CHECK_LACKS(received(peer, 0), "Basic");
}

TEST("sigv4 a_security_token_is_signed")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = signed_new(peer, "/", "aws:amz:us-east-1:service");

    SET(x, CURLOPT_HTTPHEADER, list_of("X-Amz-Security-Token: token", NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "SignedHeaders=host;x-amz-date;x-amz-security-token, ");
}

TEST("sigv4 s3_is_told_the_hash_of_the_body")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = signed_new(peer, "/", "aws:amz:us-east-1:s3");

    SET(x, CURLOPT_POSTFIELDS, "hello");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "\r\nx-amz-content-sha256: " HELLO_HASH "\r\n");
    CHECK_HAS(received(peer, 0), ";x-amz-content-sha256;");
}

TEST("sigv4 s3_is_told_the_hash_of_nothing_for_a_get")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = signed_new(peer, "/", "aws:amz:us-east-1:s3");

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "\r\nx-amz-content-sha256: " EMPTY_HASH "\r\n");
}

TEST("sigv4 s3_is_told_that_a_stream_is_not_signed")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = signed_new(peer, "/", "aws:amz:us-east-1:s3");

    xfer_upload(x, "hello", 5);
    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, 5L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "\r\nx-amz-content-sha256: UNSIGNED-PAYLOAD\r\n");
}

TEST("sigv4 service_and_region_may_come_from_the_host")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = signed_new(peer, "/", "aws:amz");
    char text[200];

    snprintf(text, sizeof(text), "http://ser.reg.example:%d/", peer_port(peer));
    SET(x, CURLOPT_URL, text);
    snprintf(text, sizeof(text), "ser.reg.example:%d:127.0.0.1", peer_port(peer));
    SET(x, CURLOPT_RESOLVE, list_of(text, NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "/reg/ser/aws4_request, ");
}

TEST("sigv4 an_authorization_of_the_applications_own_comes_first")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = signed_new(peer, "/", "aws:amz:us-east-1:service");

    SET(x, CURLOPT_HTTPHEADER, list_of("Authorization: mine", NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "\r\nAuthorization: mine\r\n");
    CHECK_LACKS(received(peer, 0), "AWS4");
}

TEST("sigv4 who_allows_any_login_signs_nothing")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = signed_new(peer, "/", "aws:amz:us-east-1:service");

    SET(x, CURLOPT_HTTPAUTH, CURLAUTH_ANY);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_LACKS(received(peer, 0), "AWS4");
}

TEST("sigv4 nothing_is_signed_without_credentials")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = signed_new(peer, "/", "aws:amz:us-east-1:service");

    SET(x, CURLOPT_USERPWD, NULL);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_LACKS(received(peer, 0), "Authorization");
}

static const struct bad_scheme {
    const char *name;
    const char *scheme;
    CURLcode code;
} bad_schemes[] = {
    {"has_no_provider", ":amz:us-east-1:service", CURLE_BAD_FUNCTION_ARGUMENT},
    {"leaves_the_service_to_a_host_that_has_none", "aws:amz", CURLE_URL_MALFORMAT},
};

TEST_ROWS(0, "sigv4 a_transfer_fails_whose_option_", bad_schemes)
{
    const struct bad_scheme *row = test_row();
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = signed_new(peer, "/", row->scheme);
    char url[100];

    snprintf(url, sizeof(url), "http://localhost:%d/", peer_port(peer));
    SET(x, CURLOPT_URL, url);
    SET(x, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    CHECK_CODE(xfer_run(x, drive_new()), row->code);
    CHECK(x->error[0] != 0);
}

static struct peer *run_redirected(const char *host, long is_unrestricted)
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct xfer *x = signed_new(peer, "/", "aws:amz:us-east-1:service");
    char answer[200];

    snprintf(answer, sizeof(answer),
             "HTTP/1.1 302 Go\r\nLocation: http://%s:%d/next\r\nContent-Length: 0\r\n"
             "Connection: close\r\n\r\n",
             host, peer_port(peer));
    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(answer), PEER_CLOSE);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    SET(x, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    SET(x, CURLOPT_UNRESTRICTED_AUTH, is_unrestricted);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    return peer;
}

TEST("sigv4 C-192 no_signature_follows_a_redirect_to_another_host")
{
    struct peer *peer = run_redirected("localhost", 0);

    CHECK_HAS(received(peer, 0), "AWS4-HMAC-SHA256");
    CHECK_LACKS(received(peer, 1), "AWS4-HMAC-SHA256");
    CHECK_LACKS(received(peer, 1), "X-Amz-Date");
}

TEST("sigv4 C-192 a_redirect_to_the_same_host_is_signed_anew")
{
    struct peer *peer = run_redirected("127.0.0.1", 0);

    CHECK_HAS(received(peer, 1), "GET /next ");
    CHECK_HAS(received(peer, 1), "AWS4-HMAC-SHA256");
}

TEST("sigv4 C-192 who_wants_it_so_signs_for_every_host")
{
    CHECK_HAS(received(run_redirected("localhost", 1), 1), "AWS4-HMAC-SHA256");
}

TEST("sigv4 what_is_not_sent_is_not_signed")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = signed_new(peer, "/", "aws:amz:us-east-1:service");
    curl_mime *mime = curl_mime_init(x->easy);

    CHECK_CODE(curl_mime_data(curl_mime_addpart(mime), "a", 1), CURLE_OK);
    SET(x, CURLOPT_MIMEPOST, mime);
    /* It goes with the boundary, which nobody knew. */
    SET(x, CURLOPT_HTTPHEADER, list_of("Content-Type: multipart/form-data", "X-A: b", NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "SignedHeaders=host;x-a;x-amz-date, ");
    curl_mime_free(mime);
}
