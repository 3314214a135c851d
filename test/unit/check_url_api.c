/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "heap.h"
#include "shuffle.h"

#include "util/idn.h"

#include <curl/curl.h>

static void assert_get(const CURLU *handle, CURLUPart what, unsigned flags, const char *expected)
{
    char *part = NULL;
    CURLUcode code = curl_url_get(handle, what, &part, flags);

    ck_assert_msg(code == CURLUE_OK, "part %d, flags %#x: %d", (int)what, flags, (int)code);
    ck_assert_str_eq(part, expected);
    curl_free(part);
}

static void assert_get_fails(const CURLU *handle, CURLUPart what, unsigned flags, CURLUcode code)
{
    char *part = (char *)handle;

    ck_assert_int_eq(curl_url_get(handle, what, &part, flags), code);
    ck_assert_ptr_null(part);
}

static CURLU *new_url(const char *text, unsigned flags)
{
    CURLU *handle = curl_url();

    ck_assert_ptr_nonnull(handle);
    if (text)
        ck_assert_int_eq(curl_url_set(handle, CURLUPART_URL, text, flags), CURLUE_OK);
    return handle;
}

/* Where names can be converted they are; a build that cannot says so. */
static void assert_idn(const CURLU *handle, unsigned flag, const char *host, const char *url)
{
    if (whim_idn_is_built_in()) {
        assert_get(handle, CURLUPART_HOST, flag, host);
        assert_get(handle, CURLUPART_URL, flag, url);
    } else {
        assert_get_fails(handle, CURLUPART_HOST, flag, CURLUE_LACKS_IDN);
        assert_get_fails(handle, CURLUPART_URL, flag, CURLUE_LACKS_IDN);
    }
}

START_TEST(an_empty_handle_has_only_the_path_of_the_root)
{
    static const CURLUcode codes[] = {
        CURLUE_NO_HOST,    CURLUE_NO_SCHEME,   CURLUE_NO_USER,   CURLUE_NO_PASSWORD,
        CURLUE_NO_OPTIONS, CURLUE_NO_HOST,     CURLUE_NO_PORT,   CURLUE_OK,
        CURLUE_NO_QUERY,   CURLUE_NO_FRAGMENT, CURLUE_NO_ZONEID,
    };
    CURLU *handle;

    heap_begin();
    handle = new_url(NULL, 0);
    for (int i = 0; i <= CURLUPART_ZONEID; i++) {
        if (i == CURLUPART_PATH)
            assert_get(handle, CURLUPART_PATH, 0, "/");
        else
            assert_get_fails(handle, (CURLUPart)i, 0, codes[i]);
    }
    curl_url_cleanup(handle);
    curl_url_cleanup(NULL);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(bad_arguments_are_refused)
{
    char *part;
    CURLU *handle;

    heap_begin();
    handle = new_url(NULL, 0);
    ck_assert_int_eq(curl_url_get(NULL, CURLUPART_URL, &part, 0), CURLUE_BAD_HANDLE);
    ck_assert_int_eq(curl_url_set(NULL, CURLUPART_URL, "x", 0), CURLUE_BAD_HANDLE);
    ck_assert_int_eq(curl_url_get(handle, CURLUPART_URL, NULL, 0), CURLUE_BAD_PARTPOINTER);
    assert_get_fails(handle, (CURLUPart)11, 0, CURLUE_UNKNOWN_PART);
    assert_get_fails(handle, (CURLUPart)-1, 0, CURLUE_UNKNOWN_PART);
    ck_assert_int_eq(curl_url_set(handle, (CURLUPart)11, "x", 0), CURLUE_UNKNOWN_PART);
    ck_assert_int_eq(curl_url_set(handle, (CURLUPart)11, NULL, 0), CURLUE_UNKNOWN_PART);
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_URL, "", 0), CURLUE_MALFORMED_INPUT);
    ck_assert_ptr_null(curl_url_dup(NULL));
    curl_url_cleanup(handle);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(a_guessed_scheme_can_be_hidden)
{
    CURLU *handle = new_url("example.com/x", CURLU_GUESS_SCHEME);
    CURLU *copy = curl_url_dup(handle);

    assert_get(handle, CURLUPART_URL, 0, "http://example.com/x");
    assert_get(handle, CURLUPART_URL, CURLU_NO_GUESS_SCHEME, "example.com/x");
    assert_get(copy, CURLUPART_URL, CURLU_NO_GUESS_SCHEME, "example.com/x");
    assert_get_fails(handle, CURLUPART_SCHEME, CURLU_NO_GUESS_SCHEME, CURLUE_NO_SCHEME);
    assert_get(handle, CURLUPART_SCHEME, 0, "http");
    assert_get(handle, CURLUPART_PORT, CURLU_NO_GUESS_SCHEME | CURLU_DEFAULT_PORT, "80");
    assert_get(handle, CURLUPART_URL, CURLU_NO_GUESS_SCHEME | CURLU_DEFAULT_PORT,
               "example.com:80/x");
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_SCHEME, "https", 0), CURLUE_OK);
    assert_get(handle, CURLUPART_URL, CURLU_NO_GUESS_SCHEME, "https://example.com/x");
    ck_assert_int_eq(curl_url_set(copy, CURLUPART_URL, "http://h/", CURLU_GUESS_SCHEME), CURLUE_OK);
    assert_get(copy, CURLUPART_URL, CURLU_NO_GUESS_SCHEME, "http://h/");
    curl_url_cleanup(handle);
    curl_url_cleanup(copy);
}
END_TEST

