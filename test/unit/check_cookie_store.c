/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* Which cookies are taken, and which a request sends. */
#include "cookie_fixture.h"
#include "faults.h"
#include "proto/cookie_suffix.h"
#include "shuffle.h"

#include <pthread.h>

static const struct row {
    const char *name;
    const char *from; /* where the cookie is set */
    const char *text;
    enum whim_cookie_verdict verdict;
    const char *to;
    const char *sent;
} rows[] = {
    {"the same host", "http://a.example/", "x=1", WHIM_COOKIE_OK, "http://a.example/", "x=1"},
    {"no name below", "http://a.example/", "x=1", WHIM_COOKIE_OK, "http://b.a.example/", ""},
    {"no domain above", "http://b.a.example/", "x=1", WHIM_COOKIE_OK, "http://a.example/", ""},
    {"letters of any case", "http://A.example/", "x=1", WHIM_COOKIE_OK, "http://a.EXAMPLE/", "x=1"},
    {"a dot behind", "http://a.example./", "x=1", WHIM_COOKIE_OK, "http://a.example/", "x=1"},
    {"a domain", "http://b.a.example/", "x=1; domain=a.example", WHIM_COOKIE_OK,
     "http://c.a.example/", "x=1"},
    {"a domain of any case", "http://b.a.example/", "x=1; domain=.A.Example", WHIM_COOKIE_OK,
     "http://a.example/", "x=1"},
    {"two levels below", "http://a.example/", "x=1; domain=a.example", WHIM_COOKIE_OK,
     "http://d.c.a.example/", "x=1"},
    {"an end that looks alike", "http://a.example/", "x=1; domain=a.example", WHIM_COOKIE_OK,
     "http://ba.example/", ""},
    {"another domain", "http://a.example/", "x=1; domain=b.example", WHIM_COOKIE_OTHER_DOMAIN,
     "http://b.example/", ""},
    {"a name below oneself", "http://a.example/", "x=1; domain=b.a.example",
     WHIM_COOKIE_OTHER_DOMAIN, "http://b.a.example/", ""},
    {"part of a label", "http://ba.example/", "x=1; domain=a.example", WHIM_COOKIE_OTHER_DOMAIN,
     "http://a.example/", ""},
    {"a domain of dots", "http://a.example/", "x=1; domain=..", WHIM_COOKIE_BAD_DOMAIN,
     "http://b.example/", ""},
    {"a domain of one dot is none", "http://a.example/", "x=1; domain=.", WHIM_COOKIE_OK,
     "http://b.example/", ""},
    {"two dots in front", "http://a.b.example/", "x=1; domain=..b.example", WHIM_COOKIE_BAD_DOMAIN,
     "http://b.example/", ""},
    /* Addresses */
    {"an address", "http://10.0.0.1/", "x=1", WHIM_COOKIE_OK, "http://10.0.0.1/", "x=1"},
    {"an address as a domain", "http://10.0.0.1/", "x=1; domain=10.0.0.1", WHIM_COOKIE_OK,
     "http://10.0.0.1/", "x=1"},
    {"the end of an address", "http://10.0.0.1/", "x=1; domain=0.0.1", WHIM_COOKIE_OTHER_DOMAIN,
     "http://11.0.0.1/", ""},
    {"a name that ends in an address", "http://x.10.0.0.1/", "x=1; domain=10.0.0.1",
     WHIM_COOKIE_OTHER_DOMAIN, "http://10.0.0.1/", ""},
    {"an IPv6 address", "http://::1/", "x=1; domain=::1", WHIM_COOKIE_OK, "http://::1/", "x=1"},
    /* Public suffixes */
    {"a top level", "http://a.example/", "x=1; domain=example", WHIM_COOKIE_PUBLIC_SUFFIX,
     "http://b.example/", ""},
    {"a top level with a dot behind", "http://a.example./", "x=1; domain=example.",
     WHIM_COOKIE_BAD_DOMAIN, "http://b.example./", ""},
    {"a name of one label", "http://intranet/", "x=1; domain=intranet", WHIM_COOKIE_OK,
     "http://intranet/", "x=1"},
    {"and none below it", "http://intranet/", "x=1; domain=intranet", WHIM_COOKIE_OK,
     "http://a.intranet/", ""},
    {"localhost", "http://localhost/", "x=1; domain=localhost", WHIM_COOKIE_OK,
     "http://localhost/", "x=1"},
    /* Paths */
    {"the folder of the request", "http://a.example/p/q", "x=1", WHIM_COOKIE_OK,
     "http://a.example/p/r/s", "x=1"},
    {"another folder", "http://a.example/p/q", "x=1", WHIM_COOKIE_OK, "http://a.example/r", ""},
    {"a longer word", "http://a.example/", "x=1; path=/p", WHIM_COOKIE_OK, "http://a.example/pq", ""},
    {"the path itself", "http://a.example/", "x=1; path=/p/", WHIM_COOKIE_OK, "http://a.example/p",
     "x=1"},
    {"a path of other letters", "http://a.example/", "x=1; path=/p", WHIM_COOKIE_OK,
     "http://a.example/P", ""},
    {"a path that is none", "http://a.example/p/q", "x=1; path=r", WHIM_COOKIE_OK,
     "http://a.example/s", "x=1"},
    {"a path beside the request's", "http://a.example/p/q", "x=1; path=/r", WHIM_COOKIE_OK,
     "http://a.example/r", "x=1"},
    /* Secure */
    {"secure over TLS", "https://a.example/", "x=1; secure", WHIM_COOKIE_OK, "https://a.example/",
     "x=1"},
    {"secure without TLS", "https://a.example/", "x=1; secure", WHIM_COOKIE_OK, "http://a.example/",
     ""},
    {"secure set without TLS", "http://a.example/", "x=1; secure", WHIM_COOKIE_NOT_SECURE,
     "https://a.example/", ""},
    {"insecure over TLS", "http://a.example/", "x=1", WHIM_COOKIE_OK, "https://a.example/", "x=1"},
    {"a promise kept", "https://a.example/", "__Host-x=1; secure; path=/", WHIM_COOKIE_OK,
     "https://a.example/", "__Host-x=1"},
    {"a promise that the way breaks", "http://a.example/", "__Secure-x=1; secure",
     WHIM_COOKIE_NOT_SECURE, "https://a.example/", ""},
    {"a promise for a domain", "https://a.b.example/", "__Host-x=1; secure; path=/; domain=b.example",
     WHIM_COOKIE_BAD_PREFIX, "https://b.example/", ""},
    /* Ends */
    {"expired", "http://a.example/", "x=1; max-age=0", WHIM_COOKIE_EXPIRED, "http://a.example/", ""},
    {"not expired", "http://a.example/", "x=1; max-age=1", WHIM_COOKIE_OK, "http://a.example/",
     "x=1"},
};

