/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* Scenarios: several multi handles, changing adapters, a loop that fails, a fork. */

#include "trial.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* -- sharing and changing --------------------------------------------------------------------- */

/* A second trial, on the loop of the first. Closed by close_second(). */
static bool open_second(struct whim_trial *t, struct whim_trial *second)
{
    struct whim_subject_options options;

    *second = (struct whim_trial){.subject = t->subject, .port = t->port};
    options = whim_trial_options(second);
    options.join = t->adapter;
    return whim_trial_check(t, whim_trial_open_with(second, &options), "%s", second->reason);
}

static void close_second(struct whim_trial *t, struct whim_trial *second)
{
    struct whim_fetch *f;

    whim_trial_close_adapter(second);
    for (f = second->fetches; f; f = f->next)
        whim_fetch_close(f);
    whim_trial_cleanup_multi(second);
    whim_trial_check(t, !second->has_failed, "%s", second->reason);
    if (!t->fetches) {
        t->fetches = second->fetches;
        return;
    }
    for (f = t->fetches; f->next; f = f->next)
        ;
    f->next = second->fetches;
}

static void two_share(struct whim_trial *t)
{
    struct whim_trial second;
    int64_t end_ms = whim_trial_now_ms() + WHIM_TRIAL_LONG_MS;
    int i;

    if (!whim_trial_open(t) || !open_second(t, &second))
        return;
    for (i = 0; i < 20; i++)
        if (!whim_fetch_start(t, "/after/%d", i) || !whim_fetch_start(&second, "/close/100"))
            break;
    while (!t->has_failed && (t->n_done < 20 || second.n_done < 20)) {
        whim_trial_check(t, whim_trial_turn(t, 100), "turn failed: %s", strerror(t->turn_errno));
        whim_trial_check(t, whim_trial_now_ms() < end_ms, "%d and %d of 20 have ended", t->n_done,
                         second.n_done);
        if (!(t->subject->can & WHIM_CAN_DONE))
            whim_trial_read_messages(&second);
    }
    close_second(t, &second);
}

static void one_of_two_closes(struct whim_trial *t)
{
    struct whim_trial second;
    struct whim_fetch *f;

    if (!whim_trial_open(t) || !(f = whim_fetch_start(t, "/after/100")) || !open_second(t, &second))
        return;
    if (whim_fetch_start(&second, "/after/100"))
        whim_trial_check(t, whim_trial_turn(t, 20) && whim_trial_turn(t, 20), "turn failed");
    close_second(t, &second);
    if (whim_trial_run(t, 1))
        whim_fetch_check(f, 2);
}

static void left_to_poll(struct whim_trial *t)
{
    struct whim_fetch *f[4];
    int i;

    if (!whim_trial_open(t))
        return;
    for (i = 0; i < 4; i++)
        if (!(f[i] = whim_fetch_start(t, i % 2 ? "/drip/40/2" : "/size/3000000")))
            return;
    while (!f[1]->n_bytes)
        if (!whim_trial_check(t, whim_trial_turn(t, 100), "turn failed"))
            return;
    whim_trial_close_adapter(t);
    if (whim_trial_poll(t, 4))
        for (i = 0; i < 4; i++)
            whim_fetch_check(f[i], i % 2 ? 40 : 3000000);
}

static void taken_from_poll(struct whim_trial *t)
{
    struct whim_fetch *first, *second;

    t->multi = curl_multi_init();
    if (!(first = whim_fetch_start(t, "/size/10")) || !(second = whim_fetch_start(t, "/after/150")))
        return;
    if (whim_trial_poll(t, 1) && whim_trial_open(t) && whim_trial_run(t, 2) &&
        whim_fetch_check(first, 10))
        whim_fetch_check(second, 2);
}

static void taken_from_another(struct whim_trial *t)
{
    struct whim_fetch *f;

    if (!whim_trial_open(t) || !(f = whim_fetch_start(t, "/after/150")) ||
        !whim_trial_turn(t, 30) || !whim_trial_turn(t, 30))
        return;
    whim_trial_close_adapter(t);
    if (whim_trial_open(t) && whim_trial_run(t, 1))
        whim_fetch_check(f, 2);
}

static void opened_often(struct whim_trial *t)
{
    int i;

    for (i = 0; i < 30; i++) {
        if (!whim_trial_open(t) || !whim_fetch_start(t, "/size/10") || !whim_trial_run(t, i + 1))
            return;
        whim_trial_close_adapter(t);
    }
}

