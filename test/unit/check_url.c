/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "heap.h"
#include "proto/percent.h"
#include "proto/url.h"
#include "shuffle.h"

struct parsed {
    CURLUcode code;
    struct whim_url url;
    struct whim_str *canonical;
    const char *text; /* what the spans are of */
};

/* From a block of just that size: a byte read too far is seen by the sanitizer. */
static char *exact_copy(const char *text, size_t len)
{
    char *copy = malloc(len ? len : 1);

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, len);
    return copy;
}

static struct parsed parse(const char *input, size_t len, unsigned flags)
{
    struct parsed parsed = {.canonical = NULL};

    parsed.code = whim_url_parse(input, len, flags, NULL, &parsed.url, &parsed.canonical);
    parsed.text = parsed.canonical ? parsed.canonical->text : input;
    return parsed;
}

static void assert_part(const struct parsed *parsed, struct whim_url_part part,
                        const char *expected)
{
    ck_assert_uint_eq(part.len, strlen(expected));
    ck_assert_mem_eq(parsed->text + part.off, expected, part.len);
}

START_TEST(a_canonical_url_is_parsed_in_place_without_allocating)
{
    static const char *const urls[] = {
        "http://127.0.0.1:8080/path?query",
        "http://example.com/",
        "https://user:pass%20word@example.com:444/a/b.c?d=e&f#g",
        "http://[::1]:80/x",
        "http://[fe80::1%25eth0]/",
        "imap://u:p;o@h/",
        "file:///etc/hosts",
        "http://EXAMPLE.com/%7e/..a/.b",
        "http://\xc3\xa9.example/\xc3\xa9",
    };

    heap_begin();
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        size_t len = strlen(urls[i]);
        char *input = exact_copy(urls[i], len);
        struct parsed parsed = parse(input, len, 0);

        ck_assert_int_eq(parsed.code, CURLUE_OK);
        ck_assert_msg(!parsed.canonical, "%s became %s", urls[i], parsed.text);
        free(input);
    }
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(an_ordinary_url_takes_no_call_of_the_heap)
{
    struct parsed parsed;
    const char *url = "http://127.0.0.1:8080/path?query";

    heap_begin();
    parsed = parse(url, strlen(url), CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME);
    ck_assert_int_eq(parsed.code, CURLUE_OK);
    ck_assert_int_eq(heap.n_calls, 0);
}
END_TEST

