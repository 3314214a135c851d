/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Driving without callbacks: perform, wait, poll, wakeup, fdset, waitfds (contract section 1.10).
 */
#include "interpose.h"
#include "newer.h"
#include "xfer.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <unistd.h>

#define LOOPS FOR_POLL

static long elapsed_ms(int64_t since_us)
{
    return (long)((sys_real_us() - since_us) / 1000);
}

static struct peer *peer_gated(void)
{
    return PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
}

static struct xfer *start_gated(struct drive *drive, struct peer *peer)
{
    struct xfer *x = xfer_get(drive, peer, "/");

    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    sys_clock_advance(1000, false);
    drive_settle(drive);
    return x;
}

TEST_WITH(LOOPS, "C-112 performing_alone_makes_progress")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_get(drive, peer_serving(HELLO), "/");
    int64_t until = sys_real_us() + patience_ms() * INT64_C(1000);

    while (!x->n_results) {
        CHECK(sys_real_us() < until);
        drive_perform(drive);
        drive_read_messages(drive);
    }
    CHECK_CODE(x->result, CURLE_OK);
}

TEST_WITH(LOOPS, "C-113 a_negative_timeout_is_a_bad_argument")
{
    struct drive *drive = drive_new();
    int n;

    CHECK_MCODE(curl_multi_wait(drive->multi, NULL, 0, -1, &n), CURLM_BAD_FUNCTION_ARGUMENT);
    CHECK_MCODE(curl_multi_poll(drive->multi, NULL, 0, -1, &n), CURLM_BAD_FUNCTION_ARGUMENT);
}

TEST_WITH(LOOPS, "C-114 wait_with_nothing_to_wait_for_returns_at_once_and_poll_sleeps")
{
    struct drive *drive = drive_new();
    int64_t begun_us = sys_real_us();
    int n = 7;

    CHECK_MCODE(curl_multi_wait(drive->multi, NULL, 0, 300, &n), CURLM_OK);
    CHECK_INT(n, 0);
    CHECK(elapsed_ms(begun_us) < 150);
    begun_us = sys_real_us();
    n = 7;
    CHECK_MCODE(curl_multi_poll(drive->multi, NULL, 0, 100, &n), CURLM_OK);
    CHECK_INT(n, 0);
    CHECK(elapsed_ms(begun_us) >= 95);
}

TEST_WITH(LOOPS, "C-113 poll_returns_for_the_librarys_own_deadline")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(PEER_OF(PEER_REQUEST, PEER_KEEP), "/");
    int64_t begun_us = sys_real_us();

    SET(x, CURLOPT_TIMEOUT_MS, 150L);
    xfer_start(x, drive);
    while (!x->n_results) {
        CHECK(elapsed_ms(begun_us) < patience_ms());
        drive_perform(drive);
        drive_read_messages(drive);
        CHECK_MCODE(curl_multi_poll(drive->multi, NULL, 0, x->n_results ? 0 : 60000, NULL),
                    CURLM_OK);
    }
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
}

TEST_WITH(LOOPS, "C-113 poll_returns_at_once_for_a_handle_just_added")
{
    struct drive *drive = drive_new();
    int64_t begun_us = sys_real_us();

    xfer_get(drive, peer_serving(HELLO), "/");
    CHECK_MCODE(curl_multi_poll(drive->multi, NULL, 0, 10000, NULL), CURLM_OK);
    CHECK(elapsed_ms(begun_us) < 2000);
}

