/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/http1_fields.h"

#include "shuffle.h"

#include <ctype.h>
#include <time.h>

START_TEST(tokens_are_made_of_the_characters_of_rfc_9110)
{
    ck_assert(!whim_http1_is_token("", 0));
    for (int c = 0; c < 256; c++) {
        bool is_char = c < 128 && c && (isalnum(c) || strchr("!#$%&'*+-.^_`|~", c));
        char text[3] = {'a', (char)c, 'b'};

        ck_assert_int_eq(whim_http1_is_token(text, 3), is_char);
        ck_assert_int_eq(whim_http1_is_token(text + 1, 1), is_char);
    }
}
END_TEST

START_TEST(names_are_compared_whole_and_in_any_case)
{
    ck_assert(whim_http1_is_name("Connection", 10, "Connection"));
    ck_assert(whim_http1_is_name("cONNECTION", 10, "Connection"));
    ck_assert(!whim_http1_is_name("Connection", 9, "Connection"));
    ck_assert(!whim_http1_is_name("Connections", 11, "Connection"));
    ck_assert(!whim_http1_is_name("C-nnection", 10, "Connection"));
    ck_assert(!whim_http1_is_name("\x03onnection", 10, "Connection"));
    ck_assert(whim_http1_is_name("", 0, ""));
}
END_TEST

static void assert_split(const char *line, enum whim_http1_error error, const char *name,
                         const char *value)
{
    struct whim_http1_piece piece = {.data = line, .len = strlen(line)};

    ck_assert_int_eq(whim_http1_split_field(&piece, strcspn(line, "\r\n")), error);
    if (error == WHIM_HTTP1_OK) {
        ck_assert_uint_eq(piece.name_len, strlen(name));
        ck_assert_mem_eq(piece.name, name, piece.name_len);
        ck_assert_uint_eq(piece.value_len, strlen(value));
        ck_assert_mem_eq(piece.value, value, piece.value_len);
    }
}

START_TEST(a_field_is_a_name_and_a_value_without_spaces_around_it)
{
    assert_split("A: b\r\n", WHIM_HTTP1_OK, "A", "b");
    assert_split("A:b\n", WHIM_HTTP1_OK, "A", "b");
    assert_split("A:\r\n", WHIM_HTTP1_OK, "A", "");
    assert_split("A: \t \r\n", WHIM_HTTP1_OK, "A", "");
    assert_split("A:\t b: c \t\r\n", WHIM_HTTP1_OK, "A", "b: c");
    assert_split("A\r\n", WHIM_HTTP1_NO_COLON, NULL, NULL);
    assert_split("A b\r\n", WHIM_HTTP1_NO_COLON, NULL, NULL);
    assert_split("A b: c\r\n", WHIM_HTTP1_BAD_NAME, NULL, NULL);
    assert_split("A : c\r\n", WHIM_HTTP1_BAD_NAME, NULL, NULL);
    assert_split(": c\r\n", WHIM_HTTP1_BAD_NAME, NULL, NULL);
}
END_TEST

