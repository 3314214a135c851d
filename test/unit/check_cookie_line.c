/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* One cookie as a line: of a Set-Cookie field, and of a file. */
#include "proto/cookie_line.h"

#include "shuffle.h"

#include <string.h>

enum { NOW_S = 1700000000, DAY_S = 24 * 60 * 60 };

/* Beside the name's row: S secure, H HttpOnly, P partitioned, T has subdomains, n l s SameSite. */
static const struct row {
    const char *text;
    enum whim_cookie_verdict verdict;
    const char *name;
    const char *value;
    const char *domain;
    const char *path; /* "-": by the request's */
    const char *marks;
    int64_t expires_s;
} rows[] = {
    {"a=b", WHIM_COOKIE_OK, "a", "b", "", "-", "", 0},
    {" a = b ; path = /p ", WHIM_COOKIE_OK, "a", "b", "", "/p", "", 0},
    {";; a=b;; ;x=y;", WHIM_COOKIE_OK, "a", "b", "", "-", "", 0},
    {"a=", WHIM_COOKIE_OK, "a", "", "", "-", "", 0},
    {"a=b=c", WHIM_COOKIE_OK, "a", "b=c", "", "-", "", 0},
    {"a=\"b c\"", WHIM_COOKIE_OK, "a", "\"b c\"", "", "-", "", 0},
    {"a=\"b;c\"", WHIM_COOKIE_OK, "a", "\"b", "", "-", "", 0},
    {"a=b\t", WHIM_COOKIE_OK, "a", "b", "", "-", "", 0},
    {"a=\x80\xff", WHIM_COOKIE_OK, "a", "\x80\xff", "", "-", "", 0},
    {"", WHIM_COOKIE_NO_NAME, "", "", "", "", "", 0},
    {"flag", WHIM_COOKIE_NO_NAME, "", "", "", "", "", 0},
    {"flag; a=b", WHIM_COOKIE_NO_NAME, "", "", "", "", "", 0},
    {"=b", WHIM_COOKIE_NO_NAME, "", "", "", "", "", 0},
    {" =b; a=c", WHIM_COOKIE_NO_NAME, "", "", "", "", "", 0},
    {"a\tb=c", WHIM_COOKIE_CONTROL_BYTE, "", "", "", "", "", 0},
    {"a=b\tc", WHIM_COOKIE_CONTROL_BYTE, "", "", "", "", "", 0},
    {"a=b; path=/x\ty", WHIM_COOKIE_CONTROL_BYTE, "", "", "", "", "", 0},
    {"a=b\x01", WHIM_COOKIE_CONTROL_BYTE, "", "", "", "", "", 0},
    {"a=b; x\r=1", WHIM_COOKIE_CONTROL_BYTE, "", "", "", "", "", 0},
    {"a\x7f=b", WHIM_COOKIE_CONTROL_BYTE, "", "", "", "", "", 0},
    /* Path */
    {"a=b; path", WHIM_COOKIE_OK, "a", "b", "", "-", "", 0},
    {"a=b; path=", WHIM_COOKIE_OK, "a", "b", "", "/", "", 0},
    {"a=b; path=foo", WHIM_COOKIE_OK, "a", "b", "", "/", "", 0},
    {"a=b; path=/p/", WHIM_COOKIE_OK, "a", "b", "", "/p", "", 0},
    {"a=b; path=/p//", WHIM_COOKIE_OK, "a", "b", "", "/p", "", 0},
    {"a=b; path=//", WHIM_COOKIE_OK, "a", "b", "", "/", "", 0},
    {"a=b; path=/", WHIM_COOKIE_OK, "a", "b", "", "/", "", 0},
    {"a=b; path=\"/q\"", WHIM_COOKIE_OK, "a", "b", "", "/q", "", 0},
    {"a=b; path=\"", WHIM_COOKIE_OK, "a", "b", "", "/", "", 0},
    {"a=b; path=\"/", WHIM_COOKIE_OK, "a", "b", "", "/", "", 0},
    {"a=b; PATH=/p; Path=/q", WHIM_COOKIE_OK, "a", "b", "", "/q", "", 0},
    {"a=b; path=/p /q", WHIM_COOKIE_OK, "a", "b", "", "/p /q", "", 0},
    /* Domain */
    {"a=b; domain=x.y", WHIM_COOKIE_OK, "a", "b", "x.y", "-", "T", 0},
    {"a=b; Domain=.x.y", WHIM_COOKIE_OK, "a", "b", "x.y", "-", "T", 0},
    {"a=b; domain=..x.y", WHIM_COOKIE_OK, "a", "b", ".x.y", "-", "T", 0},
    {"a=b; domain=", WHIM_COOKIE_OK, "a", "b", "", "-", "", 0},
    {"a=b; domain=x.y; domain=z.y", WHIM_COOKIE_OK, "a", "b", "z.y", "-", "T", 0},
    /* Flags */
    {"a=b; Secure; HttpOnly", WHIM_COOKIE_OK, "a", "b", "", "-", "SH", 0},
    {"a=b; Secure=true; HttpOnly=0", WHIM_COOKIE_OK, "a", "b", "", "-", "SH", 0},
    {"a=b; secure=; HTTPONLY=", WHIM_COOKIE_OK, "a", "b", "", "-", "SH", 0},
    {"a=b; secure=1; httponly=1", WHIM_COOKIE_OK, "a", "b", "", "-", "SH", 0},
    {"a=b; SameSite=Strict; Partitioned", WHIM_COOKIE_OK, "a", "b", "", "-", "Ps", 0},
    {"a=b; samesite=lax", WHIM_COOKIE_OK, "a", "b", "", "-", "l", 0},
    {"a=b; SameSite=NONE; version=1", WHIM_COOKIE_OK, "a", "b", "", "-", "n", 0},
    {"a=b; SameSite=lax; SameSite=else", WHIM_COOKIE_OK, "a", "b", "", "-", "", 0},
    /* Ends */
    {"a=b; max-age=100", WHIM_COOKIE_OK, "a", "b", "", "-", "", NOW_S + 100},
    {"a=b; max-age=\"100\"", WHIM_COOKIE_OK, "a", "b", "", "-", "", NOW_S + 100},
    {"a=b; Max-Age=0", WHIM_COOKIE_OK, "a", "b", "", "-", "", 1},
    {"a=b; max-age=-1", WHIM_COOKIE_OK, "a", "b", "", "-", "", 1},
    {"a=b; max-age=", WHIM_COOKIE_OK, "a", "b", "", "-", "", 1},
    {"a=b; max-age=soon", WHIM_COOKIE_OK, "a", "b", "", "-", "", 1},
    {"a=b; max-age", WHIM_COOKIE_OK, "a", "b", "", "-", "", 0},
    {"a=b; max-age=99999999999999999999999999", WHIM_COOKIE_OK, "a", "b", "", "-", "",
     NOW_S + 400 * DAY_S},
    {"a=b; expires=Thu, 01-Aug-2024 00:00:00 GMT", WHIM_COOKIE_OK, "a", "b", "", "-", "",
     1722470400},
    {"a=b; expires=Fri, 01 Jan 2100 00:00:00 GMT", WHIM_COOKIE_OK, "a", "b", "", "-", "",
     NOW_S + 400 * DAY_S},
    {"a=b; expires=Thu, 01 Jan 1970 00:00:00 GMT", WHIM_COOKIE_OK, "a", "b", "", "-", "", 1},
    {"a=b; expires=Fri, 01 Jan 1960 00:00:00 GMT", WHIM_COOKIE_OK, "a", "b", "", "-", "", 1},
    {"a=b; expires=whenever", WHIM_COOKIE_OK, "a", "b", "", "-", "", 0},
    {"a=b; expires=", WHIM_COOKIE_OK, "a", "b", "", "-", "", 0},
    {"a=b; max-age=5; expires=Thu, 01 Aug 2024 00:00:00 GMT", WHIM_COOKIE_OK, "a", "b", "", "-",
     "", NOW_S + 5},
    {"a=b; expires=Thu, 01 Aug 2024 00:00:00 GMT; max-age=5", WHIM_COOKIE_OK, "a", "b", "", "-",
     "", NOW_S + 5},
    /* Promises */
    {"__Secure-a=b; secure", WHIM_COOKIE_OK, "__Secure-a", "b", "", "-", "S", 0},
    {"__Secure-a=b", WHIM_COOKIE_BAD_PREFIX, "", "", "", "", "", 0},
    {"__sECURE-a=b", WHIM_COOKIE_BAD_PREFIX, "", "", "", "", "", 0},
    {"__Secur-a=b", WHIM_COOKIE_OK, "__Secur-a", "b", "", "-", "", 0},
    {"__Host-a=b; secure; path=/", WHIM_COOKIE_OK, "__Host-a", "b", "", "/", "S", 0},
    {"__Host-a=b; secure", WHIM_COOKIE_BAD_PREFIX, "", "", "", "", "", 0},
    {"__Host-a=b; path=/", WHIM_COOKIE_BAD_PREFIX, "", "", "", "", "", 0},
    {"__Host-a=b; secure; path=/x", WHIM_COOKIE_BAD_PREFIX, "", "", "", "", "", 0},
    {"__Host-a=b; secure; path=/; domain=x.y", WHIM_COOKIE_BAD_PREFIX, "", "", "", "", "", 0},
    {"__HOST-a=b", WHIM_COOKIE_BAD_PREFIX, "", "", "", "", "", 0},
};

