/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* Registrations, events and deadlines of adapters/bind.c and turn.c, against a fake library and a
 * fake loop. */

#include "binding.h"
#include "suite.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Wait for the clock alone: nothing else can happen meanwhile. */
static void pass(int ms)
{
    struct timespec delay = {.tv_nsec = ms * 1000000L};

    while (nanosleep(&delay, &delay) && errno == EINTR)
        ;
}

static int turn_with(void (*events)(void), int max_ms)
{
    int wait_ms;

    ck_assert_int_eq(whim_bind_enter(b), 0);
    wait_ms = whim_loop_prepare(&loop->core, max_ms);
    if (events)
        events();
    ck_assert_int_ge(whim_bind_leave(b, 0), 0);
    return wait_ms;
}

/* -- registrations ---------------------------------------------------------------------------- */

START_TEST(a_new_socket_is_watched_at_once)
{
    ck_assert_int_eq(fake_announce(5, CURL_POLL_OUT), 0);
    ck_assert_int_eq(loop->masks[5], CURL_CSELECT_OUT);
}
END_TEST

START_TEST(a_mask_changed_outside_a_turn_is_told_at_once)
{
    fake_announce(5, CURL_POLL_OUT);
    fake_announce(5, CURL_POLL_IN);
    ck_assert_int_eq(loop->masks[5], CURL_CSELECT_IN);
}
END_TEST

static void change_three_times(void)
{
    fake_announce(5, CURL_POLL_INOUT);
    fake_announce(5, CURL_POLL_IN);
    fake_announce(5, CURL_POLL_OUT);
    ck_assert_int_eq(loop->masks[5], CURL_CSELECT_IN);
}

START_TEST(masks_changed_in_a_turn_are_told_once_before_the_wait)
{
    fake_announce(5, CURL_POLL_IN);
    loop->n_watches = 0;
    turn_with(change_three_times, 0);
    ck_assert_int_eq(loop->n_watches, 1);
    ck_assert_int_eq(loop->masks[5], CURL_CSELECT_OUT);
}
END_TEST

static void change_and_back(void)
{
    fake_announce(5, CURL_POLL_INOUT);
    fake_announce(5, CURL_POLL_IN);
}

START_TEST(a_mask_that_changed_back_is_not_told)
{
    fake_announce(5, CURL_POLL_IN);
    loop->n_watches = 0;
    turn_with(change_and_back, 0);
    ck_assert_int_eq(loop->n_watches, 0);
}
END_TEST

static void remove_and_see(void)
{
    fake_announce(5, CURL_POLL_REMOVE);
    ck_assert_int_eq(loop->masks[5], 0);
}

START_TEST(remove_reaches_the_loop_at_once_even_in_a_turn)
{
    fake_announce(5, CURL_POLL_IN);
    turn_with(remove_and_see, 0);
}
END_TEST

static void change_remove_and_add(void)
{
    fake_announce(5, CURL_POLL_INOUT);
    fake_announce(5, CURL_POLL_REMOVE);
    fake_announce(5, CURL_POLL_IN);
    ck_assert_int_eq(loop->masks[5], CURL_CSELECT_IN);
}

START_TEST(a_queued_change_does_not_survive_remove)
{
    fake_announce(5, CURL_POLL_IN);
    turn_with(change_remove_and_add, 0);
    ck_assert_int_eq(loop->masks[5], CURL_CSELECT_IN);
    ck_assert_int_eq(loop->n_watches, 2);
}
END_TEST

START_TEST(remove_of_an_unknown_socket_is_ignored)
{
    ck_assert_int_eq(fake_announce(9, CURL_POLL_REMOVE), 0);
    ck_assert_int_eq(loop->n_unwatches, 0);
}
END_TEST

START_TEST(high_and_low_descriptors_are_watched_side_by_side)
{
    int fd;

    for (fd = 0; fd < FAKE_FDS_MAX; fd += 31)
        ck_assert_int_eq(fake_announce(FAKE_FDS_MAX - 1 - fd, CURL_POLL_IN), 0);
    for (fd = 0; fd < FAKE_FDS_MAX; fd += 31)
        ck_assert_int_eq(loop->masks[FAKE_FDS_MAX - 1 - fd], CURL_CSELECT_IN);
}
END_TEST

