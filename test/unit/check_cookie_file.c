/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* A store's cookies as text and back, and what many of them cost. */
#include "cookie_fixture.h"
#include "faults.h"
#include "shuffle.h"

#include <time.h>

#define SITE "a.example\tFALSE\t/\tFALSE\t0\t"

START_TEST(a_store_is_written_as_lines_of_seven_fields)
{
    struct whim_cookie_store *store = whim_cookie_store_new(false);
    struct whim_buf later;
    char *text;

    whim_buf_init(&later, 1000);
    set(store, "https://b.a.example/p/q", "x=1; secure; httponly; domain=a.example; max-age=5");
    set(store, "http://b.a.example/", "y=");
    text = listed(store);
    ck_assert_str_eq(text, "#HttpOnly_.a.example\tTRUE\t/p\tTRUE\t1700000005\tx\t1\n"
                           "b.a.example\tFALSE\t/\tFALSE\t0\ty\t\n");
    free(text);
    ck_assert_int_eq(whim_cookie_store_list(store, NOW_S + 5, &later), WHIM_BUF_OK);
    ck_assert_uint_eq(later.len, strlen("b.example\tFALSE\t/\tFALSE\t0\ty\t\n") + 2);
    whim_buf_fini(&later);
    whim_cookie_store_free(store);
}
END_TEST

static struct whim_cookie_store *written_and_read(struct whim_cookie_store *store)
{
    struct whim_cookie_store *copy = whim_cookie_store_new(false);
    struct whim_buf buf;

    whim_buf_init(&buf, WHIM_COOKIES_FILE_BYTES);
    ck_assert_int_eq(whim_cookie_store_write(store, NOW_S, &buf), WHIM_BUF_OK);
    ck_assert_int_eq(whim_buf_terminate(&buf), WHIM_BUF_OK);
    ck_assert_int_eq(strncmp(buf.data, "# Netscape HTTP Cookie File\n", 28), 0);
    ck_assert(read_as(copy, WHIM_COOKIE_OF_FILE, buf.data));
    whim_buf_fini(&buf);
    return copy;
}

/* What a server may set can be read again, and hides nothing. */
START_TEST(whatever_was_taken_is_written_and_read_again)
{
    static const char *const texts[] = {
        "x=1", "x=", "x=a=b", "x=\"q\"", "TRUE=FALSE; path=/TRUE", "x=1; path=TRUE", "#x=1",
        "x=1; path=/a b", "__Host-x=1; secure; path=/", "__Secure-x=1; secure", "x=#; httponly",
        "x=1; domain=a.example", "x=1; domain=.b.a.example; secure; httponly; max-age=1000",
        "Set-Cookie:=1", "x= 1 2 ; path=\"/q\"", "x=\x80\xff",
    };
    static char large[5000];

    for (size_t i = 0; i <= sizeof(texts) / sizeof(texts[0]); i++) {
        struct whim_cookie_store *store = whim_cookie_store_new(false);
        struct whim_cookie_store *copy;
        const char *text = i < sizeof(texts) / sizeof(texts[0]) ? texts[i] : large;
        char *before, *after;

        snprintf(large, sizeof(large), "c=%04000d; path=/%0900d", 0, 0);
        ck_assert_msg(set(store, "https://b.a.example/p/q", text) == WHIM_COOKIE_OK, "%s", text);
        before = listed(store);
        copy = written_and_read(store);
        after = listed(copy);
        ck_assert_uint_eq(whim_cookie_store_count(copy), 1);
        ck_assert_str_eq(after, before);
        free(before);
        free(after);
        whim_cookie_store_free(copy);
        whim_cookie_store_free(store);
    }
}
END_TEST

START_TEST(lines_without_a_meaning_are_passed_over)
{
    static char text[100000];
    struct whim_cookie_store *store = whim_cookie_store_new(false);
    int len = snprintf(text, sizeof(text),
                       "# a comment\n\n" SITE "a\t1\r\nnonsense\n" SITE "b\t1\n" SITE "c\t");

    memset(text + len, 'x', 60000);
    strcpy(text + len + 60000, "\n" SITE "d\t1");
    ck_assert(read_as(store, WHIM_COOKIE_OF_FILE, text));
    ck_assert_str_eq(sent(store, "http://a.example/"), "d=1; b=1; a=1");
    whim_cookie_store_free(store);
}
END_TEST

START_TEST(a_file_may_have_fields_of_responses)
{
    struct whim_cookie_store *store = whim_cookie_store_new(false);

    ck_assert(read_as(store, WHIM_COOKIE_OF_FILE,
                      "HTTP/1.1 200 OK\r\nset-cookie: a=1; domain=a.example; path=/p\r\n"
                      "Set-Cookie:b=1\r\n\r\n"));
    ck_assert_str_eq(sent(store, "http://x.a.example/p"), "a=1");
    ck_assert_str_eq(sent(store, "http://10.0.0.1/"), "b=1"); /* as with libcurl */
    ck_assert(read_as(store, WHIM_COOKIE_OF_PROGRAM, "Set-Cookie: c=1"));
    ck_assert_str_eq(sent(store, "http://anybody.example/"), "c=1");
    whim_cookie_store_free(store);
}
END_TEST