/* -- a loop that fails ------------------------------------------------------------------------ */

/* Each way of telling will do, save silence: the transfers end with an error, the adapter says that
 * they are lost, or its turn fails. */
static void is_told(struct whim_trial *t, int n_failures)
{
    int64_t end_ms = whim_trial_now_ms() + WHIM_TRIAL_LONG_MS;
    struct whim_fetch *f;

    if (!whim_trial_open(t) || !(f = whim_fetch_start(t, "/after/50")))
        return;
    t->subject->sabotage(n_failures);
    while (!f->n_done && !t->is_lost && whim_trial_turn(t, 100))
        if (!whim_trial_check(t, whim_trial_now_ms() < end_ms, "nothing was told"))
            break;
    t->subject->sabotage(0);
    whim_trial_check(t, !f->n_done || f->result, "the transfer ended well");
}

static void refusal(struct whim_trial *t)
{
    is_told(t, 1);
}

static void lasting_refusal(struct whim_trial *t)
{
    is_told(t, 1000);
}

/* After every transfer was removed the multi handle is as good as new (C-81). */
static void recovery(struct whim_trial *t)
{
    struct whim_fetch *f;

    refusal(t);
    for (f = t->fetches; f; f = f->next)
        whim_fetch_close(f);
    t->n_done = 0;
    t->is_lost = false;
    if ((f = whim_fetch_start(t, "/size/100")) && whim_trial_run(t, 1))
        whim_fetch_check(f, 100);
}

/* -- fork ------------------------------------------------------------------------------------- */

/* In the child: nothing works, nothing crashes, the parent's loop is left alone. */
static int use_in_child(struct whim_trial *t)
{
    struct whim_fetch *f;

    if (t->subject->turn(t->adapter, 0) >= 0)
        return 1;
    if (errno != EPERM)
        return 2;
    for (f = t->fetches; f; f = f->next)
        whim_fetch_close(f);
    whim_trial_close_adapter(t);
    whim_trial_cleanup_multi(t);
    return 0;
}

static void forked(struct whim_trial *t)
{
    struct whim_fetch *waiting, *dripping;
    int status;
    pid_t pid;

    if (!whim_trial_open(t) || !(waiting = whim_fetch_start(t, "/after/200")) ||
        !(dripping = whim_fetch_start(t, "/drip/50/4")))
        return;
    while (!dripping->n_bytes)
        if (!whim_trial_check(t, whim_trial_turn(t, 100), "turn failed"))
            return;
    pid = fork();
    if (pid == 0)
        _exit(use_in_child(t));
    if (!whim_trial_check(t, pid > 0 && waitpid(pid, &status, 0) == pid, "no child") ||
        !whim_trial_check(t, WIFEXITED(status), "the child crashed with signal %d",
                          WTERMSIG(status)) ||
        !whim_trial_check(t, WEXITSTATUS(status) != 1, "turn did not fail in the child") ||
        !whim_trial_check(t, WEXITSTATUS(status) != 2, "turn in the child gave no EPERM") ||
        !whim_trial_check(t, WEXITSTATUS(status) == 0, "the child exited with status %d",
                          WEXITSTATUS(status)))
        return;
    if (whim_trial_run(t, 2) && whim_fetch_check(waiting, 2))
        whim_fetch_check(dripping, 50);
}

const struct whim_scenario whim_loop_scenarios[] = {
    {"two_multi_handles_share_a_loop", two_share, WHIM_CAN_JOIN},
    {"one_of_two_on_a_loop_may_close", one_of_two_closes, WHIM_CAN_JOIN},
    {"closing_the_adapter_leaves_its_transfers_to_poll", left_to_poll, 0},
    {"transfers_begun_under_poll_go_on_under_the_adapter", taken_from_poll, 0},
    {"transfers_go_on_under_a_second_adapter", taken_from_another, 0},
    {"an_adapter_may_be_opened_and_closed_often", opened_often, 0},
    {"a_refused_descriptor_is_told", refusal, WHIM_CAN_FAIL},
    {"a_loop_that_refuses_everything_is_told", lasting_refusal, WHIM_CAN_FAIL},
    {"after_a_refusal_the_multi_handle_can_be_used_again", recovery, WHIM_CAN_FAIL},
    {"the_child_of_a_fork_leaves_the_loop_alone", forked, WHIM_CAN_FORK},
    {NULL, NULL, 0},
};
