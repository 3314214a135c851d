/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* How much of a header the parser takes, and that what a peer sends without end has an end. */
#include "proto/http1_parser.h"

#include "heap.h"
#include "http1_stream.h"
#include "shuffle.h"

#define STATUS "HTTP/1.1 200 x\r\n"

static const size_t pieces[] = {1 << 20, 65536, 16384, 1000, 999};
enum { N_PIECES = sizeof(pieces) / sizeof(pieces[0]) };

static struct http1_stream stream;
static struct http1_stream_text input;

static void add(const char *text)
{
    http1_stream_add(&input, text, strlen(text));
}

static void add_many(const char *text, size_t n)
{
    while (n--)
        add(text);
}

/* The last word that the parser says, however the input is cut. */
static void assert_last_word(const char *expected)
{
    for (int i = 0; i < N_PIECES; i++) {
        const char *events = http1_stream_run_by(&stream, 0, input.data, input.len, pieces[i]);
        const char *last = strrchr(events, ' ');

        ck_assert_str_eq(last ? last + 1 : events, expected);
        ck_assert_ptr_null(strchr(events, '!'));
    }
    input.len = 0;
}

/* A line of n bytes with its end. */
static void add_field_of(size_t n)
{
    add("A: ");
    add_many("b", n - 5);
    add("\r\n");
}

START_TEST(a_line_may_have_100_kilobytes)
{
    add(STATUS);
    add_field_of(WHIM_HTTP1_MAX_LINE);
    add("Content-Length: 0\r\n\r\n");
    assert_last_word("keep");
    add(STATUS);
    add_field_of(WHIM_HTTP1_MAX_LINE + 1);
    add("\r\n");
    assert_last_word("LONG_LINE");
}
END_TEST

START_TEST(a_line_of_100_kilobytes_may_be_held_at_the_end_of_the_input)
{
    size_t cuts[] = {sizeof(STATUS) - 1, sizeof(STATUS) - 1 + WHIM_HTTP1_MAX_LINE};

    add(STATUS);
    add_field_of(WHIM_HTTP1_MAX_LINE);
    add("\r\n");
    http1_stream_run(&stream, 0, input.data, input.len, cuts, 2);
    ck_assert_int_eq(stream.parser.error, WHIM_HTTP1_OK);
    ck_assert_uint_eq(stream.wire.len, input.len);
}
END_TEST

START_TEST(the_status_line_is_a_line)
{
    add("HTTP/1.1 204 ");
    add_many("x", WHIM_HTTP1_MAX_LINE - 15);
    add("\r\n\r\n");
    assert_last_word("keep");
    add("HTTP/1.1 204 ");
    add_many("x", WHIM_HTTP1_MAX_LINE - 14);
    add("\r\n\r\n");
    assert_last_word("LONG_LINE");
}
END_TEST

START_TEST(a_line_that_never_ends_is_too_long)
{
    add(STATUS "A: ");
    add_many("b", 200000);
    assert_last_word("LONG_LINE");
    add("HTTP/");
    add_many("1", 200000);
    assert_last_word("LONG_LINE");
}
END_TEST

/* What the peer sent is counted, not what is left of it. */
START_TEST(a_line_that_is_continued_without_end_is_too_long)
{
    add(STATUS "A: b\r\n");
    add_many(" \r\n", 40000);
    assert_last_word("LONG_LINE");
    add(STATUS "A: b\r\n");
    add_many(" ", 200000);
    assert_last_word("LONG_LINE");
    add(STATUS "A: b\r\n");
    add_many(" c\r\n", 20000);
    add("Content-Length: 0\r\n\r\n");
    assert_last_word("keep");
}
END_TEST

START_TEST(all_lines_together_may_have_300_kilobytes)
{
    size_t n_left = WHIM_HTTP1_MAX_BLOCKS - (sizeof(STATUS) - 1) - 2;

    for (int more = 0; more < 2; more++) {
        add(STATUS);
        add_field_of(WHIM_HTTP1_MAX_LINE);
        add_field_of(WHIM_HTTP1_MAX_LINE);
        add_field_of(n_left - 2 * WHIM_HTTP1_MAX_LINE - 19);
        add(more ? "Content-Length: 01\r\n" : "Content-Length: 0\r\n");
        add("\r\n");
        assert_last_word(more ? "LONG_BLOCK" : "keep");
    }
}
END_TEST

START_TEST(many_short_lines_are_counted_too)
{
    add(STATUS);
    add_many("A:b\r\n", WHIM_HTTP1_MAX_BLOCKS / 5 + 1);
    assert_last_word("LONG_BLOCK");
}
END_TEST