START_TEST(a_cookie_goes_where_it_is_for)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct whim_cookie_store *store = whim_cookie_store_new(false);
        enum whim_cookie_verdict verdict = set(store, rows[i].from, rows[i].text);

        ck_assert_msg(verdict == rows[i].verdict, "%s: %s", rows[i].name,
                      whim_cookie_verdict_text(verdict));
        ck_assert_msg(!strcmp(sent(store, rows[i].to), rows[i].sent), "%s: %s", rows[i].name,
                      sent(store, rows[i].to));
        whim_cookie_store_free(store);
    }
}
END_TEST

/* CVE-2014-3620, CVE-2022-27779, CVE-2023-46218, CVE-2026-8924 */
START_TEST(no_cookie_is_for_a_public_suffix_of_the_list)
{
    static const char *const suffixes[] = {"co.uk", "CO.UK", ".co.uk", "co.uk.", "Co.Uk."};
    static const char *const from[] = {"http://shore.co.uk/", "http://shore.co.uk./",
                                       "http://SHORE.CO.UK/"};
    struct whim_cookie_store *store = whim_cookie_store_new(false);
    char text[100];

    if (whim_cookie_suffix_has_list()) {
        for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
            for (size_t j = 0; j < sizeof(from) / sizeof(from[0]); j++) {
                snprintf(text, sizeof(text), "x=1; domain=%s", suffixes[i]);
                ck_assert_int_ne(set(store, from[j], text), WHIM_COOKIE_OK);
            }
        }
        ck_assert_int_eq(set(store, "http://github.io/", "x=1; domain=github.io"), WHIM_COOKIE_OK);
        ck_assert_str_eq(sent(store, "http://other.github.io/"), "");
        ck_assert_str_eq(sent(store, "http://github.io/"), "x=1");
    }
    ck_assert_int_eq(set(store, "http://a.shore.co.uk/", "y=1; domain=shore.co.uk"), WHIM_COOKIE_OK);
    ck_assert_str_eq(sent(store, "http://b.shore.co.uk/"), "y=1");
    ck_assert_str_eq(sent(store, "http://b.other.co.uk/"), "");
    whim_cookie_store_free(store);
}
END_TEST

