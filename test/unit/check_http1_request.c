/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/http1_request.h"

#include "faults.h"
#include "shuffle.h"

enum { MAX_HEAD_BYTES = 4096, MAX_ENTRIES = 40 };

static struct whim_buf buf;
static struct curl_slist nodes[MAX_ENTRIES];

static struct whim_http1_text text_of(const char *text)
{
    return (struct whim_http1_text){text, strlen(text)};
}

/* A list without allocations; the NULL behind the entries ends it. */
static const struct curl_slist *list_of(const char *const *entries)
{
    size_t n = 0;

    for (; entries[n]; n++) {
        ck_assert_uint_lt(n, MAX_ENTRIES);
        nodes[n] = (struct curl_slist){(char *)entries[n], NULL};
        if (n)
            nodes[n - 1].next = &nodes[n];
    }
    return n ? nodes : NULL;
}
#define LIST(...) list_of((const char *const[]){__VA_ARGS__, NULL})

static struct whim_http1_request a_get(void)
{
    return (struct whim_http1_request){
        .method = text_of("GET"),
        .target = text_of("/"),
        .host = text_of("h"),
        .content_length = -1,
    };
}

static struct whim_http1_request a_full_request(void)
{
    return (struct whim_http1_request){
        .method = text_of("POST"),
        .target = text_of("/path?query"),
        .host = text_of("example.com:8080"),
        .range = text_of("0-99"),
        .user_agent = text_of("agent/1"),
        .referer = text_of("http://from/"),
        .cookie = text_of("a=b; c=d"),
        .content_length = 1234567890123,
        .is_form = true,
        .expects_continue = true,
    };
}

static enum whim_http1_request_result add_head(const struct whim_http1_request *request)
{
    whim_buf_init(&buf, MAX_HEAD_BYTES);
    return whim_http1_add_head(&buf, request);
}

static void assert_head(const struct whim_http1_request *request, const char *expected)
{
    ck_assert_int_eq(add_head(request), WHIM_HTTP1_REQUEST_OK);
    ck_assert_int_eq(whim_buf_terminate(&buf), WHIM_BUF_OK);
    ck_assert_uint_eq(buf.len, strlen(expected));
    ck_assert_str_eq(buf.data, expected);
    whim_buf_fini(&buf);
}

static void assert_refused(const struct whim_http1_request *request)
{
    ck_assert_int_eq(add_head(request), WHIM_HTTP1_REQUEST_BAD_TEXT);
    whim_buf_fini(&buf);
}

START_TEST(a_plain_request_is_three_lines)
{
    struct whim_http1_request request = a_get();

    assert_head(&request, "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n");
    request.is_http10 = true;
    assert_head(&request, "GET / HTTP/1.0\r\nHost: h\r\nAccept: */*\r\n\r\n");
}
END_TEST

START_TEST(the_fields_stand_in_the_order_of_libcurl)
{
    struct whim_http1_request request = a_full_request();

    request.headers = LIST("X-One: 1", "X-Two: 2");
    assert_head(&request, "POST /path?query HTTP/1.1\r\n"
                          "Host: example.com:8080\r\n"
                          "Range: bytes=0-99\r\n"
                          "User-Agent: agent/1\r\n"
                          "Accept: */*\r\n"
                          "Referer: http://from/\r\n"
                          "Cookie: a=b; c=d\r\n"
                          "X-One: 1\r\n"
                          "X-Two: 2\r\n"
                          "Content-Length: 1234567890123\r\n"
                          "Content-Type: application/x-www-form-urlencoded\r\n"
                          "Expect: 100-continue\r\n"
                          "\r\n");
}
END_TEST

START_TEST(a_chunked_body_has_a_coding_and_no_length)
{
    struct whim_http1_request request = a_get();

    request.method = text_of("PUT");
    request.is_chunked = true;
    request.content_length = 5;
    request.referer = text_of("r");
    request.cookie = text_of("c");
    assert_head(&request, "PUT / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nReferer: r\r\n"
                          "Transfer-Encoding: chunked\r\nCookie: c\r\n\r\n");
}
END_TEST

START_TEST(a_length_of_nothing_is_said)
{
    struct whim_http1_request request = a_get();

    request.content_length = 0;
    assert_head(&request, "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nContent-Length: 0\r\n\r\n");
    request.content_length = INT64_MAX;
    assert_head(&request, "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n"
                          "Content-Length: 9223372036854775807\r\n\r\n");
}
END_TEST

