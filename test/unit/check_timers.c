/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* Timers, and the clock that they are set by. */
#include "util/timers.h"

#include "heap.h"
#include "shuffle.h"
#include "util/clock.h"

#include <limits.h>

enum { N_TIMERS = 64 };

static struct whim_timers timers;
static struct whim_timer nodes[N_TIMERS];
static uint64_t armed_as[N_TIMERS]; /* the model: which arming it was, from 1; 0: not armed */
static uint64_t n_armed;

static void begin(uint32_t n_armed_ever)
{
    heap_begin();
    whim_timers_init(&timers);
    timers.n_armed_ever = n_armed_ever;
    memset(armed_as, 0, sizeof(armed_as));
    n_armed = 0;
    for (int i = 0; i < N_TIMERS; i++)
        whim_timer_init(&nodes[i], (uint8_t)i);
}

static void arm(int i, int64_t deadline_us)
{
    if (!armed_as[i] || nodes[i].deadline_us != deadline_us)
        armed_as[i] = ++n_armed;
    whim_timer_arm(&timers, &nodes[i], deadline_us);
    ck_assert(nodes[i].is_armed);
}

static void disarm(int i)
{
    whim_timer_disarm(&timers, &nodes[i]);
    armed_as[i] = 0;
    ck_assert(!nodes[i].is_armed);
}

/* The model's answer to which is the first: the earliest, of equal ones the first armed. */
static struct whim_timer *find_first(void)
{
    int first = -1;

    for (int i = 0; i < N_TIMERS; i++) {
        if (armed_as[i] &&
            (first < 0 || nodes[i].deadline_us < nodes[first].deadline_us ||
             (nodes[i].deadline_us == nodes[first].deadline_us && armed_as[i] < armed_as[first])))
            first = i;
    }
    return first < 0 ? NULL : &nodes[first];
}

static void assert_next_due(int64_t now_us, int expected)
{
    struct whim_timer *due = whim_timers_take_due(&timers, now_us);

    ck_assert_int_eq(due ? due->kind : -1, expected);
    if (due)
        ck_assert(!due->is_armed);
}

START_TEST(without_timers_nothing_is_first_or_due)
{
    begin(0);
    ck_assert_ptr_null(whim_timers_first(&timers));
    ck_assert_ptr_null(whim_timers_take_due(&timers, INT64_MAX));
    disarm(0);
    ck_assert_ptr_null(whim_timers_first(&timers));
}
END_TEST

START_TEST(a_timer_is_due_at_its_deadline_and_not_before)
{
    begin(0);
    arm(3, 1000);
    assert_next_due(999, -1);
    ck_assert_ptr_eq(whim_timers_first(&timers), &nodes[3]);
    assert_next_due(1000, 3);
    assert_next_due(INT64_MAX, -1);
}
END_TEST

START_TEST(equal_deadlines_fire_in_the_order_in_which_they_were_armed)
{
    begin(0);
    for (int i = N_TIMERS - 1; i >= 0; i--)
        arm(i, 5);
    for (int i = N_TIMERS - 1; i >= 0; i--)
        assert_next_due(5, i);
}
END_TEST

START_TEST(the_order_of_equal_deadlines_survives_the_wrap_of_the_counter)
{
    begin(UINT32_MAX - N_TIMERS / 2);
    for (int i = 0; i < N_TIMERS; i++)
        arm(i, 5);
    ck_assert_uint_lt(timers.n_armed_ever, N_TIMERS);
    for (int i = 0; i < N_TIMERS; i++)
        assert_next_due(5, i);
}
END_TEST

START_TEST(arming_for_the_same_time_again_changes_nothing)
{
    begin(0);
    arm(0, 5);
    arm(1, 5);
    arm(0, 5);
    assert_next_due(5, 0);
    assert_next_due(5, 1);
}
END_TEST

START_TEST(a_timer_that_is_moved_fires_once_at_its_new_time)
{
    begin(0);
    arm(0, 10);
    arm(1, 20);
    arm(0, 30);
    assert_next_due(29, 1);
    assert_next_due(29, -1);
    arm(0, 5);
    assert_next_due(29, 0);
    assert_next_due(INT64_MAX, -1);
}
END_TEST

START_TEST(times_of_any_sign_and_size_are_ordered)
{
    begin(0);
    arm(0, INT64_MAX);
    arm(1, INT64_MIN);
    arm(2, 0);
    arm(3, -1);
    assert_next_due(INT64_MIN, 1);
    assert_next_due(-1, 3);
    assert_next_due(-1, -1);
    assert_next_due(INT64_MAX, 2);
    assert_next_due(INT64_MAX, 0);
}
END_TEST

