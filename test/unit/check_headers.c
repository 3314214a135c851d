/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Headers that were kept: lines in, answers of the headers functions out.
 */
#include "proto/headers.h"

#include "faults.h"
#include "shuffle.h"

static void add(struct whim_headers *headers, unsigned origin, const char *line)
{
    ck_assert_int_eq(whim_headers_add(headers, origin, line, strlen(line)), CURLE_OK);
}

static const char *value_of(struct whim_headers *headers, const char *name, size_t index,
                            unsigned origins, int request)
{
    struct curl_header *header;

    if (whim_headers_find(headers, name, index, origins, request, &header) != CURLHE_OK)
        return NULL;
    return header->value;
}

START_TEST(values_come_without_the_spaces_around_them)
{
    struct whim_headers *headers = whim_headers_new();

    add(headers, CURLH_HEADER, "A: one\r\n");
    add(headers, CURLH_HEADER, "B:\t two words \t\r\n");
    add(headers, CURLH_HEADER, "C:\r\n");
    add(headers, CURLH_HEADER, "D:   \n");
    add(headers, CURLH_HEADER, "E:x:y\n");
    ck_assert_str_eq(value_of(headers, "a", 0, CURLH_HEADER, -1), "one");
    ck_assert_str_eq(value_of(headers, "B", 0, CURLH_HEADER, -1), "two words");
    ck_assert_str_eq(value_of(headers, "C", 0, CURLH_HEADER, -1), "");
    ck_assert_str_eq(value_of(headers, "D", 0, CURLH_HEADER, -1), "");
    ck_assert_str_eq(value_of(headers, "E", 0, CURLH_HEADER, -1), "x:y");
    whim_headers_free(headers);
}
END_TEST

START_TEST(what_was_handed_out_stays_where_it_is_when_more_comes)
{
    struct whim_headers *headers = whim_headers_new();
    struct curl_header *header;
    const char *first;

    add(headers, CURLH_HEADER, "A: one\r\n");
    ck_assert_int_eq(whim_headers_find(headers, "A", 0, CURLH_HEADER, -1, &header), CURLHE_OK);
    ck_assert_uint_eq(header->amount, 1);
    first = header->value;
    for (int i = 0; i < 1000; i++)
        add(headers, CURLH_HEADER, "A: another one\r\n");
    ck_assert_int_eq(whim_headers_find(headers, "A", 1000, CURLH_HEADER, -1, &header), CURLHE_OK);
    ck_assert_uint_eq(header->amount, 1001);
    ck_assert_uint_eq(header->index, 1000);
    ck_assert_str_eq(first, "one");
    whim_headers_free(headers);
}
END_TEST

START_TEST(requests_and_origins_are_kept_apart)
{
    struct whim_headers *headers = whim_headers_new();
    struct curl_header *header;

    ck_assert_int_eq(whim_headers_find(headers, "A", 0, CURLH_HEADER, -1, &header),
                     CURLHE_NOHEADERS);
    add(headers, CURLH_1XX, "A: early\r\n");
    add(headers, CURLH_HEADER, "A: first\r\n");
    ck_assert_int_eq(whim_headers_begin_request(headers), CURLE_OK);
    add(headers, CURLH_HEADER, "A: second\r\n");
    add(headers, CURLH_TRAILER, "A: late\r\n");
    ck_assert_str_eq(value_of(headers, "A", 0, CURLH_HEADER, 0), "first");
    ck_assert_str_eq(value_of(headers, "A", 0, CURLH_1XX, 0), "early");
    ck_assert_str_eq(value_of(headers, "A", 1, CURLH_1XX | CURLH_HEADER, 0), "first");
    ck_assert_str_eq(value_of(headers, "A", 0, CURLH_HEADER, 1), "second");
    ck_assert_str_eq(value_of(headers, "A", 0, CURLH_TRAILER, -1), "late");
    ck_assert_int_eq(whim_headers_find(headers, "A", 0, CURLH_HEADER, 2, &header),
                     CURLHE_NOREQUEST);
    ck_assert_int_eq(whim_headers_find(headers, "A", 1, CURLH_HEADER, 1, &header),
                     CURLHE_BADINDEX);
    ck_assert_int_eq(whim_headers_find(headers, "A", 0, CURLH_1XX, 1, &header), CURLHE_MISSING);
    whim_headers_free(headers);
}
END_TEST