START_TEST(every_part_of_a_url_is_told)
{
    const char *input = "IMAPS://u%20;o:p@[FE80::0001%eth0]:0993/a/./b?c?d#e#f";
    struct parsed parsed;

    heap_begin();
    parsed = parse(input, strlen(input), 0);
    ck_assert_int_eq(parsed.code, CURLUE_OK);
    ck_assert_str_eq(parsed.text, "imaps://u%20:p;o@[fe80::1%25eth0]:993/a/b?c?d#e#f");
    assert_part(&parsed, parsed.url.scheme, "imaps");
    assert_part(&parsed, parsed.url.user, "u%20");
    assert_part(&parsed, parsed.url.password, "p");
    assert_part(&parsed, parsed.url.options, "o");
    assert_part(&parsed, parsed.url.host, "fe80::1");
    assert_part(&parsed, parsed.url.zone, "eth0");
    assert_part(&parsed, parsed.url.port_text, "993");
    assert_part(&parsed, parsed.url.path, "/a/b");
    assert_part(&parsed, parsed.url.query, "c?d");
    assert_part(&parsed, parsed.url.fragment, "e#f");
    ck_assert_uint_eq(parsed.url.port, 993);
    ck_assert_uint_eq(parsed.url.scheme_id, WHIM_SCHEME_IMAPS);
    ck_assert_uint_eq(parsed.url.host_kind, WHIM_HOST_IPV6);
    ck_assert_uint_eq(parsed.url.has, 0xff);
    whim_str_unref(parsed.canonical);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

static const struct {
    const char *input;
    unsigned flags;
    const char *canonical;
} forms[] = {
    {"HTTP://Example.COM", 0, "http://Example.COM/"},
    {"http:/h", 0, "http://h/"},
    {"http:///h", 0, "http://h/"},
    {"http://h?q", 0, "http://h/?q"},
    {"http://h#f", 0, "http://h/#f"},
    {"http://h/?#", 0, "http://h/"},
    {"http://h:/", 0, "http://h/"},
    {"http://h:00080/", 0, "http://h:80/"},
    {"http://h:0/", 0, "http://h:0/"},
    {"http://@h/", 0, "http://@h/"},
    {"http://u:p:q@h/", 0, "http://u:p:q@h/"},
    {"pop3://u;@h/", 0, "pop3://u@h/"},
    {"http://u;o@h/", 0, "http://u;o@h/"},
    {"http://0x7f.1/", 0, "http://127.0.0.1/"},
    {"http://017700000001/", 0, "http://127.0.0.1/"},
    {"http://4294967295/", 0, "http://255.255.255.255/"},
    {"http://4294967296/", 0, "http://4294967296/"},
    {"http://1.2.3.256/", 0, "http://1.2.3.256/"},
    {"http://1.2.65535/", 0, "http://1.2.255.255/"},
    {"http://%31%32%37.1/", 0, "http://127.0.0.1/"},
    {"http://127.0.0.1./", 0, "http://127.0.0.1/"},
    {"http://0x7f.1.:80/", 0, "http://127.0.0.1:80/"},
    {"http://1.2.3.256./", 0, "http://1.2.3.256./"},
    {"http://HO0_-st..~./", 0, "http://HO0_-st..~./"},
    {"http://[0:0:0:0:0:0:0:1]/", 0, "http://[::1]/"},
    {"http://[00::1%eth0]/", 0, "http://[::1%25eth0]/"},
    {"http://[::FFFF:7f00:1]/", 0, "http://[::ffff:127.0.0.1]/"},
    {"http://a%41b/", 0, "http://aAb/"},
    {"http://h/a/../../b/./c/.", 0, "http://h/b/c/"},
    {"http://h/a//../b", 0, "http://h/a/b"},
    {"http://h/..", 0, "http://h/"},
    {"http://h/.../a..", 0, "http://h/.../a.."},
    {"http://h/a/%2e%2E/b/.%2e/%2e/c/%2e", 0, "http://h/c/"},
    {"http://h/%2e%2e%2e/%2/%2ea", 0, "http://h/%2e%2e%2e/%2/%2ea"},
    {"http://h/a%2f..%2f/b", 0, "http://h/a%2f..%2f/b"},
    {"http://h/a/../b", CURLU_PATH_AS_IS, "http://h/a/../b"},
    {"http://h/a b?c d#e f", CURLU_ALLOW_SPACE, "http://h/a b?c d#e f"},
    {"http://h/a b?c d#e f", CURLU_URLENCODE | CURLU_ALLOW_SPACE, "http://h/a%20b?c+d#e%20f"},
    {"http://h/#\xc3\xa9", CURLU_URLENCODE, "http://h/#%C3%A9"},
    {"http://h/\xc3\xa9/../\xff", CURLU_URLENCODE, "http://h/%FF"},
    {"example.com/x", CURLU_GUESS_SCHEME, "http://example.com/x"},
    {"FTP.example.com", CURLU_GUESS_SCHEME, "ftp://FTP.example.com/"},
    {"ftp.example.com", CURLU_DEFAULT_SCHEME | CURLU_GUESS_SCHEME, "https://ftp.example.com/"},
    {"h:80", CURLU_GUESS_SCHEME, "http://h:80/"},
    {"foo://h", CURLU_NON_SUPPORT_SCHEME, "foo://h/"},
    {"foo://", CURLU_NON_SUPPORT_SCHEME | CURLU_NO_AUTHORITY, "foo:///"},
    {"file:/a", 0, "file:///a"},
    {"file://localhost/a?b", 0, "file:///a?b"},
    {"file:////a", 0, "file:////a"},
};

START_TEST(urls_are_brought_to_their_canonical_form)
{
    heap_begin();
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        size_t len = strlen(forms[i].input);
        char *input = exact_copy(forms[i].input, len);
        struct parsed parsed = parse(input, len, forms[i].flags);
        size_t text_len = parsed.canonical ? parsed.canonical->len : len;

        ck_assert_msg(parsed.code == CURLUE_OK, "%s: %d", forms[i].input, (int)parsed.code);
        ck_assert_msg(text_len == strlen(forms[i].canonical) &&
                          memcmp(parsed.text, forms[i].canonical, text_len) == 0,
                      "%s became %.*s", forms[i].input, (int)text_len, parsed.text);
        whim_str_unref(parsed.canonical);
        free(input);
    }
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(a_canonical_form_is_its_own_canonical_form)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        const char *input = forms[i].canonical;
        struct parsed parsed = parse(input, strlen(input), forms[i].flags);

        ck_assert_int_eq(parsed.code, CURLUE_OK);
        ck_assert_msg(!parsed.canonical, "%s became %s", input, parsed.text);
    }
}
END_TEST

