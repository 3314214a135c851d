/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The timer callback and curl_multi_timeout (contract section 1.8).
 */
#include "interpose.h"
#include "xfer.h"

#include <limits.h>
#include <unistd.h>

#define CALLS FOR_EVENTS

/* A transfer that waits for its answer, with the given timeout. */
static struct xfer *start_with_timeout(struct drive *drive, long ms)
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_TIMEOUT_MS, ms);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
    sys_clock_advance(1000, false); /* past the timers of connecting */
    drive_settle(drive);
    return x;
}

static long ask_timeout(const struct drive *drive)
{
    long ms = -7;

    CHECK_MCODE(curl_multi_timeout(drive->multi, &ms), CURLM_OK);
    return ms;
}

TEST_WITH(CALLS, "C-93 C-99 add_sets_the_timer_to_0_and_the_deadline_follows")
{
    struct drive *drive = drive_new();

    start_with_timeout(drive, 60000);
    CHECK(drive->ledger.is_armed);
    CHECK(drive->ledger.timer_ms > 50000 && drive->ledger.timer_ms <= 60000);
    CHECK_INT(drive->ledger.events[0].ms, 0);
}

TEST_WITH(CALLS, "C-94 after_the_timer_fired_one_call_is_enough")
{
    struct drive *drive = drive_new();
    struct xfer *x = start_with_timeout(drive, 5000);
    unsigned before;

    sys_clock_advance(5000, false);
    before = drive->n_events;
    drive_turn(drive, 0);
    CHECK_INT(drive->n_events - before, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
    CHECK(!drive->ledger.is_armed);
}

static curl_socket_t refuse_open(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
    ++*(int *)arg;
    return CURL_SOCKET_BAD;
}

/* Each that fails wakes the next, so that there is work left at the end of every call. */
TEST_WITH(CALLS, "C-94 C-101 perform_answers_the_timer_too_while_work_is_left")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *all[12];
    static int n_opens;

    drive->uses_perform = true;
    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    for (int i = 0; i < 12; i++) {
        all[i] = xfer_new(peer, "/");
        SET(all[i], CURLOPT_FRESH_CONNECT, 1L);
        SET(all[i], CURLOPT_OPENSOCKETFUNCTION, refuse_open);
        SET(all[i], CURLOPT_OPENSOCKETDATA, &n_opens);
        xfer_start(all[i], drive);
    }
    drive_settle(drive);
    peer_release(peer, 1);
    drive_run(drive);
    for (int i = 0; i < 12; i++)
        CHECK_CODE(all[i]->result, CURLE_COULDNT_CONNECT);
    CHECK_INT(n_opens, 12);
}

TEST_WITH(CALLS, "C-77 C-94 perform_answers_the_timer_too_when_a_connection_became_idle")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x;

    drive->uses_perform = true;
    xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
    x = xfer_get(drive, peer_serving(HELLO), "/");
    DRIVE_UNTIL(drive, x->n_results == 1);
    drive_settle(drive);
    CHECK_INT(drive->ledger.n_announced, 1);
}

TEST_WITH(CALLS, "C-95 events_that_change_no_deadline_do_not_call_the_timer")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST, PEER_SEND("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n"), PEER_GATE,
                PEER_SEND("0123456789"), PEER_GATE, PEER_SEND("0123456789"), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");
    unsigned before;

    SET(x, CURLOPT_TIMEOUT_MS, 100000L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    drive_settle(drive);
    sys_clock_advance(1000, false);
    drive_settle(drive);
    before = drive->ledger.n_timer_calls;
    peer_release(peer, 1);
    DRIVE_UNTIL(drive, x->body.n == 10);
    CHECK_INT(drive->ledger.n_timer_calls, before);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}

TEST_WITH(CALLS, "C-96 minus_one_is_told_at_most_once")
{
    struct drive *drive = drive_new();
    unsigned n = 0;

    for (int i = 0; i < 3; i++)
        xfer_free(xfer_fetch(drive, peer_serving(HELLO), "/"));
    drive_perform(drive);
    drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
    drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
    for (unsigned i = 0; i < drive->ledger.n_events; i++)
        n += drive->ledger.events[i].kind == LEDGER_TIMER && drive->ledger.events[i].ms < 0;
    CHECK(n <= 3 * 2);
    CHECK(!drive->ledger.is_armed);
}

