/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/hsts.h"
#include "proto/hsts_field.h"

#include "faults.h"
#include "shuffle.h"

#include <string.h>

enum { NOW = 1700000000 }; /* 20231114 22:13:20 */

static bool knows(struct whim_hsts *hsts, const char *host, int64_t now_s)
{
    return whim_hsts_is_known(hsts, host, strlen(host), now_s);
}

static CURLcode note(struct whim_hsts *hsts, const char *host, const char *value)
{
    return whim_hsts_note(hsts, host, strlen(host), value, strlen(value), NOW);
}

static CURLcode read_text(struct whim_hsts *hsts, const char *text)
{
    size_t len = strlen(text);
    char *exact = malloc(len ? len : 1); /* who reads too far is found out */
    CURLcode result;

    memcpy(exact, text, len);
    result = whim_hsts_read(hsts, exact, len, NOW);
    free(exact);
    return result;
}

/* What a file of it says behind the comment. */
static void assert_text(struct whim_hsts *hsts, const char *expected)
{
    struct whim_buf buf;

    whim_buf_init(&buf, WHIM_HSTS_MAX_FILE_BYTES);
    ck_assert_int_eq(whim_hsts_write(hsts, &buf, NOW), CURLE_OK);
    ck_assert_int_eq(whim_buf_terminate(&buf), WHIM_BUF_OK);
    ck_assert_str_eq(strchr(buf.data, '\n') + 1, expected);
    whim_buf_fini(&buf);
}

static const struct field {
    const char *text;
    int64_t max_age_s; /* -1: no such field */
    bool has_subdomains;
} fields[] = {
    {"max-age=31536000", 31536000, false},
    {"max-age=1; includeSubDomains", 1, true},
    {"includesubdomains;MAX-AGE=1", 1, true},
    {" max-age = \"12\" ; preload ; x=\"a;b\" ;", 12, false},
    {";;max-age=0;;", 0, false},
    {"max-age=1;x=", 1, false},
    {"x=\"a\\\"b\"; max-age=1", 1, false},
    {"max-age=99999999999999999999999", INT64_MAX, false},
    {"max-age=9223372036854775807", INT64_MAX, false},
    {"", -1, false},
    {"includeSubDomains", -1, false},
    {"max-age", -1, false},
    {"max-age=", -1, false},
    {"max-age=\"\"", -1, false},
    {"max-age=-1", -1, false},
    {"max-age=1x", -1, false},
    {"max-age=1 2", -1, false},
    {"max-age=\"1", -1, false},
    {"max-age=1;x=\"a\\", -1, false},
    {"max-age=1;x=\"a\\\"", -1, false},
    {"max-age=1\"2\"", -1, false},
    {"max-age=1;max-age=2", -1, false},
    {"max-age=1;includeSubDomains;includeSubDomains", -1, false},
    {"max-age=1;includeSubDomains=1", -1, false},
    {"max-age=1, max-age=2", -1, false},
    {"=1;max-age=1", -1, false},
    {"xmax-age=1", -1, false},
};

START_TEST(a_field_is_read_strictly)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        size_t len = strlen(fields[i].text);
        char *exact = malloc(len ? len : 1);
        struct whim_hsts_field field = {.max_age_s = -1};

        memcpy(exact, fields[i].text, len);
        ck_assert_msg(whim_hsts_field_parse(exact, len, &field) == (fields[i].max_age_s >= 0), "%s",
                      fields[i].text);
        ck_assert_int_eq(field.max_age_s, fields[i].max_age_s);
        ck_assert_int_eq(field.has_subdomains, fields[i].has_subdomains);
        free(exact);
    }
    ck_assert(!whim_hsts_field_parse("max-age=1\0;", 11, &(struct whim_hsts_field){0}));
}
END_TEST

START_TEST(a_host_is_known_under_one_canonical_name)
{
    struct whim_hsts *hsts = whim_hsts_new();

    ck_assert_int_eq(note(hsts, "A.Example.", "max-age=100"), CURLE_OK);
    ck_assert(knows(hsts, "a.example", NOW));
    ck_assert(knows(hsts, "A.EXAMPLE", NOW));
    ck_assert(knows(hsts, "a.example.", NOW));
    ck_assert(!knows(hsts, "a.example..", NOW));
    ck_assert(!knows(hsts, ".a.example", NOW));
    ck_assert(!knows(hsts, "b.a.example", NOW));
    ck_assert(!knows(hsts, "example", NOW));
    ck_assert(!knows(hsts, "xa.example", NOW));
    ck_assert(!knows(hsts, "", NOW));
    ck_assert(!knows(hsts, ".", NOW));
    ck_assert(knows(hsts, "a.example", NOW + 99));
    ck_assert(!knows(hsts, "a.example", NOW + 100));
    whim_hsts_unref(hsts);
}
END_TEST