static const struct {
    const char *input;
    unsigned flags;
    CURLUcode code;
} refusals[] = {
    {"", 0, CURLUE_BAD_SCHEME},
    {"example.com", 0, CURLUE_BAD_SCHEME},
    {"ht tp://h/", 0, CURLUE_MALFORMED_INPUT},
    {"ht tp://h/", CURLU_ALLOW_SPACE, CURLUE_BAD_SCHEME},
    {"1h://h/", CURLU_NON_SUPPORT_SCHEME, CURLUE_BAD_SCHEME},
    {"+h://h/", CURLU_NON_SUPPORT_SCHEME, CURLUE_BAD_SCHEME},
    {"foo://h/", 0, CURLUE_UNSUPPORTED_SCHEME},
    {"http:h", 0, CURLUE_BAD_SLASHES},
    {"http:////h", 0, CURLUE_BAD_SLASHES},
    {"http://", 0, CURLUE_NO_HOST},
    {"http://:80/", 0, CURLUE_NO_HOST},
    {"http://u@/", CURLU_NO_AUTHORITY, CURLUE_NO_HOST},
    {"http://h:65536/", 0, CURLUE_BAD_PORT_NUMBER},
    {"http://h:99999999999999999999999/", 0, CURLUE_BAD_PORT_NUMBER},
    {"http://h:+1/", 0, CURLUE_BAD_PORT_NUMBER},
    {"http://h:80 /", 0, CURLUE_MALFORMED_INPUT},
    {"http://1::2/", 0, CURLUE_BAD_PORT_NUMBER},
    {"h:", CURLU_GUESS_SCHEME, CURLUE_BAD_PORT_NUMBER},
    {"http://u@h/", CURLU_DISALLOW_USER, CURLUE_USER_NOT_ALLOWED},
    {"http://a@b@c/", 0, CURLUE_BAD_HOSTNAME},
    {"http://h\r\nHost: x/", 0, CURLUE_MALFORMED_INPUT},
    {"http://h\r\n/", 0, CURLUE_MALFORMED_INPUT},
    {"http://h%0d%0a/", 0, CURLUE_BAD_HOSTNAME},
    {"http://h%2Fx/", 0, CURLUE_BAD_HOSTNAME},
    {"http://h%00/", 0, CURLUE_BAD_HOSTNAME},
    {"http://h%7f/", 0, CURLUE_BAD_HOSTNAME},
    {"http://h%40x/", 0, CURLUE_BAD_HOSTNAME},
    {"http://%5b%3a%3a1%5d/", 0, CURLUE_BAD_HOSTNAME},
    {"http://h\\x/", 0, CURLUE_BAD_HOSTNAME},
    {"http://h|x/", 0, CURLUE_BAD_HOSTNAME},
    {"http://a%25b/", 0, CURLUE_BAD_HOSTNAME},
    {"http://a%/", 0, CURLUE_BAD_HOSTNAME},
    {"http://./", 0, CURLUE_BAD_HOSTNAME},
    {"http://%2e/", 0, CURLUE_BAD_HOSTNAME},
    {"http://h../", 0, CURLUE_BAD_HOSTNAME},
    {"http://127.0.0.1..:80/", 0, CURLUE_BAD_HOSTNAME},
    {"http://h h/", CURLU_ALLOW_SPACE, CURLUE_BAD_HOSTNAME},
    {"http://[::1/", 0, CURLUE_BAD_IPV6},
    {"http://[::g]/", 0, CURLUE_BAD_IPV6},
    {"http://[]/", 0, CURLUE_BAD_IPV6},
    {"http://[::1%25]/", 0, CURLUE_BAD_IPV6},
    {"http://[::1%25aaaaaaaaaaaaaaaa]/", 0, CURLUE_BAD_IPV6},
    {"http://[::1]x/", 0, CURLUE_BAD_PORT_NUMBER},
    {"http://u u@h/", 0, CURLUE_MALFORMED_INPUT},
    {"http://u:p\n@h/", 0, CURLUE_MALFORMED_INPUT},
    {"imap://u;o o@h/", 0, CURLUE_MALFORMED_INPUT},
    {"http://h/a b", 0, CURLUE_MALFORMED_INPUT},
    {"http://h/a\r\nb", CURLU_URLENCODE | CURLU_ALLOW_SPACE, CURLUE_MALFORMED_INPUT},
    {"http://h/a b", CURLU_URLENCODE, CURLUE_MALFORMED_INPUT},
    {"http://h/?a b", 0, CURLUE_MALFORMED_INPUT},
    {"http://h/#a b", 0, CURLUE_MALFORMED_INPUT},
    {"http://h h:x/a b?c d#e f", 0, CURLUE_MALFORMED_INPUT},
    {"file:/", 0, CURLUE_BAD_FILE_URL},
    {"file://host/x", 0, CURLUE_BAD_FILE_URL},
    {"file:///c:/x", 0, CURLUE_BAD_FILE_URL},
    {"file:relative", 0, CURLUE_BAD_FILE_URL},
};

