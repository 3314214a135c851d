/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* Opening, messages, failures, closing and forking of adapters/bind.c and turn.c, against a fake
 * library and a fake loop. Linked with --wrap=calloc and --wrap=realloc. */

#include "fake_curl.h"
#include "fake_loop.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct fake_loop *loop;
static struct whim_bind *b;
static int n_done, n_lost;
static void (*when_done)(void);

static void on_done(CURL *easy, CURLcode result, void *data)
{
    ck_assert_ptr_eq(data, &n_done);
    if (easy)
        n_done++;
    else
        n_lost++;
    if (when_done)
        when_done();
}

static void open_bind(bool is_whimbrel)
{
    fake_reset();
    fake.is_whimbrel = is_whimbrel;
    loop = fake_loop_new(false);
    b = whim_bind_open(&loop->core, FAKE_MULTI, on_done, &n_done);
    ck_assert_ptr_nonnull(b);
    n_done = n_lost = 0;
    when_done = NULL;
}

static void setup(void)
{
    open_bind(true);
}

static void teardown(void)
{
    whim_bind_close(b);
    ck_assert_int_eq(n_fake_loops, 0);
}

static void close_bind(void)
{
    whim_bind_close(b);
    b = NULL;
}

/* As most adapters' turn, without a wait. */
static int turn(struct whim_bind *bind, int max_ms)
{
    if (whim_bind_enter(bind))
        return -1;
    whim_loop_prepare(&loop->core, max_ms);
    return whim_bind_leave(bind, 0);
}

/* -- opening ---------------------------------------------------------------------------------- */

START_TEST(what_is_no_multi_handle_is_refused)
{
    int not_one;

    ck_assert_ptr_null(whim_bind_open(&loop->core, &not_one, NULL, NULL));
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_ptr_null(whim_bind_open(&loop->core, NULL, NULL, NULL));
    ck_assert_int_eq(errno, EINVAL);
}
END_TEST

START_TEST(opening_inside_a_callback_is_refused)
{
    fake.is_inside = true;
    ck_assert_ptr_null(whim_bind_open(&loop->core, FAKE_MULTI, NULL, NULL));
    ck_assert_int_eq(errno, EDEADLK);
    fake.is_inside = false;
}
END_TEST

START_TEST(a_failed_opening_closes_a_loop_that_has_no_other)
{
    struct fake_loop *own = fake_loop_new(false);

    ck_assert_ptr_null(whim_bind_open(&own->core, NULL, NULL, NULL));
    ck_assert_int_eq(n_fake_loops, 1);
}
END_TEST

START_TEST(whimbrel_is_asked_to_keep_idle_connections_registered)
{
    ck_assert_int_eq(fake.idle_watch, 1);
    fake_announce(5, CURL_POLL_IN);
    close_bind();
    ck_assert_int_eq(fake.idle_watch, 0);
}
END_TEST

START_TEST(an_empty_multi_handle_is_not_driven_by_opening)
{
    close_bind();
    open_bind(false);
    ck_assert_int_eq(fake.n_all_actions + fake.n_actions, 0);
}
END_TEST

START_TEST(sockets_announced_to_an_earlier_adapter_are_adopted)
{
    close_bind();
    fake_reset();
    fake.in_flight_fd = 7;
    fake.n_running = 1;
    loop = fake_loop_new(false);
    b = whim_bind_open(&loop->core, FAKE_MULTI, NULL, NULL);
    ck_assert_int_eq(loop->masks[7], CURL_CSELECT_IN);
    ck_assert_int_eq(fake_announce(7, CURL_POLL_REMOVE), 0);
    ck_assert_int_eq(loop->masks[7], 0);
}
END_TEST

START_TEST(an_opening_that_cannot_adopt_fails_and_resets)
{
    close_bind();
    fake_reset();
    fake.in_flight_fd = 7;
    loop = fake_loop_new(false);
    loop->fail_watches = 1;
    ck_assert_ptr_null(whim_bind_open(&loop->core, FAKE_MULTI, NULL, NULL));
    ck_assert_int_eq(errno, ENOSPC);
    ck_assert(!fake.socket_fn && !fake.timer_fn);
}
END_TEST