START_TEST(each_field_of_the_body_stands_alone)
{
    struct whim_http1_request request = a_get();

    request.is_form = true;
    assert_head(&request, "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n"
                          "Content-Type: application/x-www-form-urlencoded\r\n\r\n");
    request = a_get();
    request.expects_continue = true;
    assert_head(&request, "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n"
                          "Expect: 100-continue\r\n\r\n");
    request.is_chunked = true;
    assert_head(&request, "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n"
                          "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
}
END_TEST

/* As libcurl does: an empty agent is none, an empty referer or cookie is sent. */
START_TEST(empty_texts_are_sent_but_for_the_agent)
{
    struct whim_http1_request request = a_get();

    request.user_agent = text_of("");
    request.referer = text_of("");
    request.cookie = text_of("");
    assert_head(&request,
                "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nReferer: \r\nCookie: \r\n\r\n");
}
END_TEST

START_TEST(the_list_replaces_every_field_and_sends_it_in_its_own_place)
{
    struct whim_http1_request request = a_full_request();

    request.headers = LIST("EXPECT: x", "content-type: y", "content-length: 7", "cookie: z",
                           "referer:r", "accept: a", "user-agent: u", "range: bytes=1-", "host: v");
    assert_head(&request, "POST /path?query HTTP/1.1\r\nhost: v\r\nEXPECT: x\r\ncontent-type: y\r\n"
                          "content-length: 7\r\ncookie: z\r\nreferer:r\r\naccept: a\r\n"
                          "user-agent: u\r\nrange: bytes=1-\r\n\r\n");
    request = a_get();
    request.is_chunked = true;
    request.headers = LIST("Transfer-Encoding: Chunked");
    assert_head(&request, "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n"
                          "Transfer-Encoding: Chunked\r\n\r\n");
}
END_TEST

START_TEST(a_name_with_a_colon_takes_the_field_away)
{
    struct whim_http1_request request = a_full_request();

    request.headers = LIST("Expect:", "Content-Type: ", "Content-Length:\t",
                           "Cookie:", "Referer:", "Accept:", "User-Agent:", "Range:", "Host:");
    assert_head(&request, "POST /path?query HTTP/1.1\r\n\r\n");
}
END_TEST

START_TEST(a_name_with_a_semicolon_sends_it_empty)
{
    struct whim_http1_request request = a_full_request();

    request.headers = LIST("Expect;", "Content-Type;", "Content-Length;", "Cookie;", "Referer;",
                           "Accept;", "User-Agent;", "Range;", "Host;", "X-Own;");
    assert_head(&request, "POST /path?query HTTP/1.1\r\nHost:\r\nExpect:\r\nContent-Type:\r\n"
                          "Content-Length:\r\nCookie:\r\nReferer:\r\nAccept:\r\nUser-Agent:\r\n"
                          "Range:\r\nX-Own:\r\n\r\n");
}
END_TEST

START_TEST(stored_cookies_stand_before_others_and_the_list_does_not_take_them_away)
{
    struct whim_http1_request request = a_get();

    request.stored_cookies = text_of("a=1; b=2");
    assert_head(&request,
                "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nCookie: a=1; b=2\r\n\r\n");
    request.cookie = text_of("c=3");
    assert_head(&request,
                "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nCookie: a=1; b=2; c=3\r\n\r\n");
    request.headers = LIST("Cookie: own=1");
    assert_head(&request, "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nCookie: a=1; b=2\r\n"
                          "Cookie: own=1\r\n\r\n");
    request.headers = LIST("Cookie:");
    assert_head(&request,
                "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nCookie: a=1; b=2\r\n\r\n");
    request.headers = LIST("Cookie: own=1");
    request.is_to_stranger = true;
    request.cookie = (struct whim_http1_text){NULL, 0};
    assert_head(&request,
                "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nCookie: a=1; b=2\r\n\r\n");
}
END_TEST

START_TEST(other_entries_are_sent_as_they_are_and_what_is_no_field_is_not)
{
    struct whim_http1_request request = a_get();

    request.headers =
        LIST("X: a;b:c", "Y:  two  ", "Z;a: b", "A;b", "B; ", "no colon", "", ":", ": value", ";",
             ":path: p", "Accept-Encoding: x", "Accep: y", "X: again");
    assert_head(&request, "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nX: a;b:c\r\nY:  two  \r\n"
                          "Z;a: b\r\nAccept-Encoding: x\r\nAccep: y\r\nX: again\r\n\r\n");
}
END_TEST

START_TEST(only_the_first_host_of_the_list_is_sent)
{
    struct whim_http1_request request = a_get();

    request.headers = LIST("HOST: one", "X: y", "Host: two", "Host;", "Hostess: three");
    assert_head(&request, "GET / HTTP/1.1\r\nHOST: one\r\nAccept: */*\r\nX: y\r\n"
                          "Hostess: three\r\n\r\n");
}
END_TEST

START_TEST(an_entry_without_text_is_passed_over)
{
    struct whim_http1_request request = a_get();
    struct curl_slist second = {(char *)"X: y", NULL};
    struct curl_slist first = {NULL, &second};

    request.headers = &first;
    assert_head(&request, "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nX: y\r\n\r\n");
}
END_TEST

/* Each text of a request with each offence in each place. */
START_TEST(a_line_end_or_nul_is_refused_in_every_text)
{
    static const char offences[] = {'\r', '\n', 0};

    for (int field = 0; field < 8; field++) {
        for (size_t i = 0; i < sizeof(offences) * 20; i++) {
            struct whim_http1_request request = a_full_request();
            struct whim_http1_text *const texts[] = {
                &request.method,     &request.target,  &request.host,   &request.range,
                &request.user_agent, &request.referer, &request.cookie, &request.stored_cookies,
            };
            char text[] = "0123456789\tabcdefghi";

            text[i / sizeof(offences)] = offences[i % sizeof(offences)];
            *texts[field] = (struct whim_http1_text){text, sizeof(text) - 1};
            assert_refused(&request);
        }
    }
}
END_TEST

START_TEST(a_line_end_is_refused_in_every_entry_that_would_be_sent)
{
    static const char *const entries[] = {
        "X: a\r\nEvil: b",
        "X: a\nEvil: b",
        "X: a\rEvil: b",
        "X: a\r\n",
        "X: a\n",
        "X: a\r",
        "X:\r\n",
        "X:\n",
        "X\r\n: a",
        "X\nEvil;",
        "X\r;",
        "\r\nEvil: b",
        "\n: a",
        "Host: a\r\n",
        "Host:\n",
        "X: \r\n\r\nGET / HTTP/1.1\r\nHost: evil",
    };

    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        struct whim_http1_request request = a_get();

        request.headers = LIST("A: b", entries[i]);
        assert_refused(&request);
        request.headers = LIST(entries[i], "A: b");
        assert_refused(&request);
    }
}
END_TEST

