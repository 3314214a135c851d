/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* The epoll adapter with real descriptors, against a fake library. */

#include "fake_curl.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <whimbrel/epoll.h>

#define LONG_MS 5000

static struct whim_epoll *e;
static int set; /* the host's epoll set */
static int ends[2], other_ends[2];

static void make_pair(int pair[2])
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
}

static void open_adapter(unsigned flags)
{
    struct whim_epoll_options options = {.flags = flags, .epoll_fd = set};

    fake_reset();
    fake.is_whimbrel = true;
    e = whim_epoll_open(FAKE_MULTI, &options);
    ck_assert_ptr_nonnull(e);
    fake.n_actions = 0;
}

static void setup(void)
{
    set = epoll_create1(EPOLL_CLOEXEC);
    make_pair(ends);
    make_pair(other_ends);
    e = NULL;
}

static void teardown(void)
{
    whim_epoll_close(e);
    close(set);
    close(ends[0]);
    close(ends[1]);
    close(other_ends[0]);
    close(other_ends[1]);
}

static void make_readable(const int pair[2])
{
    ck_assert_int_eq(write(pair[1], "x", 1), 1);
}

static void turn(void)
{
    ck_assert_int_ge(whim_epoll_turn(e, 0), 0);
}

/* -- registrations ---------------------------------------------------------------------------- */

START_TEST(a_level_is_told_in_each_turn)
{
    open_adapter(0);
    fake_announce(ends[0], CURL_POLL_IN);
    make_readable(ends);
    turn();
    turn();
    ck_assert_int_eq(fake.n_actions, 2);
    ck_assert_int_eq(fake.last_fd, ends[0]);
    ck_assert_int_eq(fake.last_bits, CURL_CSELECT_IN);
}
END_TEST

START_TEST(an_edge_is_told_once)
{
    open_adapter(WHIM_EPOLL_EDGE);
    fake_announce(ends[0], CURL_POLL_IN);
    make_readable(ends);
    turn();
    turn();
    ck_assert_int_eq(fake.n_actions, 1);
    make_readable(ends);
    turn();
    ck_assert_int_eq(fake.n_actions, 2);
}
END_TEST

START_TEST(an_edge_that_came_too_early_is_told_when_it_is_wanted)
{
    open_adapter(WHIM_EPOLL_EDGE);
    fake_announce(ends[0], CURL_POLL_OUT);
    make_readable(ends);
    turn();
    ck_assert_int_eq(fake.last_bits, CURL_CSELECT_OUT);
    fake_announce(ends[0], CURL_POLL_IN);
    turn();
    ck_assert_int_eq(fake.last_bits, CURL_CSELECT_IN);
    ck_assert_int_eq(fake.n_actions, 2);
}
END_TEST

START_TEST(the_end_of_the_peer_is_an_error_with_both_directions)
{
    open_adapter(0);
    fake_announce(ends[0], CURL_POLL_OUT);
    close(ends[1]);
    turn();
    ck_assert_int_eq(fake.last_bits, CURL_CSELECT_IN | CURL_CSELECT_OUT | CURL_CSELECT_ERR);
    ends[1] = dup(set);
}
END_TEST

START_TEST(a_number_closed_without_remove_and_opened_anew_is_watched_again)
{
    open_adapter(0);
    fake_announce(ends[0], CURL_POLL_OUT);
    ck_assert_int_eq(dup2(other_ends[0], ends[0]), ends[0]); /* another file, same number */
    ck_assert_int_eq(fake_announce(ends[0], CURL_POLL_IN), 0);
    make_readable(other_ends);
    turn();
    ck_assert_int_eq(fake.last_bits, CURL_CSELECT_IN);
}
END_TEST

START_TEST(a_descriptor_that_the_set_knows_already_is_taken_over)
{
    struct epoll_event event = {.events = EPOLLOUT, .data.fd = 0};

    open_adapter(WHIM_EPOLL_GUEST);
    ck_assert_int_eq(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event), 0);
    ck_assert_int_eq(fake_announce(ends[0], CURL_POLL_IN), 0);
    make_readable(ends);
    ck_assert_int_eq(epoll_wait(set, &event, 1, 0), 1);
    ck_assert_int_eq(whim_epoll_take(e, &event, 1), 0);
    ck_assert_int_eq(fake.last_bits, CURL_CSELECT_IN);
}
END_TEST

START_TEST(removing_a_closed_descriptor_is_no_failure)
{
    open_adapter(0);
    fake_announce(ends[0], CURL_POLL_IN);
    close(ends[0]);
    ck_assert_int_eq(fake_announce(ends[0], CURL_POLL_REMOVE), 0);
    ends[0] = dup(set);
}
END_TEST

