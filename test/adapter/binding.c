/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

#include "binding.h"

#include <check.h>
#include <stddef.h>

struct fake_loop *loop;
struct whim_bind *b;
int n_done, n_lost;
void (*when_done)(void);

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

void binding_open(bool is_whimbrel, bool is_edge)
{
    fake_reset();
    fake.is_whimbrel = is_whimbrel;
    loop = fake_loop_new(is_edge);
    b = whim_bind_open(&loop->core, FAKE_MULTI, on_done, &n_done);
    ck_assert_ptr_nonnull(b);
    fake.n_actions = fake.n_all_actions = 0;
    n_done = n_lost = 0;
    when_done = NULL;
}

void binding_close(void)
{
    whim_bind_close(b);
    b = NULL;
}

void binding_setup(void)
{
    binding_open(true, false);
}

void binding_teardown(void)
{
    whim_bind_close(b);
    ck_assert_int_eq(n_fake_loops, 0);
}

int binding_turn(struct whim_bind *bind, int max_ms)
{
    if (whim_bind_enter(bind))
        return -1;
    whim_loop_prepare(&loop->core, max_ms);
    return whim_bind_leave(bind, 0);
}

void binding_drive(void)
{
    fake_set_timer(0);
    binding_turn(b, 0);
}