START_TEST(what_a_due_timer_arms_for_now_is_due_in_the_same_loop)
{
    begin(0);
    arm(0, 5);
    arm(1, 6);
    assert_next_due(6, 0);
    arm(0, 6);
    assert_next_due(6, 1);
    assert_next_due(6, 0);
    assert_next_due(6, -1);
}
END_TEST

START_TEST(the_kind_is_the_owners)
{
    begin(0);
    arm(9, 1);
    disarm(9);
    arm(9, 2);
    ck_assert_int_eq(whim_timers_first(&timers)->kind, 9);
}
END_TEST

static void step_randomly(int64_t n_different_times)
{
    int i = rand() % N_TIMERS;

    switch (rand() % 5) {
    case 0:
    case 1:
    case 2:
        arm(i, rand() % n_different_times);
        break;
    case 3:
        disarm(i);
        break;
    default: {
        int64_t now_us = rand() % n_different_times;
        struct whim_timer *expected = find_first();
        struct whim_timer *due = whim_timers_take_due(&timers, now_us);

        if (expected && expected->deadline_us > now_us)
            expected = NULL;
        ck_assert_ptr_eq(due, expected);
        if (due)
            armed_as[due->kind] = 0;
    }
    }
    ck_assert_ptr_eq(whim_timers_first(&timers), find_first());
}

/* With many ties and with few, and over the wrap of the counter. */
START_TEST(any_sequence_of_changes_agrees_with_a_model)
{
    static const int64_t spans[] = {1, 4, 30, 100000};

    for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
        begin(UINT32_MAX - 10000);
        for (int step = 0; step < 30000; step++)
            step_randomly(spans[i]);
        while (find_first()) {
            struct whim_timer *first = find_first();

            ck_assert_ptr_eq(whim_timers_take_due(&timers, INT64_MAX), first);
            armed_as[first->kind] = 0;
        }
        ck_assert_ptr_null(whim_timers_first(&timers));
    }
    ck_assert_int_eq(heap.n_calls, 0);
}
END_TEST

static int compare_times(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

START_TEST(a_hundred_thousand_timers_come_out_sorted)
{
    enum { N = 100000 };
    struct whim_timer *many = calloc(N, sizeof(*many));
    int64_t *times = calloc(N, sizeof(*times));

    begin(0);
    for (int i = 0; i < N; i++) {
        times[i] = ((int64_t)rand() << 20) ^ rand();
        whim_timer_arm(&timers, &many[i], times[i]);
    }
    qsort(times, N, sizeof(*times), compare_times);
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(whim_timers_first(&timers)->deadline_us, times[i]);
        whim_timers_take_due(&timers, times[i]);
    }
    ck_assert_ptr_null(whim_timers_first(&timers));
    free(times);
    free(many);
}
END_TEST

START_TEST(the_clock_is_monotonic_and_counts_microseconds)
{
    struct timespec before, after;
    int64_t last;

    clock_gettime(CLOCK_MONOTONIC, &before);
    last = whim_clock_now_us();
    ck_assert_int_ge(last, before.tv_sec * WHIM_US_PER_S + before.tv_nsec / 1000);
    for (int i = 0; i < 10000; i++) {
        int64_t now = whim_clock_now_us();

        ck_assert_int_ge(now, last);
        last = now;
    }
    clock_gettime(CLOCK_MONOTONIC, &after);
    ck_assert_int_le(last, after.tv_sec * WHIM_US_PER_S + after.tv_nsec / 1000);
    ck_assert_int_eq(WHIM_US_PER_S, 1000 * WHIM_US_PER_MS);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        without_timers_nothing_is_first_or_due,
        a_timer_is_due_at_its_deadline_and_not_before,
        equal_deadlines_fire_in_the_order_in_which_they_were_armed,
        the_order_of_equal_deadlines_survives_the_wrap_of_the_counter,
        arming_for_the_same_time_again_changes_nothing,
        a_timer_that_is_moved_fires_once_at_its_new_time,
        times_of_any_sign_and_size_are_ordered,
        what_a_due_timer_arms_for_now_is_due_in_the_same_loop,
        the_kind_is_the_owners,
        any_sequence_of_changes_agrees_with_a_model,
        a_hundred_thousand_timers_come_out_sorted,
        the_clock_is_monotonic_and_counts_microseconds,
    };

    return shuffle_and_run("timers", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