static const struct row file_rows[] = {
    {"x.y\tTRUE\t/p\tTRUE\t12\ta\tb", WHIM_COOKIE_OK, "a", "b", "x.y", "/p", "ST", 12},
    {".x.y\ttrue\t/p/\tfalse\t0\ta\tb c\r\n", WHIM_COOKIE_OK, "a", "b c", "x.y", "/p", "T", 0},
    {"#HttpOnly_x.y\tFALSE\t/\tFALSE\t0\ta\tb", WHIM_COOKIE_OK, "a", "b", "x.y", "/", "H", 0},
    {"x.y\tFALSE\t/\tFALSE\t0\ta\t", WHIM_COOKIE_OK, "a", "", "x.y", "/", "", 0},
    {"x.y\tFALSE\t/\tFALSE\t0\ta", WHIM_COOKIE_OK, "a", "", "x.y", "/", "", 0},
    {"x.y\tFALSE\tTRUE\t0\ta\tb", WHIM_COOKIE_OK, "a", "b", "x.y", "/", "S", 0},
    {"x.y\tFALSE\t\tTRUE\t0\ta\tb", WHIM_COOKIE_OK, "a", "b", "x.y", "/", "S", 0},
    {"x.y\tno\tp\tno\t0\ta\tb", WHIM_COOKIE_OK, "a", "b", "x.y", "/", "", 0},
    {"x.y\tFALSE\t/\tFALSE\t0\ta\tb;c=d", WHIM_COOKIE_OK, "a", "b;c=d", "x.y", "/", "", 0},
    {"x.y\tFALSE\t/\tFALSE\t99999999999999999999\ta\tb", WHIM_COOKIE_OK, "a", "b", "x.y", "/", "",
     INT64_MAX},
    {"# x.y\tFALSE\t/\tFALSE\t0\ta\tb", WHIM_COOKIE_COMMENT, "", "", "", "", "", 0},
    {"", WHIM_COOKIE_BAD_FIELDS, "", "", "", "", "", 0},
    {"\t\t\t", WHIM_COOKIE_BAD_FIELDS, "", "", "", "", "", 0},
    {"x.y", WHIM_COOKIE_BAD_FIELDS, "", "", "", "", "", 0},
    {"x.y\tFALSE", WHIM_COOKIE_BAD_FIELDS, "", "", "", "", "", 0},
    {"x.y\tFALSE\t/", WHIM_COOKIE_BAD_FIELDS, "", "", "", "", "", 0},
    {"x.y\tFALSE\t/\tFALSE", WHIM_COOKIE_BAD_FIELDS, "", "", "", "", "", 0},
    {"x.y\tFALSE\t/\tFALSE\t0", WHIM_COOKIE_BAD_FIELDS, "", "", "", "", "", 0},
    {"x.y\tFALSE\t/\tFALSE\tsoon\ta\tb", WHIM_COOKIE_BAD_FIELDS, "", "", "", "", "", 0},
    {"x.y\tFALSE\t/\tFALSE\t-1\ta\tb", WHIM_COOKIE_BAD_FIELDS, "", "", "", "", "", 0},
    {"x.y\tFALSE\t/\tFALSE\t1x\ta\tb", WHIM_COOKIE_BAD_FIELDS, "", "", "", "", "", 0},
    {"x.y\tFALSE\t/\tFALSE\t0\ta\tb\tc", WHIM_COOKIE_BAD_FIELDS, "", "", "", "", "", 0},
    {"x.y FALSE / FALSE 0 a b", WHIM_COOKIE_BAD_FIELDS, "", "", "", "", "", 0},
    {"x.y\tFALSE\t/\tFALSE\t0\ta\tb\x01", WHIM_COOKIE_CONTROL_BYTE, "", "", "", "", "", 0},
    {"x.y\tFALSE\t/\tFALSE\t0\t__Secure-a\tb", WHIM_COOKIE_BAD_PREFIX, "", "", "", "", "", 0},
    {"x.y\tTRUE\t/\tTRUE\t0\t__Host-a\tb", WHIM_COOKIE_BAD_PREFIX, "", "", "", "", "", 0},
    {"x.y\tFALSE\t/p\tTRUE\t0\t__Host-a\tb", WHIM_COOKIE_BAD_PREFIX, "", "", "", "", "", 0},
    {"x.y\tFALSE\t/\tTRUE\t0\t__Host-a\tb", WHIM_COOKIE_OK, "__Host-a", "b", "x.y", "/", "S", 0},
};

