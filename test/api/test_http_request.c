/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What goes over the wire: methods, targets, headers and their order, with bodies from memory.
 */
#include "xfer.h"

#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

/* Options of a table's row: numbers and strings only. */
struct setting {
    CURLoption option;
    long number;
    const char *text;
};

struct request {
    const char *name;
    const char *path; /* behind http://AUTHORITY */
    struct setting settings[4];
    const char *headers[6];
    const char *wanted; /* the request; @ stands for the authority */
    const char *method; /* CURLINFO_EFFECTIVE_METHOD */
};

#define HOST_ACCEPT "Host: @\r\nAccept: */*\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static const struct request requests[] = {
    {"get", "/", {{0}}, {NULL}, "GET / HTTP/1.1\r\n" HOST_ACCEPT "\r\n", "GET"},
    {"get_of_an_empty_path", "", {{0}}, {NULL}, "GET / HTTP/1.1\r\n" HOST_ACCEPT "\r\n", "GET"},
    {"get_of_a_bare_query", "?x", {{0}}, {NULL}, "GET /?x HTTP/1.1\r\n" HOST_ACCEPT "\r\n", "GET"},
    {"get_with_a_fragment",
     "/a?b#c",
     {{0}},
     {NULL},
     "GET /a?b HTTP/1.1\r\n" HOST_ACCEPT "\r\n",
     "GET"},
    {"get_with_dot_segments",
     "/a/../b/./c",
     {{0}},
     {NULL},
     "GET /b/c HTTP/1.1\r\n" HOST_ACCEPT "\r\n",
     "GET"},
    {"get_with_path_as_is",
     "/a/../b/./c",
     {{CURLOPT_PATH_AS_IS, 1, NULL}},
     {NULL},
     "GET /a/../b/./c HTTP/1.1\r\n" HOST_ACCEPT "\r\n",
     "GET"},
    {"get_with_bytes_beyond_ascii",
     "/\xc3\xa4",
     {{0}},
     {NULL},
     "GET /%C3%A4 HTTP/1.1\r\n" HOST_ACCEPT "\r\n",
     "GET"},
    {"get_with_percent_signs",
     "/%41%zz",
     {{0}},
     {NULL},
     "GET /%41%zz HTTP/1.1\r\n" HOST_ACCEPT "\r\n",
     "GET"},
    {"get_of_http_1_0",
     "/",
     {{CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_0, NULL}},
     {NULL},
     "GET / HTTP/1.0\r\n" HOST_ACCEPT "\r\n",
     "GET"},
    {"head",
     "/",
     {{CURLOPT_NOBODY, 1, NULL}},
     {NULL},
     "HEAD / HTTP/1.1\r\n" HOST_ACCEPT "\r\n",
     "HEAD"},
    {"custom_method",
     "/",
     {{CURLOPT_CUSTOMREQUEST, 0, "DELETE"}},
     {NULL},
     "DELETE / HTTP/1.1\r\n" HOST_ACCEPT "\r\n",
     "DELETE"},
    {"custom_method_with_a_body",
     "/",
     {{CURLOPT_CUSTOMREQUEST, 0, "PATCH"}, {CURLOPT_POSTFIELDS, 0, "zz"}},
     {NULL},
     "PATCH / HTTP/1.1\r\n" HOST_ACCEPT "Content-Length: 2\r\n" FORM "\r\nzz",
     "PATCH"},
    {"request_target",
     "/",
     {{CURLOPT_CUSTOMREQUEST, 0, "OPTIONS"}, {CURLOPT_REQUEST_TARGET, 0, "*"}},
     {NULL},
     "OPTIONS * HTTP/1.1\r\n" HOST_ACCEPT "\r\n",
     "OPTIONS"},
    {"post",
     "/",
     {{CURLOPT_POSTFIELDS, 0, "a=b"}},
     {NULL},
     "POST / HTTP/1.1\r\n" HOST_ACCEPT "Content-Length: 3\r\n" FORM "\r\na=b",
     "POST"},
    {"post_of_nothing",
     "/",
     {{CURLOPT_POSTFIELDS, 0, ""}},
     {NULL},
     "POST / HTTP/1.1\r\n" HOST_ACCEPT "Content-Length: 0\r\n" FORM "\r\n",
     "POST"},
    {"post_of_size_zero_without_fields",
     "/",
     {{CURLOPT_POST, 1, NULL}, {CURLOPT_POSTFIELDSIZE, 0, NULL}},
     {NULL},
     "POST / HTTP/1.1\r\n" HOST_ACCEPT "Content-Length: 0\r\n" FORM "\r\n",
     "POST"},
    {"post_of_a_part_of_the_fields",
     "/",
     {{CURLOPT_POSTFIELDS, 0, "abcdef"}, {CURLOPT_POSTFIELDSIZE, 3, NULL}},
     {NULL},
     "POST / HTTP/1.1\r\n" HOST_ACCEPT "Content-Length: 3\r\n" FORM "\r\nabc",
     "POST"},
    {"post_of_http_1_0",
     "/",
     {{CURLOPT_POSTFIELDS, 0, "zz"}, {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_0, NULL}},
     {NULL},
     "POST / HTTP/1.0\r\n" HOST_ACCEPT "Content-Length: 2\r\n" FORM "\r\nzz",
     "POST"},
    {"post_with_its_own_type_and_length",
     "/",
     {{CURLOPT_POSTFIELDS, 0, "zz"}},
     {"Content-Type: text/plain", "Content-Length: 2", "Connection: close"},
     "POST / HTTP/1.1\r\n" HOST_ACCEPT
     "Content-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nzz",
     "POST"},
    {"post_without_a_type",
     "/",
     {{CURLOPT_POSTFIELDS, 0, "zz"}},
     {"Content-Type:"},
     "POST / HTTP/1.1\r\n" HOST_ACCEPT "Content-Length: 2\r\n\r\nzz",
     "POST"},
    {"post_made_chunked_by_hand",
     "/",
     {{CURLOPT_POSTFIELDS, 0, "zz"}},
     {"Transfer-Encoding: chunked"},
     "POST / HTTP/1.1\r\n" HOST_ACCEPT "Transfer-Encoding: chunked\r\n" FORM
     "\r\n2\r\nzz\r\n0\r\n\r\n",
     "POST"},
    {"get_after_post",
     "/",
     {{CURLOPT_POSTFIELDS, 0, "zz"}, {CURLOPT_HTTPGET, 1, NULL}},
     {NULL},
     "GET / HTTP/1.1\r\n" HOST_ACCEPT "\r\n",
     "GET"},
    {"head_after_post",
     "/",
     {{CURLOPT_POSTFIELDS, 0, "zz"}, {CURLOPT_NOBODY, 1, NULL}},
     {NULL},
     "HEAD / HTTP/1.1\r\n" HOST_ACCEPT "\r\n",
     "HEAD"},
    {"get_after_nobody_off",
     "/",
     {{CURLOPT_NOBODY, 1, NULL}, {CURLOPT_NOBODY, 0, NULL}},
     {NULL},
     "GET / HTTP/1.1\r\n" HOST_ACCEPT "\r\n",
     "GET"},
    {"get_after_post_off",
     "/",
     {{CURLOPT_POST, 1, NULL}, {CURLOPT_POST, 0, NULL}},
     {NULL},
     "GET / HTTP/1.1\r\n" HOST_ACCEPT "\r\n",
     "GET"},
    {"get_after_upload_off",
     "/",
     {{CURLOPT_UPLOAD, 1, NULL}, {CURLOPT_UPLOAD, 0, NULL}},
     {NULL},
     "GET / HTTP/1.1\r\n" HOST_ACCEPT "\r\n",
     "GET"},
    {"range",
     "/",
     {{CURLOPT_RANGE, 0, "5-9"}},
     {NULL},
     "GET / HTTP/1.1\r\nHost: @\r\nRange: bytes=5-9\r\nAccept: */*\r\n\r\n",
     "GET"},
    {"resume",
     "/",
     {{CURLOPT_RESUME_FROM, 5, NULL}},
     {NULL},
     "GET / HTTP/1.1\r\nHost: @\r\nRange: bytes=5-\r\nAccept: */*\r\n\r\n",
     "GET"},
    {"agent_and_referer",
     "/",
     {{CURLOPT_USERAGENT, 0, "ua/1"}, {CURLOPT_REFERER, 0, "ref"}},
     {NULL},
     "GET / HTTP/1.1\r\nHost: @\r\nUser-Agent: ua/1\r\nAccept: */*\r\nReferer: ref\r\n\r\n",
     "GET"},
    {"cookie",
     "/",
     {{CURLOPT_COOKIE, 0, "a=b; c=d"}},
     {NULL},
     "GET / HTTP/1.1\r\n" HOST_ACCEPT "Cookie: a=b; c=d\r\n\r\n",
     "GET"},
    {"time_condition",
     "/",
     {{CURLOPT_TIMECONDITION, CURL_TIMECOND_IFMODSINCE, NULL}, {CURLOPT_TIMEVALUE, 1000000, NULL}},
     {NULL},
     "GET / HTTP/1.1\r\n" HOST_ACCEPT "If-Modified-Since: Mon, 12 Jan 1970 13:46:40 GMT\r\n\r\n",
     "GET"},
    {"time_condition_unmodified",
     "/",
     {{CURLOPT_TIMECONDITION, CURL_TIMECOND_IFUNMODSINCE, NULL},
      {CURLOPT_TIMEVALUE, 1000000, NULL}},
     {NULL},
     "GET / HTTP/1.1\r\n" HOST_ACCEPT "If-Unmodified-Since: Mon, 12 Jan 1970 13:46:40 GMT\r\n\r\n",
     "GET"},
    {"basic_credentials",
     "/",
     {{CURLOPT_USERPWD, 0, "u:p"}},
     {NULL},
     "GET / HTTP/1.1\r\nHost: @\r\nAuthorization: Basic dTpw\r\nAccept: */*\r\n\r\n",
     "GET"},
    {"header_added",
     "/",
     {{0}},
     {"X-A: b", "x-c:d"},
     "GET / HTTP/1.1\r\n" HOST_ACCEPT "X-A: b\r\nx-c:d\r\n\r\n",
     "GET"},
    {"header_without_content",
     "/",
     {{0}},
     {"X-Empty;"},
     "GET / HTTP/1.1\r\n" HOST_ACCEPT "X-Empty:\r\n\r\n",
     "GET"},
    {"header_removed", "/", {{0}}, {"Accept:"}, "GET / HTTP/1.1\r\nHost: @\r\n\r\n", "GET"},
    {"host_replaced",
     "/",
     {{0}},
     {"Host: foo"},
     "GET / HTTP/1.1\r\nHost: foo\r\nAccept: */*\r\n\r\n",
     "GET"},
    {"host_removed", "/", {{0}}, {"Host:"}, "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n", "GET"},
    {"headers_replaced",
     "/",
     {{CURLOPT_USERAGENT, 0, "ours"}},
     {"User-Agent: a", "Accept: b"},
     "GET / HTTP/1.1\r\nHost: @\r\nUser-Agent: a\r\nAccept: b\r\n\r\n",
     "GET"},
    {"malformed_headers_left_out",
     "/",
     {{0}},
     {"X-C", "X-D; e", ":z"},
     "GET / HTTP/1.1\r\n" HOST_ACCEPT "\r\n",
     "GET"},
};

