/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "heap.h"
#include "proto/url.h"
#include "shuffle.h"

/* Resolves against a base that is canonical; the result is the caller's. */
static CURLUcode resolve(const char *base, const char *ref, unsigned flags,
                         struct whim_str **ret_text)
{
    struct whim_str *canonical = NULL;
    struct whim_url base_url;
    struct whim_url url;
    CURLUcode code;

    *ret_text = NULL;
    ck_assert_int_eq(
        whim_url_parse(base, strlen(base), CURLU_PATH_AS_IS, NULL, &base_url, &canonical),
        CURLUE_OK);
    ck_assert_ptr_null(canonical);
    code = whim_url_resolve(base, &base_url, ref, strlen(ref), flags, &url, ret_text);
    if (code == CURLUE_OK) {
        ck_assert_uint_le(url.path.off + url.path.len, (*ret_text)->len);
        ck_assert_int_eq((*ret_text)->text[url.path.off], '/');
    }
    return code;
}

static void assert_resolves(const char *base, const char *ref, unsigned flags, const char *expected)
{
    struct whim_str *text;
    CURLUcode code = resolve(base, ref, flags, &text);

    ck_assert_msg(code == CURLUE_OK, "%s: %d", ref, (int)code);
    ck_assert_msg(strcmp(text->text, expected) == 0, "%s became %s, not %s", ref, text->text,
                  expected);
    whim_str_unref(text);
}