START_TEST(a_parent_counts_where_it_has_its_subdomains_in_it)
{
    struct whim_hsts *hsts = whim_hsts_new();

    ck_assert_int_eq(note(hsts, "example", "max-age=100;includeSubDomains"), CURLE_OK);
    ck_assert_int_eq(note(hsts, "b.example", "max-age=10"), CURLE_OK);
    ck_assert(knows(hsts, "example", NOW));
    ck_assert(knows(hsts, "c.b.a.example", NOW));
    ck_assert(!knows(hsts, "xexample", NOW));
    /* the nearer one has run out, and was never for what is below it */
    ck_assert(knows(hsts, "c.b.example", NOW + 50));
    ck_assert(knows(hsts, "b.example", NOW + 50));
    whim_hsts_unref(hsts);
}
END_TEST

START_TEST(a_subdomain_changes_nothing_of_its_parent)
{
    struct whim_hsts *hsts = whim_hsts_new();

    note(hsts, "example", "max-age=1000;includeSubDomains");
    note(hsts, "a.example", "max-age=10");
    ck_assert(knows(hsts, "example", NOW + 999));
    ck_assert(knows(hsts, "z.example", NOW + 999));
    note(hsts, "a.example", "max-age=0");
    ck_assert(knows(hsts, "example", NOW + 999));
    ck_assert(knows(hsts, "a.example", NOW + 999)); /* by its parent */
    whim_hsts_unref(hsts);
}
END_TEST

START_TEST(an_age_of_zero_deletes)
{
    struct whim_hsts *hsts = whim_hsts_new();

    note(hsts, "a.example", "max-age=1000");
    note(hsts, "A.example.", "max-age=0");
    ck_assert(!knows(hsts, "a.example", NOW));
    note(hsts, "never.example", "max-age=0");
    ck_assert_uint_eq(whim_hsts_count(hsts), 0);
    note(hsts, "a.example", "max-age=5");
    ck_assert(knows(hsts, "a.example", NOW));
    assert_text(hsts, "a.example \"20231114 22:13:25\"\n");
    whim_hsts_unref(hsts);
}
END_TEST