START_TEST(a_walk_goes_on_over_what_came_meanwhile_and_ends)
{
    struct whim_headers *headers = whim_headers_new();
    struct curl_header *header = NULL;
    struct curl_header stale;

    ck_assert_ptr_null(whim_headers_next(headers, CURLH_HEADER, -1, NULL));
    add(headers, CURLH_HEADER, "A: 1\r\n");
    add(headers, CURLH_TRAILER, "B: 2\r\n");
    header = whim_headers_next(headers, CURLH_HEADER, -1, NULL);
    ck_assert_str_eq(header->name, "A");
    add(headers, CURLH_HEADER, "a: 3\r\n");
    header = whim_headers_next(headers, CURLH_HEADER, -1, header);
    ck_assert_str_eq(header->value, "3");
    ck_assert_uint_eq(header->index, 1);
    ck_assert_uint_eq(header->amount, 2);
    stale = *header;
    ck_assert_ptr_null(whim_headers_next(headers, CURLH_HEADER, -1, header));
    whim_headers_reset(headers);
    ck_assert_ptr_null(whim_headers_next(headers, CURLH_HEADER, -1, &stale));
    ck_assert_ptr_null(whim_headers_next(headers, CURLH_HEADER, -1, NULL));
    whim_headers_free(headers);
}
END_TEST

/* CVE-2023-38039. */
START_TEST(neither_lines_nor_bytes_grow_without_end)
{
    struct whim_headers *headers = whim_headers_new();
    static char line[100 * 1024];
    size_t n_bytes = 0;

    for (unsigned i = 0; i < WHIM_HEADERS_MAX; i++)
        add(headers, CURLH_HEADER, "A:\n");
    ck_assert_int_eq(whim_headers_add(headers, CURLH_HEADER, "A:\n", 3), CURLE_TOO_LARGE);
    whim_headers_reset(headers);
    memset(line, 'x', sizeof(line));
    line[1] = ':';
    line[sizeof(line) - 1] = '\n';
    while (whim_headers_add(headers, CURLH_HEADER, line, sizeof(line)) == CURLE_OK) {
        n_bytes += sizeof(line);
        ck_assert_uint_le(n_bytes, WHIM_HEADERS_MAX_BYTES);
        ck_assert_ptr_nonnull(value_of(headers, "x", 0, CURLH_HEADER, -1));
    }
    ck_assert_uint_gt(n_bytes, WHIM_HEADERS_MAX_BYTES - 2 * sizeof(line));
    whim_headers_free(headers);
}
END_TEST

static void keep_and_ask(void *arg)
{
    struct whim_headers *headers = whim_headers_new();
    struct curl_header *header;
    CURLHcode code;

    if (!headers)
        return;
    if (whim_headers_add(headers, CURLH_HEADER, "A: b\r\n", 6) == CURLE_OK) {
        code = whim_headers_find(headers, "A", 0, CURLH_HEADER, 0, &header);
        ck_assert(code == CURLHE_OUT_OF_MEMORY || (code == CURLHE_OK && !strcmp(header->value, "b")));
        code = whim_headers_find(headers, "A", 0, CURLH_HEADER, 0, &header);
        ck_assert(code == CURLHE_OUT_OF_MEMORY || (code == CURLHE_OK && !strcmp(header->value, "b")));
    }
    whim_headers_free(headers);
}

START_TEST(memory_may_run_out_at_any_time)
{
    ck_assert_int_gt(faults_run(keep_and_ask, NULL), 3);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        values_come_without_the_spaces_around_them,
        what_was_handed_out_stays_where_it_is_when_more_comes,
        requests_and_origins_are_kept_apart,
        a_walk_goes_on_over_what_came_meanwhile_and_ends,
        neither_lines_nor_bytes_grow_without_end,
        memory_may_run_out_at_any_time,
    };

    return shuffle_and_run("headers", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
