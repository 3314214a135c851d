/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The engine's own readiness set, and the wake-up that it waits for beside its members; whichever
 * of their implementations was configured.
 */
#include "engine/poller.h"

#include "engine/wakeup.h"
#include "net/link.h"

#include "shuffle.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ = WHIM_READ, WRITE = WHIM_WRITE, MAX_READY = 48 };

static struct whim_poller *poller;
static struct whim_ready ready[MAX_READY];

static void make_pair(int ret_ends[2])
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ret_ends), 0);
}

static void close_pair(const int ends[2])
{
    close(ends[0]);
    close(ends[1]);
}

static void set(int fd, unsigned before, unsigned interest)
{
    ck_assert(whim_poller_set(poller, fd, before, interest));
}

static int look(int max)
{
    return whim_poller_wait(poller, ready, max, 0);
}

static void begin(void)
{
    ck_assert_int_eq(whim_poller_new(&poller), CURLM_OK);
}

static void end(void)
{
    whim_poller_free(poller);
}

START_TEST(a_member_is_ready_for_what_it_is_interested_in_alone)
{
    int ends[2];

    begin();
    make_pair(ends);
    ck_assert_int_eq(look(MAX_READY), 0);
    set(ends[0], 0, READ);
    ck_assert_int_eq(look(MAX_READY), 0);
    set(ends[0], READ, READ | WRITE);
    ck_assert_int_eq(look(MAX_READY), 1);
    ck_assert_int_eq(ready[0].fd, ends[0]);
    ck_assert_uint_eq(ready[0].events, WRITE);
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    ck_assert_int_eq(look(MAX_READY), 1);
    ck_assert_uint_eq(ready[0].events, READ | WRITE);
    set(ends[0], READ | WRITE, READ);
    ck_assert_int_eq(look(MAX_READY), 1);
    ck_assert_uint_eq(ready[0].events, READ);
    set(ends[0], READ, 0);
    ck_assert_int_eq(look(MAX_READY), 0);
    close_pair(ends);
    end();
}
END_TEST

START_TEST(a_hang_up_is_readiness_for_everything)
{
    int ends[2];

    begin();
    make_pair(ends);
    set(ends[0], 0, READ);
    close(ends[1]);
    ck_assert_int_eq(look(MAX_READY), 1);
    ck_assert_uint_eq(ready[0].events, READ | WRITE);
    set(ends[0], READ, 0);
    close(ends[0]);
    end();
}
END_TEST

START_TEST(members_come_and_go_in_any_order)
{
    enum { N = 40 };
    int ends[N][2];
    int n_members = 0;
    bool is_member[N] = {false};

    begin();
    for (int i = 0; i < N; i++)
        make_pair(ends[i]);
    for (int i = 0; i < 10 * N; i++) {
        int at = i * 7 % N;
        bool comes = i % 3 != 2;
        int n_seen;

        set(ends[at][0], is_member[at] ? WRITE : 0, comes ? WRITE : 0);
        n_members += comes - is_member[at];
        is_member[at] = comes;
        n_seen = look(MAX_READY);
        ck_assert_int_eq(n_seen, n_members);
        for (int j = 0; j < n_seen; j++) {
            int k = 0;

            while (k < N && ends[k][0] != ready[j].fd)
                k++;
            ck_assert(k < N && is_member[k]);
        }
    }
    for (int i = 0; i < N; i++)
        close_pair(ends[i]);
    end();
}
END_TEST

START_TEST(what_does_not_fit_into_a_batch_comes_in_the_next)
{
    enum { N = 3 * MAX_READY };
    int ends[N][2];
    int n_seen[N] = {0};

    begin();
    for (int i = 0; i < N; i++) {
        make_pair(ends[i]);
        set(ends[i][0], 0, WRITE);
    }
    for (int batch = 0; batch < 3; batch++) {
        ck_assert_int_eq(look(MAX_READY), MAX_READY);
        for (int j = 0; j < MAX_READY; j++)
            for (int k = 0; k < N; k++)
                n_seen[k] += ends[k][0] == ready[j].fd;
    }
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(n_seen[i], 1);
        close_pair(ends[i]);
    }
    end();
}
END_TEST

START_TEST(others_are_waited_for_beside_the_members)
{
    struct pollfd others[3] = {{.fd = -1}};
    int ends[2];
    int other[2];

    begin();
    make_pair(ends);
    make_pair(other);
    set(ends[0], 0, READ);
    others[1] = (struct pollfd){.fd = other[0], .events = POLLIN};
    others[2] = (struct pollfd){.fd = -1, .events = POLLIN};
    ck_assert_int_eq(whim_poller_wait_beside(poller, others, 2, 0), 0);
    ck_assert_int_eq(others[1].revents, 0);
    ck_assert_int_eq(write(other[1], "x", 1), 1);
    ck_assert_int_eq(whim_poller_wait_beside(poller, others, 2, -1), 0); /* it is no member */
    ck_assert_int_eq(others[1].revents, POLLIN);
    ck_assert_int_eq(others[2].revents, 0);
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    ck_assert_int_eq(whim_poller_wait_beside(poller, others, 2, -1), 1);
    ck_assert_int_eq(others[1].revents, POLLIN);
    ck_assert_int_eq(whim_poller_wait_beside(poller, others, 0, -1), 1);
    ck_assert_int_eq(look(MAX_READY), 1); /* what was beside has left nothing behind */
    close_pair(ends);
    close_pair(other);
    end();
}
END_TEST

START_TEST(a_wake_up_raised_many_times_is_swallowed_at_once)
{
    struct whim_wakeup wakeup;
    struct pollfd raised;

    whim_wakeup_init(&wakeup);
    for (int i = 0; i < 100000; i++)
        ck_assert(whim_wakeup_raise(&wakeup));
    raised = (struct pollfd){.fd = whim_wakeup_descriptor(&wakeup), .events = POLLIN};
    ck_assert(fcntl(raised.fd, F_GETFD) & FD_CLOEXEC);
    ck_assert_int_eq(poll(&raised, 1, 0), 1);
    whim_wakeup_swallow(&wakeup);
    ck_assert_int_eq(poll(&raised, 1, 0), 0);
    ck_assert(whim_wakeup_raise(&wakeup));
    ck_assert_int_eq(poll(&raised, 1, 0), 1);
    whim_wakeup_fini(&wakeup);
    ck_assert_int_eq(fcntl(raised.fd, F_GETFD), -1);
    whim_wakeup_fini(&wakeup);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_member_is_ready_for_what_it_is_interested_in_alone,
        a_hang_up_is_readiness_for_everything,
        members_come_and_go_in_any_order,
        what_does_not_fit_into_a_batch_comes_in_the_next,
        others_are_waited_for_beside_the_members,
        a_wake_up_raised_many_times_is_swallowed_at_once,
    };

    return shuffle_and_run("poller", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
