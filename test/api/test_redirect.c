/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Redirects: where they lead, as what, and where they end (C-189..C-195). test_redirect_secrets.c has
 * what goes along.
 */
#include "interpose.h"
#include "newer.h"
#include "xfer.h"

#include <stdio.h>
#include <stdlib.h>

/* An answer that redirects, with nothing in it. */
static const char *moved(int status, const char *location)
{
    char *text = malloc(2000);

    CHECK(text != NULL);
    defer(free, text);
    snprintf(text, 2000, "HTTP/1.1 %d Go\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", status,
             location);
    return text;
}

static struct peer *peer_moving(int status, const char *location)
{
    return PEER_OF(PEER_REQUEST, PEER_SEND(moved(status, location)), PEER_REQUEST, PEER_SEND(HELLO),
                   PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
}

static struct xfer *follower(struct peer *peer, const char *path)
{
    struct xfer *x = xfer_new(peer, path);

    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    return x;
}

static CURLcode run(struct xfer *x)
{
    struct drive *drive = drive_new();

    xfer_start(x, drive);
    drive_run(drive);
    return x->result;
}

/* The second request that the connection has seen. */
static const char *second(struct peer *peer)
{
    const char *head = strstr(received(peer, 0), "\r\n\r\n");

    CHECK(head != NULL);
    return head + 4;
}

TEST("C-189 a_redirect_is_not_followed_by_default")
{
    struct peer *peer = peer_moving(302, "/there");
    struct xfer *x = xfer_new(peer, "/");
    char url[100];

    CHECK_CODE(run(x), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 302);
    snprintf(url, sizeof(url), "http://%s/there", peer_authority(peer));
    CHECK_STR(xfer_str(x, CURLINFO_REDIRECT_URL), url);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
}

TEST("C-189 a_redirect_is_followed_over_the_same_connection")
{
    struct peer *peer = peer_moving(302, "/there?a");
    struct xfer *x = follower(peer, "/");
    char url[100];

    CHECK_CODE(run(x), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_HAS(second(peer), "GET /there?a HTTP/1.1\r\n");
    CHECK_HAS(x->head.data, "HTTP/1.1 302 Go\r\n");
    CHECK_HAS(x->head.data, "HTTP/1.1 200 OK\r\n");
    snprintf(url, sizeof(url), "http://%s/there?a", peer_authority(peer));
    CHECK_STR(xfer_str(x, CURLINFO_EFFECTIVE_URL), url);
    CHECK_STR(xfer_str(x, CURLINFO_REDIRECT_URL), NULL);
    CHECK_INT(xfer_long(x, CURLINFO_REDIRECT_COUNT), 1);
    CHECK(xfer_off(x, CURLINFO_REDIRECT_TIME_T) > 0);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 1);
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_DOWNLOAD_T), 5);
}

/* The same handle starts at its own URL again. */
TEST("C-189 the_next_transfer_begins_at_the_first_url")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(moved(301, "/there")), PEER_REQUEST,
                                PEER_SEND(HELLO), PEER_REQUEST, PEER_SEND(EMPTY), PEER_KEEP);
    struct xfer *x = follower(peer, "/here");
    struct drive *drive = drive_new();

    xfer_start(x, drive);
    drive_run(drive);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_HAS(strstr(second(peer), "\r\n\r\n"), "GET /here HTTP/1.1\r\n");
    CHECK_INT(xfer_long(x, CURLINFO_REDIRECT_COUNT), 0);
}