static bool is_text(struct whim_cookie_text text, const char *wanted)
{
    return text.len == strlen(wanted) && (!text.len || !memcmp(text.ptr, wanted, text.len));
}

static void list_marks(const struct whim_cookie_line *line, char marks[8])
{
    static const char sites[] = {0, 'n', 'l', 's'};
    char *end = marks;

    if (line->is_secure)
        *end++ = 'S';
    if (line->is_http_only)
        *end++ = 'H';
    if (line->is_partitioned)
        *end++ = 'P';
    if (line->has_subdomains)
        *end++ = 'T';
    *end++ = sites[line->same_site];
    *end = 0;
}

/* From a block of the line's size: who reads too far is found out. */
static enum whim_cookie_verdict read_row(const struct row *row, bool is_file, char *copy,
                                         struct whim_cookie_line *line)
{
    size_t len = strlen(row->text);

    memcpy(copy, row->text, len);
    return is_file ? whim_cookie_line_read_file(copy, len, line)
                   : whim_cookie_line_read(copy, len, NOW_S, line);
}

static void check_row(const struct row *row, bool is_file)
{
    char *copy = malloc(strlen(row->text) + !*row->text);
    struct whim_cookie_line line;
    enum whim_cookie_verdict verdict = read_row(row, is_file, copy, &line);
    char marks[8];

    ck_assert_msg(verdict == row->verdict, "%s: %s", row->text, whim_cookie_verdict_text(verdict));
    if (verdict == WHIM_COOKIE_OK) {
        list_marks(&line, marks);
        ck_assert_msg(is_text(line.name, row->name), "%s", row->text);
        ck_assert_msg(is_text(line.value, row->value), "%s", row->text);
        ck_assert_msg(is_text(line.domain, row->domain), "%s", row->text);
        ck_assert_msg(line.path.ptr ? is_text(line.path, row->path) : *row->path == '-', "%s: %.*s",
                      row->text, (int)line.path.len, line.path.ptr);
        ck_assert_msg(!strcmp(marks, row->marks), "%s: %s", row->text, marks);
        ck_assert_msg(line.expires_s == row->expires_s, "%s: %lld", row->text,
                      (long long)line.expires_s);
    }
    free(copy);
}