START_TEST(bad_urls_are_refused_and_the_reason_is_told)
{
    heap_begin();
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        size_t len = strlen(refusals[i].input);
        char *input = exact_copy(refusals[i].input, len);
        struct parsed parsed = parse(input, len, refusals[i].flags);

        ck_assert_msg(parsed.code == refusals[i].code, "%s: %d, not %d", refusals[i].input,
                      (int)parsed.code, (int)refusals[i].code);
        ck_assert_ptr_null(parsed.canonical);
        free(input);
    }
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(a_zero_byte_in_the_text_is_refused_wherever_it_is)
{
    static const char url[] = "http://u:p@host:80/path?query#fragment";

    for (size_t i = 0; i < sizeof(url) - 1; i++) {
        char input[sizeof(url)];
        struct parsed parsed;

        memcpy(input, url, sizeof(url));
        input[i] = 0;
        parsed = parse(input, sizeof(url) - 1, CURLU_ALLOW_SPACE);
        ck_assert_msg(parsed.code != CURLUE_OK, "at %zu", i);
    }
}
END_TEST

START_TEST(urls_longer_than_the_cap_are_refused)
{
    size_t len = WHIM_URL_MAX_BYTES + 1;
    char *input = malloc(len);
    struct parsed parsed;

    ck_assert_ptr_nonnull(input);
    memset(input, 'a', len);
    memcpy(input, "http://h/", 9);
    parsed = parse(input, len, 0);
    ck_assert_int_eq(parsed.code, CURLUE_MALFORMED_INPUT);
    parsed = parse(input, len - 1, 0);
    ck_assert_int_eq(parsed.code, CURLUE_OK);
    ck_assert_ptr_null(parsed.canonical);
    memset(input + 9, '\xff', len - 9);
    parsed = parse(input, len - 1, CURLU_URLENCODE);
    ck_assert_int_eq(parsed.code, CURLUE_TOO_LARGE);
    free(input);
}
END_TEST