/* -- messages --------------------------------------------------------------------------------- */

static void drive_once(void)
{
    fake_set_timer(0);
    turn(b, 0);
}

START_TEST(messages_are_handed_out_after_a_drive)
{
    fake_announce(5, CURL_POLL_IN);
    fake_end(&fake, CURLE_OK);
    fake_end(&fake, CURLE_OK);
    drive_once();
    ck_assert_int_eq(n_done, 2);
}
END_TEST

START_TEST(without_a_callback_messages_are_left_alone)
{
    close_bind();
    fake_reset();
    loop = fake_loop_new(false);
    b = whim_bind_open(&loop->core, FAKE_MULTI, NULL, NULL);
    fake_end(&fake, CURLE_OK);
    drive_once();
    ck_assert_int_eq(fake.n_messages, 1);
}
END_TEST

START_TEST(closing_in_the_callback_ends_the_reading)
{
    when_done = close_bind;
    fake_end(&fake, CURLE_OK);
    fake_end(&fake, CURLE_OK);
    drive_once();
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
    drive_once();
    ck_assert_int_eq(n_done, 1);
    turn(b, 0);
    close_bind();
    ck_assert_int_eq(fake.n_touched, 0);
}
END_TEST

static void try_to_turn(void)
{
    ck_assert_int_eq(turn(b, 0), -1);
    ck_assert_int_eq(errno, EBUSY);
}

START_TEST(a_turn_inside_a_callback_is_refused)
{
    when_done = try_to_turn;
    fake_end(&fake, CURLE_OK);
    drive_once();
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
    ck_assert_int_eq(turn(b, 0), -1);
    ck_assert_int_eq(errno, ENOSPC);
    ck_assert_int_eq(fake.n_actions, n_before + 2);
    ck_assert_int_eq(n_lost, 0);
}
END_TEST

START_TEST(after_a_refusal_another_library_is_left_alone_until_it_revives)
{
    close_bind();
    open_bind(false);
    fake_announce(6, CURL_POLL_IN);
    fake.on_action = announce_refused;
    fake_set_timer(0);
    ck_assert_int_eq(turn(b, 0), -1);
    ck_assert_int_eq(errno, ENOSPC);
    ck_assert_int_eq(n_lost, 1);
    ck_assert_int_eq(loop->masks[6], 0);
    fake.n_actions = 0;
    turn(b, 0);
    ck_assert_int_eq(fake.n_actions, 0);
    fake.action_rc = CURLM_OK;
    fake_set_timer(0); /* the application has removed all and adds anew */
    ck_assert_int_eq(turn(b, 0), 0);
    ck_assert_int_eq(fake.n_actions, 1);
    ck_assert_int_eq(n_lost, 1);
}
END_TEST

START_TEST(a_refusal_that_the_library_swallows_is_still_told)
{
    fake.on_action = announce_refused;
    fake_set_timer(0);
    fake.action_rc = CURLM_OK;
    ck_assert_int_eq(turn(b, 0), -1);
    ck_assert_int_eq(errno, ENOSPC);
}
END_TEST

START_TEST(a_handle_that_the_library_does_not_know_is_let_go)
{
    fake_announce(5, CURL_POLL_IN);
    fake.action_rc = CURLM_BAD_HANDLE;
    fake_set_timer(0);
    ck_assert_int_eq(turn(b, 0), -1);
    ck_assert_int_eq(errno, EBADF);
    ck_assert_int_eq(loop->masks[5], 0);
    fake.n_touched = 0;
    ck_assert_int_eq(turn(b, 0), 0);
    ck_assert_int_eq(fake.n_touched, 0);
}
END_TEST

