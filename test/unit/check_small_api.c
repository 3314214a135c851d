/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "heap.h"
#include "shuffle.h"

#include <curl/curl.h>
#include <limits.h>
#include <stdarg.h>

START_TEST(lists_grow_at_the_end_and_copy_what_is_given)
{
    char text[] = "first";
    struct curl_slist *list;

    heap_begin();
    list = curl_slist_append(NULL, text);
    text[0] = 'X';
    ck_assert_ptr_eq(curl_slist_append(list, "second"), list);
    ck_assert_ptr_eq(curl_slist_append(list, ""), list);
    ck_assert_str_eq(list->data, "first");
    ck_assert_str_eq(list->next->data, "second");
    ck_assert_str_eq(list->next->next->data, "");
    ck_assert_ptr_null(list->next->next->next);
    ck_assert_ptr_null(curl_slist_append(list, NULL));
    curl_slist_free_all(list);
    curl_slist_free_all(NULL);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(a_list_is_as_before_when_memory_runs_out)
{
    struct curl_slist *list;
    long n;

    heap_begin();
    list = curl_slist_append(NULL, "first");
    for (n = 1; n <= 2; n++) {
        heap.fail_from = heap.n_calls + n;
        ck_assert_ptr_null(curl_slist_append(list, "second"));
        ck_assert_ptr_null(list->next);
    }
    curl_slist_free_all(list);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(escaping_leaves_unreserved_characters_alone)
{
    static const struct {
        const char *in;
        int len;
        const char *out;
    } cases[] = {
        {"azAZ09-._~", 0, "azAZ09-._~"},
        {"a b/\xff+", 0, "a%20b%2F%FF%2B"},
        {"a\0b", 3, "a%00b"},
        {"abc", 2, "ab"},
        {"", 0, ""},
    };
    size_t i;

    heap_begin();
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *out = curl_easy_escape(NULL, cases[i].in, cases[i].len);

        ck_assert_str_eq(out, cases[i].out);
        curl_free(out);
        out = curl_escape(cases[i].in, cases[i].len);
        ck_assert_str_eq(out, cases[i].out);
        curl_free(out);
    }
    ck_assert_ptr_null(curl_easy_escape(NULL, "abc", -1));
    ck_assert_ptr_null(curl_easy_escape(NULL, NULL, 0));
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(unescaping_tells_the_length_and_keeps_what_is_no_code)
{
    static const struct {
        const char *in;
        int len;
        const char *out;
        int out_len;
    } cases[] = {
        {"a%20b", 0, "a b", 3},   {"a%20%zz%4", 0, "a %zz%4", 7}, {"a%00b", 0, "a\0b", 3},
        {"a%41bcd", 4, "aA", 2},  {"%c3%A4", 0, "\xc3\xa4", 2},   {"+", 0, "+", 1},
        {"%", 0, "%", 1},         {"%4", 0, "%4", 2},             {"", 0, "", 0},
    };
    size_t i;

    heap_begin();
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int len = -5;
        char *out = curl_easy_unescape(NULL, cases[i].in, cases[i].len, &len);

        ck_assert_int_eq(len, cases[i].out_len);
        ck_assert_mem_eq(out, cases[i].out, (size_t)len + 1);
        curl_free(out);
        out = curl_unescape(cases[i].in, cases[i].len);
        ck_assert_str_eq(out, cases[i].out);
        curl_free(out);
    }
    ck_assert_ptr_null(curl_easy_unescape(NULL, "abc", -1, NULL));
    ck_assert_ptr_null(curl_unescape(NULL, 0));
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(every_byte_survives_escaping_and_unescaping)
{
    char all[256], *escaped, *back;
    int i, len;

    heap_begin();
    for (i = 0; i < 256; i++)
        all[i] = (char)i;
    escaped = curl_easy_escape(NULL, all, sizeof(all));
    back = curl_easy_unescape(NULL, escaped, 0, &len);
    ck_assert_int_eq(len, 256);
    ck_assert_mem_eq(back, all, 256);
    curl_free(escaped);
    curl_free(back);
    heap.fail_from = heap.n_calls + 1;
    ck_assert_ptr_null(curl_easy_escape(NULL, "a", 0));
    ck_assert_ptr_null(curl_easy_unescape(NULL, "a", 0, NULL));
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(comparing_folds_ascii_letters_alone)
{
    ck_assert_int_ne(curl_strequal("aBz", "AbZ"), 0);
    ck_assert_int_eq(curl_strequal("a", "ab"), 0);
    ck_assert_int_eq(curl_strequal("ab", "a"), 0);
    ck_assert_int_eq(curl_strequal("\xe4", "\xc4"), 0);
    ck_assert_int_eq(curl_strequal("@", "`"), 0);
    ck_assert_int_eq(curl_strequal("[", "{"), 0);
    ck_assert_int_ne(curl_strequal("", ""), 0);
    ck_assert_int_ne(curl_strnequal("abC", "ABd", 2), 0);
    ck_assert_int_eq(curl_strnequal("abC", "ABd", 3), 0);
    ck_assert_int_ne(curl_strnequal("ab", "ab", 100), 0);
    ck_assert_int_ne(curl_strnequal("a", "b", 0), 0);
    ck_assert_int_eq(curl_strequal(NULL, "a"), 0);
    ck_assert_int_eq(curl_strnequal("a", NULL, 1), 0);
    ck_assert_int_ne(curl_strequal(NULL, NULL), 0);
}
END_TEST

START_TEST(an_empty_variable_is_as_good_as_none)
{
    char *value;

    heap_begin();
    setenv("WHIM_TEST_VARIABLE", "value", 1);
    value = curl_getenv("WHIM_TEST_VARIABLE");
    ck_assert_str_eq(value, "value");
    curl_free(value);
    setenv("WHIM_TEST_VARIABLE", "", 1);
    ck_assert_ptr_null(curl_getenv("WHIM_TEST_VARIABLE"));
    unsetenv("WHIM_TEST_VARIABLE");
    ck_assert_ptr_null(curl_getenv("WHIM_TEST_VARIABLE"));
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

static char *format_va(const char *format, ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    text = curl_mvaprintf(format, args);
    va_end(args);
    return text;
}

START_TEST(printing_returns_how_much_was_stored)
{
    char buffer[8] = "zz";
    char written[] = "ab%n"; /* in memory that can be written to */
    char *text;
    int n = 0;

    heap_begin();
    ck_assert_int_eq(curl_msnprintf(buffer, 4, "%s", "abcdef"), 3);
    ck_assert_str_eq(buffer, "abc");
    ck_assert_int_eq(curl_msnprintf(buffer, 4, "abc"), 3);
    ck_assert_int_eq(curl_msnprintf(buffer, 0, "xyz"), 0);
    ck_assert_str_eq(buffer, "abc");
    ck_assert_int_eq(curl_msprintf(buffer, "%d-%d", 1, 2), 3);
    ck_assert_str_eq(buffer, "1-2");
    text = curl_maprintf("%d|%5.2f|%x|%-5s|%05d|%ld", 5, 1.5, 255, "a", 42, 9L);
    ck_assert_str_eq(text, "5| 1.50|ff|a    |00042|9");
    curl_free(text);
    text = format_va("%S|%#4s|%-3lc|%ls|%3.2ls|%Od|%ld|100%%", "a", "b", 'c', "d", "efg",
                     (curl_off_t)1 << 40, 5L);
    ck_assert_str_eq(text, "\"a\"|\"   b\"|c  |d| ef|1099511627776|5|100%");
    curl_free(text);
    text = format_va("100%-3l"); /* ends in the midst of a conversion */
    ck_assert_str_eq(text, "100");
    curl_free(text);
    ck_assert_int_eq(curl_msnprintf(buffer, sizeof(buffer), written, &n), 2);
    ck_assert_int_eq(n, 2);
    text = format_va("%s", "");
    ck_assert_str_eq(text, "");
    curl_free(text);
    heap.fail_from = heap.n_calls + 1;
    ck_assert_ptr_null(format_va("%d", 1));
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(printing_to_a_stream_returns_the_length)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    ck_assert_int_eq(curl_mfprintf(stream, "%s-%d", "a", 12), 4);
    fclose(stream);
    ck_assert_str_eq(text, "a-12");
    free(text);
}
END_TEST

START_TEST(every_number_has_an_error_text)
{
    int code;

    for (code = -3; code < 200; code++) {
        ck_assert_ptr_nonnull(curl_easy_strerror((CURLcode)code));
        ck_assert_ptr_nonnull(curl_multi_strerror((CURLMcode)code));
        ck_assert_ptr_nonnull(curl_share_strerror((CURLSHcode)code));
        ck_assert_ptr_nonnull(curl_url_strerror((CURLUcode)code));
    }
    ck_assert_ptr_nonnull(curl_easy_strerror((CURLcode)INT_MAX));
    ck_assert_str_eq(curl_easy_strerror(CURLE_OK), "No error");
    ck_assert_str_eq(curl_multi_strerror(CURLM_OK), "No error");
    ck_assert_str_ne(curl_easy_strerror(CURLE_OPERATION_TIMEDOUT), curl_easy_strerror(CURLE_OK));
}
END_TEST

START_TEST(options_come_in_alphabetical_order_and_are_found)
{
    const struct curl_easyoption *option = NULL, *previous = NULL;
    int n = 0, n_aliases = 0;

    while ((option = curl_easy_option_next(option)) != NULL) {
        const struct curl_easyoption *found = curl_easy_option_by_id(option->id);
        bool is_alias = option->flags & CURLOT_FLAG_ALIAS;

        if (previous)
            ck_assert_int_lt(strcmp(previous->name, option->name), 0);
        ck_assert_ptr_eq(curl_easy_option_by_name(option->name), option);
        ck_assert_ptr_nonnull(found);
        ck_assert_int_eq(found == option, !is_alias);
        ck_assert_int_eq(found->type, option->type);
        previous = option;
        n++;
        n_aliases += is_alias;
    }
    ck_assert_int_eq(n, 327);
    ck_assert_int_eq(n_aliases, 15);
    ck_assert_str_eq(curl_easy_option_by_name("timeout_ms")->name, "TIMEOUT_MS");
    ck_assert_str_eq(curl_easy_option_by_id(CURLOPT_WRITEDATA)->name, "WRITEDATA");
    ck_assert_int_eq(curl_easy_option_by_name("KEYPASSWD")->type, CURLOT_STRING);
    ck_assert_ptr_null(curl_easy_option_by_name("NOSUCH"));
    ck_assert_ptr_null(curl_easy_option_by_name(NULL));
    ck_assert_ptr_null(curl_easy_option_by_id((CURLoption)0));
}
END_TEST

START_TEST(options_are_set_through_variable_arguments)
{
    CURL *easy = curl_easy_init();

    ck_assert_ptr_nonnull(easy);
    ck_assert_int_eq(curl_easy_setopt(easy, CURLOPT_URL, "http://x/"), CURLE_OK);
    ck_assert_int_eq(curl_easy_setopt(easy, CURLOPT_PORT, 65536L), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)-2),
                     CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, NULL), CURLE_OK);
    ck_assert_int_eq(curl_easy_setopt(easy, (CURLoption)9999, 1L), CURLE_UNKNOWN_OPTION);
    curl_easy_cleanup(easy);
}
END_TEST

START_TEST(options_of_something_else_are_refused)
{
    CURLSH *share = curl_share_init();

    ck_assert_int_eq(curl_easy_setopt(NULL, CURLOPT_PORT, 1L), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_easy_setopt((CURL *)share, CURLOPT_PORT, 1L),
                     CURLE_BAD_FUNCTION_ARGUMENT);
    curl_share_cleanup(share);
}
END_TEST

START_TEST(the_version_is_libcurls_with_our_name_beside_it)
{
    curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);

    ck_assert_ptr_eq(curl_version_info(CURLVERSION_FIRST), info);
    ck_assert_int_eq(info->age, CURLVERSION_NOW);
    ck_assert_str_eq(info->version, LIBCURL_VERSION);
    ck_assert_uint_eq(info->version_num, LIBCURL_VERSION_NUM);
    ck_assert_ptr_eq(strstr(curl_version(), "libcurl/" LIBCURL_VERSION " Whimbrel/"),
                     curl_version());
    ck_assert_ptr_nonnull(info->host);
}
END_TEST

