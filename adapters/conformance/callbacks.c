/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* Scenarios: what an application does inside callbacks. */

#include "trial.h"

/* -- adding and removing when a transfer ends -------------------------------------------------- */

static void start_next(struct whim_fetch *f)
{
    struct whim_trial *t = f->trial;

    whim_fetch_check(f, 100);
    whim_fetch_close(f);
    if (t->n_done < 50)
        whim_fetch_start(t, "/size/100");
}

static void chain(struct whim_trial *t)
{
    if (!whim_trial_open(t))
        return;
    t->on_done = start_next;
    if (whim_fetch_start(t, "/size/100"))
        whim_trial_run(t, 50);
}

static void start_ten(struct whim_fetch *f)
{
    struct whim_trial *t = f->trial;
    int i;

    t->on_done = NULL;
    for (i = 0; i < 10; i++)
        whim_fetch_start(t, "/size/100");
}

static void fan_out(struct whim_trial *t)
{
    if (!whim_trial_open(t))
        return;
    t->on_done = start_ten;
    if (whim_fetch_start(t, "/size/100"))
        whim_trial_run(t, 11);
}

/* Events of the removed ones may be in the batch that the loop is working through, and the new ones
 * get their descriptors. */
static void replace_others(struct whim_fetch *f)
{
    struct whim_trial *t = f->trial;
    struct whim_fetch *other;
    int i;

    t->on_done = NULL;
    for (other = t->fetches; other; other = other->next)
        if (other != f)
            whim_fetch_close(other);
    for (i = 0; i < 20; i++)
        whim_fetch_start(t, "/size/100");
}

static void stale_events(struct whim_trial *t)
{
    struct whim_fetch *f;
    int i;

    if (!whim_trial_open(t))
        return;
    t->on_done = replace_others;
    for (i = 0; i < 20; i++)
        if (!whim_fetch_start(t, "/after/60"))
            return;
    if (!whim_trial_run(t, 21))
        return;
    for (f = t->fetches, i = 0; i < 20; f = f->next, i++)
        if (!whim_fetch_check(f, 100))
            return;
}

static void remove_others(struct whim_fetch *f)
{
    struct whim_fetch *other;

    for (other = f->trial->fetches; other; other = other->next)
        if (other != f)
            whim_fetch_close(other);
}

static void removed_are_not_reported(struct whim_trial *t)
{
    int i;

    if (!whim_trial_open(t))
        return;
    t->on_done = remove_others;
    for (i = 0; i < 10; i++)
        if (!whim_fetch_start(t, "/after/40"))
            return;
    if (whim_trial_run(t, 1) && whim_trial_turn(t, 50) && whim_trial_turn(t, 50))
        whim_trial_check(t, t->n_done == 1, "%d transfers were reported", t->n_done);
}

/* -- closing ---------------------------------------------------------------------------------- */

static void close_adapter(struct whim_fetch *f)
{
    whim_trial_close_adapter(f->trial);
}

/* The turn's result is of no interest: the adapter may be gone. */
static void turn_until_closed(struct whim_trial *t)
{
    int64_t end_ms = whim_trial_now_ms() + WHIM_TRIAL_LONG_MS;

    while (t->adapter && whim_trial_check(t, whim_trial_now_ms() < end_ms, "nothing came"))
        t->subject->turn(t->adapter, 100);
}

static void close_in_done(struct whim_trial *t)
{
    struct whim_fetch *rest;

    if (!whim_trial_open(t) || !(rest = whim_fetch_start(t, "/after/100")))
        return;
    t->on_done = close_adapter;
    if (!whim_fetch_start(t, "/size/10"))
        return;
    turn_until_closed(t);
    if (!t->has_failed && whim_trial_poll(t, 2))
        whim_fetch_check(rest, 2);
}