/* References (RFC 3986, section 5.4), from /a/b/c?d. */
static const struct reference {
    const char *name;
    const char *location;
    const char *target;
} references[] = {
    {"an_absolute_path", "/x", "/x"},
    {"a_name", "x", "/a/b/x"},
    {"a_name_in_a_folder", "x/y", "/a/b/x/y"},
    {"a_dot", ".", "/a/b/"},
    {"two_dots", "..", "/a/"},
    {"two_dots_and_a_name", "../x", "/a/x"},
    {"more_dots_than_there_are_folders", "../../../x", "/x"},
    {"a_query", "?x", "/a/b/c?x"},
    {"a_query_behind_a_name", "x?y=1&z", "/a/b/x?y=1&z"},
    {"dots_in_the_middle", "/x/../y/./z", "/y/z"},
    {"a_space", "/x y", "/x%20y"},
    {"bytes_that_no_url_has", "/\xc3\xa4", "/%C3%A4"},
    {"a_fragment_that_is_not_sent", "/x#y", "/x"},
};

TEST_ROWS(0, "C-189 a_redirect_resolves_", references)
{
    const struct reference *row = test_row();
    struct peer *peer = peer_moving(302, row->location);
    struct xfer *x = follower(peer, "/a/b/c?d");
    char line[100];

    CHECK_CODE(run(x), CURLE_OK);
    snprintf(line, sizeof(line), "GET %s HTTP/1.1\r\n", row->target);
    CHECK_HAS(second(peer), line);
}

TEST("C-189 a_redirect_may_name_another_host_without_a_scheme")
{
    struct peer *to = peer_serving(HELLO);
    char location[100];
    struct xfer *x;

    snprintf(location, sizeof(location), "//localhost:%d/x", peer_port(to));
    x = follower(peer_moving(302, location), "/");
    CHECK_CODE(run(x), CURLE_OK);
    CHECK_HAS(received(to, 0), "GET /x HTTP/1.1\r\n");
    snprintf(location, sizeof(location), "\r\nHost: localhost:%d\r\n", peer_port(to));
    CHECK_HAS(received(to, 0), location);
}

/* What becomes of the method (C-191). */
enum kind { GETS, HEADS, POSTS, PUTS, DELETES };

static const struct method_case {
    const char *name;
    enum kind kind;
    int status;
    long postredir;
    const char *method;
    bool has_body;
} method_cases[] = {
    {"post_301_becomes_get", POSTS, 301, 0, "GET", false},
    {"post_302_becomes_get", POSTS, 302, 0, "GET", false},
    {"post_303_becomes_get", POSTS, 303, 0, "GET", false},
    {"post_307_stays", POSTS, 307, 0, "POST", true},
    {"post_308_stays", POSTS, 308, 0, "POST", true},
    {"post_301_stays_where_asked", POSTS, 301, CURL_REDIR_POST_301, "POST", true},
    {"post_302_stays_where_asked", POSTS, 302, CURL_REDIR_POST_302, "POST", true},
    {"post_303_stays_where_asked", POSTS, 303, CURL_REDIR_POST_303, "POST", true},
    {"post_302_becomes_get_where_301_is_asked_for", POSTS, 302, CURL_REDIR_POST_301, "GET", false},
    {"post_300_stays", POSTS, 300, 0, "POST", true},
    {"put_301_stays", PUTS, 301, 0, "PUT", true},
    {"put_302_stays", PUTS, 302, 0, "PUT", true},
    {"put_303_becomes_get", PUTS, 303, 0, "GET", false},
    {"put_303_becomes_get_whatever_is_asked_for", PUTS, 303, CURL_REDIR_POST_ALL, "GET", false},
    {"put_307_stays", PUTS, 307, 0, "PUT", true},
    {"head_301_stays", HEADS, 301, 0, "HEAD", false},
    {"head_303_stays", HEADS, 303, 0, "HEAD", false},
    {"get_301_stays", GETS, 301, 0, "GET", false},
    {"get_303_stays", GETS, 303, 0, "GET", false},
    {"a_custom_method_302_stays", DELETES, 302, 0, "DELETE", false},
    {"a_custom_method_303_stays", DELETES, 303, 0, "DELETE", false},
};

static int seek_counted(void *arg, curl_off_t offset, int origin)
{
    struct xfer *x = arg;

    CHECK_INT(offset, 0);
    CHECK_INT(origin, SEEK_SET);
    x->n_uploaded = 0;
    x->count++;
    return CURL_SEEKFUNC_OK;
}