START_TEST(a_regular_file_is_refused)
{
    int fd = open("/proc/self/exe", O_RDONLY);

    open_adapter(0);
    ck_assert_int_eq(fake_announce(fd, CURL_POLL_IN), -1);
    close(fd);
}
END_TEST

START_TEST(more_events_than_one_turn_takes_are_all_told)
{
    static int pairs[300][2];
    int i, n_turns;

    open_adapter(WHIM_EPOLL_EDGE);
    for (i = 0; i < 300; i++) {
        make_pair(pairs[i]);
        make_readable(pairs[i]);
        ck_assert_int_eq(fake_announce(pairs[i][0], CURL_POLL_IN), 0);
    }
    for (n_turns = 0; fake.n_actions < 300; n_turns++) {
        ck_assert_int_lt(n_turns, 5);
        turn();
    }
    ck_assert_int_eq(fake.n_actions, 300);
    for (i = 0; i < 300; i++) {
        fake_announce(pairs[i][0], CURL_POLL_REMOVE);
        close(pairs[i][0]);
        close(pairs[i][1]);
    }
}
END_TEST

/* -- guests ----------------------------------------------------------------------------------- */

START_TEST(events_of_the_host_are_left_to_it)
{
    struct epoll_event events[4], event = {.events = EPOLLIN, .data.ptr = other_ends};

    open_adapter(WHIM_EPOLL_GUEST);
    ck_assert_int_eq(epoll_ctl(set, EPOLL_CTL_ADD, other_ends[0], &event), 0);
    fake_announce(ends[0], CURL_POLL_IN);
    make_readable(ends);
    make_readable(other_ends);
    ck_assert_int_eq(epoll_wait(set, events, 4, 0), 2);
    ck_assert_int_eq(whim_epoll_take(e, events, 2), 1);
    ck_assert_ptr_eq(events[0].data.ptr, other_ends);
    ck_assert(!WHIM_EPOLL_IS_MARKED(events[0].data.u64));
    ck_assert_int_eq(fake.n_actions, 1);
}
END_TEST

START_TEST(an_event_of_a_registration_that_has_gone_is_dropped)
{
    struct epoll_event event;

    open_adapter(WHIM_EPOLL_GUEST);
    fake_announce(ends[0], CURL_POLL_IN);
    make_readable(ends);
    ck_assert_int_eq(epoll_wait(set, &event, 1, 0), 1);
    fake_announce(ends[0], CURL_POLL_REMOVE);
    fake_announce(ends[0], CURL_POLL_IN);
    ck_assert_int_eq(whim_epoll_take(e, &event, 1), 0);
    ck_assert_int_eq(fake.n_actions, 0);
}
END_TEST

START_TEST(guests_that_do_not_join_take_their_own_events)
{
    struct whim_epoll *first;
    struct epoll_event events[4];

    open_adapter(WHIM_EPOLL_GUEST);
    fake_announce(ends[0], CURL_POLL_IN);
    first = e;
    open_adapter(WHIM_EPOLL_GUEST);
    fake_announce(other_ends[0], CURL_POLL_IN);
    make_readable(ends);
    make_readable(other_ends);
    ck_assert_int_eq(epoll_wait(set, events, 4, 0), 2);
    ck_assert_int_eq(whim_epoll_take(e, events, 2), 1);
    ck_assert_int_eq(fake.last_fd, other_ends[0]);
    ck_assert(WHIM_EPOLL_IS_MARKED(events[0].data.u64));
    ck_assert_int_eq(whim_epoll_take(first, events, 1), 0);
    ck_assert_int_eq(fake.last_fd, ends[0]);
    whim_epoll_close(first);
}
END_TEST

START_TEST(a_guest_is_told_the_time_by_an_event)
{
    struct epoll_event event;

    open_adapter(WHIM_EPOLL_GUEST);
    fake_set_timer(10);
    ck_assert_int_eq(epoll_wait(set, &event, 1, LONG_MS), 1);
    ck_assert_int_eq(whim_epoll_take(e, &event, 1), 0);
    ck_assert_int_eq(fake.last_fd, CURL_SOCKET_TIMEOUT);
    ck_assert_int_eq(epoll_wait(set, &event, 1, 0), 0);
}
END_TEST

START_TEST(a_guest_has_no_loop_to_run)
{
    open_adapter(WHIM_EPOLL_GUEST);
    ck_assert_int_eq(whim_epoll_turn(e, 0), -1);
    ck_assert_int_eq(errno, EINVAL);
    fake_set_timer(0);
    ck_assert_int_eq(whim_epoll_run(e, 0), -1);
    ck_assert_int_eq(errno, EINVAL);
}
END_TEST

