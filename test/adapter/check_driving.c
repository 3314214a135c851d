/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* Messages, failures and running of adapters/bind.c and turn.c, against a fake library and a fake
 * loop. */

#include "binding.h"
#include "suite.h"

#include <errno.h>

/* -- messages --------------------------------------------------------------------------------- */

START_TEST(messages_are_handed_out_after_a_drive)
{
    fake_announce(5, CURL_POLL_IN);
    fake_end(&fake, CURLE_OK);
    fake_end(&fake, CURLE_OK);
    binding_drive();
    ck_assert_int_eq(n_done, 2);
}
END_TEST

START_TEST(without_a_callback_messages_are_left_alone)
{
    binding_close();
    fake_reset();
    loop = fake_loop_new(false);
    b = whim_bind_open(&loop->core, FAKE_MULTI, NULL, NULL);
    fake_end(&fake, CURLE_OK);
    binding_drive();
    ck_assert_int_eq(fake.n_messages, 1);
}
END_TEST

START_TEST(closing_in_the_callback_ends_the_reading)
{
    when_done = binding_close;
    fake_end(&fake, CURLE_OK);
    fake_end(&fake, CURLE_OK);
    binding_drive();
    ck_assert_int_eq(n_done, 1);
    ck_assert_int_eq(fake.n_messages, 1);
    ck_assert_int_eq(n_fake_loops, 0);
}
END_TEST

static void cleanup_multi(void)
{
    curl_socket_t fd = 5;

    fake_cleanup(&fd, 1);
}

START_TEST(after_a_cleanup_in_the_callback_the_library_is_not_touched)
{
    when_done = cleanup_multi;
    fake_announce(5, CURL_POLL_IN);
    fake_end(&fake, CURLE_OK);
    fake_end(&fake, CURLE_OK);
    binding_drive();
    ck_assert_int_eq(n_done, 1);
    binding_turn(b, 0);
    binding_close();
    ck_assert_int_eq(fake.n_touched, 0);
}
END_TEST

static void try_to_turn(void)
{
    ck_assert_int_eq(binding_turn(b, 0), -1);
    ck_assert_int_eq(errno, EBUSY);
}

START_TEST(a_turn_inside_a_callback_is_refused)
{
    when_done = try_to_turn;
    fake_end(&fake, CURLE_OK);
    binding_drive();
    ck_assert_int_eq(n_done, 1);
}
END_TEST

static void kick(void)
{
    when_done = NULL;
    fake_set_timer(0);
}

START_TEST(a_transfer_added_in_the_callback_starts_in_the_same_turn)
{
    when_done = kick;
    fake_end(&fake, CURLE_OK);
    fake_announce(5, CURL_POLL_IN);
    ck_assert_int_eq(whim_bind_enter(b), 0);
    whim_loop_prepare(&loop->core, 0);
    fake.n_actions = 0;
    fake_loop_event(loop, 5, CURL_CSELECT_IN);
    whim_bind_leave(b, 0);
    ck_assert_int_eq(fake.n_actions, 2);
    ck_assert_int_eq(fake.last_fd, CURL_SOCKET_TIMEOUT);
}
END_TEST

/* -- failures --------------------------------------------------------------------------------- */

static void announce_refused(curl_socket_t fd, int bits)
{
    fake.on_action = NULL;
    loop->fail_watches = 1;
    ck_assert_int_eq(fake_announce(5, CURL_POLL_IN), -1);
    fake.action_rc = CURLM_ABORTED_BY_CALLBACK;
}

START_TEST(after_a_refusal_whimbrel_is_driven_once_more_and_the_turn_fails)
{
    int n_before = fake.n_actions;

    fake.on_action = announce_refused;
    fake_set_timer(0);
    ck_assert_int_eq(binding_turn(b, 0), -1);
    ck_assert_int_eq(errno, ENOSPC);
    ck_assert_int_eq(fake.n_actions, n_before + 2);
    ck_assert_int_eq(n_lost, 0);
}
END_TEST

START_TEST(after_a_refusal_another_library_is_left_alone_until_it_revives)
{
    binding_close();
    binding_open(false, false);
    fake_announce(6, CURL_POLL_IN);
    fake.on_action = announce_refused;
    fake_set_timer(0);
    ck_assert_int_eq(binding_turn(b, 0), -1);
    ck_assert_int_eq(errno, ENOSPC);
    ck_assert_int_eq(n_lost, 1);
    ck_assert_int_eq(loop->masks[6], 0);
    fake.n_actions = 0;
    binding_turn(b, 0);
    ck_assert_int_eq(fake.n_actions, 0);
    fake.action_rc = CURLM_OK;
    fake_set_timer(0); /* the application has removed all and adds anew */
    ck_assert_int_eq(binding_turn(b, 0), 0);
    ck_assert_int_eq(fake.n_actions, 1);
    ck_assert_int_eq(n_lost, 1);
}
END_TEST