START_TEST(empty_queries_and_fragments_are_told_on_request)
{
    CURLU *handle = new_url("http://h/?#", 0);
    CURLU *bare = new_url("http://h/", 0);

    assert_get(handle, CURLUPART_URL, 0, "http://h/");
    assert_get(handle, CURLUPART_URL, CURLU_GET_EMPTY, "http://h/?#");
    assert_get(handle, CURLUPART_QUERY, CURLU_GET_EMPTY, "");
    assert_get(handle, CURLUPART_FRAGMENT, CURLU_GET_EMPTY, "");
    assert_get_fails(handle, CURLUPART_QUERY, 0, CURLUE_NO_QUERY);
    assert_get_fails(handle, CURLUPART_FRAGMENT, 0, CURLUE_NO_FRAGMENT);
    assert_get(bare, CURLUPART_URL, CURLU_GET_EMPTY, "http://h/");
    assert_get_fails(bare, CURLUPART_QUERY, CURLU_GET_EMPTY, CURLUE_NO_QUERY);
    assert_get_fails(bare, CURLUPART_FRAGMENT, CURLU_GET_EMPTY, CURLUE_NO_FRAGMENT);
    curl_url_cleanup(handle);
    curl_url_cleanup(bare);
}
END_TEST

START_TEST(international_names_are_converted_only_when_they_have_to_be)
{
    CURLU *high = new_url("http://\xc3\xa9.example/", 0);
    CURLU *ace = new_url("http://www.XN--9ca.example/", 0);
    CURLU *plain = new_url("http://axn--b.example/", 0);

    assert_get(high, CURLUPART_HOST, 0, "\xc3\xa9.example");
    assert_get(high, CURLUPART_HOST, CURLU_PUNY2IDN, "\xc3\xa9.example");
    assert_idn(high, CURLU_PUNYCODE, "xn--9ca.example", "http://xn--9ca.example/");
    assert_get(high, CURLUPART_URL, CURLU_PUNYCODE | CURLU_URLENCODE, "http://%C3%A9.example/");
    assert_get(ace, CURLUPART_HOST, CURLU_PUNYCODE, "www.XN--9ca.example");
    assert_idn(ace, CURLU_PUNY2IDN, "www.\xc3\xa9.example", "http://www.\xc3\xa9.example/");
    assert_get(plain, CURLUPART_URL, CURLU_PUNY2IDN | CURLU_PUNYCODE, "http://axn--b.example/");
    if (whim_idn_is_built_in()) {
        CURLU *slash = new_url("http://\xe2\x84\x80.example/", 0); /* "a/c" in one sign */
        CURLU *broken = new_url("http://xn--99999999.example/", 0);

        assert_get_fails(slash, CURLUPART_HOST, CURLU_PUNYCODE, CURLUE_BAD_HOSTNAME);
        assert_get_fails(slash, CURLUPART_URL, CURLU_PUNYCODE, CURLUE_BAD_HOSTNAME);
        assert_get_fails(broken, CURLUPART_HOST, CURLU_PUNY2IDN, CURLUE_BAD_HOSTNAME);
        assert_get_fails(broken, CURLUPART_URL, CURLU_PUNY2IDN, CURLUE_BAD_HOSTNAME);
        curl_url_cleanup(slash);
        curl_url_cleanup(broken);
    }
    curl_url_cleanup(high);
    curl_url_cleanup(ace);
    curl_url_cleanup(plain);
}
END_TEST