START_TEST(a_turn_inside_the_library_fails_and_keeps_the_deadline)
{
    fake_set_timer(0);
    fake.is_inside = true;
    ck_assert_int_eq(turn(b, 0), -1);
    ck_assert_int_eq(errno, EDEADLK);
    fake.is_inside = false;
    fake.n_actions = 0;
    ck_assert_int_eq(turn(b, 0), 0);
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
    ck_assert_int_eq(whim_bind_run(b, -1, turn), 0);
}
END_TEST

START_TEST(a_run_ends_when_its_time_is_up)
{
    fake.n_running = 1;
    fake_announce(5, CURL_POLL_IN);
    fake_set_timer(0);
    ck_assert_int_eq(whim_bind_run(b, 20, turn), 1);
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
    ck_assert_int_eq(whim_bind_run(b, -1, turn), 0);
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
    ck_assert_int_eq(whim_bind_run(b, -1, turn), 0);
    ck_assert_int_eq(n_done, 1);
}
END_TEST

START_TEST(a_run_ends_when_the_callback_closes_the_adapter)
{
    fake.n_running = 3;
    when_done = close_bind;
    fake_announce(5, CURL_POLL_IN);
    fake_end(&fake, CURLE_OK);
    fake_set_timer(0);
    ck_assert_int_eq(whim_bind_run(b, -1, turn), 0);
    ck_assert_int_eq(n_fake_loops, 0);
}
END_TEST

/* -- closing ---------------------------------------------------------------------------------- */

START_TEST(closing_forgets_everything_and_resets_the_multi_handle)
{
    fake_announce(5, CURL_POLL_IN);
    fake_announce(6, CURL_POLL_OUT);
    fake_set_timer(1000);
    close_bind();
    ck_assert_int_eq(n_fake_loops, 0);
    ck_assert(!fake.socket_fn && !fake.timer_fn && !fake.socket_data && !fake.timer_data);
}
END_TEST

START_TEST(closing_what_is_quiet_does_not_touch_the_multi_handle)
{
    fake_announce(5, CURL_POLL_IN);
    fake_set_timer(1000);
    cleanup_multi();
    close_bind();
    ck_assert_int_eq(fake.n_touched, 0);
}
END_TEST

/* Its cleanup may have left both behind. */
START_TEST(another_library_is_not_touched_by_closing)
{
    close_bind();
    open_bind(false);
    fake_announce(5, CURL_POLL_IN);
    fake_set_timer(1000);
    fake.n_touched = 0;
    close_bind();
    ck_assert_int_eq(fake.n_touched, 0);
}
END_TEST

START_TEST(callbacks_after_closing_are_ignored)
{
    close_bind();
    ck_assert_ptr_nonnull(fake.socket_fn); /* it was quiet, so it kept them */
    ck_assert_int_eq(fake_announce(5, CURL_POLL_IN), 0);
    ck_assert_int_eq(fake_set_timer(0), 0);
    ck_assert_int_eq(fake_announce(5, CURL_POLL_REMOVE), 0);
}
END_TEST

static void close_inside(curl_socket_t fd, int bits)
{
    close_bind();
    ck_assert_ptr_nonnull(fake.socket_fn);
    ck_assert_int_eq(fake_announce(6, CURL_POLL_IN), 0);
}

START_TEST(closing_inside_the_library_resets_when_it_returns)
{
    fake_announce(5, CURL_POLL_IN);
    fake.on_action = close_inside;
    drive_once();
    ck_assert_int_eq(n_fake_loops, 0);
    ck_assert(!fake.socket_fn && !fake.timer_fn);
}
END_TEST

START_TEST(closing_twice_is_harmless_while_a_turn_lasts)
{
    struct whim_bind *closed = b;

    ck_assert_int_eq(whim_bind_enter(b), 0);
    close_bind();
    whim_bind_close(closed);
    ck_assert_int_eq(n_fake_loops, 1);
    ck_assert_int_eq(whim_bind_leave(closed, 0), 0);
    ck_assert_int_eq(n_fake_loops, 0);
}
END_TEST

/* -- fork ------------------------------------------------------------------------------------- */

