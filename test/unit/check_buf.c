/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/buf.h"

#include "faults.h"
#include "shuffle.h"

static void assert_content(const struct whim_buf *buf, const char *expected)
{
    ck_assert_uint_eq(buf->len, strlen(expected));
    ck_assert_mem_eq(buf->data, expected, buf->len);
}

START_TEST(a_new_buffer_costs_nothing)
{
    struct whim_buf buf;

    heap_begin();
    whim_buf_init(&buf, 100);
    ck_assert_uint_eq(buf.len, 0);
    ck_assert_ptr_null(buf.data);
    ck_assert_int_eq(whim_buf_add(&buf, "", 0), WHIM_BUF_OK);
    ck_assert_int_eq(whim_buf_add(&buf, NULL, 0), WHIM_BUF_OK);
    whim_buf_del_front(&buf, 0);
    whim_buf_reset(&buf);
    ck_assert_int_eq(heap.n_calls, 0);
    whim_buf_fini(&buf);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(what_is_appended_stands_in_order)
{
    struct whim_buf buf;

    whim_buf_init(&buf, 1000);
    ck_assert_int_eq(whim_buf_add_str(&buf, "GET "), WHIM_BUF_OK);
    ck_assert_int_eq(whim_buf_add(&buf, "/path?", 5), WHIM_BUF_OK);
    ck_assert_int_eq(whim_buf_addf(&buf, " %s/%d.%d", "HTTP", 1, 1), WHIM_BUF_OK);
    ck_assert_int_eq(whim_buf_addf(&buf, "%s", ""), WHIM_BUF_OK);
    assert_content(&buf, "GET /path HTTP/1.1");
    whim_buf_del_front(&buf, 4);
    assert_content(&buf, "/path HTTP/1.1");
    whim_buf_del_front(&buf, buf.len);
    assert_content(&buf, "");
    whim_buf_fini(&buf);
}
END_TEST

START_TEST(the_terminator_is_not_counted)
{
    struct whim_buf buf;

    whim_buf_init(&buf, 1000);
    ck_assert_int_eq(whim_buf_terminate(&buf), WHIM_BUF_OK);
    ck_assert_str_eq(buf.data, "");
    ck_assert_int_eq(whim_buf_add_str(&buf, "abc"), WHIM_BUF_OK);
    ck_assert_int_eq(whim_buf_terminate(&buf), WHIM_BUF_OK);
    ck_assert_str_eq(buf.data, "abc");
    ck_assert_uint_eq(buf.len, 3);
    whim_buf_fini(&buf);
}
END_TEST

START_TEST(emptying_keeps_the_memory_and_ending_gives_it_back)
{
    struct whim_buf buf;

    heap_begin();
    whim_buf_init(&buf, 5);
    whim_buf_add_str(&buf, "abcde");
    whim_buf_reset(&buf);
    ck_assert_int_eq(whim_buf_add_str(&buf, "fghij"), WHIM_BUF_OK);
    ck_assert_int_eq(whim_buf_terminate(&buf), WHIM_BUF_OK);
    whim_buf_del_front(&buf, 2);
    ck_assert_int_eq(whim_buf_reserve(&buf, 2), WHIM_BUF_OK);
    ck_assert_int_eq(heap.n_calls, 1);
    whim_buf_fini(&buf);
    ck_assert_int_eq(heap.n_alive, 0);
    ck_assert_int_eq(whim_buf_add_str(&buf, "abcdef"), WHIM_BUF_FULL); /* the cap is still there */
    ck_assert_int_eq(whim_buf_add_str(&buf, "klmno"), WHIM_BUF_OK);
    assert_content(&buf, "klmno");
    whim_buf_fini(&buf);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

/* In every way of coming to the cap, whatever has been allocated on the way. */
START_TEST(the_cap_can_be_reached_and_not_passed)
{
    static char bytes[1200];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)('a' + i % 26);
    for (size_t max = 0; max < 140; max++) {
        for (size_t first = 0; first <= max; first++) {
            struct whim_buf buf;
            size_t rest = max - first;

            whim_buf_init(&buf, max);
            ck_assert_int_eq(whim_buf_add(&buf, bytes, first), WHIM_BUF_OK);
            ck_assert_int_eq(whim_buf_add(&buf, bytes, rest + 1), WHIM_BUF_FULL);
            ck_assert_int_eq(whim_buf_reserve(&buf, rest + 1), WHIM_BUF_FULL);
            ck_assert_int_eq(whim_buf_addf(&buf, "%.*s", (int)rest + 1, bytes), WHIM_BUF_FULL);
            ck_assert_uint_eq(buf.len, first);
            ck_assert_int_eq(whim_buf_add(&buf, bytes + first, rest), WHIM_BUF_OK);
            ck_assert_uint_eq(buf.len, max);
            ck_assert_int_eq(whim_buf_add(&buf, bytes, 1), WHIM_BUF_FULL);
            if (max)
                ck_assert_mem_eq(buf.data, bytes, max);
            whim_buf_fini(&buf);
        }
    }
}
END_TEST

START_TEST(a_full_buffer_can_be_terminated_and_written_to_its_last_byte)
{
    struct whim_buf buf;

    whim_buf_init(&buf, 64);
    ck_assert_int_eq(whim_buf_addf(&buf, "%064d", 7), WHIM_BUF_OK);
    ck_assert_uint_eq(buf.len, 64);
    ck_assert_int_eq(whim_buf_terminate(&buf), WHIM_BUF_OK);
    ck_assert_uint_eq(strlen(buf.data), 64);
    ck_assert_int_eq(whim_buf_addf(&buf, "%s", "x"), WHIM_BUF_FULL);
    whim_buf_fini(&buf);
}
END_TEST

START_TEST(sizes_that_overflow_are_refused)
{
    struct whim_buf buf;

    heap_begin();
    whim_buf_init(&buf, SIZE_MAX);
    ck_assert_int_eq(whim_buf_add_str(&buf, "abc"), WHIM_BUF_OK);
    ck_assert_int_eq(whim_buf_reserve(&buf, SIZE_MAX), WHIM_BUF_FULL);
    ck_assert_int_eq(whim_buf_reserve(&buf, SIZE_MAX - 2), WHIM_BUF_FULL);
    heap.fail_from = 1; /* no real heap is asked for so much */
    ck_assert_int_eq(whim_buf_reserve(&buf, SIZE_MAX - 3), WHIM_BUF_NOMEM);
    ck_assert_int_eq(whim_buf_reserve(&buf, SIZE_MAX / 2 + 2), WHIM_BUF_NOMEM);
    heap.fail_from = 0;
    assert_content(&buf, "abc");
    whim_buf_fini(&buf);
}
END_TEST

START_TEST(growth_is_by_doubling)
{
    struct whim_buf buf;

    heap_begin();
    whim_buf_init(&buf, 1 << 20);
    for (int i = 0; i < 1 << 20; i++)
        ck_assert_int_eq(whim_buf_add(&buf, "x", 1), WHIM_BUF_OK);
    ck_assert_int_le(heap.n_calls, 16);
    whim_buf_fini(&buf);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

static void add_in_every_way(void *arg)
{
    static const char part[] =
        "0123456789abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    struct whim_buf buf;
    size_t len = 0;

    whim_buf_init(&buf, 100000);
    for (int i = 0; i < 30; i++) {
        enum whim_buf_result result;

        switch (i % 4) {
        case 0:
            result = whim_buf_add(&buf, part, sizeof(part) - 1);
            break;
        case 1:
            result = whim_buf_add_str(&buf, part);
            break;
        case 2:
            result = whim_buf_addf(&buf, "%s", part);
            break;
        default:
            result = whim_buf_terminate(&buf);
            break;
        }
        if (result == WHIM_BUF_OK)
            len += i % 4 < 3 ? sizeof(part) - 1 : 0;
        else
            ck_assert_int_eq(result, WHIM_BUF_NOMEM);
        ck_assert_uint_eq(buf.len, len);
        for (size_t at = 0; at < len; at += sizeof(part) - 1)
            ck_assert_mem_eq(buf.data + at, part, sizeof(part) - 1);
    }
    whim_buf_fini(&buf);
}

START_TEST(nothing_is_added_and_nothing_lost_when_memory_runs_out)
{
    ck_assert_int_ge(faults_run(add_in_every_way, NULL), 4);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_new_buffer_costs_nothing,
        what_is_appended_stands_in_order,
        the_terminator_is_not_counted,
        emptying_keeps_the_memory_and_ending_gives_it_back,
        the_cap_can_be_reached_and_not_passed,
        a_full_buffer_can_be_terminated_and_written_to_its_last_byte,
        sizes_that_overflow_are_refused,
        growth_is_by_doubling,
        nothing_is_added_and_nothing_lost_when_memory_runs_out,
    };

    return shuffle_and_run("buf", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