TEST_WITH(LOOPS, "C-115 poll_counts_ready_descriptors_of_transfers")
{
    struct drive *drive = drive_new();
    struct peer *peer = peer_gated();
    struct xfer *x = start_gated(drive, peer);
    int n = 7;

    CHECK_MCODE(curl_multi_poll(drive->multi, NULL, 0, 20, &n), CURLM_OK);
    CHECK_INT(n, 0);
    peer_release(peer, 1);
    CHECK_MCODE(curl_multi_poll(drive->multi, NULL, 0, patience_ms(), &n), CURLM_OK);
    CHECK_INT(n, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}

TEST_WITH(LOOPS, "C-115 extra_descriptors_are_polled_counted_and_answered")
{
    struct drive *drive = drive_new();
    struct curl_waitfd extra[2];
    int fds[2], n = 7;
    int64_t begun_us = sys_real_us();

    CHECK(!pipe(fds));
    extra[0] = (struct curl_waitfd){fds[0], CURL_WAIT_POLLIN, 0x7f};
    extra[1] = (struct curl_waitfd){fds[1], CURL_WAIT_POLLOUT, 0x7f};
    CHECK_MCODE(curl_multi_poll(drive->multi, extra, 2, 10000, &n), CURLM_OK);
    CHECK_INT(n, 1);
    CHECK_INT(extra[0].revents, 0);
    CHECK_INT(extra[1].revents, CURL_WAIT_POLLOUT);
    CHECK_INT(write(fds[1], "x", 1), 1);
    CHECK_MCODE(curl_multi_wait(drive->multi, extra, 2, 10000, &n), CURLM_OK);
    CHECK_INT(n, 2);
    CHECK_INT(extra[0].revents, CURL_WAIT_POLLIN);
    CHECK(elapsed_ms(begun_us) < 5000);
    close(fds[0]);
    close(fds[1]);
}

TEST_WITH(LOOPS, "C-114 wait_sleeps_when_there_is_an_extra_descriptor")
{
    struct drive *drive = drive_new();
    struct curl_waitfd extra;
    int fds[2], n = 7;
    int64_t begun_us = sys_real_us();

    CHECK(!pipe(fds));
    extra = (struct curl_waitfd){fds[0], CURL_WAIT_POLLIN, 0};
    CHECK_MCODE(curl_multi_wait(drive->multi, &extra, 1, 100, &n), CURLM_OK);
    CHECK_INT(n, 0);
    CHECK(elapsed_ms(begun_us) >= 95);
    close(fds[0]);
    close(fds[1]);
}

static void *wake_soon(void *multi)
{
    usleep(50000);
    return curl_multi_wakeup(multi) ? multi : NULL;
}

TEST_WITH(LOOPS, "C-116 wakeup_from_another_thread_ends_a_poll_and_is_not_counted")
{
    struct drive *drive = drive_new();
    int64_t begun_us = sys_real_us();
    pthread_t thread;
    void *failed;
    int n = 7;

    CHECK_INT(pthread_create(&thread, NULL, wake_soon, drive->multi), 0);
    CHECK_MCODE(curl_multi_poll(drive->multi, NULL, 0, 10000, &n), CURLM_OK);
    CHECK(elapsed_ms(begun_us) < 5000);
    CHECK_INT(n, 0);
    CHECK_INT(pthread_join(thread, &failed), 0);
    CHECK(!failed);
}

TEST_WITH(LOOPS, "C-116 a_wakeup_given_early_ends_the_next_poll_once")
{
    struct drive *drive = drive_new();
    int64_t begun_us = sys_real_us();

    for (int i = 0; i < 1000; i++)
        CHECK_MCODE(curl_multi_wakeup(drive->multi), CURLM_OK);
    CHECK_MCODE(curl_multi_poll(drive->multi, NULL, 0, 10000, NULL), CURLM_OK);
    CHECK(elapsed_ms(begun_us) < 5000);
    begun_us = sys_real_us();
    CHECK_MCODE(curl_multi_poll(drive->multi, NULL, 0, 100, NULL), CURLM_OK);
    CHECK(elapsed_ms(begun_us) >= 95);
}

TEST_WITH(LOOPS, "C-116 wakeup_does_not_end_a_wait")
{
    struct drive *drive = drive_new();
    struct curl_waitfd extra;
    int64_t begun_us = sys_real_us();
    int fds[2];

    CHECK(!pipe(fds));
    extra = (struct curl_waitfd){fds[0], CURL_WAIT_POLLIN, 0};
    CHECK_MCODE(curl_multi_wakeup(drive->multi), CURLM_OK);
    CHECK_MCODE(curl_multi_wait(drive->multi, &extra, 1, 100, NULL), CURLM_OK);
    CHECK(elapsed_ms(begun_us) >= 95);
    close(fds[0]);
    close(fds[1]);
}

TEST_WITH(FOR_EVENTS, "C-86 C-116 wakeup_is_not_seen_by_the_callbacks")
{
    struct drive *drive = drive_new();

    CHECK_MCODE(curl_multi_wakeup(drive->multi), CURLM_OK);
    drive_settle(drive);
    CHECK_INT(drive->ledger.n_socket_calls, 0);
    xfer_fetch(drive, peer_serving(HELLO), "/");
}

TEST_WITH(LOOPS, "C-118 poll_works_with_descriptors_beyond_fd_setsize")
{
    struct drive *drive = drive_new();
    struct rlimit limit;
    int filler[1100], n = 0;
    struct xfer *x;

    CHECK(!getrlimit(RLIMIT_NOFILE, &limit));
    limit.rlim_cur = limit.rlim_max < 4000 ? limit.rlim_max : 4000;
    CHECK(!setrlimit(RLIMIT_NOFILE, &limit));
    if (limit.rlim_cur < 1300)
        skip_test("not enough descriptors allowed");
    while (n < 1100 && (filler[n] = dup(0)) >= 0)
        n++;
    x = xfer_fetch(drive, peer_serving(HELLO), "/");
    CHECK_STR(x->body.data, "hello");
    while (n)
        close(filler[--n]);
}

static int count_set(const fd_set *set)
{
    int n = 0;

    for (int fd = 0; fd < FD_SETSIZE; fd++)
        n += FD_ISSET(fd, set) != 0;
    return n;
}

TEST_WITH(LOOPS, "C-119 C-120 fdset_tells_what_to_watch_and_minus_one_for_nothing")
{
    struct drive *drive = drive_new();
    struct peer *peer = peer_gated();
    fd_set in, out, err;
    int most = 77;

    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&err);
    CHECK_MCODE(curl_multi_fdset(drive->multi, &in, &out, &err, &most), CURLM_OK);
    CHECK_INT(most, -1);
    start_gated(drive, peer);
    CHECK_MCODE(curl_multi_fdset(drive->multi, &in, &out, &err, &most), CURLM_OK);
    CHECK_INT(count_set(&in), 1);
    CHECK_INT(count_set(&out), 0);
    CHECK_INT(count_set(&err), 0);
    CHECK(most >= 0 && FD_ISSET(most, &in));
    peer_release(peer, 1);
    drive_run(drive);
}