static struct xfer *follower_of_kind(struct peer *peer, enum kind kind)
{
    struct xfer *x = follower(peer, "/");

    switch (kind) {
    case GETS:
        break;
    case HEADS:
        SET(x, CURLOPT_NOBODY, 1L);
        break;
    case POSTS:
        SET(x, CURLOPT_POSTFIELDS, "a=b");
        break;
    case PUTS:
        xfer_upload(x, "a=b", 3);
        SET(x, CURLOPT_UPLOAD, 1L);
        SET(x, CURLOPT_INFILESIZE_LARGE, (curl_off_t)3);
        SET(x, CURLOPT_SEEKFUNCTION, seek_counted);
        SET(x, CURLOPT_SEEKDATA, x);
        break;
    case DELETES:
        SET(x, CURLOPT_CUSTOMREQUEST, "DELETE");
        break;
    }
    return x;
}

TEST_ROWS(0, "C-191 ", method_cases)
{
    const struct method_case *row = test_row();
    struct peer *peer =
        PEER_OF(PEER_REQUEST, PEER_SEND(moved(row->status, "/there")), PEER_REQUEST,
                PEER_SEND(row->kind == HEADS ? EMPTY : HELLO), PEER_KEEP);
    struct xfer *x = follower_of_kind(peer, row->kind);
    const char *request;
    char line[100];

    SET(x, CURLOPT_POSTREDIR, row->postredir);
    CHECK_CODE(run(x), CURLE_OK);
    request = strstr(received(peer, 0), "/there");
    CHECK(request != NULL);
    request -= strlen(row->method) + 1;
    snprintf(line, sizeof(line), "%s /there HTTP/1.1\r\n", row->method);
    CHECK_HAS(request, line);
    CHECK_INT(strncmp(request, line, strlen(line)), 0);
    CHECK_STR(xfer_str(x, CURLINFO_EFFECTIVE_METHOD), row->method);
    if (row->has_body) {
        CHECK_HAS(request, "\r\nContent-Length: 3\r\n");
        CHECK_HAS(request, "\r\n\r\na=b");
    } else {
        CHECK_LACKS(request, "Content-Length");
        CHECK_LACKS(request, "a=b");
    }
    CHECK_INT(x->count, row->kind == PUTS && row->has_body);
}

static const struct mode_case {
    const char *name;
    long mode;
    int status;
    const char *method;
} mode_cases[] = {
    {"obeycode_302", CURLFOLLOW_OBEYCODE, 302, "GET"},
    {"obeycode_303", CURLFOLLOW_OBEYCODE, 303, "GET"},
    {"obeycode_307", CURLFOLLOW_OBEYCODE, 307, "DELETE"},
    {"firstonly_307", CURLFOLLOW_FIRSTONLY, 307, "GET"},
    {"firstonly_302", CURLFOLLOW_FIRSTONLY, 302, "GET"},
};

TEST_ROWS(0, "C-191 a_custom_method_in_mode_", mode_cases)
{
    const struct mode_case *row = test_row();
    struct peer *peer = peer_moving(row->status, "/there");
    struct xfer *x = follower_of_kind(peer, DELETES);
    char line[100];

    need_version(0x080d00);
    SET(x, CURLOPT_FOLLOWLOCATION, row->mode);
    CHECK_CODE(run(x), CURLE_OK);
    snprintf(line, sizeof(line), "%s /there HTTP/1.1\r\n", row->method);
    CHECK_HAS(second(peer), line);
}

TEST("C-152 C-191 a_body_that_cannot_be_rewound_ends_with_65")
{
    struct peer *peer = peer_moving(307, "/there");
    struct xfer *x = follower(peer, "/");

    xfer_upload(x, "a=b", 3);
    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE_LARGE, (curl_off_t)3);
    CHECK_CODE(run(x), CURLE_SEND_FAIL_REWIND);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
}