START_TEST(a_line_end_in_an_entry_that_is_not_sent_does_not_get_out)
{
    static const char *const entries[] = {"X\r\nEvil", "X;\r\nEvil", "\r\n", "Accept\r\n",
                                          "X\nY;Z"};

    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        struct whim_http1_request request = a_get();

        request.headers = LIST(entries[i]);
        assert_head(&request, "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n");
    }
}
END_TEST

START_TEST(tabs_and_bytes_beyond_ascii_are_sent)
{
    struct whim_http1_request request = a_get();

    request.user_agent = text_of("a\tb\x01\x1f\x7f\x80\xff");
    assert_head(&request, "GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: a\tb\x01\x1f\x7f\x80\xff\r\n"
                          "Accept: */*\r\n\r\n");
}
END_TEST

START_TEST(a_head_that_does_not_fit_is_too_large)
{
    struct whim_http1_request request = a_full_request();
    size_t len;

    request.headers = LIST("X: y", "Host: z", "Empty;");
    ck_assert_int_eq(add_head(&request), WHIM_HTTP1_REQUEST_OK);
    len = buf.len;
    whim_buf_fini(&buf);
    for (size_t max = 0; max <= len; max++) {
        whim_buf_init(&buf, max);
        ck_assert_int_eq(whim_http1_add_head(&buf, &request),
                         max < len ? WHIM_HTTP1_REQUEST_TOO_LARGE : WHIM_HTTP1_REQUEST_OK);
        whim_buf_fini(&buf);
    }
}
END_TEST

static void add_a_long_head(void *arg)
{
    struct whim_http1_request request = a_full_request();
    long fail_from = heap.fail_from;
    char agent[700];
    enum whim_http1_request_result result;

    memset(agent, 'a', sizeof(agent));
    request.user_agent = (struct whim_http1_text){agent, sizeof(agent)};
    request.headers = LIST("X: y");
    result = add_head(&request);
    ck_assert_int_eq(result, heap.n_calls < fail_from ? WHIM_HTTP1_REQUEST_OK
                                                      : WHIM_HTTP1_REQUEST_NO_MEMORY);
    whim_buf_fini(&buf);
}