START_TEST(a_call_that_fails_changes_nothing)
{
    static const struct {
        CURLUPart what;
        const char *text;
    } cases[] = {
        {CURLUPART_URL, "http://h:x/"}, {CURLUPART_URL, "//h:x/"}, {CURLUPART_SCHEME, "foo"},
        {CURLUPART_HOST, "a b"},        {CURLUPART_HOST, "[::g]"}, {CURLUPART_HOST, "["},
        {CURLUPART_HOST, "[::1%a]b]"},  {CURLUPART_HOST, ""},      {CURLUPART_PORT, "65536"},
        {CURLUPART_PORT, "1x"},         {CURLUPART_PORT, ""},      {CURLUPART_PORT, " 1"},
        {CURLUPART_SCHEME, "f o"},      {CURLUPART_SCHEME, ""},
    };
    const char *url = "https://u:p@[fe80::1%25eth0]:1/a?b#c";
    CURLU *handle;

    heap_begin();
    handle = new_url(url, 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ck_assert_int_ne(curl_url_set(handle, cases[i].what, cases[i].text, 0), CURLUE_OK);
        assert_get(handle, CURLUPART_URL, 0, url);
    }
    curl_url_cleanup(handle);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(parts_are_taken_away_and_put_back)
{
    CURLU *handle;

    heap_begin();
    handle = new_url("https://u:p@[fe80::1%25eth0]:444/a?b#c", 0);
    for (int i = CURLUPART_USER; i <= CURLUPART_ZONEID; i++)
        if (i != CURLUPART_HOST)
            ck_assert_int_eq(curl_url_set(handle, (CURLUPart)i, NULL, 0), CURLUE_OK);
    assert_get(handle, CURLUPART_URL, 0, "https://[fe80::1]/");
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_ZONEID, "lo", 0), CURLUE_OK);
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_PORT, "00443", 0), CURLUE_OK);
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_PASSWORD, "p w", CURLU_URLENCODE), CURLUE_OK);
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_PATH, "x y/%C3", CURLU_URLENCODE), CURLUE_OK);
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_FRAGMENT, "%c3", 0), CURLUE_OK);
    assert_get(handle, CURLUPART_URL, 0, "https://:p%20w@[fe80::1%25lo]:443/x%20y/%25C3#%C3");
    assert_get(handle, CURLUPART_URL, CURLU_NO_DEFAULT_PORT,
               "https://:p%20w@[fe80::1%25lo]/x%20y/%25C3#%C3");
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_HOST, "h", 0), CURLUE_OK);
    assert_get_fails(handle, CURLUPART_ZONEID, 0, CURLUE_NO_ZONEID);
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_URL, NULL, 0), CURLUE_OK);
    assert_get_fails(handle, CURLUPART_URL, 0, CURLUE_NO_HOST);
    curl_url_cleanup(handle);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

