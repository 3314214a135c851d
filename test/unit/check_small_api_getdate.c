/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "shuffle.h"

#include <curl/curl.h>

struct date {
    const char *text;
    time_t seconds;
};

static void check_dates(const struct date *dates, size_t n)
{
    for (; n; n--, dates++)
        ck_assert_msg(curl_getdate(dates->text, NULL) == dates->seconds, "%s: %lld, not %lld",
                      dates->text, (long long)curl_getdate(dates->text, NULL),
                      (long long)dates->seconds);
}
#define CHECK_DATES(dates) check_dates(dates, sizeof(dates) / sizeof((dates)[0]))

START_TEST(the_formats_of_http_and_mail_are_understood)
{
    static const struct date dates[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
        {"Sun Nov  6 08:49:37 1994", 784111777},
        {"06 Nov 1994 08:49:37 GMT", 784111777},
        {"06-Nov-94 08:49:37 GMT", 784111777},
        {"Nov  6 08:49:37 1994", 784111777},
        {"06 Nov 1994 08:49:37", 784111777},
        {"06-Nov-94 08:49:37", 784111777},
        {"1994 Nov 6 08:49:37", 784111777},
        {"GMT 08:49:37 06-Nov-94 Sunday", 784111777},
        {"94 6 Nov 08:49:37", 784111777},
        {"1994 Nov 6", 784080000},
        {"06-Nov-94", 784080000},
        {"Sun Nov 6 94", 784080000},
        {"1994.Nov.6", 784080000},
        {"Sun/Nov/6/94/GMT", 784080000},
        {"06Nov1994", 784080000},
        {"06 Nov 1994 08:49", 784111740},
        {"06 Nov 1994 8:4:3", 784109043},
        {"Thu, 01-Jan-1970 00:00:00 GMT", 0},
        {"20040912 15:05:58 -0700", 1095026758},
        {"20040911 +0200", 1094853600},
        {"19700101", 0},
        {"+19941106", 784080000},
    };

    CHECK_DATES(dates);
}
END_TEST

START_TEST(zones_are_names_letters_and_offsets)
{
    static const struct date dates[] = {
        {"Sun, 06 Nov 1994 08:49:37 CET", 784108177},
        {"06 Nov 1994 08:49:37 EST", 784129777},
        {"06 Nov 1994 08:49:37 nzdt", 784111777 - 780 * 60},
        {"06 Nov 1994 08:49:37 A", 784111777 + 60 * 60},
        {"06 Nov 1994 08:49:37 m", 784111777 + 720 * 60},
        {"06 Nov 1994 08:49:37 N", 784111777 - 60 * 60},
        {"06 Nov 1994 08:49:37 Y", 784111777 - 720 * 60},
        {"06 Nov 1994 08:49:37Z", 784111777},
        {"Sun, 12 Sep 2004 15:05:58 -0700", 1095026758},
        {"Sat, 11 Sep 2004 21:32:11 +0200", 1094931131},
        {"06 Nov 1994 10:00:00+0100", 784112400},
        {"06 Nov 1994 -0030", 784081800},
        {"06 Nov 1994 +1400", 784029600},
        {"06 Nov 1994 +01:00", 784083600}, /* a time, as it stands */
        {"06 Nov 1994 08:49:37 J", -1},
        {"06 Nov 1994 +1401", -1},
        {"06 Nov 1994 +100", -1},
        {"06 Nov 1994 08:49:37 GMT GMT", -1},
        {"06 Nov 1994 08:49:37 UTC -0200", -1},
    };

    CHECK_DATES(dates);
}
END_TEST

START_TEST(two_digits_are_years_from_1971_to_2070)
{
    static const struct date dates[] = {
        {"06 Nov 70", 3182457600},      {"06 Nov 71", 58233600},
        {"06 Nov 00", 973468800},       {"06 Nov 99", 941846400},
        {"06 Nov 100", -1},             {"06 Nov 1582", -1},
        {"06 Nov 1583", -12185856000},  {"06 Nov 9999", 253397462400},
        {"06 Nov 2147483648", -1},      {"06 Nov 2147483647", 67767976228694400},
        {"06 Nov 99999999999999999999", -1},
    };

    CHECK_DATES(dates);
}
END_TEST

START_TEST(days_that_a_month_does_not_have_run_over)
{
    static const struct date dates[] = {
        {"31 Feb 2000", 951955200},  {"29 Feb 1900", -2203891200}, {"29 Feb 2000", 951782400},
        {"01 Mar 2000", 951868800},  {"31 Dec 1999", 946598400},   {"32 Jan 2000", -1},
        {"06 Nov 1994 23:59:60", 784166400}, {"20040032", -1},     {"20041301", -1},
        {"31 Dec 1969 23:59:59", 0}, /* -1 is no date */
        {"31 Dec 1969 23:59:58", -2},
    };

    CHECK_DATES(dates);
}
END_TEST

START_TEST(what_is_no_date_is_refused)
{
    static const struct date dates[] = {
        {"", -1},
        {" ", -1},
        {"hello", -1},
        {"6 Nov", -1},
        {"Nov 1994", -1},
        {"1994", -1},
        {"November 6 1994", -1},
        {"06 sept 1994", -1},
        {"wednes 06 Nov 1994", -1},
        {"Sun Mon 06 Nov 1994", -1},
        {"06 06 Nov 1994", -1},
        {"06 Nov 1994 1995", -1},
        {"06 Nov Dec 1994", -1},
        {"06 Nov 1994 foo", -1},
        {"11/06/1994", -1},
        {"1994-11-06T10:00:00Z", -1},
        {"06 Nov 1994 23:60:00", -1},
        {"06 Nov 1994 23:59:61", -1},
        {"06 Nov 1994 08:49:37:12", -1},
        {"10:00:00 10:00:00 06 Nov 1994", -1},
    };

    CHECK_DATES(dates);
    ck_assert_int_eq(curl_getdate(NULL, NULL), -1);
}
END_TEST

START_TEST(what_follows_the_sixth_item_is_not_looked_at)
{
    static const struct date dates[] = {
        {"Sun Nov  6 08:49:37 1994 EST DST", 784129777},
        {"Sun Nov  6 08:49:37 1994 GMT, and so on", 784111777},
    };

    CHECK_DATES(dates);
}
END_TEST

/* Every day of 400 years, against the C library. */
START_TEST(days_are_counted_as_the_calendar_does)
{
    time_t day;

    for (day = -5000; day < 400 * 366; day++) {
        time_t seconds = day * 86400, read;
        char text[64];
        struct tm tm;

        gmtime_r(&seconds, &tm);
        strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm);
        read = curl_getdate(text, NULL);
        ck_assert_msg(read == seconds, "%s", text);
    }
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        the_formats_of_http_and_mail_are_understood,
        zones_are_names_letters_and_offsets,
        two_digits_are_years_from_1971_to_2070,
        days_that_a_month_does_not_have_run_over,
        what_is_no_date_is_refused,
        what_follows_the_sixth_item_is_not_looked_at,
        days_are_counted_as_the_calendar_does,
    };

    return shuffle_and_run("small_api_getdate", tests, sizeof(tests) / sizeof(tests[0]), argc,
                           argv);
}