START_TEST(a_socket_that_another_multi_left_behind_is_taken_over)
{
    struct fake first = fake;
    struct whim_bind *other;

    fake_announce(5, CURL_POLL_IN);
    fake_reset();
    other = whim_bind_open(&loop->core, FAKE_MULTI, NULL, NULL);
    fake_announce(5, CURL_POLL_OUT); /* its descriptor was closed without a REMOVE */
    ck_assert_int_eq(loop->masks[5], CURL_CSELECT_OUT);
    whim_bind_close(other);
    ck_assert_int_eq(loop->masks[5], 0);
    fake = first;
    ck_assert_int_eq(fake_announce(5, CURL_POLL_REMOVE), 0);
}
END_TEST

/* -- refusals --------------------------------------------------------------------------------- */

START_TEST(a_refused_watch_fails_the_callback_and_leaves_nothing)
{
    loop->fail_watches = 1;
    ck_assert_int_eq(fake_announce(5, CURL_POLL_IN), -1);
    ck_assert_int_eq(fake_announce(5, CURL_POLL_REMOVE), 0);
    ck_assert_int_eq(loop->n_unwatches, 0);
}
END_TEST

START_TEST(a_negative_descriptor_fails_the_callback)
{
    ck_assert_int_eq(fake_announce(-7, CURL_POLL_IN), -1);
}
END_TEST

static void widen(void)
{
    loop->fail_watches = 1;
    fake_announce(5, CURL_POLL_INOUT);
}

START_TEST(a_refused_change_is_told_to_the_library_and_tried_again)
{
    int64_t end_ms = now_ms() + 5000;

    fake_announce(5, CURL_POLL_IN);
    turn_with(widen, 0);
    ck_assert_int_eq(fake.last_fd, 5);
    ck_assert_int_eq(fake.last_bits & CURL_CSELECT_ERR, CURL_CSELECT_ERR);
    ck_assert_int_eq(loop->masks[5], CURL_CSELECT_IN);
    while (loop->masks[5] != CURL_POLL_INOUT) {
        int wait_ms = turn_with(NULL, -1);

        ck_assert_int_ge(wait_ms, loop->masks[5] == CURL_POLL_INOUT ? -1 : 0);
        ck_assert_int_lt(now_ms(), end_ms);
        if (wait_ms > 0)
            pass(wait_ms);
    }
}
END_TEST

START_TEST(a_refused_change_outside_a_turn_fails_the_callback)
{
    fake_announce(5, CURL_POLL_IN);
    loop->fail_watches = 1;
    ck_assert_int_eq(fake_announce(5, CURL_POLL_OUT), -1);
}
END_TEST

START_TEST(a_refused_deadline_fails_the_callback)
{
    loop->fail_arms = 1;
    ck_assert_int_eq(fake_set_timer(50), -1);
}
END_TEST

/* -- events ----------------------------------------------------------------------------------- */

static void event_in(void)
{
    fake_loop_event(loop, 5, CURL_CSELECT_IN);
}

START_TEST(an_event_drives_its_socket_once)
{
    fake_announce(5, CURL_POLL_IN);
    turn_with(event_in, 0);
    ck_assert_int_eq(fake.n_actions, 1);
    ck_assert_int_eq(fake.last_fd, 5);
    ck_assert_int_eq(fake.last_bits, CURL_CSELECT_IN);
}
END_TEST

static void event_error(void)
{
    fake_loop_event(loop, 5, CURL_CSELECT_ERR);
}

START_TEST(an_error_is_never_the_only_bit)
{
    fake_announce(5, CURL_POLL_OUT);
    turn_with(event_error, 0);
    ck_assert_int_eq(fake.last_bits, CURL_CSELECT_ERR | CURL_CSELECT_IN | CURL_CSELECT_OUT);
}
END_TEST