static void set_one(struct xfer *x, const struct setting *setting)
{
    if (setting->text)
        SET(x, setting->option, setting->text);
    else if (setting->option)
        SET(x, setting->option, setting->number);
}

static void set_headers(struct xfer *x, const char *const *headers, size_t most)
{
    struct curl_slist *list = NULL;

    for (size_t i = 0; i < most && headers[i]; i++)
        list = curl_slist_append(list, headers[i]);
    if (list)
        SET(x, CURLOPT_HTTPHEADER, keep_list(list));
}

/* The text with the peer's authority for each @. */
static const char *fill_in(const char *text, struct peer *peer)
{
    static char filled[4096];
    size_t n = 0;

    for (; *text; text++) {
        if (*text == '@')
            n += (size_t)sprintf(filled + n, "%s", peer_authority(peer));
        else
            filled[n++] = *text;
    }
    filled[n] = 0;
    return filled;
}

TEST_ROWS(0, "C-13 the_wire_shows_", requests)
{
    const struct request *row = test_row();
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, row->path);

    for (size_t i = 0; i < 4; i++)
        set_one(x, &row->settings[i]);
    set_headers(x, row->headers, 6);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(received(peer, 0), fill_in(row->wanted, peer));
    CHECK_STR(xfer_str(x, CURLINFO_EFFECTIVE_METHOD), row->method);
}