START_TEST(they_are_sent_by_path_then_domain_then_name_then_age)
{
    struct whim_cookie_store *store = whim_cookie_store_new(false);

    ck_assert_int_eq(set(store, "http://b.a.example/", "a=1; path=/; domain=a.example"), 0);
    ck_assert_int_eq(set(store, "http://b.a.example/", "b=1; path=/"), 0);
    ck_assert_int_eq(set(store, "http://b.a.example/", "c=1; path=/"), 0);
    ck_assert_int_eq(set(store, "http://b.a.example/", "dd=1; path=/; domain=a.example"), 0);
    ck_assert_int_eq(set(store, "http://b.a.example/", "ee=1; path=/"), 0);
    ck_assert_int_eq(set(store, "http://b.a.example/", "f=1; path=/p; domain=a.example"), 0);
    ck_assert_int_eq(set(store, "http://b.a.example/", "g=1; path=/p/q"), 0);
    ck_assert_str_eq(sent(store, "http://b.a.example/p/q"),
                     "g=1; f=1; ee=1; c=1; b=1; dd=1; a=1");
    /* One that replaces another has its age. */
    ck_assert_int_eq(set(store, "http://b.a.example/", "b=2; path=/"), 0);
    ck_assert_str_eq(sent(store, "http://b.a.example/"), "ee=1; c=1; b=2; dd=1; a=1");
    whim_cookie_store_free(store);
}
END_TEST

START_TEST(the_same_name_domain_and_path_is_the_same_cookie)
{
    struct whim_cookie_store *store = whim_cookie_store_new(false);

    set(store, "http://a.example/", "x=1; path=/");
    set(store, "http://A.example./", "x=2; path=/");
    ck_assert_str_eq(sent(store, "http://a.example/"), "x=2");
    set(store, "http://a.example/", "X=3; path=/");
    set(store, "http://a.example/", "x=4; path=/; domain=a.example");
    set(store, "http://a.example/", "x=5; path=/p");
    ck_assert_str_eq(sent(store, "http://a.example/p"), "x=5; x=4; X=3; x=2");
    set(store, "http://a.example/", "x=; path=/; max-age=0");
    ck_assert_str_eq(sent(store, "http://a.example/"), "x=4; X=3");
    ck_assert_uint_eq(whim_cookie_store_count(store), 3);
    whim_cookie_store_free(store);
}
END_TEST