START_TEST(fields_are_read_as_the_rfc_and_libcurl_read_them)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(&rows[i], false);
}
END_TEST

START_TEST(lines_of_files_have_seven_fields)
{
    for (size_t i = 0; i < sizeof(file_rows) / sizeof(file_rows[0]); i++)
        check_row(&file_rows[i], true);
}
END_TEST

/* A line of name_len 'n's, '=', value_len 'v's and the rest. */
static enum whim_cookie_verdict read_sized(size_t name_len, size_t value_len, const char *rest,
                                           size_t n_more)
{
    size_t rest_len = strlen(rest);
    size_t len = name_len + 1 + value_len + rest_len + n_more;
    char *text = malloc(len);
    struct whim_cookie_line line;
    enum whim_cookie_verdict verdict;

    memset(text, 'n', name_len);
    text[name_len] = '=';
    memset(text + name_len + 1, 'v', value_len);
    memcpy(text + name_len + 1 + value_len, rest, rest_len);
    memset(text + len - n_more, 'x', n_more);
    verdict = whim_cookie_line_read(text, len, NOW_S, &line);
    free(text);
    return verdict;
}

START_TEST(a_name_with_its_value_has_4096_bytes_at_most)
{
    ck_assert_int_eq(read_sized(1, 4094, "", 0), WHIM_COOKIE_OK);
    ck_assert_int_eq(read_sized(1, 4095, "", 0), WHIM_COOKIE_TOO_LARGE);
    ck_assert_int_eq(read_sized(4094, 2, "", 0), WHIM_COOKIE_OK);
    ck_assert_int_eq(read_sized(4095, 0, "", 0), WHIM_COOKIE_TOO_LARGE);
    ck_assert_int_eq(read_sized(2000, 2096, "", 0), WHIM_COOKIE_OK);
    ck_assert_int_eq(read_sized(2000, 2097, "", 0), WHIM_COOKIE_TOO_LARGE);
    ck_assert_int_eq(read_sized(1, 1, "; path=/", 4089), WHIM_COOKIE_OK);
    ck_assert_int_eq(read_sized(1, 1, "; path=/", 4094), WHIM_COOKIE_TOO_LARGE);
}
END_TEST