TEST("C-13 all_headers_at_once_stand_in_the_usual_order")
{
    static const char *const order[] = {
        "POST /",       "Host: ",           "Authorization: ",
        "User-Agent: ", "Accept: ",         "Accept-Encoding: ",
        "Referer: ",    "Cookie: ",         "If-Modified-Since: ",
        "X-A: b",       "Content-Length: ", "Content-Type: ",
    };
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    const char *at, *hit;

    SET(x, CURLOPT_USERPWD, "u:p");
    SET(x, CURLOPT_USERAGENT, "ua");
    SET(x, CURLOPT_ACCEPT_ENCODING, "gzip");
    SET(x, CURLOPT_REFERER, "ref");
    SET(x, CURLOPT_COOKIE, "c=d");
    SET(x, CURLOPT_TIMECONDITION, (long)CURL_TIMECOND_IFMODSINCE);
    SET(x, CURLOPT_TIMEVALUE, 1000000L);
    SET(x, CURLOPT_HTTPHEADER, list_of("X-A: b", NULL));
    SET(x, CURLOPT_POSTFIELDS, "zz");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    at = received(peer, 0);
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        hit = strstr(at, order[i]);
        if (!hit)
            FAIL("%s does not follow in: %s", order[i], received(peer, 0));
        at = hit;
    }
}