START_TEST(secure_cookies_are_left_alone_by_what_is_not)
{
    static const struct {
        const char *text;
        enum whim_cookie_verdict verdict;
    } set_rows[] = {
        {"sid=no; path=/login", WHIM_COOKIE_OVER_SECURE},
        {"sid=no; path=/login/en", WHIM_COOKIE_OVER_SECURE},
        {"sid=no; path=/login; domain=a.example", WHIM_COOKIE_OVER_SECURE},
        {"sid=no; path=/login; max-age=0", WHIM_COOKIE_OVER_SECURE},
        {"sid=no; path=/loginhelper", WHIM_COOKIE_OK},
        {"sid=no; path=/", WHIM_COOKIE_OK},
        {"SID=no; path=/login", WHIM_COOKIE_OK},
        {"top=no; path=/", WHIM_COOKIE_OVER_SECURE},
        {"root=no", WHIM_COOKIE_OVER_SECURE},
    };
    struct whim_cookie_store *store = whim_cookie_store_new(false);

    set(store, "https://b.a.example/", "sid=1; secure; path=/login");
    set(store, "https://b.a.example/", "top=1; secure; path=/; domain=a.example");
    set(store, "https://b.a.example/", "root=1; secure; path=/");
    for (size_t i = 0; i < sizeof(set_rows) / sizeof(set_rows[0]); i++)
        ck_assert_msg(set(store, "http://b.a.example/", set_rows[i].text) == set_rows[i].verdict,
                      "%s", set_rows[i].text);
    /* Over TLS it may be replaced, and by one that is not secure as well. */
    ck_assert_int_eq(set(store, "https://b.a.example/", "sid=2; path=/login"), WHIM_COOKIE_OK);
    ck_assert_int_eq(set(store, "http://b.a.example/", "sid=3; path=/login"), WHIM_COOKIE_OK);
    whim_cookie_store_free(store);
}
END_TEST

/* CVE-2025-9086: comparing paths of different lengths must not read behind either. */
START_TEST(a_secure_cookie_of_the_shortest_path_is_compared_with_care)
{
    struct whim_cookie_store *store = whim_cookie_store_new(false);

    set(store, "https://a.example/", "x=1; secure; path=/");
    ck_assert_int_eq(set(store, "http://a.example/", "x=2; path=/"), WHIM_COOKIE_OVER_SECURE);
    ck_assert_int_eq(set(store, "http://a.example/", "x=2; path="), WHIM_COOKIE_OVER_SECURE);
    set(store, "https://a.example/", "y=1; secure; path=/long/path");
    ck_assert_int_eq(set(store, "http://a.example/", "y=2; path=/"), WHIM_COOKIE_OK);
    ck_assert_int_eq(set(store, "http://a.example/", "y=2; path=/long"), WHIM_COOKIE_OK);
    whim_cookie_store_free(store);
}
END_TEST

START_TEST(what_has_expired_is_gone)
{
    struct whim_cookie_store *store = whim_cookie_store_new(false);
    char *text;

    set(store, "http://a.example/", "x=1; max-age=10");
    set(store, "http://a.example/", "y=1; max-age=20");
    set(store, "http://a.example/", "z=1");
    ck_assert_str_eq(sent_at(store, "http://a.example/", NOW_S + 9), "z=1; y=1; x=1");
    ck_assert_str_eq(sent_at(store, "http://a.example/", NOW_S + 10), "z=1; y=1");
    ck_assert_uint_eq(whim_cookie_store_count(store), 2);
    ck_assert_str_eq(sent_at(store, "http://a.example/", NOW_S + 30), "z=1");
    whim_cookie_store_del_session(store, NOW_S);
    ck_assert_uint_eq(whim_cookie_store_count(store), 0);
    ck_assert_str_eq(sent(store, "http://a.example/"), "");
    text = listed(store);
    ck_assert_str_eq(text, "");
    free(text);
    whim_cookie_store_free(store);
}
END_TEST

/* Nobody asks for their hosts any more: others that come in make them go. */
START_TEST(what_has_expired_elsewhere_goes_as_others_come)
{
    struct whim_cookie_store *store = whim_cookie_store_new(false);
    char url[100];

    for (int i = 0; i < 1000; i++) {
        snprintf(url, sizeof(url), "http://host%d.example/", i);
        set(store, url, "x=1; max-age=10");
    }
    for (int i = 0; i < 1000; i++) {
        snprintf(url, sizeof(url), "http://other%d.example/", i);
        set_at(store, url, "x=1; max-age=10", NOW_S + 20);
    }
    ck_assert_uint_eq(whim_cookie_store_count(store), 1000);
    whim_cookie_store_free(store);
}
END_TEST