static void stale_event(void)
{
    uint16_t generation = loop->generations[5];

    fake_announce(5, CURL_POLL_REMOVE);
    whim_loop_ready(&loop->core, 5, generation, CURL_CSELECT_IN);
    fake_announce(5, CURL_POLL_IN);
    whim_loop_ready(&loop->core, 5, generation, CURL_CSELECT_IN);
    ck_assert_int_eq(fake.n_actions, 0);
    fake_loop_event(loop, 5, CURL_CSELECT_IN);
    ck_assert_int_eq(fake.n_actions, 1);
}

START_TEST(an_event_of_an_earlier_registration_is_dropped)
{
    fake_announce(5, CURL_POLL_IN);
    turn_with(stale_event, 0);
}
END_TEST

static void unwanted_event(void)
{
    fake_announce(5, CURL_POLL_IN);
    fake_loop_event(loop, 5, CURL_CSELECT_OUT);
    ck_assert_int_eq(fake.n_actions, 0);
}

START_TEST(an_event_that_is_not_wanted_any_more_is_dropped)
{
    fake_announce(5, CURL_POLL_OUT);
    turn_with(unwanted_event, 0);
}
END_TEST

/* -- edge-triggered --------------------------------------------------------------------------- */

static void swap_for(bool is_whimbrel, bool is_edge)
{
    binding_close();
    binding_open(is_whimbrel, is_edge);
}

START_TEST(edge_triggered_is_watched_for_once)
{
    swap_for(true, true);
    fake_announce(5, CURL_POLL_OUT);
    fake_announce(5, CURL_POLL_IN);
    fake_announce(5, CURL_POLL_INOUT);
    ck_assert_int_eq(loop->n_watches, 1);
    ck_assert_int_ne(loop->masks[5] & WHIM_WATCH_EDGE, 0);
}
END_TEST

static void event_in_while_out_is_wanted(void)
{
    fake_loop_event(loop, 5, CURL_CSELECT_IN);
    ck_assert_int_eq(fake.n_actions, 0);
    fake_announce(5, CURL_POLL_IN);
}

START_TEST(readiness_that_came_too_early_is_kept_for_later)
{
    swap_for(true, true);
    fake_announce(5, CURL_POLL_OUT);
    turn_with(event_in_while_out_is_wanted, 0);
    ck_assert_int_eq(fake.n_actions, 1);
    ck_assert_int_eq(fake.last_bits, CURL_CSELECT_IN);
    turn_with(NULL, 0);
    ck_assert_int_eq(fake.n_actions, 1);
}
END_TEST

static void event_in_alone(void)
{
    fake_loop_event(loop, 5, CURL_CSELECT_IN);
}

START_TEST(readiness_wanted_outside_a_turn_wakes_the_loop)
{
    swap_for(true, true);
    fake_announce(5, CURL_POLL_OUT);
    turn_with(event_in_alone, 0);
    loop->n_arms = 0;
    fake_announce(5, CURL_POLL_INOUT);
    ck_assert_int_eq(loop->n_arms, 1);
    ck_assert_int_eq(loop->last_delay_ms, 0);
    whim_loop_due(&loop->core);
    ck_assert_int_eq(fake.n_actions, 1);
    ck_assert_int_eq(fake.last_bits, CURL_CSELECT_IN);
}
END_TEST

START_TEST(a_library_that_is_not_edge_safe_is_watched_by_level)
{
    swap_for(false, true);
    fake_announce(5, CURL_POLL_OUT);
    fake_announce(5, CURL_POLL_IN);
    ck_assert_int_eq(loop->masks[5], CURL_CSELECT_IN);
}
END_TEST

/* -- deadlines -------------------------------------------------------------------------------- */

START_TEST(timer_zero_is_never_driven_inside_the_callback)
{
    ck_assert_int_eq(fake_set_timer(0), 0);
    ck_assert_int_eq(fake.n_actions, 0);
    ck_assert_int_eq(loop->last_delay_ms, 0);
    whim_loop_due(&loop->core);
    ck_assert_int_eq(fake.n_actions, 1);
    ck_assert_int_eq(fake.last_fd, CURL_SOCKET_TIMEOUT);
}
END_TEST

START_TEST(a_due_deadline_is_driven_once)
{
    fake_set_timer(0);
    turn_with(NULL, 0);
    turn_with(NULL, 0);
    ck_assert_int_eq(fake.n_actions, 1);
}
END_TEST