START_TEST(what_kind_of_host_it_is_is_told)
{
    static const struct {
        const char *input;
        enum whim_host_kind kind;
        unsigned has;
    } cases[] = {
        {"http://h/", WHIM_HOST_NAME, 0},
        {"http://U@h/P", WHIM_HOST_NAME, 0},
        {"http://h%41/", WHIM_HOST_NAME, WHIM_URL_HOST_HAS_UPPER},
        {"http://\xc3\xa9/", WHIM_HOST_NAME, WHIM_URL_HOST_NON_ASCII},
        {"http://h%c3/", WHIM_HOST_NAME, WHIM_URL_HOST_NON_ASCII},
        {"http://127.1/", WHIM_HOST_IPV4, 0},
        {"http://1.2.3.4/", WHIM_HOST_IPV4, 0},
        {"http://1.2.3.4.5/", WHIM_HOST_NAME, 0},
        {"http://[::1]/", WHIM_HOST_IPV6, 0},
        {"http://[ABCD::1.2.3.4]/", WHIM_HOST_IPV6, 0},
        {"file:///x", WHIM_HOST_NONE, 0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct parsed parsed = parse(cases[i].input, strlen(cases[i].input), 0);
        unsigned mask = WHIM_URL_HOST_HAS_UPPER | WHIM_URL_HOST_NON_ASCII;

        ck_assert_int_eq(parsed.code, CURLUE_OK);
        ck_assert_msg(parsed.url.host_kind == cases[i].kind, "%s", cases[i].input);
        ck_assert_msg((parsed.url.has & mask) == cases[i].has, "%s", cases[i].input);
        whim_str_unref(parsed.canonical);
    }
}
END_TEST

START_TEST(a_default_scheme_is_put_in_front_of_a_text_without_one)
{
    static const struct {
        const char *scheme;
        const char *input;
        CURLUcode code;
        const char *canonical;
    } cases[] = {
        {"ftp", "h", CURLUE_OK, "ftp://h/"},
        {"ftp", "http://h/", CURLUE_OK, "http://h/"},
        {"HTTPS", "localhost:80/x", CURLUE_OK, "https://localhost:80/x"},
        {"http", "/h", CURLUE_OK, "http://h/"},
        {"http", "//h", CURLUE_BAD_SLASHES, NULL},
        {"https", "h/", CURLUE_OK, "https://h/"},
        {"foo", "h", CURLUE_UNSUPPORTED_SCHEME, NULL},
        {"a b", "h", CURLUE_MALFORMED_INPUT, NULL},
    };

    heap_begin();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct whim_str *canonical = NULL;
        struct whim_url url;
        CURLUcode code = whim_url_parse(cases[i].input, strlen(cases[i].input), CURLU_GUESS_SCHEME,
                                        cases[i].scheme, &url, &canonical);

        ck_assert_msg(code == cases[i].code, "%s: %d", cases[i].input, (int)code);
        if (cases[i].canonical)
            ck_assert_str_eq(canonical ? canonical->text : cases[i].input, cases[i].canonical);
        whim_str_unref(canonical);
    }
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(outputs_are_untouched_and_nothing_leaks_when_memory_runs_out)
{
    static const char input[] = "HTTP://h%41/a/../\xc3\xa9/./b?\xc3\xa9";
    struct parsed parsed = {.code = CURLUE_OUT_OF_MEMORY};
    long n;

    for (n = 1; parsed.code == CURLUE_OUT_OF_MEMORY && n < 20; n++) {
        heap_begin();
        heap.fail_from = n;
        parsed = parse(input, strlen(input), CURLU_URLENCODE);
        if (parsed.code == CURLUE_OUT_OF_MEMORY) {
            ck_assert_ptr_null(parsed.canonical);
            ck_assert_uint_eq(parsed.url.path.len, 0);
            ck_assert_int_eq(heap.n_alive, 0);
        }
    }
    ck_assert_int_eq(parsed.code, CURLUE_OK);
    ck_assert_int_eq(n, 7); /* host, query, path twice, the whole text: each failed once */
    ck_assert_str_eq(parsed.text, "http://hA/%C3%A9/b?%C3%A9");
    whim_str_unref(parsed.canonical);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(request_targets_and_host_fields_are_written)
{
    static const struct {
        const char *input;
        const char *target;
        const char *host;
        const char *authority;
    } cases[] = {
        {"http://h", "/", "h", "h"},
        {"http://h:80/a?b#c", "/a?b", "h", "h"},
        {"http://u:p@h:81/?#c", "/?", "h", "h:81"},
        {"https://[::1%25lo]:80/?x", "/?x", "[::1]", "[::1]:80"},
        {"https://h:443/", "/", "h", "h"},
    };

    heap_begin();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct parsed parsed = parse(cases[i].input, strlen(cases[i].input), 0);
        struct whim_buf buf;

        whim_buf_init(&buf, 1000);
        ck_assert_int_eq(whim_url_add_target(&buf, parsed.text, &parsed.url), WHIM_BUF_OK);
        ck_assert_int_eq(whim_buf_add(&buf, " ", 1), WHIM_BUF_OK);
        ck_assert_int_eq(whim_url_add_host(&buf, parsed.text, &parsed.url), WHIM_BUF_OK);
        ck_assert_int_eq(whim_buf_add(&buf, " ", 1), WHIM_BUF_OK);
        ck_assert_int_eq(whim_url_add_authority(&buf, parsed.text, &parsed.url), WHIM_BUF_OK);
        ck_assert_int_eq(whim_buf_terminate(&buf), WHIM_BUF_OK);
        ck_assert_int_eq(strncmp(buf.data, cases[i].target, strlen(cases[i].target)), 0);
        ck_assert_str_eq(strrchr(buf.data, ' ') + 1, cases[i].authority);
        ck_assert_ptr_nonnull(strstr(buf.data, cases[i].host));
        whim_buf_fini(&buf);
        whim_str_unref(parsed.canonical);
    }
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_canonical_url_is_parsed_in_place_without_allocating,
        an_ordinary_url_takes_no_call_of_the_heap,
        every_part_of_a_url_is_told,
        urls_are_brought_to_their_canonical_form,
        a_canonical_form_is_its_own_canonical_form,
        bad_urls_are_refused_and_the_reason_is_told,
        a_zero_byte_in_the_text_is_refused_wherever_it_is,
        urls_longer_than_the_cap_are_refused,
        what_kind_of_host_it_is_is_told,
        a_default_scheme_is_put_in_front_of_a_text_without_one,
        outputs_are_untouched_and_nothing_leaks_when_memory_runs_out,
        request_targets_and_host_fields_are_written,
    };

    return shuffle_and_run("url", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