START_TEST(what_counts_last_is_what_the_host_said_last)
{
    struct whim_hsts *hsts = whim_hsts_new();

    note(hsts, "a.example", "max-age=1000;includeSubDomains");
    note(hsts, "a.example", "max-age=10");
    ck_assert(!knows(hsts, "b.a.example", NOW));
    ck_assert(!knows(hsts, "a.example", NOW + 10));
    ck_assert_int_eq(note(hsts, "a.example", "max-age"), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert(knows(hsts, "a.example", NOW + 9));
    whim_hsts_unref(hsts);
}
END_TEST

START_TEST(addresses_and_what_is_no_host_are_not_kept)
{
    static const char *const hosts[] = {"127.0.0.1", "127.0.0.1.", "0x7f.1", "2130706433", "::1",
                                        "a b",       "a\"b",       "a/b",    "",           ".",
                                        "a..",       "a\nb"};
    struct whim_hsts *hsts = whim_hsts_new();
    char longest[WHIM_HSTS_MAX_HOST_BYTES + 2];

    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        ck_assert_int_eq(note(hsts, hosts[i], "max-age=9"), CURLE_BAD_FUNCTION_ARGUMENT);
        ck_assert_int_eq(whim_hsts_add(hsts, hosts[i], strlen(hosts[i]), false, NOW + 9, NOW),
                         CURLE_BAD_FUNCTION_ARGUMENT);
    }
    memset(longest, 'a', sizeof(longest));
    ck_assert_int_eq(
        whim_hsts_add(hsts, longest, WHIM_HSTS_MAX_HOST_BYTES + 1, false, NOW + 9, NOW),
        CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(whim_hsts_add(hsts, longest, WHIM_HSTS_MAX_HOST_BYTES, false, NOW + 9, NOW),
                     CURLE_OK);
    ck_assert(whim_hsts_is_known(hsts, longest, WHIM_HSTS_MAX_HOST_BYTES, NOW));
    ck_assert_uint_eq(whim_hsts_count(hsts), 1);
    whim_hsts_unref(hsts);
}
END_TEST

START_TEST(a_file_is_read_and_written)
{
    struct whim_hsts *hsts = whim_hsts_new();

    ck_assert_int_eq(read_text(hsts, "# comment\n"
                                     "\n"
                                     "a.example \"20310101 00:00:00\"\r\n"
                                     "  .b.example\t\"unlimited\"\n"
                                     "past.example \"20010101 00:00:00\"\n"
                                     "open.example \"20310101 00:00:00\n"
                                     "bare.example 20310101\n"
                                     "alone.example\n"
                                     "bad.example \"soon\"\n"
                                     "127.0.0.1 \"unlimited\"\n"
                                     ".\n"
                                     "c.example \"20310101 00:00:00\""),
                     CURLE_OK);
    assert_text(hsts, "a.example \"20310101 00:00:00\"\n"
                      ".b.example \"unlimited\"\n"
                      "c.example \"20310101 00:00:00\"\n");
    ck_assert(knows(hsts, "x.b.example", INT64_C(4000000000000)));
    whim_hsts_unref(hsts);
}
END_TEST

START_TEST(of_two_lines_the_stricter_one_counts)
{
    struct whim_hsts *hsts = whim_hsts_new();

    read_text(hsts, ".a.example \"20310101 00:00:00\"\n"
                    "A.example. \"20330101 00:00:00\"\n"
                    "a.example \"20320101 00:00:00\"\n");
    assert_text(hsts, ".a.example \"20330101 00:00:00\"\n");
    whim_hsts_unref(hsts);
}
END_TEST

START_TEST(what_the_host_has_said_counts_until_it_is_over)
{
    struct whim_hsts *hsts = whim_hsts_new();

    read_text(hsts, ".a.example \"20310101 00:00:00\"\nb.example \"20310101 00:00:00\"\n");
    note(hsts, "a.example", "max-age=0");
    note(hsts, "b.example", "max-age=10");
    read_text(hsts, ".a.example \"20310101 00:00:00\"\n.b.example \"20310101 00:00:00\"\n");
    ck_assert(!whim_hsts_is_known(hsts, "a.example", 9, NOW));
    ck_assert(!whim_hsts_is_known(hsts, "c.b.example", 11, NOW));
    ck_assert(whim_hsts_is_known(hsts, "b.example", 9, NOW + 9));
    ck_assert(!whim_hsts_is_known(hsts, "b.example", 9, NOW + 10));
    ck_assert_int_eq(whim_hsts_add(hsts, "b.example", 9, true, NOW + 99, NOW + 10), CURLE_OK);
    ck_assert(whim_hsts_is_known(hsts, "c.b.example", 11, NOW + 11));
    whim_hsts_unref(hsts);
}
END_TEST

/* Two handles have read one file; each has learnt something, and writes. */
START_TEST(what_others_have_written_meanwhile_is_kept)
{
    struct whim_hsts *mine = whim_hsts_new();
    struct whim_hsts *file = whim_hsts_new();

    read_text(mine, "a.example \"20310101 00:00:00\"\nb.example \"20310101 00:00:00\"\n"
                    "c.example \"20310101 00:00:00\"\n");
    note(mine, "b.example", "max-age=0");
    note(mine, "new.example", "max-age=10");
    note(mine, "c.example", "max-age=20");
    read_text(file, "a.example \"20350101 00:00:00\"\nb.example \"20310101 00:00:00\"\n"
                    "c.example \"20310101 00:00:00\"\nother.example \"20310101 00:00:00\"\n");
    ck_assert_int_eq(whim_hsts_overlay(file, mine, NOW), CURLE_OK);
    assert_text(file, "a.example \"20350101 00:00:00\"\n"
                      "c.example \"20231114 22:13:40\"\n"
                      "other.example \"20310101 00:00:00\"\n"
                      "new.example \"20231114 22:13:30\"\n");
    whim_hsts_unref(mine);
    whim_hsts_unref(file);
}
END_TEST

START_TEST(where_there_is_no_room_the_oldest_goes)
{
    struct whim_hsts *hsts = whim_hsts_new();
    char host[32];

    for (int i = 0; i < WHIM_HSTS_MAX_ENTRIES + 10; i++) {
        snprintf(host, sizeof(host), "h%d.example", i);
        ck_assert_int_eq(note(hsts, host, "max-age=100"), CURLE_OK);
    }
    ck_assert_uint_eq(whim_hsts_count(hsts), WHIM_HSTS_MAX_ENTRIES);
    ck_assert(!knows(hsts, "h9.example", NOW));
    ck_assert(knows(hsts, "h10.example", NOW));
    ck_assert(knows(hsts, host, NOW));
    whim_hsts_unref(hsts);
}
END_TEST

START_TEST(all_can_be_seen_one_by_one)
{
    struct whim_hsts *hsts = whim_hsts_new();
    struct whim_hsts_view view;

    read_text(hsts, "a.example \"unlimited\"\nb.example \"unlimited\"\n.c.example \"unlimited\"\n");
    note(hsts, "b.example", "max-age=0");
    ck_assert(whim_hsts_at(hsts, 1, &view));
    ck_assert_str_eq(view.host, "c.example");
    ck_assert(view.has_subdomains);
    ck_assert(view.expires_s == WHIM_CACHE_FOREVER);
    ck_assert(!whim_hsts_at(hsts, 2, &view));
    whim_hsts_unref(hsts);
}
END_TEST

START_TEST(times_are_capped_and_read_as_they_are_written)
{
    char out[WHIM_CACHE_DATE_BYTES];

    ck_assert(whim_cache_date_write(NOW, out));
    ck_assert_str_eq(out, "20231114 22:13:20");
    ck_assert_int_eq(whim_cache_date_read(out, strlen(out)), NOW);
    ck_assert(!whim_cache_date_write(WHIM_CACHE_FOREVER, out));
    ck_assert(whim_cache_date_write(INT64_C(253402300799), out));
    ck_assert(!whim_cache_date_write(INT64_C(253402300800), out));
    ck_assert(whim_cache_date_after(NOW, INT64_MAX) == WHIM_CACHE_FOREVER);
    ck_assert(whim_cache_date_after(INT64_MAX, 1) == WHIM_CACHE_FOREVER);
    ck_assert_int_eq(whim_cache_date_after(NOW, 7), NOW + 7);
    ck_assert_int_eq(whim_cache_date_read("20231114 22:13:20 and so on and so on and so on", 46), -1);
    ck_assert_int_eq(whim_cache_date_read("", 0), -1);
}
END_TEST

static void run_all(void *arg)
{
    struct whim_hsts *hsts = whim_hsts_new();
    struct whim_hsts *copy = whim_hsts_new();
    struct whim_buf buf;

    (void)arg;
    whim_buf_init(&buf, WHIM_HSTS_MAX_FILE_BYTES);
    if (hsts && copy && note(hsts, "a.example", "max-age=1") == CURLE_OK &&
        read_text(hsts, "b.example \"unlimited\"\n") == CURLE_OK &&
        whim_hsts_overlay(copy, hsts, NOW) == CURLE_OK &&
        whim_hsts_write(copy, &buf, NOW) == CURLE_OK)
        ck_assert_uint_eq(whim_hsts_count(copy), 2);
    whim_buf_fini(&buf);
    whim_hsts_unref(hsts);
    whim_hsts_unref(copy);
}

START_TEST(without_memory_it_says_so_and_nothing_leaks)
{
    ck_assert_int_ge(faults_run(run_all, NULL), 6);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_field_is_read_strictly,
        a_host_is_known_under_one_canonical_name,
        a_parent_counts_where_it_has_its_subdomains_in_it,
        a_subdomain_changes_nothing_of_its_parent,
        an_age_of_zero_deletes,
        what_counts_last_is_what_the_host_said_last,
        addresses_and_what_is_no_host_are_not_kept,
        a_file_is_read_and_written,
        of_two_lines_the_stricter_one_counts,
        what_the_host_has_said_counts_until_it_is_over,
        what_others_have_written_meanwhile_is_kept,
        where_there_is_no_room_the_oldest_goes,
        all_can_be_seen_one_by_one,
        times_are_capped_and_read_as_they_are_written,
        without_memory_it_says_so_and_nothing_leaks,
    };

    return shuffle_and_run("hsts", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