START_TEST(chunk_sizes_go_up_to_the_largest_length)
{
    static const struct {
        const char *text;
        enum whim_http1_error error;
        int64_t size;
    } rows[] = {
        {"0", WHIM_HTTP1_OK, 0},
        {"00000000000fFfF", WHIM_HTTP1_OK, 0xffff},
        {"1a2B3c;name=value", WHIM_HTTP1_OK, 0x1a2b3c},
        {"9 \t ", WHIM_HTTP1_OK, 9},
        {"9 ;", WHIM_HTTP1_OK, 9},
        {"7fffffffffffffff", WHIM_HTTP1_OK, INT64_MAX},
        {"8000000000000000", WHIM_HTTP1_BIG_CHUNK_SIZE, -1},
        {"10000000000000000", WHIM_HTTP1_BIG_CHUNK_SIZE, -1},
        {"fffffffffffffffffffffffffffffffff", WHIM_HTTP1_BIG_CHUNK_SIZE, -1},
        {"00000000000000000", WHIM_HTTP1_BIG_CHUNK_SIZE, -1},
        {"", WHIM_HTTP1_BAD_CHUNK_SIZE, -1},
        {";a", WHIM_HTTP1_BAD_CHUNK_SIZE, -1},
        {" 1", WHIM_HTTP1_BAD_CHUNK_SIZE, -1},
        {"+1", WHIM_HTTP1_BAD_CHUNK_SIZE, -1},
        {"0x1", WHIM_HTTP1_BAD_CHUNK_SIZE, -1},
        {"1g", WHIM_HTTP1_BAD_CHUNK_SIZE, -1},
        {"1 1", WHIM_HTTP1_BAD_CHUNK_SIZE, -1},
        {"1,", WHIM_HTTP1_BAD_CHUNK_SIZE, -1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t size = -1;

        ck_assert_msg(whim_http1_parse_chunk_size(rows[i].text, strlen(rows[i].text), &size) ==
                          rows[i].error,
                      "%s", rows[i].text);
        ck_assert_int_eq(size, rows[i].size);
    }
}
END_TEST

START_TEST(a_chunk_size_ends_where_it_is_said_to)
{
    int64_t size = -1;

    ck_assert_int_eq(whim_http1_parse_chunk_size("123", 2, &size), WHIM_HTTP1_OK);
    ck_assert_int_eq(size, 0x12);
    ck_assert_int_eq(whim_http1_parse_chunk_size("1 x", 2, &size), WHIM_HTTP1_OK);
    ck_assert_int_eq(size, 1);
    ck_assert_int_eq(whim_http1_parse_chunk_size("1", 0, &size), WHIM_HTTP1_BAD_CHUNK_SIZE);
}
END_TEST

/* Against the C library, without which no hexadecimal number goes. */
START_TEST(every_digit_of_a_chunk_size_counts)
{
    for (int i = 0; i < 5000; i++) {
        int64_t expected = (((int64_t)rand() << 32) ^ ((int64_t)rand() << 8) ^ rand()) & INT64_MAX;
        int64_t size = -1;
        char text[20];
        int len;

        expected >>= rand() % 63;
        len = snprintf(text, sizeof(text), rand() % 2 ? "%llx" : "%llX", (long long)expected);
        ck_assert_int_eq(whim_http1_parse_chunk_size(text, (size_t)len, &size), WHIM_HTTP1_OK);
        ck_assert_int_eq(size, expected);
    }
}
END_TEST

START_TEST(dates_are_those_of_http)
{
    static const char long_text[] =
        "Sun, 06 Nov 1994 08:49:37 GMT                                  ";

    ck_assert_int_eq(whim_http1_parse_date("Sun, 06 Nov 1994 08:49:37 GMT!!", 29), 784111777);
    ck_assert_int_eq(whim_http1_parse_date("Sunday, 06-Nov-94 08:49:37 GMT", 30), 784111777);
    ck_assert_int_eq(whim_http1_parse_date("Sun Nov  6 08:49:37 1994", 24), 784111777);
    ck_assert_int_eq(whim_http1_parse_date("", 0), -1);
    ck_assert_int_eq(whim_http1_parse_date("yesterday", 9), -1);
    ck_assert_int_eq(whim_http1_parse_date(long_text, 63), 784111777);
    ck_assert_int_eq(whim_http1_parse_date(long_text, 64), -1);
}
END_TEST

static int64_t retry_after(const char *text)
{
    return whim_http1_parse_retry_after(text, strlen(text));
}

START_TEST(retry_after_is_seconds_or_a_date_and_has_an_end)
{
    time_t soon = time(NULL) + 100, far = soon + 86400, gone = soon - 200;
    char text[64];
    struct tm tm;

    ck_assert_int_eq(retry_after("0"), 0);
    ck_assert_int_eq(retry_after("120"), 120);
    ck_assert_int_eq(retry_after("21600"), 21600);
    ck_assert_int_eq(retry_after("21601"), 21600);
    ck_assert_int_eq(retry_after("-5"), 0);
    ck_assert_int_eq(retry_after("soon"), 0);
    ck_assert_int_eq(retry_after(""), 0);
    strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&soon, &tm));
    ck_assert_int_ge(retry_after(text), 70); /* 30 seconds for a slow machine */
    ck_assert_int_le(retry_after(text), 100);
    strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&far, &tm));
    ck_assert_int_eq(retry_after(text), 21600);
    strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&gone, &tm));
    ck_assert_int_eq(retry_after(text), 0);
}
END_TEST

START_TEST(seconds_become_a_date_of_rfc_9110)
{
    char text[WHIM_HTTP1_DATE_BYTES];

    ck_assert(whim_http1_format_date(784111777, text));
    ck_assert_str_eq(text, "Sun, 06 Nov 1994 08:49:37 GMT");
    ck_assert(whim_http1_format_date(0, text));
    ck_assert_str_eq(text, "Thu, 01 Jan 1970 00:00:00 GMT");
    ck_assert(whim_http1_format_date(253402300799, text));
    ck_assert_str_eq(text, "Fri, 31 Dec 9999 23:59:59 GMT");
    ck_assert(!whim_http1_format_date(253402300800, text));
    ck_assert(!whim_http1_format_date(INT64_MAX, text));
    ck_assert(!whim_http1_format_date(INT64_MIN, text));
}
END_TEST

START_TEST(a_content_range_tells_where_it_begins)
{
    static const struct {
        const char *text;
        int64_t start;
    } rows[] = {
        {"bytes 3-4/5", 3},
        {"Bytes 0-0/1", 0},
        {"bytes: 3-4/5", 3},
        {"bytes=3-4/5", 3},
        {"bytes 9223372036854775790-/", INT64_C(9223372036854775790)},
        {"bytes 92233720368547758070-/", -1},
        {"bytes */5", -1},
        {"bytes", -1},
        {"byte", -1},
        {"lines 3-4/5", -1},
        {"", -1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_msg(whim_http1_parse_range_start(rows[i].text, strlen(rows[i].text)) ==
                          rows[i].start,
                      "%s", rows[i].text);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        seconds_become_a_date_of_rfc_9110,
        a_content_range_tells_where_it_begins,
        tokens_are_made_of_the_characters_of_rfc_9110,
        names_are_compared_whole_and_in_any_case,
        a_field_is_a_name_and_a_value_without_spaces_around_it,
        chunk_sizes_go_up_to_the_largest_length,
        a_chunk_size_ends_where_it_is_said_to,
        every_digit_of_a_chunk_size_counts,
        dates_are_those_of_http,
        retry_after_is_seconds_or_a_date_and_has_an_end,
    };

    return shuffle_and_run("http1_fields", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