START_TEST(a_refusal_that_the_library_swallows_is_still_told)
{
    fake.on_action = announce_refused;
    fake_set_timer(0);
    fake.action_rc = CURLM_OK;
    ck_assert_int_eq(binding_turn(b, 0), -1);
    ck_assert_int_eq(errno, ENOSPC);
}
END_TEST

START_TEST(a_handle_that_the_library_does_not_know_is_let_go)
{
    fake_announce(5, CURL_POLL_IN);
    fake.action_rc = CURLM_BAD_HANDLE;
    fake_set_timer(0);
    ck_assert_int_eq(binding_turn(b, 0), -1);
    ck_assert_int_eq(errno, EBADF);
    ck_assert_int_eq(loop->masks[5], 0);
    fake.n_touched = 0;
    ck_assert_int_eq(binding_turn(b, 0), 0);
    ck_assert_int_eq(fake.n_touched, 0);
}
END_TEST

START_TEST(a_turn_inside_the_library_fails_and_keeps_the_deadline)
{
    fake_set_timer(0);
    fake.is_inside = true;
    ck_assert_int_eq(binding_turn(b, 0), -1);
    ck_assert_int_eq(errno, EDEADLK);
    fake.is_inside = false;
    fake.n_actions = 0;
    ck_assert_int_eq(binding_turn(b, 0), 0);
    ck_assert_int_eq(fake.n_actions, 1);
}
END_TEST

START_TEST(a_failed_wait_is_told)
{
    ck_assert_int_eq(whim_bind_enter(b), 0);
    whim_loop_prepare(&loop->core, 0);
    ck_assert_int_eq(whim_bind_leave(b, EIO), -1);
    ck_assert_int_eq(errno, EIO);
}
END_TEST

/* -- running ---------------------------------------------------------------------------------- */

START_TEST(a_run_with_nothing_to_do_ends_at_once)
{
    ck_assert_int_eq(whim_bind_run(b, -1, binding_turn), 0);
}
END_TEST

START_TEST(a_run_ends_when_its_time_is_up)
{
    fake.n_running = 1;
    fake_announce(5, CURL_POLL_IN);
    fake_set_timer(0);
    ck_assert_int_eq(whim_bind_run(b, 20, binding_turn), 1);
}
END_TEST

static void end_all(curl_socket_t fd, int bits)
{
    fake.n_running = 0;
    fake_announce(5, CURL_POLL_REMOVE);
}

START_TEST(a_run_ends_with_the_last_transfer)
{
    fake.n_running = 1;
    fake.on_action = end_all;
    fake_announce(5, CURL_POLL_IN);
    fake_set_timer(0);
    ck_assert_int_eq(whim_bind_run(b, -1, binding_turn), 0);
}
END_TEST

static void remove_the_others(void)
{
    fake.n_running = 0; /* and no callback comes of it: they were queued */
}

START_TEST(a_run_notices_that_the_callback_removed_the_others)
{
    fake.n_running = 3;
    when_done = remove_the_others;
    fake_announce(5, CURL_POLL_IN); /* an idle connection stays */
    fake_end(&fake, CURLE_OK);
    fake_set_timer(0);
    ck_assert_int_eq(whim_bind_run(b, -1, binding_turn), 0);
    ck_assert_int_eq(n_done, 1);
}
END_TEST

START_TEST(a_run_ends_when_the_callback_closes_the_adapter)
{
    fake.n_running = 3;
    when_done = binding_close;
    fake_announce(5, CURL_POLL_IN);
    fake_end(&fake, CURLE_OK);
    fake_set_timer(0);
    ck_assert_int_eq(whim_bind_run(b, -1, binding_turn), 0);
    ck_assert_int_eq(n_fake_loops, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        messages_are_handed_out_after_a_drive,
        without_a_callback_messages_are_left_alone,
        closing_in_the_callback_ends_the_reading,
        after_a_cleanup_in_the_callback_the_library_is_not_touched,
        a_turn_inside_a_callback_is_refused,
        a_transfer_added_in_the_callback_starts_in_the_same_turn,
        after_a_refusal_whimbrel_is_driven_once_more_and_the_turn_fails,
        after_a_refusal_another_library_is_left_alone_until_it_revives,
        a_refusal_that_the_library_swallows_is_still_told,
        a_handle_that_the_library_does_not_know_is_let_go,
        a_turn_inside_the_library_fails_and_keeps_the_deadline,
        a_failed_wait_is_told,
        a_run_with_nothing_to_do_ends_at_once,
        a_run_ends_when_its_time_is_up,
        a_run_ends_with_the_last_transfer,
        a_run_notices_that_the_callback_removed_the_others,
        a_run_ends_when_the_callback_closes_the_adapter,
    };

    return suite_run("driving", tests, sizeof tests / sizeof *tests, binding_setup,
                     binding_teardown);
}