/* C-197 */
START_TEST(a_field_has_150_cookies_and_8190_bytes_at_most)
{
    struct whim_cookie_store *store = whim_cookie_store_new(false);
    static char text[5000];
    const char *field;
    size_t n = 0;

    for (int i = 0; i < 160; i++) {
        snprintf(text, sizeof(text), "c%03d=1", i);
        set(store, "http://a.example/", text);
    }
    field = sent(store, "http://a.example/");
    for (const char *at = field; (at = strchr(at, '=')); at++)
        n++;
    ck_assert_uint_eq(n, 150);
    ck_assert_str_eq(strstr(field, "c010"), "c010=1");
    whim_cookie_store_reset(store);
    for (int i = 0; i < 3; i++) {
        snprintf(text, sizeof(text), "c%d=%04000d", i, 0);
        ck_assert_int_eq(set(store, "http://a.example/", text), WHIM_COOKIE_OK);
    }
    field = sent(store, "http://a.example/");
    ck_assert_uint_eq(strlen(field), 2 * 4003 + 2 + 3); /* "..." says that there was more */
    ck_assert_str_eq(field + strlen(field) - 3, "...");
    whim_cookie_store_free(store);
}
END_TEST

START_TEST(a_domain_has_a_cap_and_those_go_that_are_not_sent)
{
    struct whim_cookie_store *store = whim_cookie_store_new(false);
    char text[100];

    set(store, "https://a.example/", "the-first-of-all=1; secure; path=/s");
    set(store, "http://a.example/", "kept=1; path=/k");
    set(store, "http://b.example/", "other=1");
    for (int i = 0; i < WHIM_COOKIES_MAX_OF_DOMAIN + 100; i++) {
        snprintf(text, sizeof(text), "c%d=1; path=/c", i);
        ck_assert_int_eq(set(store, "http://a.example/", text), WHIM_COOKIE_OK);
        sent(store, "http://a.example/k");
    }
    ck_assert_uint_eq(whim_cookie_store_count(store), WHIM_COOKIES_MAX_OF_DOMAIN + 1);
    ck_assert_str_eq(sent(store, "http://a.example/k"), "kept=1");
    ck_assert_str_eq(sent(store, "https://a.example/s"), "the-first-of-all=1");
    ck_assert_str_eq(sent(store, "http://b.example/"), "other=1");
    snprintf(text, sizeof(text), "c%d=1; ", WHIM_COOKIES_MAX_OF_DOMAIN + 99);
    ck_assert_ptr_nonnull(strstr(sent(store, "http://a.example/c"), text));
    ck_assert_ptr_null(strstr(sent(store, "http://a.example/c"), "c0=1"));
    whim_cookie_store_free(store);
}
END_TEST

/* Those of the domain go that nobody has asked for for longest. */
START_TEST(all_together_have_caps)
{
    struct whim_cookie_store *store = whim_cookie_store_new(false);
    static char text[5000];
    char url[100];
    size_t n;

    set(store, "http://first.example/", "x=1");
    set(store, "http://asked.example/", "x=1");
    for (int i = 0; i < WHIM_COOKIES_MAX; i++) {
        snprintf(url, sizeof(url), "http://h%d.example/", i / 100);
        snprintf(text, sizeof(text), "c%d=1", i % 100);
        set(store, url, text);
        if (i % 1000 == 0)
            ck_assert_str_eq(sent(store, "http://asked.example/"), "x=1");
    }
    ck_assert_uint_eq(whim_cookie_store_count(store), WHIM_COOKIES_MAX);
    ck_assert_str_eq(sent(store, "http://first.example/"), "");
    ck_assert_str_eq(sent(store, "http://asked.example/"), "x=1");
    for (int i = 0; i < 20000; i++) {
        snprintf(url, sizeof(url), "http://large%d.example/", i);
        snprintf(text, sizeof(text), "c=%04000d", 0);
        set(store, url, text);
    }
    n = whim_cookie_store_count(store);
    ck_assert_uint_lt(n, WHIM_COOKIES_MAX_BYTES / 4000);
    ck_assert_uint_gt(n, WHIM_COOKIES_MAX_BYTES / 4000 * 9 / 10);
    whim_cookie_store_free(store);
}
END_TEST

