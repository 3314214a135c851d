/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* Scenarios: a paused transfer waits without spinning and goes on when it is told to. */

#include "trial.h"

#define BODY 2000000
#define WAKEUPS_MAX 25

static struct whim_fetch *start_paused(struct whim_trial *t)
{
    struct whim_fetch *f;

    if (!whim_trial_open(t) || !(f = whim_fetch_new(t, "/size/%d", BODY)))
        return NULL;
    f->pause_at = 1;
    if (!whim_fetch_add(f) || !whim_trial_run_until(t, &f->is_paused))
        return NULL;
    return f;
}

static void does_not_spin(struct whim_trial *t)
{
    struct whim_fetch *f = start_paused(t);
    int n;

    if (!f)
        return;
    n = whim_trial_count_wakeups(t, 300);
    if (whim_trial_check(t, n < 0 || n <= WAKEUPS_MAX, "%d wake-ups in 300 ms", n))
        whim_trial_check(t, f->is_paused && !f->n_done, "it went on by itself");
}

static void resumes(struct whim_trial *t)
{
    struct whim_fetch *f = start_paused(t);
    CURLcode rc;

    if (!f || whim_trial_count_wakeups(t, 50) < 0)
        return;
    rc = curl_easy_pause(f->easy, CURLPAUSE_CONT);
    if (whim_trial_check(t, !rc, "curl_easy_pause gave %d", rc) && whim_trial_run(t, 1))
        whim_fetch_check(f, BODY);
}

static struct whim_fetch *to_resume;

static void resume_other(struct whim_fetch *f)
{
    if (to_resume)
        curl_easy_pause(to_resume->easy, CURLPAUSE_CONT);
    to_resume = NULL;
}

static void resumes_from_done(struct whim_trial *t)
{
    to_resume = start_paused(t);
    if (!to_resume)
        return;
    t->on_done = resume_other;
    if (whim_fetch_start(t, "/size/10"))
        whim_trial_run(t, 2);
}

static void again_and_again(struct whim_trial *t)
{
    struct whim_fetch *f = start_paused(t);
    int i;

    for (i = 0; f && i < 10; i++) {
        f->pause_at = f->n_bytes + BODY / 20;
        if (!whim_trial_check(t, !curl_easy_pause(f->easy, CURLPAUSE_CONT), "no unpause"))
            return;
        f->is_paused = false;
        if (!whim_trial_run_until(t, &f->is_paused))
            return;
    }
    if (f && !curl_easy_pause(f->easy, CURLPAUSE_CONT) && whim_trial_run(t, 1))
        whim_fetch_check(f, BODY);
}

static void timeout_while_paused(struct whim_trial *t)
{
    struct whim_fetch *f;

    if (!whim_trial_open(t) || !(f = whim_fetch_new(t, "/size/%d", BODY)))
        return;
    f->pause_at = 1;
    curl_easy_setopt(f->easy, CURLOPT_TIMEOUT_MS, 150L);
    if (whim_fetch_add(f) && whim_trial_run(t, 1))
        whim_trial_check(t, f->result == CURLE_OPERATION_TIMEDOUT, "it ended with %d", f->result);
}

const struct whim_scenario whim_pause_scenarios[] = {
    {"a_paused_transfer_does_not_spin", does_not_spin, 0},
    {"a_paused_transfer_resumes_by_itself", resumes, 0},
    {"a_transfer_may_be_resumed_when_another_ends", resumes_from_done, 0},
    {"pausing_again_and_again_loses_nothing", again_and_again, 0},
    {"a_paused_transfer_still_times_out", timeout_while_paused, 0},
    {NULL, NULL, 0},
};