/* What one of these parts is set to, and how the URL comes out; NULL: refused. */
static const struct {
    CURLUPart what;
    const char *text;
    unsigned flags;
    const char *url;
} part_forms[] = {
    {CURLUPART_PATH, "get", 0, "https://h:1/get?q"},
    {CURLUPART_PATH, "", 0, "https://h:1/?q"},
    {CURLUPART_PATH, "one /$!$&'()*+;=:@{}[]%,", CURLU_URLENCODE,
     "https://h:1/one%20/$!$&'()*+;=:@{}[]%25,?q"},
    {CURLUPART_PORT, "0", 0, "https://h:0/?q"},
    {CURLUPART_PORT, "0000", 0, "https://h:0/?q"},
    {CURLUPART_HOST, "%43url.se", 0, "https://%43url.se:1/?q"},
    {CURLUPART_HOST, "%25url.se", 0, NULL},
    {CURLUPART_HOST, "h%2fx", 0, NULL},
    {CURLUPART_HOST, "h%00x", 0, NULL},
    {CURLUPART_HOST, "h%", 0, NULL},
    {CURLUPART_HOST, "http://h", 0, NULL},
    {CURLUPART_HOST, "http://h", CURLU_URLENCODE, NULL},
    {CURLUPART_HOST, "a!b", CURLU_URLENCODE, NULL},
    {CURLUPART_HOST, ".", 0, NULL},
    {CURLUPART_HOST, "h..", 0, NULL},
    {CURLUPART_QUERY, "", CURLU_APPENDQUERY | CURLU_URLENCODE, "https://h:1/"},
    {CURLUPART_URL, "", 0, "https://h:1/?q"},
};

START_TEST(parts_come_out_as_libcurl_writes_them)
{
    for (size_t i = 0; i < sizeof(part_forms) / sizeof(part_forms[0]); i++) {
        CURLU *handle = new_url("https://h:1/?q", 0);
        CURLUcode code =
            curl_url_set(handle, part_forms[i].what, part_forms[i].text, part_forms[i].flags);

        ck_assert_msg(code == (part_forms[i].url ? CURLUE_OK : CURLUE_BAD_HOSTNAME), "%s: %d",
                      part_forms[i].text, (int)code);
        assert_get(handle, CURLUPART_URL, 0, part_forms[i].url ? part_forms[i].url : "https://h:1/?q");
        curl_url_cleanup(handle);
    }
}
END_TEST

START_TEST(queries_are_appended_to)
{
    CURLU *handle = new_url("http://h/", 0);
    unsigned flags = CURLU_APPENDQUERY;

    ck_assert_int_eq(curl_url_set(handle, CURLUPART_QUERY, "a=1", flags), CURLUE_OK);
    assert_get(handle, CURLUPART_QUERY, 0, "a=1");
    flags |= CURLU_URLENCODE;
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_QUERY, "b c=d=e", flags), CURLUE_OK);
    assert_get(handle, CURLUPART_QUERY, 0, "a=1&b+c=d%3De");
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_QUERY, "x&", CURLU_APPENDQUERY), CURLUE_OK);
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_QUERY, "y", CURLU_APPENDQUERY), CURLUE_OK);
    assert_get(handle, CURLUPART_QUERY, 0, "a=1&b+c=d%3De&x&y");
    assert_get(handle, CURLUPART_QUERY, CURLU_URLDECODE, "a=1&b c=d=e&x&y");
    curl_url_cleanup(handle);
}
END_TEST

START_TEST(control_bytes_are_not_decoded_to)
{
    CURLU *handle = new_url("http://u%0a@h/%00", 0);

    assert_get(handle, CURLUPART_USER, 0, "u%0a");
    assert_get_fails(handle, CURLUPART_USER, CURLU_URLDECODE, CURLUE_URLDECODE);
    assert_get_fails(handle, CURLUPART_PATH, CURLU_URLDECODE, CURLUE_URLDECODE);
    curl_url_cleanup(handle);
}
END_TEST

