/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* Scenarios: deadlines are kept, not early, and waiting costs next to no wake-ups. */

#include "trial.h"

#include <sys/socket.h>

/* A few for connecting and for the timers of the library's own. A loop that spins has thousands. */
#define WAKEUPS_MAX 25

static bool was_driven;

static curl_socket_t on_open_socket(void *unused, curlsocktype purpose,
                                    struct curl_sockaddr *address)
{
    was_driven = true;
    return socket(address->family, address->socktype, address->protocol);
}

static void zero_is_not_inline(struct whim_trial *t)
{
    struct whim_fetch *f;

    if (!whim_trial_open(t) || !(f = whim_fetch_new(t, "/size/100")))
        return;
    was_driven = false;
    curl_easy_setopt(f->easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    if (whim_fetch_add(f) &&
        whim_trial_check(t, !was_driven, "the transfer ran inside curl_multi_add_handle") &&
        whim_trial_run(t, 1))
        whim_fetch_check(f, 100);
}

static bool check_timeout(struct whim_fetch *f, long timeout_ms)
{
    struct whim_trial *t = f->trial;
    int64_t took_ms = f->ended_ms - f->began_ms;

    return whim_trial_check(t, f->result == CURLE_OPERATION_TIMEDOUT, "it ended with %d",
                            f->result) &&
           whim_trial_check(t, took_ms >= timeout_ms - 1, "%d ms is early for %ld", (int)took_ms,
                            timeout_ms) &&
           whim_trial_check(t, took_ms < timeout_ms + 2000, "%d ms is late for %ld", (int)took_ms,
                            timeout_ms);
}

static void timeout_ends_silence(struct whim_trial *t)
{
    struct whim_fetch *f;

    if (!whim_trial_open(t) || !(f = whim_fetch_new(t, "/never")))
        return;
    curl_easy_setopt(f->easy, CURLOPT_TIMEOUT_MS, 150L);
    if (whim_fetch_add(f) && whim_trial_run(t, 1))
        check_timeout(f, 150);
}

/* None is near 200 ms: libcurl 7.88.1 loses one that falls into the same millisecond as the timer
 * that it has for a second connection attempt. */
static long pick_timeout_ms(int i)
{
    return 100 + i * 7 % 30 * 3;
}

static void many_timeouts(struct whim_trial *t)
{
    struct whim_fetch *f[30];
    int i;

    if (!whim_trial_open(t))
        return;
    for (i = 0; i < 30; i++) {
        f[i] = whim_fetch_new(t, "/never");
        if (!f[i])
            return;
        curl_easy_setopt(f[i]->easy, CURLOPT_TIMEOUT_MS, pick_timeout_ms(i));
        if (!whim_fetch_add(f[i]))
            return;
    }
    if (!whim_trial_run(t, 30))
        return;
    for (i = 0; i < 30; i++)
        if (!check_timeout(f[i], pick_timeout_ms(i)))
            return;
}

/* The longest is alone in the end, so its deadline must have survived the others'. */
static void removed_timeout(struct whim_trial *t)
{
    struct whim_fetch *early, *late;

    if (!whim_trial_open(t) || !(early = whim_fetch_new(t, "/never")) ||
        !(late = whim_fetch_new(t, "/never")))
        return;
    curl_easy_setopt(early->easy, CURLOPT_TIMEOUT_MS, 700L);
    curl_easy_setopt(late->easy, CURLOPT_TIMEOUT_MS, 800L);
    if (!whim_fetch_add(early) || !whim_fetch_add(late) || !whim_trial_turn(t, 5))
        return;
    whim_fetch_close(early);
    if (whim_trial_run(t, 1))
        check_timeout(late, 800);
}

static void few_wakeups(struct whim_trial *t, const char *path, size_t n_upload)
{
    struct whim_fetch *f;
    int n;

    if (!whim_trial_open(t) || !(f = whim_fetch_new(t, "%s", path)))
        return;
    if (n_upload)
        whim_fetch_upload(f, n_upload);
    curl_easy_setopt(f->easy, CURLOPT_TIMEOUT_MS, 30000L);
    if (!whim_fetch_add(f))
        return;
    if (n_upload && whim_trial_count_wakeups(t, 300) < 0) /* until the peer's window is full */
        return;
    n = whim_trial_count_wakeups(t, 300);
    whim_trial_check(t, n < 0 || n <= WAKEUPS_MAX, "%d wake-ups in 300 ms", n);
}

static void few_wakeups_for_an_answer(struct whim_trial *t)
{
    few_wakeups(t, "/never", 0);
}

static void few_wakeups_when_stalled(struct whim_trial *t)
{
    few_wakeups(t, "/deaf", 50000000);
}

static void few_wakeups_when_idle(struct whim_trial *t)
{
    int n;

    if (!whim_trial_open(t) || !whim_fetch_start(t, "/size/10") || !whim_trial_run(t, 1))
        return;
    n = whim_trial_count_wakeups(t, 300);
    whim_trial_check(t, n < 0 || n <= WAKEUPS_MAX, "%d wake-ups in 300 ms", n);
}

/* The shortest of several, as the machine may be busy. */
static void wait_is_bounded(struct whim_trial *t)
{
    int64_t began_ms, took_ms, shortest_ms = WHIM_TRIAL_LONG_MS;
    int i;

    if (!whim_trial_open(t) || !whim_fetch_start(t, "/never"))
        return;
    for (i = 0; i < 8; i++) {
        began_ms = whim_trial_now_ms();
        if (!whim_trial_check(t, whim_trial_turn(t, 80), "turn failed"))
            return;
        took_ms = whim_trial_now_ms() - began_ms;
        if (i >= 4 && took_ms < shortest_ms) /* the first are cut short by the connection */
            shortest_ms = took_ms;
    }
    whim_trial_check(t, shortest_ms < 400, "a turn of 80 ms took %d", (int)shortest_ms);
}

const struct whim_scenario whim_timer_scenarios[] = {
    {"timer_zero_does_not_run_inline", zero_is_not_inline, 0},
    {"a_timeout_ends_a_silent_transfer_in_time", timeout_ends_silence, 0},
    {"many_timeouts_each_come_in_time", many_timeouts, 0},
    {"removing_the_next_deadline_leaves_the_later_one", removed_timeout, 0},
    {"waiting_for_an_answer_does_not_spin", few_wakeups_for_an_answer, 0},
    {"a_stalled_upload_does_not_spin", few_wakeups_when_stalled, 0},
    {"an_idle_connection_does_not_spin", few_wakeups_when_idle, 0},
    {"a_turn_waits_no_longer_than_it_is_told", wait_is_bounded, 0},
    {NULL, NULL, 0},
};