TEST("C-191 fields_about_a_body_go_with_the_body")
{
    struct peer *peer = peer_moving(303, "/there");
    struct xfer *x = follower_of_kind(peer, POSTS);

    SET(x, CURLOPT_HTTPHEADER,
        list_of("Content-Length: 3", "X-Other: 1", "Content-Type: text/x", NULL));
    CHECK_CODE(run(x), CURLE_OK);
    CHECK_LACKS(strstr(received(peer, 0), "/there"), "Content-Length");
    CHECK_HAS(strstr(received(peer, 0), "/there"), "X-Other: 1\r\n");
}

/* How far. */

TEST("C-189 too_many_redirects_end_with_47_and_tell_where_the_last_one_leads")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(moved(302, "/1")), PEER_REQUEST,
                                PEER_SEND(moved(302, "/2")), PEER_REQUEST,
                                PEER_SEND(moved(302, "/3")), PEER_KEEP);
    struct xfer *x = follower(peer, "/");
    char url[100];

    SET(x, CURLOPT_MAXREDIRS, 2L);
    CHECK_CODE(run(x), CURLE_TOO_MANY_REDIRECTS);
    snprintf(url, sizeof(url), "http://%s/3", peer_authority(peer));
    CHECK_STR(xfer_str(x, CURLINFO_REDIRECT_URL), url);
    CHECK_STR(x->error, "Maximum (2) redirects followed");
    CHECK_INT(xfer_long(x, CURLINFO_REDIRECT_COUNT), 2);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 3);
}

TEST("C-189 no_redirect_is_followed_where_none_is_allowed")
{
    struct peer *peer = peer_moving(302, "/there");
    struct xfer *x = follower(peer, "/");

    SET(x, CURLOPT_MAXREDIRS, 0L);
    CHECK_CODE(run(x), CURLE_TOO_MANY_REDIRECTS);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
}

static const struct limit_case {
    const char *name;
    long max; /* -2: the default */
    CURLcode code;
    long n_requests;
} limit_cases[] = {
    {"thirty_by_default", -2, CURLE_TOO_MANY_REDIRECTS, 31},
    {"as_many_as_asked_for", 50, CURLE_TOO_MANY_REDIRECTS, 51},
    {"until_its_heads_are_too_many", -1, CURLE_TOO_LARGE, 100},
};

TEST_ROWS(0, "C-189 a_loop_of_redirects_is_followed_", limit_cases)
{
    const struct limit_case *row = test_row();
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(moved(302, "/")), PEER_AGAIN);
    struct xfer *x = follower(peer, "/");
    struct drive *drive = drive_new();

    if (row->max > -2)
        SET(x, CURLOPT_MAXREDIRS, row->max);
    xfer_start(x, drive);
    drive_run(drive);
    CHECK_CODE(x->result, row->code);
    if (row->code == CURLE_TOO_MANY_REDIRECTS)
        CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), row->n_requests);
    else
        CHECK((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY) > row->n_requests);
}

static const struct refused_case {
    const char *name;
    const char *location;
    const char *allowed; /* CURLOPT_REDIR_PROTOCOLS_STR, or NULL */
    CURLcode code;
} refused_cases[] = {
    {"a_file", "file:///etc/passwd", NULL, CURLE_UNSUPPORTED_PROTOCOL},
    {"gopher", "gopher://127.0.0.1/", NULL, CURLE_UNSUPPORTED_PROTOCOL},
    {"a_scheme_that_nobody_knows", "what://127.0.0.1/", NULL, CURLE_UNSUPPORTED_PROTOCOL},
    {"what_the_application_does_not_allow", "/there", "https", CURLE_UNSUPPORTED_PROTOCOL},
    {"no_host", "http:///", NULL, CURLE_URL_MALFORMAT},
    {"a_port_that_is_none", "http://127.0.0.1:99999/", NULL, CURLE_URL_MALFORMAT},
    {"two_hosts", "http://a b/", NULL, CURLE_URL_MALFORMAT},
};