TEST("C-196 a_line_end_within_a_custom_header_never_reaches_the_wire")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, list_of("X-A: b\r\nX-Injected: c", NULL));
    xfer_again(x, drive_new());
    CHECK_LACKS(received(peer, 0), "\nX-Injected");
}

TEST("C-13 postfields_are_not_copied_and_copypostfields_are")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");
    char text[] = "one";

    SET(x, CURLOPT_POSTFIELDS, text);
    strcpy(text, "two");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_HAS(received(peer, 0), "\r\n\r\ntwo");
    SET(x, CURLOPT_COPYPOSTFIELDS, text);
    strcpy(text, "six");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_HAS(received(peer, 0) + strlen("POST"), "POST");
    CHECK_LACKS(received(peer, 0), "\r\n\r\nsix");
}

TEST("C-13 postfields_may_hold_zero_bytes")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    size_t n;
    char *got;

    SET(x, CURLOPT_POSTFIELDSIZE, 4L);
    SET(x, CURLOPT_COPYPOSTFIELDS, "a\0b\0");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    got = peer_take_received(peer, 0, &n);
    CHECK(got && n > 4);
    CHECK(!memcmp(got + n - 4, "a\0b\0", 4));
    free(got);
}

TEST("C-13 a_megabyte_of_postfields_arrives_whole_without_expect")
{
    size_t n = 1024 * 1024;
    char *fields = malloc(n + 1);
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    const char *got;

    CHECK(fields != NULL);
    defer(free, fields);
    for (size_t i = 0; i < n; i++)
        fields[i] = (char)peer_pattern(i);
    fields[n] = 0;
    SET(x, CURLOPT_POSTFIELDS, fields);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    got = received(peer, 0);
    CHECK_LACKS(got, "Expect:");
    CHECK_STR(strstr(got, "\r\n\r\n") + 4, fields);
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_UPLOAD_T), (long)n);
}

TEST("C-13 the_port_option_overrides_the_urls")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new_url("http://127.0.0.1:1/");

    SET(x, CURLOPT_PORT, (long)peer_port(peer));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), fill_in("Host: @\r\n", peer));
}