static void close_in_write(struct whim_trial *t)
{
    struct whim_fetch *f;

    if (!whim_trial_open(t) || !(f = whim_fetch_new(t, "/size/500000")))
        return;
    f->on_body = close_adapter;
    if (!whim_fetch_add(f) || !whim_fetch_start(t, "/size/500000"))
        return;
    turn_until_closed(t);
    if (!t->has_failed && whim_trial_poll(t, 2))
        whim_fetch_check(f, 500000);
}

static void close_in_write_under_poll(struct whim_trial *t)
{
    struct whim_fetch *f;

    if (!whim_trial_open(t) || !(f = whim_fetch_new(t, "/size/500000")))
        return;
    f->on_body = close_adapter;
    if (whim_fetch_add(f) && whim_trial_poll(t, 1) && whim_fetch_check(f, 500000))
        whim_trial_check(t, !t->adapter, "it was not closed");
}

/* -- cleaning up the multi handle -------------------------------------------------------------- */

static void close_all(struct whim_trial *t)
{
    struct whim_fetch *f;

    for (f = t->fetches; f; f = f->next)
        whim_fetch_close(f);
    whim_trial_cleanup_multi(t);
}

static void close_adapter_and_all(struct whim_fetch *f)
{
    whim_trial_close_adapter(f->trial);
    close_all(f->trial);
}

static void close_all_and_adapter(struct whim_fetch *f)
{
    close_all(f->trial);
    whim_trial_close_adapter(f->trial);
}

static void close_all_but_adapter(struct whim_fetch *f)
{
    close_all(f->trial);
}

static void cleanup_in_done(struct whim_trial *t, void (*on_done)(struct whim_fetch *f), int n)
{
    int64_t end_ms = whim_trial_now_ms() + WHIM_TRIAL_LONG_MS;
    int i;

    if (!whim_trial_open(t))
        return;
    t->on_done = on_done;
    for (i = 0; i < n; i++)
        if (!whim_fetch_start(t, "/after/40"))
            return;
    while (t->multi && whim_trial_check(t, whim_trial_now_ms() < end_ms, "nothing came"))
        t->subject->turn(t->adapter, 100);
    if (t->adapter)
        t->subject->turn(t->adapter, 20); /* must not touch what is gone */
}

static void adapter_then_multi_in_done(struct whim_trial *t)
{
    cleanup_in_done(t, close_adapter_and_all, 8);
}

static void multi_then_adapter_in_done(struct whim_trial *t)
{
    cleanup_in_done(t, close_all_and_adapter, 8);
}

static void last_one_cleans_up(struct whim_trial *t)
{
    cleanup_in_done(t, close_all_but_adapter, 1);
}

static void first_one_cleans_up(struct whim_trial *t)
{
    cleanup_in_done(t, close_all_but_adapter, 8);
}

#define IN_DONE (WHIM_CAN_DONE | WHIM_CAN_CLOSE)

const struct whim_scenario whim_callback_scenarios[] = {
    {"the_end_of_a_transfer_may_start_the_next", chain, 0},
    {"the_end_of_a_transfer_may_start_ten", fan_out, 0},
    {"events_of_removed_transfers_are_dropped", stale_events, 0},
    {"transfers_removed_when_another_ends_are_not_reported", removed_are_not_reported, 0},
    {"the_adapter_may_be_closed_when_a_transfer_ends", close_in_done, IN_DONE},
    {"the_adapter_may_be_closed_in_a_write_callback", close_in_write, WHIM_CAN_CLOSE},
    {"the_adapter_may_be_closed_in_a_write_callback_under_poll", close_in_write_under_poll,
     WHIM_CAN_CLOSE},
    {"adapter_and_multi_may_be_closed_when_a_transfer_ends", adapter_then_multi_in_done, IN_DONE},
    {"multi_and_adapter_may_be_closed_when_a_transfer_ends", multi_then_adapter_in_done, IN_DONE},
    {"the_multi_may_be_cleaned_up_when_its_only_transfer_ends", last_one_cleans_up, IN_DONE},
    {"the_multi_may_be_cleaned_up_when_the_first_transfer_ends", first_one_cleans_up, IN_DONE},
    {NULL, NULL, 0},
};