START_TEST(a_line_has_5000_bytes_at_most)
{
    ck_assert_int_eq(read_sized(1, 4000, "; x=", 5000 - 4006), WHIM_COOKIE_OK);
    ck_assert_int_eq(read_sized(1, 4000, "; x=", 5000 - 4005), WHIM_COOKIE_LONG_LINE);
}
END_TEST

START_TEST(a_field_of_a_file_has_a_cap)
{
    static char text[3 * WHIM_COOKIE_FIELD_BYTES];
    struct whim_cookie_line line;
    int len = snprintf(text, sizeof(text), "x.y\tFALSE\t/\tFALSE\t0\ta\t");

    memset(text + len, 'v', WHIM_COOKIE_FIELD_BYTES + 1);
    ck_assert_int_eq(whim_cookie_line_read_file(text, (size_t)len + WHIM_COOKIE_FIELD_BYTES, &line),
                     WHIM_COOKIE_OK);
    ck_assert_int_eq(
        whim_cookie_line_read_file(text, (size_t)len + WHIM_COOKIE_FIELD_BYTES + 1, &line),
        WHIM_COOKIE_TOO_LARGE);
}
END_TEST

START_TEST(a_verdict_has_words)
{
    for (int i = 1; i < WHIM_COOKIE_VERDICT_MAX; i++)
        ck_assert_int_gt((int)strlen(whim_cookie_verdict_text((enum whim_cookie_verdict)i)), 5);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        fields_are_read_as_the_rfc_and_libcurl_read_them,
        lines_of_files_have_seven_fields,
        a_name_with_its_value_has_4096_bytes_at_most,
        a_line_has_5000_bytes_at_most,
        a_field_of_a_file_has_a_cap,
        a_verdict_has_words,
    };

    return shuffle_and_run("cookie_line", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