START_TEST(waits_round_up)
{
    int i, wait_ms;

    for (i = 1; i <= 20; i++) {
        fake_set_timer(i);
        wait_ms = turn_with(NULL, -1);
        ck_assert_int_le(wait_ms, i);
        pass(wait_ms);
        turn_with(NULL, 0);
        ck_assert_int_eq(fake.n_actions, i);
    }
}
END_TEST

START_TEST(a_wait_is_not_longer_than_told)
{
    fake_set_timer(5000);
    ck_assert_int_eq(turn_with(NULL, 20), 20);
    fake_set_timer(-1);
    ck_assert_int_eq(turn_with(NULL, 20), 20);
    ck_assert_int_eq(turn_with(NULL, -1), -1);
}
END_TEST

START_TEST(a_deadline_that_comes_early_is_armed_again)
{
    fake_set_timer(5000);
    loop->n_arms = 0;
    whim_loop_due(&loop->core);
    ck_assert_int_eq(fake.n_actions, 0);
    ck_assert_int_eq(loop->n_arms, 1);
    ck_assert_int_gt(loop->last_delay_ms, 4000);
}
END_TEST

START_TEST(minus_one_disarms)
{
    fake_set_timer(5000);
    fake_set_timer(-1);
    ck_assert_int_eq(loop->n_disarms, 1);
    turn_with(NULL, 0);
    ck_assert_int_eq(fake.n_actions, 0);
}
END_TEST

START_TEST(the_longest_of_all_timeouts_does_not_overflow)
{
    ck_assert_int_eq(fake_set_timer(0x7fffffffffffffffL), 0);
    ck_assert_int_gt(turn_with(NULL, -1), 1000000000);
}
END_TEST

START_TEST(the_earliest_of_two_multi_handles_is_armed)
{
    struct fake first = fake;
    struct whim_bind *other;

    fake_set_timer(9000);
    fake_reset();
    other = whim_bind_open(&loop->core, FAKE_MULTI, NULL, NULL);
    fake_set_timer(3000);
    ck_assert_int_le(loop->last_delay_ms, 3000);
    fake_set_timer(-1);
    ck_assert_int_gt(loop->last_delay_ms, 3000);
    ck_assert_int_eq(loop->n_disarms, 0);
    whim_bind_close(other);
    fake = first;
}
END_TEST

/* -- the program ------------------------------------------------------------------------------ */

int main(void)
{
    const TTest *const tests[] = {
        a_new_socket_is_watched_at_once,
        a_mask_changed_outside_a_turn_is_told_at_once,
        masks_changed_in_a_turn_are_told_once_before_the_wait,
        a_mask_that_changed_back_is_not_told,
        remove_reaches_the_loop_at_once_even_in_a_turn,
        a_queued_change_does_not_survive_remove,
        remove_of_an_unknown_socket_is_ignored,
        high_and_low_descriptors_are_watched_side_by_side,
        a_socket_that_another_multi_left_behind_is_taken_over,
        a_refused_watch_fails_the_callback_and_leaves_nothing,
        a_negative_descriptor_fails_the_callback,
        a_refused_change_is_told_to_the_library_and_tried_again,
        a_refused_change_outside_a_turn_fails_the_callback,
        a_refused_deadline_fails_the_callback,
        an_event_drives_its_socket_once,
        an_error_is_never_the_only_bit,
        an_event_of_an_earlier_registration_is_dropped,
        an_event_that_is_not_wanted_any_more_is_dropped,
        edge_triggered_is_watched_for_once,
        readiness_that_came_too_early_is_kept_for_later,
        readiness_wanted_outside_a_turn_wakes_the_loop,
        a_library_that_is_not_edge_safe_is_watched_by_level,
        timer_zero_is_never_driven_inside_the_callback,
        a_due_deadline_is_driven_once,
        waits_round_up,
        a_wait_is_not_longer_than_told,
        a_deadline_that_comes_early_is_armed_again,
        minus_one_disarms,
        the_longest_of_all_timeouts_does_not_overflow,
        the_earliest_of_two_multi_handles_is_armed,
    };

    return suite_run("bind", tests, sizeof tests / sizeof *tests, binding_setup, binding_teardown);
}
