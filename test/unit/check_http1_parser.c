/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* The table of responses, cut in every way. Caps are in check_http1_limits.c. */
#include "proto/http1_parser.h"

#include <curl/curl.h>

#include "faults.h"
#include "http1_stream.h"
#include "shuffle.h"

/* Longer responses are not cut at every pair of places. */
enum { MAX_PAIRS_BYTES = 110 };

static const struct row {
    unsigned options;
    const char *text;
    size_t len;
    const char *events;
    size_t events_len;
} rows[] = {
#define HTTP1_ROW(options, text, events)                                                           \
    {options, text, sizeof(text) - 1, events, sizeof(events) - 1},
#include "http1_rows.h"
};

enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

static struct http1_stream stream;

static void assert_events(const struct row *row, const char *how, size_t a, size_t b)
{
    size_t len = stream.events.len - 1;

    ck_assert_msg(len == row->events_len && !memcmp(stream.events.data, row->events, len),
                  "row %d, %s %zu %zu:\n%s\n  gave %s\n  not  %s", (int)(row - rows), how, a, b,
                  row->text, stream.events.data, row->events);
}

static void run_whole(const struct row *row)
{
    http1_stream_run(&stream, row->options, row->text, row->len, NULL, 0);
}

START_TEST(a_response_that_comes_whole_is_understood)
{
    for (int i = 0; i < N_ROWS; i++) {
        run_whole(&rows[i]);
        assert_events(&rows[i], "whole", 0, 0);
    }
}
END_TEST

START_TEST(nothing_before_the_input_is_read)
{
    stream.is_at_front = true;
    for (int i = 0; i < N_ROWS; i++) {
        run_whole(&rows[i]);
        assert_events(&rows[i], "at the front", 0, 0);
        for (size_t n = 1; n < 4; n++) {
            http1_stream_run_by(&stream, rows[i].options, rows[i].text, rows[i].len, n);
            assert_events(&rows[i], "in pieces at the front", n, 0);
        }
    }
}
END_TEST

START_TEST(it_makes_no_difference_where_a_response_is_cut)
{
    for (int i = 0; i < N_ROWS; i++) {
        for (size_t cut = 0; cut <= rows[i].len; cut++) {
            http1_stream_run(&stream, rows[i].options, rows[i].text, rows[i].len, &cut, 1);
            assert_events(&rows[i], "cut at", cut, 0);
        }
    }
}
END_TEST

START_TEST(it_makes_no_difference_at_which_two_places_a_response_is_cut)
{
    int n_rows = 0;

    for (int i = 0; i < N_ROWS; i++) {
        size_t cuts[2];

        if (rows[i].len > MAX_PAIRS_BYTES)
            continue;
        n_rows++;
        for (cuts[0] = 0; cuts[0] <= rows[i].len; cuts[0]++) {
            for (cuts[1] = cuts[0]; cuts[1] <= rows[i].len; cuts[1]++) {
                http1_stream_run(&stream, rows[i].options, rows[i].text, rows[i].len, cuts, 2);
                assert_events(&rows[i], "cut at", cuts[0], cuts[1]);
            }
        }
    }
    ck_assert_int_gt(n_rows, N_ROWS * 9 / 10);
}
END_TEST

START_TEST(it_makes_no_difference_in_what_pieces_a_response_comes)
{
    for (int i = 0; i < N_ROWS; i++) {
        for (size_t n = 1; n < 20; n++) {
            http1_stream_run_by(&stream, rows[i].options, rows[i].text, rows[i].len, n);
            assert_events(&rows[i], "in pieces of", n, 0);
        }
    }
}
END_TEST

/* Is there a continued line before the body? */
static bool has_fold(const struct row *row)
{
    const char *at = strchr(row->text, '\n');

    while (at && at[1] != '\r' && at[1] != '\n' && at[1] != ' ' && at[1] != '\t')
        at = strchr(at + 1, '\n');
    return at && (at[1] == ' ' || at[1] == '\t');
}

START_TEST(lines_are_handed_out_with_their_ends_and_raw_chunks_as_they_came)
{
    int n_rows = 0;

    for (int i = 0; i < N_ROWS; i++) {
        const struct row *row = &rows[i];

        if (has_fold(row) || row->options & WHIM_HTTP1_ALLOW_09)
            continue; /* a continued line is not handed out as it came */
        http1_stream_run_by(&stream, row->options | WHIM_HTTP1_RAW_CHUNKS, row->text, row->len, 3);
        if (stream.parser.error)
            continue;
        ck_assert_uint_eq(stream.wire.len, row->len - stream.n_left);
        ck_assert_mem_eq(stream.wire.data, row->text, stream.wire.len);
        n_rows++;
    }
    ck_assert_int_gt(n_rows, 40);
}
END_TEST

START_TEST(a_continued_line_is_handed_out_with_one_space)
{
    static const char text[] = "HTTP/1.1 204 x\r\nA: b \r\n\t c\r\nB: d\r\n \r\n\r\n";

    for (size_t n = 1; n < sizeof(text); n++) {
        static const char lines[] = "HTTP/1.1 204 x\r\nA: b c\r\nB: d \r\n\r\n";

        http1_stream_run_by(&stream, 0, text, sizeof(text) - 1, n);
        ck_assert_uint_eq(stream.wire.len, sizeof(lines) - 1);
        ck_assert_mem_eq(stream.wire.data, lines, sizeof(lines) - 1);
    }
}
END_TEST