TEST_ROWS(0, "C-190 a_redirect_is_refused_that_leads_to_", refused_cases)
{
    const struct refused_case *row = test_row();
    struct peer *peer = peer_moving(302, row->location);
    struct xfer *x = follower(peer, "/");

    if (row->allowed)
        SET(x, CURLOPT_REDIR_PROTOCOLS_STR, row->allowed);
    CHECK_CODE(run(x), row->code);
    CHECK(x->error[0] != 0);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
}

TEST("C-195 the_port_option_is_not_for_an_absolute_target")
{
    struct peer *to = peer_serving(HELLO);
    char location[100];
    struct peer *from;
    struct xfer *x;

    snprintf(location, sizeof(location), "http://%s/x", peer_authority(to));
    from = peer_moving(302, location);
    x = follower(from, "/");
    SET(x, CURLOPT_URL, "http://127.0.0.1/");
    SET(x, CURLOPT_PORT, (long)peer_port(from));
    CHECK_CODE(run(x), CURLE_OK);
    CHECK_INT((long)peer_count(to, PEER_REQUESTS, PEER_EVERY), 1);
}

TEST("C-195 the_port_option_is_for_a_relative_target")
{
    struct peer *from = peer_moving(302, "/x");
    struct xfer *x = follower(from, "/");

    SET(x, CURLOPT_URL, "http://127.0.0.1/");
    SET(x, CURLOPT_PORT, (long)peer_port(from));
    CHECK_CODE(run(x), CURLE_OK);
    CHECK_INT((long)peer_count(from, PEER_REQUESTS, PEER_EVERY), 2);
}

/* The response that redirects. */

static const struct body_case {
    const char *name;
    const char *answer;
    long n_connections;
} body_cases[] = {
    {"with_a_body", "HTTP/1.1 302 Go\r\nLocation: /t\r\nContent-Length: 4\r\n\r\nbody", 1},
    {"with_chunks",
     "HTTP/1.1 302 Go\r\nLocation: /t\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", 1},
    {"until_close", "HTTP/1.1 302 Go\r\nLocation: /t\r\n\r\nbody", 2},
    {"that_says_close",
     "HTTP/1.1 302 Go\r\nLocation: /t\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody", 2},
    {"of_http_10", "HTTP/1.0 302 Go\r\nLocation: /t\r\nContent-Length: 4\r\n\r\nbody", 2},
    {"with_an_empty_location_before",
     "HTTP/1.1 302 Go\r\nLocation: \r\nLocation: /t\r\nContent-Length: 0\r\n\r\n", 1},
};

TEST_ROWS(0, "C-189 a_redirect_is_followed_", body_cases)
{
    const struct body_case *row = test_row();
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct xfer *x = follower(peer, "/");

    if (row->n_connections == 1)
        PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(row->answer), PEER_REQUEST, PEER_SEND(HELLO),
                    PEER_KEEP);
    else
        PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(row->answer), PEER_KEEP);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    CHECK_CODE(run(x), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), row->n_connections);
}

TEST("C-189 the_body_of_a_redirect_that_is_not_followed_is_delivered")
{
    struct peer *peer =
        peer_serving("HTTP/1.1 302 Go\r\nLocation: /t\r\nContent-Length: 4\r\n\r\nbody");
    struct xfer *x = xfer_fetch(drive_new(), peer, "/");

    CHECK_STR(x->body.data, "body");
}

TEST("C-189 a_response_without_location_is_the_last_one")
{
    struct peer *peer = peer_serving("HTTP/1.1 302 Go\r\nContent-Length: 4\r\n\r\nbody");
    struct xfer *x = follower(peer, "/");

    CHECK_CODE(run(x), CURLE_OK);
    CHECK_STR(x->body.data, "body");
    CHECK_STR(xfer_str(x, CURLINFO_REDIRECT_URL), NULL);
}