static void drive_from_timer(struct ledger *ledger, const struct ledger_event *event)
{
    int running = 77;

    if (event->ms < 0)
        return;
    CHECK_MCODE(curl_multi_socket_action(ledger->multi, CURL_SOCKET_TIMEOUT, 0, &running),
                CURLM_RECURSIVE_API_CALL);
    CHECK_MCODE(curl_multi_perform(ledger->multi, &running), CURLM_RECURSIVE_API_CALL);
    CHECK_INT(running, 77);
    ledger->arg = ledger;
}

TEST_WITH(CALLS, "C-97 driving_from_inside_the_timer_callback_is_refused")
{
    struct drive *drive = drive_new();

    drive->ledger.on_timer = drive_from_timer;
    xfer_fetch(drive, peer_serving(HELLO), "/");
    CHECK(drive->ledger.arg != NULL);
}

TEST_WITH(CALLS, "C-98 C-102 a_failed_timer_callback_in_a_drive_call_kills_the_multi")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(PEER_OF(PEER_REQUEST, PEER_KEEP), "/");

    SET(x, CURLOPT_TIMEOUT_MS, 60000L);
    xfer_start(x, drive);
    drive->tolerated = CURLM_ABORTED_BY_CALLBACK;
    drive->ledger.fail_timer_at = drive->ledger.n_timer_calls + 1;
    drive->ledger.fail_once = true;
    CHECK_MCODE(drive_call(drive, CURL_SOCKET_TIMEOUT, 0), CURLM_ABORTED_BY_CALLBACK);
    CHECK_INT(ask_timeout(drive), 0);
    drive_read_messages(drive);
    if (drive->n_added)
        CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    drive->tolerated = CURLM_OK;
    xfer_fetch(drive, peer_serving(HELLO), "/");
}

TEST_WITH(CALLS, "C-99 the_timer_is_told_by_add_remove_drive_calls_and_pause")
{
    struct drive *drive = drive_new();
    struct ledger *ledger = &drive->ledger;
    struct xfer *x = start_with_timeout(drive, 60000);
    unsigned before = ledger->n_timer_calls;

    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_ALL), CURLE_OK);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    CHECK(ledger->n_timer_calls > before);
    CHECK_INT(ledger->timer_ms, 0);
    drive_settle(drive);
    CHECK(ledger->timer_ms > 50000);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    CHECK_INT(ledger->timer_ms, -1);
}

TEST_WITH(CALLS, "C-100 a_deadline_beyond_the_range_of_int_is_capped")
{
    struct drive *drive = drive_new();
    struct xfer *x = start_with_timeout(drive, LONG_MAX / 1000);

    CHECK(!drive->ledger.is_armed || drive->ledger.timer_ms <= INT_MAX);
    CHECK(ask_timeout(drive) <= INT_MAX);
    CHECK_INT(x->n_results, 0);
}

TEST_WITH(CALLS, "C-100 a_deadline_is_met_within_a_few_calls")
{
    struct drive *drive = drive_new();
    struct xfer *x = start_with_timeout(drive, 1100);
    unsigned before = drive->n_events;

    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
    CHECK(drive->n_events - before <= 5);
}

TEST_WITH(CALLS, "C-100 the_timer_is_never_armed_for_less_than_what_is_left")
{
    struct drive *drive = drive_new();
    struct xfer *x = start_with_timeout(drive, 60000);
    int n_early = 0;

    while (!x->n_results) {
        int left = ledger_timer_left_ms(&drive->ledger);

        CHECK(left >= 0);
        sys_clock_advance(left ? left : 1, false);
        drive_timeout(drive);
        CHECK(++n_early < 10);
    }
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
}

