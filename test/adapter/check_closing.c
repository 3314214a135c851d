/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* Opening, closing and forking of adapters/bind.c, against a fake library and a fake loop. Linked
 * with --wrap=calloc and --wrap=realloc. */

#include "binding.h"
#include "suite.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

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
    binding_close();
    ck_assert_int_eq(fake.idle_watch, 0);
}
END_TEST

START_TEST(an_empty_multi_handle_is_not_driven_by_opening)
{
    binding_close();
    fake_reset();
    loop = fake_loop_new(false);
    b = whim_bind_open(&loop->core, FAKE_MULTI, NULL, NULL);
    ck_assert_int_eq(fake.n_all_actions + fake.n_actions, 0);
}
END_TEST

START_TEST(sockets_announced_to_an_earlier_adapter_are_adopted)
{
    binding_close();
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
    binding_close();
    fake_reset();
    fake.in_flight_fd = 7;
    loop = fake_loop_new(false);
    loop->fail_watches = 1;
    ck_assert_ptr_null(whim_bind_open(&loop->core, FAKE_MULTI, NULL, NULL));
    ck_assert_int_eq(errno, ENOSPC);
    ck_assert(!fake.socket_fn && !fake.timer_fn);
}
END_TEST

/* -- closing ---------------------------------------------------------------------------------- */

START_TEST(closing_forgets_everything_and_resets_the_multi_handle)
{
    fake_announce(5, CURL_POLL_IN);
    fake_announce(6, CURL_POLL_OUT);
    fake_set_timer(1000);
    binding_close();
    ck_assert_int_eq(n_fake_loops, 0);
    ck_assert(!fake.socket_fn && !fake.timer_fn && !fake.socket_data && !fake.timer_data);
}
END_TEST

START_TEST(closing_what_is_quiet_does_not_touch_the_multi_handle)
{
    curl_socket_t fd = 5;

    fake_announce(5, CURL_POLL_IN);
    fake_set_timer(1000);
    fake_cleanup(&fd, 1);
    binding_close();
    ck_assert_int_eq(fake.n_touched, 0);
}
END_TEST

/* Its cleanup may have left both behind. */
START_TEST(another_library_is_not_touched_by_closing)
{
    binding_close();
    binding_open(false, false);
    fake_announce(5, CURL_POLL_IN);
    fake_set_timer(1000);
    fake.n_touched = 0;
    binding_close();
    ck_assert_int_eq(fake.n_touched, 0);
}
END_TEST

START_TEST(callbacks_after_closing_are_ignored)
{
    binding_close();
    ck_assert_ptr_nonnull(fake.socket_fn); /* it was quiet, so it kept them */
    ck_assert_int_eq(fake_announce(5, CURL_POLL_IN), 0);
    ck_assert_int_eq(fake_set_timer(0), 0);
    ck_assert_int_eq(fake_announce(5, CURL_POLL_REMOVE), 0);
}
END_TEST

static void close_inside(curl_socket_t fd, int bits)
{
    binding_close();
    ck_assert_ptr_nonnull(fake.socket_fn);
    ck_assert_int_eq(fake_announce(6, CURL_POLL_IN), 0);
}

START_TEST(closing_inside_the_library_resets_when_it_returns)
{
    fake_announce(5, CURL_POLL_IN);
    fake.on_action = close_inside;
    binding_drive();
    ck_assert_int_eq(n_fake_loops, 0);
    ck_assert(!fake.socket_fn && !fake.timer_fn);
}
END_TEST

START_TEST(closing_twice_is_harmless_while_a_turn_lasts)
{
    struct whim_bind *closed = b;

    ck_assert_int_eq(whim_bind_enter(b), 0);
    binding_close();
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

    if (binding_turn(b, 0) != -1 || errno != EPERM)
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
    binding_close();
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
    ck_assert_int_eq(binding_turn(b, 0), 0);
}
END_TEST

START_TEST(the_child_of_a_fork_can_have_a_loop_of_its_own)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        struct fake_loop *own = fake_loop_new(false);
        struct whim_bind *bind = whim_bind_open(&own->core, FAKE_MULTI, NULL, NULL);

        _exit(!bind || binding_turn(bind, 0));
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
        binding_close();
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

    return suite_run("closing", tests, sizeof tests / sizeof *tests, binding_setup,
                     binding_teardown);
}