TEST("C-189 a_location_counts_in_a_redirect_alone")
{
    struct peer *peer =
        peer_serving("HTTP/1.1 201 Made\r\nLocation: /t\r\nContent-Length: 4\r\n\r\nbody");
    struct xfer *x = follower(peer, "/");

    CHECK_CODE(run(x), CURLE_OK);
    CHECK_STR(x->body.data, "body");
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
}

/* Who forwards the response, and who reads it, must not think of different targets. */
TEST("C-189 two_locations_that_differ_end_with_8")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST,
                PEER_SEND("HTTP/1.1 302 Go\r\nLocation: /one\r\nLocation: /two\r\n"
                          "Content-Length: 0\r\n\r\n"),
                PEER_KEEP);
    struct xfer *x = follower(peer, "/");

    CHECK_CODE(run(x), CURLE_WEIRD_SERVER_REPLY);
    CHECK_STR(x->error, "Several Location fields with different targets");
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
}

TEST("C-189 a_location_that_is_told_twice_is_one")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST,
                PEER_SEND("HTTP/1.1 302 Go\r\nLocation: /one\r\nlocation:\t/one \r\n"
                          "Location:\r\nContent-Length: 0\r\n\r\n"),
                PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = follower(peer, "/");

    CHECK_CODE(run(x), CURLE_OK);
    CHECK_HAS(second(peer), "GET /one HTTP/1.1\r\n");
}

TEST("C-193 autoreferer_tells_where_it_came_from_without_user_and_fragment")
{
    struct peer *peer = peer_moving(302, "/there");
    struct xfer *x = follower(peer, "/");
    char text[200];

    snprintf(text, sizeof(text), "http://me:secret@%s/here?q#f", peer_authority(peer));
    SET(x, CURLOPT_URL, text);
    SET(x, CURLOPT_AUTOREFERER, 1L);
    CHECK_CODE(run(x), CURLE_OK);
    snprintf(text, sizeof(text), "\r\nReferer: http://%s/here?q\r\n", peer_authority(peer));
    CHECK_HAS(second(peer), text);
    snprintf(text, sizeof(text), "http://%s/here?q", peer_authority(peer));
    CHECK_STR(xfer_str(x, CURLINFO_REFERER), text);
}

/* In the middle of it. */

TEST("C-49 C-189 a_transfer_can_be_removed_in_the_body_of_a_redirect")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST,
                PEER_SEND("HTTP/1.1 302 Go\r\nLocation: /t\r\nContent-Length: 9\r\n\r\nbody"),
                PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = follower(peer, "/");

    xfer_start(x, drive);
    DRIVE_UNTIL(drive, strstr(x->head.data, "\r\n\r\n"));
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST("C-183 the_timeout_counts_over_all_redirects")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(moved(302, "/there")), PEER_REQUEST,
                                PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = follower(peer, "/");

    SET(x, CURLOPT_TIMEOUT_MS, 20000L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 2);
    sys_clock_advance(21000, false);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
}

TEST("C-189 redirects_between_two_peers_leave_both_connections_in_order")
{
    struct peer *to = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    char location[100];
    struct peer *from;
    struct xfer *x;

    snprintf(location, sizeof(location), "http://%s/x", peer_authority(to));
    from = PEER_OF(PEER_REQUEST, PEER_SEND(moved(302, location)), PEER_REQUEST, PEER_SEND(HELLO),
                   PEER_REQUEST, PEER_SEND(moved(302, location)), PEER_KEEP);
    snprintf(location, sizeof(location), "http://%s/back", peer_authority(from));
    PEER_SCRIPT(to, 0, PEER_REQUEST, PEER_SEND(moved(302, location)), PEER_REQUEST,
                PEER_SEND(HELLO), PEER_KEEP);
    x = follower(from, "/");
    xfer_start(x, drive);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 2);
    CHECK_INT(xfer_long(x, CURLINFO_REDIRECT_COUNT), 2);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 0);
}