START_TEST(without_memory_there_is_no_head)
{
    ck_assert_int_ge(faults_run(add_a_long_head, NULL), 2);
}
END_TEST

START_TEST(a_request_is_appended_to_what_is_there)
{
    struct whim_http1_request request = a_get();

    whim_buf_init(&buf, MAX_HEAD_BYTES);
    whim_buf_add_str(&buf, "before");
    ck_assert_int_eq(whim_http1_add_head(&buf, &request), WHIM_HTTP1_REQUEST_OK);
    ck_assert_mem_eq(buf.data, "beforeGET / HTTP/1.1\r\n", 22);
    whim_buf_fini(&buf);
}
END_TEST

START_TEST(the_list_alone_can_be_added)
{
    whim_buf_init(&buf, MAX_HEAD_BYTES);
    ck_assert_int_eq(whim_http1_add_list(&buf, NULL), WHIM_HTTP1_REQUEST_OK);
    ck_assert_int_eq(whim_http1_add_list(&buf, LIST("Host: h", "A: b", "C;", "D:", "e")),
                     WHIM_HTTP1_REQUEST_OK);
    ck_assert_int_eq(whim_buf_terminate(&buf), WHIM_BUF_OK);
    ck_assert_str_eq(buf.data, "A: b\r\nC:\r\n");
    ck_assert_int_eq(whim_http1_add_list(&buf, LIST("A: b\nc")), WHIM_HTTP1_REQUEST_BAD_TEXT);
    whim_buf_fini(&buf);
}
END_TEST

START_TEST(entries_are_found_by_their_whole_name)
{
    const struct curl_slist *list =
        LIST("Expectation: 1", "Expect", "eXpEcT ;", "expect: 2", "Expect: 3", "Te;", "");

    ck_assert_str_eq(whim_http1_list_find(list, "Expect"), "expect: 2");
    ck_assert_str_eq(whim_http1_list_find(list, "TE"), "Te;");
    ck_assert_ptr_null(whim_http1_list_find(list, "Exp"));
    ck_assert_ptr_null(whim_http1_list_find(list, "Expectations"));
    ck_assert_ptr_null(whim_http1_list_find(NULL, "Expect"));
}
END_TEST

START_TEST(an_entry_says_a_value_when_it_is_the_only_one)
{
    static const struct {
        const char *entry;
        bool says;
    } rows[] = {
        {"Transfer-Encoding: chunked", true},
        {"transfer-encoding:\t CHUNKED \t", true},
        {"Transfer-Encoding:chunked", true},
        {"Transfer-Encoding: chunke", false},
        {"Transfer-Encoding: chunkedd", false},
        {"Transfer-Encoding: gzip, chunked", false},
        {"Transfer-Encoding: chunked, x", false},
        {"Transfer-Encoding:", false},
        {"Transfer-Encoding;", false},
        {"Transfer-Encodings: chunked", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_msg(whim_http1_list_says(LIST(rows[i].entry), "Transfer-Encoding", "chunked") ==
                          rows[i].says,
                      "%s", rows[i].entry);
    ck_assert(!whim_http1_list_says(NULL, "Transfer-Encoding", "chunked"));
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_plain_request_is_three_lines,
        the_fields_stand_in_the_order_of_libcurl,
        a_chunked_body_has_a_coding_and_no_length,
        a_length_of_nothing_is_said,
        each_field_of_the_body_stands_alone,
        empty_texts_are_sent_but_for_the_agent,
        the_list_replaces_every_field_and_sends_it_in_its_own_place,
        a_name_with_a_colon_takes_the_field_away,
        a_name_with_a_semicolon_sends_it_empty,
        stored_cookies_stand_before_others_and_the_list_does_not_take_them_away,
        other_entries_are_sent_as_they_are_and_what_is_no_field_is_not,
        only_the_first_host_of_the_list_is_sent,
        an_entry_without_text_is_passed_over,
        a_line_end_or_nul_is_refused_in_every_text,
        a_line_end_is_refused_in_every_entry_that_would_be_sent,
        a_line_end_in_an_entry_that_is_not_sent_does_not_get_out,
        tabs_and_bytes_beyond_ascii_are_sent,
        a_head_that_does_not_fit_is_too_large,
        without_memory_there_is_no_head,
        a_request_is_appended_to_what_is_there,
        the_list_alone_can_be_added,
        entries_are_found_by_their_whole_name,
        an_entry_says_a_value_when_it_is_the_only_one,
    };

    return shuffle_and_run("http1_request", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