TEST("C-13 connect_to_changes_the_address_but_not_the_host_header")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new_url("http://foo.example:81/");
    char to[100];

    snprintf(to, sizeof(to), "foo.example:81:127.0.0.1:%d", peer_port(peer));
    SET(x, CURLOPT_CONNECT_TO, list_of(to, NULL));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "Host: foo.example:81\r\n");
}

TEST("C-13 resolve_gives_a_name_its_address")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x;
    char url[100], entry[100];

    snprintf(url, sizeof(url), "http://foo.example:%d/", peer_port(peer));
    snprintf(entry, sizeof(entry), "foo.example:%d:127.0.0.1", peer_port(peer));
    x = xfer_new_url(url);
    SET(x, CURLOPT_RESOLVE, list_of(entry, NULL));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "Host: foo.example:");
    CHECK_STR(xfer_str(x, CURLINFO_PRIMARY_IP), "127.0.0.1");
}

TEST("C-13 localhost_needs_no_resolver_and_keeps_its_case_in_the_host_header")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x;
    char url[100];

    snprintf(url, sizeof(url), "http://LocalHost:%d/", peer_port(peer));
    x = xfer_new_url(url);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "Host: LocalHost:");
}

struct bad_url {
    const char *name;
    const char *url;
    CURLcode result;
};

static const struct bad_url bad_urls[] = {
    {"without_a_host", "http://", CURLE_URL_MALFORMAT},
    {"with_a_blank_in_the_host", "http://a b/", CURLE_URL_MALFORMAT},
    {"with_a_blank_in_the_path", "http://127.0.0.1/a b", CURLE_URL_MALFORMAT},
    {"with_a_leading_blank", " http://127.0.0.1/", CURLE_URL_MALFORMAT},
    {"with_a_port_beyond_65535", "http://127.0.0.1:99999/", CURLE_URL_MALFORMAT},
    {"with_letters_for_a_port", "http://127.0.0.1:ab/", CURLE_URL_MALFORMAT},
    {"of_nothing", "", CURLE_URL_MALFORMAT},
    {"of_an_unknown_scheme", "foo://127.0.0.1/", CURLE_UNSUPPORTED_PROTOCOL},
    {"with_a_control_byte", "http://127.0.0.1/\x01", CURLE_URL_MALFORMAT},
};

TEST_ROWS(0, "C-64 C-66 fails_at_once_with_the_right_code_a_url_", bad_urls)
{
    const struct bad_url *row = test_row();
    struct xfer *x = xfer_new_url(row->url);

    CHECK_CODE(xfer_again(x, drive_new()), row->result);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 0);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 0);
}

TEST("C-64 a_handle_without_a_url_fails_with_3")
{
    struct xfer *x = xfer_new_url("");

    SET(x, CURLOPT_URL, NULL);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_URL_MALFORMAT);
    CHECK_STR(x->error, "No URL set");
}

TEST("C-64 a_scheme_that_is_not_allowed_is_refused")
{
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    SET(x, CURLOPT_PROTOCOLS_STR, "https");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_UNSUPPORTED_PROTOCOL);
    SET(x, CURLOPT_PROTOCOLS_STR, "http");
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
}

static uint32_t scope_seen;

static curl_socket_t see_scope(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    const struct sockaddr_in6 *in6 = (const void *)&address->addr;

    if (address->family == AF_INET6)
        scope_seen = in6->sin6_scope_id;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

TEST("C-168 the_zone_of_an_address_says_by_which_interface")
{
    struct peer *peer = peer_of_kind(AF_INET6, PEER_ACCEPTS, 0);
    struct xfer *x = xfer_new(peer, "/");
    char url[100];

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    snprintf(url, sizeof(url), "http://[::1%%25lo]:%d/", peer_port(peer));
    SET(x, CURLOPT_URL, url);
    SET(x, CURLOPT_OPENSOCKETFUNCTION, see_scope);
    scope_seen = 0;
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT((long)scope_seen, (long)if_nametoindex("lo"));
}