static void set_and_send(void *unused)
{
    struct whim_cookie_store *store = whim_cookie_store_new(false);
    enum whim_cookie_verdict first, second;

    if (!store)
        return;
    first = set(store, "http://a.example/", "x=1; path=/p");
    second = set(store, "http://a.example/", "y=2; path=/");
    ck_assert(first == WHIM_COOKIE_OK || first == WHIM_COOKIE_NO_MEMORY);
    ck_assert(second == WHIM_COOKIE_OK || second == WHIM_COOKIE_NO_MEMORY);
    ck_assert_uint_eq(whim_cookie_store_count(store),
                      (first == WHIM_COOKIE_OK) + (second == WHIM_COOKIE_OK));
    if (second == WHIM_COOKIE_OK &&
        set(store, "http://a.example/", "y=3; path=/") == WHIM_COOKIE_NO_MEMORY) {
        const char *text = sent(store, "http://a.example/");

        ck_assert(!text || !strcmp(text, "y=2")); /* the old one is still there */
    }
    sent(store, "http://a.example/p");
    whim_cookie_store_free(store);
}

START_TEST(without_memory_a_cookie_is_not_taken_and_nothing_is_lost)
{
    ck_assert_int_gt(faults_run(set_and_send, NULL), 4);
}
END_TEST

enum { N_THREADS = 4, N_ROUNDS = 3000 };

static void *use_shared(void *arg)
{
    struct whim_cookie_store *store = arg;
    struct whim_cookie_host host;
    const struct whim_cookie_query query = {
        .host = &host, .path = "/", .path_len = 1, .now_s = NOW_S};

    whim_cookie_host_read("a.example", 9, &host);
    for (int i = 0; i < N_ROUNDS; i++) {
        struct whim_buf buf;
        bool is_cut;

        read_as(store, WHIM_COOKIE_OF_PROGRAM, "a.example\tFALSE\t/\tFALSE\t0\tx\t1\n");
        whim_buf_init(&buf, WHIM_COOKIES_HEADER_BYTES);
        whim_cookie_store_pull(store, &query, &buf, &is_cut);
        whim_buf_fini(&buf);
        if (i % 10 == 0)
            whim_cookie_store_reset(store);
    }
    return NULL;
}

START_TEST(threads_may_share_a_store)
{
    struct whim_cookie_store *store = whim_cookie_store_new(true);
    pthread_t threads[N_THREADS];

    for (int i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, use_shared, store), 0);
    for (int i = 0; i < N_THREADS; i++)
        pthread_join(threads[i], NULL);
    ck_assert_uint_le(whim_cookie_store_count(store), 1);
    whim_cookie_store_free(store);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_cookie_goes_where_it_is_for,
        no_cookie_is_for_a_public_suffix_of_the_list,
        they_are_sent_by_path_then_domain_then_name_then_age,
        the_same_name_domain_and_path_is_the_same_cookie,
        secure_cookies_are_left_alone_by_what_is_not,
        a_secure_cookie_of_the_shortest_path_is_compared_with_care,
        what_has_expired_is_gone,
        what_has_expired_elsewhere_goes_as_others_come,
        a_field_has_150_cookies_and_8190_bytes_at_most,
        a_domain_has_a_cap_and_those_go_that_are_not_sent,
        all_together_have_caps,
        without_memory_a_cookie_is_not_taken_and_nothing_is_lost,
        threads_may_share_a_store,
    };

    return shuffle_and_run("cookie_store", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