START_TEST(spaces_that_are_taken_out_of_lines_are_counted)
{
    add(STATUS);
    for (int i = 0; i < 400; i++) {
        add("A: b\r\n");
        add_many(" ", 1000);
        add("c\r\n");
    }
    assert_last_word("LONG_BLOCK");
}
END_TEST

START_TEST(interim_responses_do_not_go_on_for_ever)
{
    add_many("HTTP/1.1 100 Continue\r\n\r\n", WHIM_HTTP1_MAX_BLOCKS / 25 + 1);
    assert_last_word("LONG_BLOCK");
}
END_TEST

START_TEST(trailers_are_counted_with_the_header)
{
    for (unsigned raw = 0; raw < 2; raw++) {
        add(STATUS "Transfer-Encoding: chunked\r\n\r\n0\r\n");
        add_many("A:b\r\n", WHIM_HTTP1_MAX_BLOCKS / 5 + 1);
        http1_stream_run_by(&stream, raw ? WHIM_HTTP1_RAW_CHUNKS : 0, input.data, input.len, 5000);
        ck_assert_int_eq(stream.parser.error, WHIM_HTTP1_LONG_BLOCK);
        input.len = 0;
    }
}
END_TEST

START_TEST(the_line_of_a_chunk_may_have_8_kilobytes)
{
    for (size_t more = 0; more < 2; more++) {
        add(STATUS "Transfer-Encoding: chunked\r\n\r\n2;");
        add_many("x", WHIM_HTTP1_MAX_CHUNK_LINE - 4 + more);
        add("\r\nhi\r\n0\r\n\r\n");
        assert_last_word(more ? "BAD_CHUNK" : "keep");
    }
}
END_TEST

START_TEST(the_line_of_a_chunk_that_never_ends_is_bad)
{
    add(STATUS "Transfer-Encoding: chunked\r\n\r\n2;");
    add_many("x", 20000);
    assert_last_word("BAD_CHUNK");
    add(STATUS "Transfer-Encoding: chunked\r\n\r\n2\r\nhi");
    add_many("\r", 20000);
    assert_last_word("BAD_CHUNK");
}
END_TEST

/* Chunks of one byte may go on as long as a body may; they cost no memory that adds up. */
START_TEST(many_chunks_are_no_header)
{
    add(STATUS "Transfer-Encoding: chunked\r\n\r\n");
    add_many("1;extension\r\nx\r\n", 50000);
    add("0\r\n\r\n");
    heap_begin();
    assert_last_word("keep");
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

static long n_peak_bytes;

static void *malloc_noting_the_size(size_t size)
{
    n_peak_bytes = (long)size > n_peak_bytes ? (long)size : n_peak_bytes;
    return heap_malloc(size);
}

static void *realloc_noting_the_size(void *block, size_t size)
{
    n_peak_bytes = (long)size > n_peak_bytes ? (long)size : n_peak_bytes;
    return heap_realloc(block, size);
}

START_TEST(no_line_takes_more_memory_than_its_cap)
{
    struct whim_mem_hooks hooks = heap_hooks;

    hooks.malloc = malloc_noting_the_size;
    hooks.realloc = realloc_noting_the_size;
    heap_begin();
    whim_mem_set_hooks(&hooks);
    add(STATUS "A: ");
    add_many("b", 200000);
    assert_last_word("LONG_LINE");
    ck_assert_int_gt(n_peak_bytes, 50000);
    ck_assert_int_le(n_peak_bytes, (long)WHIM_HTTP1_MAX_LINE + 1);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(a_body_has_no_cap)
{
    add(STATUS "Content-Length: 900000\r\n\r\n");
    add_many("0123456789", 90000);
    assert_last_word("keep");
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_line_may_have_100_kilobytes,
        a_line_of_100_kilobytes_may_be_held_at_the_end_of_the_input,
        the_status_line_is_a_line,
        a_line_that_never_ends_is_too_long,
        a_line_that_is_continued_without_end_is_too_long,
        all_lines_together_may_have_300_kilobytes,
        many_short_lines_are_counted_too,
        spaces_that_are_taken_out_of_lines_are_counted,
        interim_responses_do_not_go_on_for_ever,
        trailers_are_counted_with_the_header,
        the_line_of_a_chunk_may_have_8_kilobytes,
        the_line_of_a_chunk_that_never_ends_is_bad,
        many_chunks_are_no_header,
        no_line_takes_more_memory_than_its_cap,
        a_body_has_no_cap,
    };

    return shuffle_and_run("http1_limits", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