TEST("C-101 C-102 timeout_is_0_with_work_to_do_and_minus_1_with_none")
{
    struct drive *drive = drive_new();
    struct xfer *x;

    CHECK_INT(ask_timeout(drive), -1);
    x = xfer_get(drive, peer_serving(HELLO), "/");
    CHECK_INT(ask_timeout(drive), 0);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    drive_settle(drive);
    CHECK_INT(ask_timeout(drive), -1);
}

TEST("C-102 timeout_tells_the_nearest_deadline")
{
    struct drive *drive = drive_new();

    start_with_timeout(drive, 80000);
    CHECK(ask_timeout(drive) > 70000 && ask_timeout(drive) <= 80000);
    start_with_timeout(drive, 40000);
    CHECK(ask_timeout(drive) > 30000 && ask_timeout(drive) <= 40000);
}

TEST_WITH(CALLS, "C-93 C-102 the_timer_callback_and_timeout_agree")
{
    struct drive *drive = drive_new();

    start_with_timeout(drive, 50000);
    CHECK(ask_timeout(drive) - ledger_timer_left_ms(&drive->ledger) <= 1);
    CHECK(ledger_timer_left_ms(&drive->ledger) - ask_timeout(drive) <= 1);
}

TEST_WITH(CALLS, "C-103 an_idle_transfer_without_timeouts_needs_no_timer")
{
    struct drive *drive = drive_new();
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    unsigned before;

    xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
    sys_clock_advance(400000, false);
    drive_settle(drive);
    CHECK(!drive->ledger.is_armed);
    before = drive->n_events;
    for (int i = 0; i < 10; i++)
        drive_turn(drive, 1);
    CHECK_INT(drive->n_events - before, 0);
}

TEST("C-104 a_jump_of_the_wall_clock_fires_nothing_and_delays_nothing")
{
    struct drive *drive = drive_new();
    struct xfer *x = start_with_timeout(drive, 30000);

    sys_clock_advance(86400000, true);
    drive_settle(drive);
    drive_perform(drive);
    CHECK_INT(x->n_results, 0);
    sys_clock_advance(-2 * INT64_C(86400000), true);
    drive_perform(drive);
    CHECK_INT(x->n_results, 0);
    sys_clock_advance(30000, false);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
}

static int count_timer(CURLM *multi, long ms, void *arg)
{
    ++*(int *)arg;
    return 0;
}

TEST_WITH(FOR_ONCE, "C-129 timerdata_reaches_the_callback_and_null_disables_it")
{
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");
    CURLM *multi = curl_multi_init();
    int n = 0, running = 0;

    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, count_timer), CURLM_OK);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_TIMERDATA, &n), CURLM_OK);
    CHECK_MCODE(curl_multi_add_handle(multi, x->easy), CURLM_OK);
    CHECK_INT(n, 1);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, NULL), CURLM_OK);
    CHECK_MCODE(curl_multi_perform(multi, &running), CURLM_OK);
    CHECK_MCODE(curl_multi_remove_handle(multi, x->easy), CURLM_OK);
    CHECK_INT(n, 1);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
}

/* Takes a second, in which the next transfer's time is up too. */
static int close_slowly(void *arg, curl_socket_t fd)
{
    sys_clock_advance(1000, false);
    return close(fd);
}

TEST_WITH(CALLS, "C-68 deadlines_that_pass_while_others_are_served_wait_for_another_call")
{
    enum { N = 6 };
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x[N];
    int n_done;

    for (int i = 0; i < N; i++) {
        x[i] = xfer_new(peer, "/");
        SET(x[i], CURLOPT_TIMEOUT_MS, 10000L + 1000 * i);
        SET(x[i], CURLOPT_CLOSESOCKETFUNCTION, close_slowly);
        xfer_start(x[i], drive);
    }
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == N);
    drive_settle(drive);
    sys_clock_advance(10000, false);
    drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
    n_done = drive_read_messages(drive);
    CHECK(n_done >= 1 && n_done <= 2);
    drive_run(drive);
    for (int i = 0; i < N; i++)
        CHECK_CODE(x[i]->result, CURLE_OPERATION_TIMEDOUT);
}