START_TEST(references_are_resolved_as_in_the_examples_of_rfc_3986)
{
    /* section 5.4; "/" where a host has no path, and no "g:h", which has no authority */
    static const char base[] = "http://a/b/c/d;p?q";
    static const char *const cases[][2] = {
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g/"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q#s"},
        {"g#s", "http://a/b/c/g#s"},
        {"g?y#s", "http://a/b/c/g?y#s"},
        {";x", "http://a/b/c/;x"},
        {"g;x", "http://a/b/c/g;x"},
        {"g;x?y#s", "http://a/b/c/g;x?y#s"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"../../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {".g", "http://a/b/c/.g"},
        {"g..", "http://a/b/c/g.."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},
        {"g/../h", "http://a/b/c/h"},
        {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/./x", "http://a/b/c/g?y/./x"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
        {"g#s/./x", "http://a/b/c/g#s/./x"},
        {"g#s/../x", "http://a/b/c/g#s/../x"},
    };

    heap_begin();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_resolves(base, cases[i][0], 0, cases[i][1]);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(targets_that_servers_send_are_resolved)
{
    static const struct {
        const char *base;
        const char *ref;
        unsigned flags;
        const char *expected;
    } cases[] = {
        {"http://h/a", "https://g", 0, "https://g/"},
        {"http://h/a", "HTTP://G/x y", CURLU_URLENCODE | CURLU_ALLOW_SPACE, "http://G/x%20y"},
        {"http://h/a", "12:00.html", 0, "http://h/12:00.html"},
        {"http://h/a/b/c", ".%2e/%2E/./x", 0, "http://h/a/x"},
        {"http://u:p@h:81/a?b#c", "/x", 0, "http://u:p@h:81/x"},
        {"http://u:p@h:81/a?b#c", "//g/x", 0, "http://g/x"},
        {"https://h/a", "//g:80", 0, "https://g:80/"},
        {"http://h/a", "b c?d e", 0, "http://h/b%20c?d+e"},
        {"http://h/a", "/\xc3\xa9?\xc3\xa9", 0, "http://h/%C3%A9?%C3%A9"},
        {"http://h/a", "//\xc3\xa9/\xc3\xa9", 0, "http://\xc3\xa9/%C3%A9"},
        {"http://h/a", "//g#a b", 0, "http://g/#a%20b"},
        {"http://h/a#b/c", "d", 0, "http://h/d"},
        {"http://h/a#b", "?c", 0, "http://h/a?c"},
        {"http://h/a?b#c", "", 0, "http://h/a?b"},
        {"http://h//a", "b", 0, "http://h//b"},
        {"http://[::1%25lo]/a", "b", 0, "http://[::1%25lo]/b"},
        {"http://h/a/b/c", "../x/../y", CURLU_PATH_AS_IS, "http://h/a/x/../y"},
        {"http://h/a/../b", "./x", CURLU_PATH_AS_IS, "http://h/a/../x"},
        {"http://h/a", "../../x", CURLU_PATH_AS_IS, "http://h/x"},
        {"file:///a/b", "c", 0, "file:///a/c"},
        {"http://h/a", "b:80/x", CURLU_GUESS_SCHEME, "http://h/b:80/x"},
    };

    heap_begin();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_resolves(cases[i].base, cases[i].ref, cases[i].flags, cases[i].expected);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(bad_targets_are_refused)
{
    static const struct {
        const char *ref;
        CURLUcode code;
    } cases[] = {
        {"a\r\nHost: x", CURLUE_MALFORMED_INPUT},
        {"/a\x01", CURLUE_MALFORMED_INPUT},
        {"?a\t", CURLUE_MALFORMED_INPUT},
        {"//", CURLUE_NO_HOST},
        {"///a/b", CURLUE_OK},
        {"////a", CURLUE_BAD_SLASHES},
        {"//g:x/", CURLUE_BAD_PORT_NUMBER},
        {"//g%20h/", CURLUE_BAD_HOSTNAME},
        {"mailto:x", CURLUE_UNSUPPORTED_SCHEME},
        {"http:a", CURLUE_BAD_SLASHES},
    };

    heap_begin();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct whim_str *text;
        CURLUcode code = resolve("http://h/a", cases[i].ref, 0, &text);

        ck_assert_msg(code == cases[i].code, "%s: %d", cases[i].ref, (int)code);
        whim_str_unref(text);
    }
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(nothing_leaks_when_memory_runs_out_while_resolving)
{
    CURLUcode code = CURLUE_OUT_OF_MEMORY;
    struct whim_str *text = NULL;
    long n;

    for (n = 1; code == CURLUE_OUT_OF_MEMORY && n < 20; n++) {
        heap_begin();
        heap.fail_from = n;
        code = resolve("http://host/some/path", "a b/../c", 0, &text);
        if (code == CURLUE_OUT_OF_MEMORY) {
            ck_assert_ptr_null(text);
            ck_assert_int_eq(heap.n_alive, 0);
        }
    }
    ck_assert_int_eq(code, CURLUE_OK);
    ck_assert_int_gt(n, 3);
    ck_assert_str_eq(text->text, "http://host/some/c");
    whim_str_unref(text);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(absolute_and_relative_references_are_told_apart)
{
    ck_assert(whim_url_is_absolute("http://h", 8, false));
    ck_assert(whim_url_is_absolute("mailto:x", 8, false));
    ck_assert(!whim_url_is_absolute("mailto:x", 8, true));
    ck_assert(whim_url_is_absolute("http:/h", 7, true));
    ck_assert(!whim_url_is_absolute("http:", 5, true));
    ck_assert(!whim_url_is_absolute("/http://h", 9, false));
    ck_assert(!whim_url_is_absolute("?a:b", 4, false));
    ck_assert(!whim_url_is_absolute("a b:c", 5, false));
    ck_assert(!whim_url_is_absolute("", 0, false));
    ck_assert(!whim_url_is_absolute("http", 4, false));
}
END_TEST

START_TEST(schemes_are_found_in_any_case_and_tell_their_port)
{
    for (unsigned i = WHIM_SCHEME_OTHER + 1; i < WHIM_N_SCHEMES; i++) {
        const struct whim_scheme_info *info = whim_scheme_info((enum whim_scheme)i);

        ck_assert_uint_eq(info->name_len, strlen(info->name));
        ck_assert_uint_eq(whim_scheme_find(info->name, info->name_len), i);
    }
    ck_assert_uint_eq(whim_scheme_find("HtTpS", 5), WHIM_SCHEME_HTTPS);
    ck_assert_uint_eq(whim_scheme_find("http", 3), WHIM_SCHEME_OTHER);
    ck_assert_uint_eq(whim_scheme_find("", 0), WHIM_SCHEME_OTHER);
    ck_assert_uint_eq(whim_scheme_info(WHIM_SCHEME_HTTPS)->default_port, 443);
    ck_assert_uint_eq(whim_scheme_info(WHIM_SCHEME_OTHER)->default_port, 0);
    ck_assert_str_eq(whim_scheme_info(WHIM_N_SCHEMES)->name, "");
}
END_TEST

START_TEST(url_errors_end_transfers_with_the_right_code)
{
    ck_assert_int_eq(whim_url_code_to_curlcode(CURLUE_OK), CURLE_OK);
    ck_assert_int_eq(whim_url_code_to_curlcode(CURLUE_BAD_HOSTNAME), CURLE_URL_MALFORMAT);
    ck_assert_int_eq(whim_url_code_to_curlcode(CURLUE_UNSUPPORTED_SCHEME),
                     CURLE_UNSUPPORTED_PROTOCOL);
    ck_assert_int_eq(whim_url_code_to_curlcode(CURLUE_OUT_OF_MEMORY), CURLE_OUT_OF_MEMORY);
    ck_assert_int_eq(whim_url_code_to_curlcode(CURLUE_USER_NOT_ALLOWED), CURLE_LOGIN_DENIED);
    ck_assert_int_eq(whim_url_code_to_curlcode((CURLUcode)1000), CURLE_URL_MALFORMAT);
    for (int i = 0; i < CURLUE_LAST; i++) {
        ck_assert_ptr_nonnull(curl_url_strerror((CURLUcode)i));
        ck_assert_str_ne(curl_url_strerror((CURLUcode)i), curl_url_strerror(CURLUE_LAST));
    }
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        references_are_resolved_as_in_the_examples_of_rfc_3986,
        targets_that_servers_send_are_resolved,
        bad_targets_are_refused,
        nothing_leaks_when_memory_runs_out_while_resolving,
        absolute_and_relative_references_are_told_apart,
        schemes_are_found_in_any_case_and_tell_their_port,
        url_errors_end_transfers_with_the_right_code,
    };

    return shuffle_and_run("url_resolve", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
