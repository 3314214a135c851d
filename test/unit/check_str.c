/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* Shared strings, and the copies that util/mem.h makes. */
#include "util/str.h"

#include "faults.h"
#include "shuffle.h"

START_TEST(a_string_is_a_terminated_copy)
{
    char text[] = "ab\0cd";
    struct whim_str *str;

    heap_begin();
    str = whim_str_new(text, 5);
    memset(text, 'x', sizeof(text));
    ck_assert_uint_eq(str->len, 5);
    ck_assert_uint_eq(str->n_refs, 1);
    ck_assert_mem_eq(str->text, "ab\0cd", 6);
    whim_str_unref(str);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(the_last_reference_frees)
{
    struct whim_str *str;

    heap_begin();
    str = whim_str_new("abc", 3);
    ck_assert_ptr_eq(whim_str_ref(str), str);
    whim_str_unref(str);
    ck_assert_int_eq(heap.n_alive, 1);
    ck_assert_str_eq(str->text, "abc");
    whim_str_unref(str);
    ck_assert_int_eq(heap.n_alive, 0);
    ck_assert_ptr_null(whim_str_ref(NULL));
    whim_str_unref(NULL);
    whim_str_unref_secret(NULL);
}
END_TEST

START_TEST(a_string_that_is_held_by_nobody_else_is_written_in_place)
{
    struct whim_str *slot = NULL;
    const struct whim_str *block;

    heap_begin();
    ck_assert_int_eq(whim_str_set(&slot, "http://example.com/", 19), 0);
    block = slot;
    ck_assert_int_eq(whim_str_set(&slot, "short", 5), 0);
    ck_assert_str_eq(slot->text, "short");
    ck_assert_int_eq(whim_str_set(&slot, "", 0), 0);
    ck_assert_str_eq(slot->text, "");
    ck_assert_int_eq(whim_str_set(&slot, "as long as before..", 19), 0);
    ck_assert_str_eq(slot->text, "as long as before..");
    ck_assert_ptr_eq(slot, block);
    ck_assert_int_eq(heap.n_calls, 1);
    whim_str_unref(slot);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(a_longer_text_gets_a_block_of_its_own)
{
    struct whim_str *slot = NULL;

    heap_begin();
    ck_assert_int_eq(whim_str_set(&slot, "abc", 3), 0);
    ck_assert_int_eq(whim_str_set(&slot, "abcd", 4), 0);
    ck_assert_str_eq(slot->text, "abcd");
    ck_assert_int_eq(heap.n_alive, 1);
    whim_str_unref(slot);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(who_holds_a_reference_sees_no_change)
{
    struct whim_str *slot = NULL;
    struct whim_str *held;

    heap_begin();
    ck_assert_int_eq(whim_str_set(&slot, "before", 6), 0);
    held = whim_str_ref(slot);
    ck_assert_int_eq(whim_str_set(&slot, "after", 5), 0);
    ck_assert_str_eq(held->text, "before");
    ck_assert_uint_eq(held->n_refs, 1);
    ck_assert_str_eq(slot->text, "after");
    whim_str_unref(held);
    whim_str_unref(slot);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(a_string_may_be_set_to_a_part_of_itself)
{
    struct whim_str *slot = NULL;
    struct whim_str *held;

    heap_begin();
    ck_assert_int_eq(whim_str_set(&slot, "0123456789", 10), 0);
    ck_assert_int_eq(whim_str_set(&slot, slot->text + 3, 7), 0);
    ck_assert_str_eq(slot->text, "3456789");
    held = whim_str_ref(slot);
    ck_assert_int_eq(whim_str_set(&slot, slot->text + 1, 6), 0);
    ck_assert_str_eq(slot->text, "456789");
    ck_assert_str_eq(held->text, "3456789");
    whim_str_unref(held);
    whim_str_unref(slot);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(no_text_at_all_is_the_empty_text)
{
    struct whim_str *slot = whim_str_new(NULL, 0);

    ck_assert_str_eq(slot->text, "");
    ck_assert_int_eq(whim_str_set(&slot, NULL, 0), 0);
    ck_assert_str_eq(slot->text, "");
    ck_assert_uint_eq(slot->len, 0);
    whim_str_unref(slot);
}
END_TEST

START_TEST(four_gigabytes_are_refused_before_a_byte_is_read)
{
    struct whim_str *slot = NULL;

    heap_begin();
    ck_assert_ptr_null(whim_str_new("x", UINT32_MAX));
    ck_assert_ptr_null(whim_str_new("x", SIZE_MAX));
    ck_assert_int_eq(whim_str_set(&slot, "x", (size_t)UINT32_MAX + 1), -1);
    ck_assert_ptr_null(slot);
    ck_assert_int_eq(heap.n_calls, 0);
}
END_TEST

START_TEST(a_secret_is_wiped_by_who_lets_it_go_last)
{
    struct whim_str *slot = NULL;
    struct whim_str *held;

    heap_begin();
    heap.secret = "hunter2";
    ck_assert_int_eq(whim_str_set(&slot, "password: hunter2", 17), 0);
    held = whim_str_ref(slot);
    whim_str_unref_secret(slot);
    ck_assert_str_eq(held->text, "password: hunter2");
    whim_str_unref_secret(held);
    ck_assert_int_eq(heap.n_alive, 0);
    ck_assert(!heap.is_secret_leaked);
}
END_TEST

START_TEST(a_secret_behind_a_shorter_text_is_wiped_too)
{
    struct whim_str *slot = NULL;

    heap_begin();
    heap.secret = "hunter2";
    ck_assert_int_eq(whim_str_set(&slot, "password: hunter2", 17), 0);
    ck_assert_int_eq(whim_str_set(&slot, "none", 4), 0);
    whim_str_unref_secret(slot);
    ck_assert(!heap.is_secret_leaked);
}
END_TEST

static void set_twice(void *arg)
{
    struct whim_str *slot = NULL;
    int first = whim_str_set(&slot, "abc", 3);

    ck_assert_str_eq(slot ? slot->text : "", first ? "" : "abc");
    if (whim_str_set(&slot, "longer", 6) == 0)
        ck_assert_str_eq(slot->text, "longer");
    else
        ck_assert_str_eq(slot ? slot->text : "", first ? "" : "abc");
    whim_str_unref(slot);
}

START_TEST(a_slot_keeps_its_text_when_memory_runs_out)
{
    ck_assert_int_eq(faults_run(set_twice, NULL), 2);
}
END_TEST

START_TEST(copies_of_bytes_are_terminated)
{
    char *copy;

    heap_begin();
    copy = whim_memdup0("a\0bc", 3);
    ck_assert_mem_eq(copy, "a\0b", 4);
    whim_free(copy);
    copy = whim_memdup0(NULL, 0);
    ck_assert_str_eq(copy, "");
    whim_free(copy);
    whim_free(NULL);
    ck_assert_ptr_null(whim_memdup0("a", SIZE_MAX));
    heap.fail_from = 1;
    ck_assert_ptr_null(whim_memdup0("a", 1));
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_string_is_a_terminated_copy,
        the_last_reference_frees,
        a_string_that_is_held_by_nobody_else_is_written_in_place,
        a_longer_text_gets_a_block_of_its_own,
        who_holds_a_reference_sees_no_change,
        a_string_may_be_set_to_a_part_of_itself,
        no_text_at_all_is_the_empty_text,
        four_gigabytes_are_refused_before_a_byte_is_read,
        a_secret_is_wiped_by_who_lets_it_go_last,
        a_secret_behind_a_shorter_text_is_wiped_too,
        a_slot_keeps_its_text_when_memory_runs_out,
        copies_of_bytes_are_terminated,
    };

    return shuffle_and_run("str", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