START_TEST(a_copy_is_independent_of_its_original)
{
    const char *url = "https://u:p@[fe80::1%25eth0]:1/a?b#c";
    CURLU *handle;
    CURLU *copy;

    heap_begin();
    handle = new_url(url, 0);
    copy = curl_url_dup(handle);
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_URL, "../x", 0), CURLUE_OK);
    assert_get(copy, CURLUPART_URL, 0, url);
    curl_url_cleanup(handle);
    assert_get(copy, CURLUPART_URL, 0, url);
    curl_url_cleanup(copy);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(texts_over_the_cap_are_refused_and_growth_past_it_too)
{
    size_t len = 8000001;
    char *text = malloc(len + 1);
    CURLU *handle = new_url("http://h/", 0);

    ck_assert_ptr_nonnull(text);
    memset(text, ' ', len);
    text[len] = 0;
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_URL, text, 0), CURLUE_MALFORMED_INPUT);
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_PATH, text, 0), CURLUE_MALFORMED_INPUT);
    text[5000000] = 0;
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_PATH, text, CURLU_URLENCODE), CURLUE_TOO_LARGE);
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_QUERY, text, CURLU_APPENDQUERY), CURLUE_OK);
    ck_assert_int_eq(curl_url_set(handle, CURLUPART_QUERY, text, CURLU_APPENDQUERY),
                     CURLUE_TOO_LARGE);
    curl_url_cleanup(handle);
    free(text);
}
END_TEST

/* All kinds of calls; the first that fails ends it. */
static CURLUcode use_all_calls(void)
{
    CURLU *handle = curl_url();
    CURLU *copy = NULL;
    char *part = NULL;
    CURLUcode code = handle ? CURLUE_OK : CURLUE_OUT_OF_MEMORY;

    if (!code)
        code = curl_url_set(handle, CURLUPART_URL, "HTTP://u:p@h%41:080/a/../b?c#d", 0);
    if (!code)
        code = curl_url_set(handle, CURLUPART_HOST, "[::1%25lo]", 0);
    if (!code)
        code = curl_url_set(handle, CURLUPART_QUERY, "e f", CURLU_APPENDQUERY | CURLU_URLENCODE);
    if (!code)
        code = curl_url_set(handle, CURLUPART_URL, "x y", 0);
    if (!code)
        code = (copy = curl_url_dup(handle)) ? CURLUE_OK : CURLUE_OUT_OF_MEMORY;
    if (!code)
        code = curl_url_set(copy, CURLUPART_HOST, "%43url", 0);
    if (!code)
        code = curl_url_get(copy, CURLUPART_URL, &part, 0);
    if (!code) {
        ck_assert_str_eq(part, "http://u:p@%43url:80/x%20y");
        curl_free(part);
        code = curl_url_get(copy, CURLUPART_URL, &part, CURLU_URLENCODE);
    }
    if (!code) {
        curl_free(part);
        code = curl_url_get(copy, CURLUPART_PATH, &part, CURLU_URLDECODE);
    }
    if (!code)
        curl_free(part);
    curl_url_cleanup(copy);
    curl_url_cleanup(handle);
    return code;
}

START_TEST(nothing_leaks_wherever_memory_runs_out)
{
    CURLUcode code = CURLUE_OUT_OF_MEMORY;
    long n;

    for (n = 1; code != CURLUE_OK && n < 200; n++) {
        heap_begin();
        heap.fail_from = n;
        code = use_all_calls();
        ck_assert_int_eq(heap.n_alive, 0);
        ck_assert_msg(code == CURLUE_OK || code == CURLUE_OUT_OF_MEMORY, "%d", (int)code);
    }
    ck_assert_int_eq(code, CURLUE_OK);
    ck_assert_int_gt(n, 30);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        an_empty_handle_has_only_the_path_of_the_root,
        bad_arguments_are_refused,
        a_guessed_scheme_can_be_hidden,
        empty_queries_and_fragments_are_told_on_request,
        international_names_are_converted_only_when_they_have_to_be,
        a_call_that_fails_changes_nothing,
        parts_are_taken_away_and_put_back,
        parts_come_out_as_libcurl_writes_them,
        queries_are_appended_to,
        control_bytes_are_not_decoded_to,
        a_copy_is_independent_of_its_original,
        texts_over_the_cap_are_refused_and_growth_past_it_too,
        nothing_leaks_wherever_memory_runs_out,
    };

    return shuffle_and_run("url_api", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