START_TEST(features_are_told_as_bits_and_as_names_alike)
{
    static const struct {
        const char *name;
        int bit;
    } known[] = {
        {"AsynchDNS", CURL_VERSION_ASYNCHDNS}, {"IPv6", CURL_VERSION_IPV6},
        {"Largefile", CURL_VERSION_LARGEFILE}, {"threadsafe", CURL_VERSION_THREADSAFE},
        {"SSL", CURL_VERSION_SSL},             {"HTTP2", CURL_VERSION_HTTP2},
        {"libz", CURL_VERSION_LIBZ},           {"HTTPS-proxy", CURL_VERSION_HTTPS_PROXY},
        {"UnixSockets", CURL_VERSION_UNIX_SOCKETS},
        {"brotli", CURL_VERSION_BROTLI},       {"zstd", CURL_VERSION_ZSTD},
        {"GSS-API", CURL_VERSION_GSSAPI},      {"Kerberos", CURL_VERSION_KERBEROS5},
        {"SPNEGO", CURL_VERSION_SPNEGO},
        {"PSL", CURL_VERSION_PSL},
        {"IDN", CURL_VERSION_IDN},             {"HSTS", CURL_VERSION_HSTS},
        {"alt-svc", CURL_VERSION_ALTSVC},
    };
    curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    const char *const *name;
    int bits = 0;
    size_t i;

    for (name = info->feature_names; *name; name++) {
        if (name != info->feature_names)
            ck_assert_int_lt(strcasecmp(name[-1], *name), 0);
        for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
            bits |= strcmp(*name, known[i].name) ? 0 : known[i].bit;
    }
    ck_assert_int_eq(bits, info->features);
    ck_assert_int_ne(info->features & CURL_VERSION_THREADSAFE, 0);
    ck_assert_str_eq(info->protocols[0], "file");
    ck_assert_str_eq(info->protocols[1], "http");
    ck_assert((info->libidn != NULL) == ((info->features & CURL_VERSION_IDN) != 0));
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        lists_grow_at_the_end_and_copy_what_is_given,
        a_list_is_as_before_when_memory_runs_out,
        escaping_leaves_unreserved_characters_alone,
        unescaping_tells_the_length_and_keeps_what_is_no_code,
        every_byte_survives_escaping_and_unescaping,
        comparing_folds_ascii_letters_alone,
        an_empty_variable_is_as_good_as_none,
        printing_returns_how_much_was_stored,
        printing_to_a_stream_returns_the_length,
        every_number_has_an_error_text,
        options_come_in_alphabetical_order_and_are_found,
        options_are_set_through_variable_arguments,
        options_of_something_else_are_refused,
        the_version_is_libcurls_with_our_name_beside_it,
        features_are_told_as_bits_and_as_names_alike,
    };

    return shuffle_and_run("small_api", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