static int use_in_child(void)
{
    int n_watches = loop->n_watches, n_unwatches = loop->n_unwatches, n_arms = loop->n_arms;

    if (turn(b, 0) != -1 || errno != EPERM)
        return 1;
    if (fake_announce(6, CURL_POLL_IN) != -1 || fake_set_timer(5) != -1)
        return 2;
    if (fake_announce(5, CURL_POLL_REMOVE) || fake_set_timer(-1))
        return 3;
    if (whim_bind_open(&loop->core, FAKE_MULTI, NULL, NULL) || errno != EPERM)
        return 4;
    if (loop->n_watches != n_watches || loop->n_unwatches != n_unwatches ||
        loop->n_arms != n_arms || loop->n_disarms)
        return 5;
    close_bind();
    return n_fake_loops ? 6 : 0;
}

START_TEST(the_child_of_a_fork_leaves_the_loop_alone)
{
    int status;
    pid_t pid;

    fake_announce(5, CURL_POLL_IN);
    fake_set_timer(1000);
    pid = fork();
    if (pid == 0)
        _exit(use_in_child());
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(turn(b, 0), 0);
}
END_TEST

START_TEST(the_child_of_a_fork_can_have_a_loop_of_its_own)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        struct fake_loop *own = fake_loop_new(false);
        struct whim_bind *bind = whim_bind_open(&own->core, FAKE_MULTI, NULL, NULL);

        _exit(!bind || turn(bind, 0));
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
}
END_TEST

/* -- memory ----------------------------------------------------------------------------------- */

static int n_until_failure = -1; /* of allocations; negative: none */

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t n);
void *__wrap_realloc(void *old, size_t n);

static bool fails_now(void)
{
    if (n_until_failure < 0 || n_until_failure-- > 0)
        return false;
    errno = ENOMEM;
    return true;
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t n)
{
    return fails_now() ? NULL : __real_realloc(old, n);
}

START_TEST(whichever_allocation_fails_it_is_told)
{
    bool is_done = false;
    int i;

    for (i = 0; !is_done; i++) {
        ck_assert_int_lt(i, 10);
        close_bind();
        fake_reset();
        loop = fake_loop_new(false);
        n_until_failure = i;
        b = whim_bind_open(&loop->core, FAKE_MULTI, NULL, NULL);
        if (!b)
            ck_assert_int_eq(errno, ENOMEM);
        else
            is_done = !fake_announce(5, CURL_POLL_IN) && !fake_announce(500, CURL_POLL_IN);
        n_until_failure = -1;
    }
    ck_assert_int_ge(i, 3);
}
END_TEST

/* -- the program ------------------------------------------------------------------------------ */

int main(void)
{
    const TTest *const tests[] = {
        what_is_no_multi_handle_is_refused,
        opening_inside_a_callback_is_refused,
        a_failed_opening_closes_a_loop_that_has_no_other,
        whimbrel_is_asked_to_keep_idle_connections_registered,
        an_empty_multi_handle_is_not_driven_by_opening,
        sockets_announced_to_an_earlier_adapter_are_adopted,
        an_opening_that_cannot_adopt_fails_and_resets,
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
        closing_forgets_everything_and_resets_the_multi_handle,
        closing_what_is_quiet_does_not_touch_the_multi_handle,
        another_library_is_not_touched_by_closing,
        callbacks_after_closing_are_ignored,
        closing_inside_the_library_resets_when_it_returns,
        closing_twice_is_harmless_while_a_turn_lasts,
        the_child_of_a_fork_leaves_the_loop_alone,
        the_child_of_a_fork_can_have_a_loop_of_its_own,
        whichever_allocation_fails_it_is_told,
    };
    Suite *suite = suite_create("binding_life");
    TCase *tcase = tcase_create("binding_life");
    SRunner *runner;
    int n_failed;
    size_t i;

    tcase_add_checked_fixture(tcase, setup, teardown);
    for (i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed ? 1 : 0;
}