START_TEST(a_response_that_comes_whole_costs_no_memory)
{
    static const char text[] = "HTTP/1.1 100 x\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nC: d\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nE: f\r\n\r\n";

    heap_begin();
    http1_stream_run(&stream, 0, text, sizeof(text) - 1, NULL, 0);
    ck_assert_str_eq(stream.events.data, "100/11 A=b ~ 200/11 C=d Transfer-Encoding=chunked "
                                         "{chunks} (hi) +E=f + keep");
    ck_assert_int_eq(heap.n_calls, 0);
}
END_TEST

START_TEST(an_idle_parser_keeps_no_memory)
{
    static const char text[] = "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 2\r\n\r\nhi";

    heap_begin();
    http1_stream_begin(&stream, 0);
    for (size_t i = 0; i < sizeof(text) - 1; i++)
        http1_stream_feed(&stream, text + i, 1);
    ck_assert_int_eq(heap.n_alive, 0);
    ck_assert_int_gt(heap.n_calls, 0);
    http1_stream_end(&stream);
}
END_TEST

START_TEST(a_body_without_header_is_the_final_response_of_http_0_9)
{
    heap_begin();
    http1_stream_begin(&stream, WHIM_HTTP1_ALLOW_09);
    http1_stream_feed(&stream, "HT", 2);
    ck_assert(!stream.parser.is_final);
    http1_stream_feed(&stream, "!", 1);
    ck_assert(stream.parser.is_final);
    ck_assert_int_eq(stream.parser.version, 9);
    ck_assert_int_eq(stream.parser.status, 0);
    ck_assert_int_eq(stream.parser.framing, WHIM_HTTP1_UNTIL_CLOSE);
    ck_assert_int_eq(heap.n_alive, 0);
    http1_stream_end(&stream);
    ck_assert_str_eq(stream.events.data, "(HT!) drop");
}
END_TEST

/* CURLOPT_HTTP200ALIASES, with the input cut at every byte. */
START_TEST(a_first_line_that_an_alias_knows_is_a_200_of_http_1_0)
{
    static const struct {
        const char *text;
        unsigned options;
        const char *events;
    } cases[] = {
        {"ICY 200 OK\r\nX: y\r\n\r\ntune", 0, "200/10 X=y {close} (tune) drop"},
        {"HTunes\r\n\r\n", 0, "200/10 {close} drop"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0, "200/11 Content-Length=0 {0} keep"},
        {"ICX 200 OK\r\n", 0, "NOT_HTTP"},
        {"ICX\r\ntune", WHIM_HTTP1_ALLOW_09, "(ICX\r\ntune) drop"},
    };
    struct curl_slist second = {(char *)"HTu", NULL};
    struct curl_slist first = {(char *)"ICY", &second};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t len = strlen(cases[i].text);

        for (size_t cut = 1; cut < len; cut++) {
            http1_stream_begin(&stream, cases[i].options);
            stream.parser.aliases = &first;
            http1_stream_feed(&stream, cases[i].text, cut);
            http1_stream_feed(&stream, cases[i].text + cut, len - cut);
            http1_stream_end(&stream);
            ck_assert_str_eq(stream.events.data, cases[i].events);
        }
    }
}
END_TEST

struct fault_run {
    const struct row *row;
    size_t piece;
};

/* All events up to an error, or all of them. */
static void run_with_faults(void *arg)
{
    const struct fault_run *run = arg;
    const struct row *row = run->row;
    const char *end;

    http1_stream_run_by(&stream, row->options, row->text, row->len, run->piece);
    end = strstr(stream.events.data, "NO_MEMORY");
    if (!end)
        assert_events(row, "with faults in pieces of", run->piece, 0);
    else if (end > stream.events.data && end[-2] == ')') /* the body might have gone on */
        ck_assert_mem_eq(stream.events.data, row->events, (size_t)(end - stream.events.data) - 2);
    else
        ck_assert_mem_eq(stream.events.data, row->events, (size_t)(end - stream.events.data));
}

START_TEST(without_memory_a_response_fails_and_nothing_leaks)
{
    long n_faults = 0;

    for (int i = 0; i < N_ROWS; i++) {
        for (size_t piece = 1; piece < 16; piece += 7) {
            struct fault_run run = {&rows[i], piece};

            n_faults += faults_run(run_with_faults, &run);
        }
    }
    ck_assert_int_gt(n_faults, N_ROWS);
}
END_TEST

START_TEST(the_parser_is_small)
{
    ck_assert_uint_le(sizeof(struct whim_http1_parser), 48);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_first_line_that_an_alias_knows_is_a_200_of_http_1_0,
        a_response_that_comes_whole_is_understood,
        nothing_before_the_input_is_read,
        it_makes_no_difference_where_a_response_is_cut,
        it_makes_no_difference_at_which_two_places_a_response_is_cut,
        it_makes_no_difference_in_what_pieces_a_response_comes,
        lines_are_handed_out_with_their_ends_and_raw_chunks_as_they_came,
        a_continued_line_is_handed_out_with_one_space,
        a_response_that_comes_whole_costs_no_memory,
        an_idle_parser_keeps_no_memory,
        a_body_without_header_is_the_final_response_of_http_0_9,
        without_memory_a_response_fails_and_nothing_leaks,
        the_parser_is_small,
    };

    return shuffle_and_run("http1_parser", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