/* -- nested ----------------------------------------------------------------------------------- */

static int wait_outside(int timeout_ms)
{
    struct pollfd outer = {.fd = whim_epoll_fd(e), .events = POLLIN};

    return poll(&outer, 1, timeout_ms);
}

START_TEST(a_nested_set_is_readable_when_a_socket_is_ready)
{
    open_adapter(WHIM_EPOLL_NESTED);
    fake_announce(ends[0], CURL_POLL_IN);
    ck_assert_int_eq(wait_outside(0), 0);
    make_readable(ends);
    ck_assert_int_eq(wait_outside(LONG_MS), 1);
    turn();
    ck_assert_int_eq(fake.n_actions, 1);
}
END_TEST

START_TEST(a_nested_set_is_readable_when_a_deadline_has_come)
{
    open_adapter(WHIM_EPOLL_NESTED);
    fake_set_timer(10);
    ck_assert_int_eq(wait_outside(LONG_MS), 1);
    turn();
    ck_assert_int_eq(fake.n_actions, 1);
    ck_assert_int_eq(wait_outside(0), 0);
}
END_TEST

START_TEST(an_earlier_deadline_replaces_a_later_one_and_not_the_reverse)
{
    int n_turns;

    open_adapter(WHIM_EPOLL_NESTED);
    fake_set_timer(60000);
    fake_set_timer(10);
    fake_set_timer(60); /* the descriptor expires too early, and is set anew */
    for (n_turns = 0; !fake.n_actions; n_turns++) {
        ck_assert_int_lt(n_turns, 6);
        ck_assert_int_eq(wait_outside(LONG_MS), 1);
        turn();
    }
    ck_assert_int_eq(fake.n_actions, 1);
}
END_TEST

/* -- opening ---------------------------------------------------------------------------------- */

START_TEST(bad_options_are_refused)
{
    struct whim_epoll_options options = {.flags = 0x80};

    fake_reset();
    ck_assert_ptr_null(whim_epoll_open(FAKE_MULTI, &options));
    ck_assert_int_eq(errno, EINVAL);
    options = (struct whim_epoll_options){.flags = WHIM_EPOLL_GUEST, .epoll_fd = -1};
    ck_assert_ptr_null(whim_epoll_open(FAKE_MULTI, &options));
    ck_assert_int_eq(errno, EINVAL);
    options.epoll_fd = ends[0];
    ck_assert_ptr_null(whim_epoll_open(FAKE_MULTI, &options));
    ck_assert_int_ne(errno, 0);
    ck_assert_ptr_null(whim_epoll_open(NULL, NULL));
    ck_assert_int_eq(errno, EINVAL);
}
END_TEST

START_TEST(its_descriptors_do_not_survive_exec)
{
    int before[64], fd, n = 0;

    for (fd = 0; fd < 64; fd++)
        before[fd] = fcntl(fd, F_GETFD);
    open_adapter(WHIM_EPOLL_NESTED);
    for (fd = 0; fd < 64; fd++) {
        int flags = fcntl(fd, F_GETFD);

        if (flags >= 0 && before[fd] < 0) {
            ck_assert_int_ne(flags & FD_CLOEXEC, 0);
            n++;
        }
    }
    ck_assert_int_eq(n, 2);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_level_is_told_in_each_turn,
        an_edge_is_told_once,
        an_edge_that_came_too_early_is_told_when_it_is_wanted,
        the_end_of_the_peer_is_an_error_with_both_directions,
        a_number_closed_without_remove_and_opened_anew_is_watched_again,
        a_descriptor_that_the_set_knows_already_is_taken_over,
        removing_a_closed_descriptor_is_no_failure,
        a_regular_file_is_refused,
        more_events_than_one_turn_takes_are_all_told,
        events_of_the_host_are_left_to_it,
        an_event_of_a_registration_that_has_gone_is_dropped,
        guests_that_do_not_join_take_their_own_events,
        a_guest_is_told_the_time_by_an_event,
        a_guest_has_no_loop_to_run,
        a_nested_set_is_readable_when_a_socket_is_ready,
        a_nested_set_is_readable_when_a_deadline_has_come,
        an_earlier_deadline_replaces_a_later_one_and_not_the_reverse,
        bad_options_are_refused,
        its_descriptors_do_not_survive_exec,
    };

    return suite_run("epoll", tests, sizeof tests / sizeof *tests, setup, teardown);
}