TEST_WITH(LOOPS, "C-119 fdset_only_adds_bits")
{
    struct drive *drive = drive_new();
    fd_set in, out, err;
    int most;

    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&err);
    FD_SET(0, &in);
    FD_SET(1, &out);
    FD_SET(2, &err);
    CHECK_MCODE(curl_multi_fdset(drive->multi, &in, &out, &err, &most), CURLM_OK);
    CHECK(FD_ISSET(0, &in) && FD_ISSET(1, &out) && FD_ISSET(2, &err));
}

TEST_WITH(LOOPS, "C-120 a_handle_that_never_ran_has_no_descriptor")
{
    struct drive *drive = drive_new();
    fd_set in, out, err;
    int most = 77;

    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&err);
    xfer_get(drive, peer_serving(HELLO), "/");
    CHECK_MCODE(curl_multi_fdset(drive->multi, &in, &out, &err, &most), CURLM_OK);
    CHECK_INT(most, -1);
}

TEST_WITH(LOOPS, "C-119 a_connecting_handle_is_watched_for_writing")
{
    struct drive *drive = drive_new();
    fd_set in, out, err;
    int most = 77;

    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&err);
    xfer_get(drive, peer_of_kind(AF_INET, PEER_IGNORES, 0), "/");
    drive_perform(drive);
    drive_perform(drive);
    CHECK_MCODE(curl_multi_fdset(drive->multi, &in, &out, &err, &most), CURLM_OK);
    CHECK(most >= 0 && FD_ISSET(most, &out));
}

TEST_WITH(LOOPS, "C-121 waitfds_fills_what_fits_and_counts_what_is_needed")
{
    struct drive *drive = drive_new();
    struct peer *peer = peer_gated();
    __typeof__(curl_multi_waitfds) *waitfds = NEWER(curl_multi_waitfds);
    struct curl_waitfd set[3] = {{0, 0, 0}};
    unsigned n = 77;

    CHECK_MCODE(waitfds(drive->multi, set, 3, &n), CURLM_OK);
    CHECK_INT(n, 0);
    xfer_get(drive, peer, "/");
    xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 2);
    CHECK_MCODE(waitfds(drive->multi, set, 3, &n), CURLM_OK);
    CHECK_INT(n, 2);
    CHECK_INT(set[0].events, CURL_WAIT_POLLIN);
    CHECK_INT(set[1].events, CURL_WAIT_POLLIN);
    CHECK(set[0].fd != set[1].fd);
    CHECK_MCODE(waitfds(drive->multi, set, 1, &n), CURLM_OUT_OF_MEMORY);
    CHECK_INT(n, 2);
    CHECK_MCODE(waitfds(drive->multi, NULL, 0, &n), CURLM_OK);
    CHECK(n >= 2);
    CHECK_MCODE(waitfds(drive->multi, NULL, 0, NULL), CURLM_BAD_FUNCTION_ARGUMENT);
    CHECK_MCODE(waitfds(drive->multi, NULL, 3, &n), CURLM_BAD_FUNCTION_ARGUMENT);
    peer_release(peer, 2);
    drive_run(drive);
}

TEST_WITH(LOOPS, "D-6 a_descriptor_that_cannot_be_watched_fails_its_own_transfer_only")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *good = xfer_get(drive, peer, "/good");
    struct xfer *bad;

    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    bad = xfer_get(drive, peer, "/bad");
    sys_fault_arm(SYS_EPOLL_CTL, ENOSPC, 1, false);
    DRIVE_UNTIL(drive, bad->n_results);
    CHECK(sys_fault_disarm());
    CHECK_CODE(bad->result, CURLE_COULDNT_CONNECT);
    CHECK(bad->error[0] != 0);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(good->result, CURLE_OK);
}