START_TEST(a_file_does_not_replace_what_is_newer)
{
    struct whim_cookie_store *store = whim_cookie_store_new(false);

    read_as(store, WHIM_COOKIE_OF_FILE, SITE "x\tfile\n" SITE "y\tfile\n");
    read_as(store, WHIM_COOKIE_OF_FILE, SITE "y\tlater\n");
    set(store, "http://a.example/", "x=server");
    read_as(store, WHIM_COOKIE_OF_FILE, SITE "x\tfile\n");
    ck_assert_str_eq(sent(store, "http://a.example/"), "y=later; x=server");
    read_as(store, WHIM_COOKIE_OF_PROGRAM, SITE "x\tprogram\n");
    ck_assert_str_eq(sent(store, "http://a.example/"), "y=later; x=program");
    whim_cookie_store_free(store);
}
END_TEST

START_TEST(a_new_session_passes_over_the_cookies_of_an_old_one)
{
    const struct whim_cookie_source source = {
        .origin = WHIM_COOKIE_OF_FILE, .skips_session = true, .now_s = NOW_S};
    static const char text[] = SITE "x\t1\na.example\tFALSE\t/\tFALSE\t1900000000\ty\t1\n";
    struct whim_cookie_store *store = whim_cookie_store_new(false);

    ck_assert(whim_cookie_store_read(store, text, sizeof(text) - 1, &source));
    ck_assert_str_eq(sent(store, "http://a.example/"), "y=1");
    whim_cookie_store_free(store);
}
END_TEST

static void read_and_write(void *unused)
{
    struct whim_cookie_store *store = whim_cookie_store_new(false);
    char *text;

    if (!store)
        return;
    if (read_as(store, WHIM_COOKIE_OF_FILE, SITE "x\t1\n" SITE "y\t1\n")) {
        ck_assert_uint_eq(whim_cookie_store_count(store), 2);
        text = listed(store);
        ck_assert(!text || !strcmp(text, SITE "x\t1\n" SITE "y\t1\n"));
        free(text);
    }
    whim_cookie_store_free(store);
}

START_TEST(without_memory_reading_and_writing_say_so)
{
    ck_assert_int_gt(faults_run(read_and_write, NULL), 3);
}
END_TEST

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static struct whim_cookie_store *filled(int n_domains, int n_of_each)
{
    struct whim_cookie_store *store = whim_cookie_store_new(false);
    char url[100], text[100];

    for (int i = 0; i < n_domains; i++) {
        for (int j = 0; j < n_of_each; j++) {
            snprintf(url, sizeof(url), "http://host%d.example/", i);
            snprintf(text, sizeof(text), "cookie%d=some-value-%d", j, i);
            set(store, url, text);
        }
    }
    return store;
}

/* The best of some rounds, of one request for each of 10 hosts. */
static double time_requests(struct whim_cookie_store *store, int step)
{
    double best = 1e9;
    char url[100];

    for (int round = 0; round < 200; round++) {
        double begun = now_us();

        for (int i = 0; i < 10; i++) {
            snprintf(url, sizeof(url), "http://host%d.example/", i * step);
            ck_assert_uint_gt(strlen(sent(store, url)), 100);
        }
        begun = now_us() - begun;
        best = begun < best ? begun : best;
    }
    return best / 10;
}

START_TEST(a_request_costs_the_same_with_100000_cookies_as_with_100)
{
    struct whim_cookie_store *few = filled(10, 10);
    struct whim_cookie_store *many = filled(10000, 10);
    double few_us, many_us;

    ck_assert_uint_eq(whim_cookie_store_count(many), 100000);
    few_us = time_requests(few, 1);
    many_us = time_requests(many, 997);
    printf("a request's 10 cookies: %.2f us of 100, %.2f us of 100000\n", few_us, many_us);
    ck_assert_double_lt(many_us, 5 * few_us);
    whim_cookie_store_free(few);
    whim_cookie_store_free(many);
}
END_TEST

START_TEST(a_hundred_cookies_are_set_and_sent_in_no_time)
{
    double set_us = 1e9, sent_us = 1e9;

    for (int round = 0; round < 200; round++) {
        double begun = now_us();
        struct whim_cookie_store *store = filled(1, 100);
        double between = now_us();

        ck_assert_ptr_nonnull(strstr(sent(store, "http://host0.example/"), "cookie99="));
        sent_us = now_us() - between < sent_us ? now_us() - between : sent_us;
        set_us = between - begun < set_us ? between - begun : set_us;
        whim_cookie_store_free(store);
    }
    printf("100 cookies: set in %.2f us, sent in %.2f us\n", set_us, sent_us);
    ck_assert_double_lt(set_us, 10000);
    ck_assert_double_lt(sent_us, 1000);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_store_is_written_as_lines_of_seven_fields,
        whatever_was_taken_is_written_and_read_again,
        lines_without_a_meaning_are_passed_over,
        a_file_may_have_fields_of_responses,
        a_file_does_not_replace_what_is_newer,
        a_new_session_passes_over_the_cookies_of_an_old_one,
        without_memory_reading_and_writing_say_so,
        a_request_costs_the_same_with_100000_cookies_as_with_100,
        a_hundred_cookies_are_set_and_sent_in_no_time,
    };

    return shuffle_and_run("cookie_file", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
