/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

#include "fake_loop.h"

#include <errno.h>
#include <stdlib.h>

int n_fake_loops;

static struct fake_loop *loop_of(struct whim_loop *core)
{
    return (struct fake_loop *)core;
}

static int watch(struct whim_loop *core, struct whim_watch *w)
{
    struct fake_loop *l = loop_of(core);

    if (l->fail_watches > 0) {
        l->fail_watches--;
        errno = ENOSPC;
        return -1;
    }
    if (!w->told != !l->masks[w->fd]) /* new to one of us only */
        abort();
    l->n_watches++;
    l->last_fd = w->fd;
    l->last_mask = l->masks[w->fd] = w->mask;
    l->generations[w->fd] = w->generation;
    return 0;
}

static int unwatch(struct whim_loop *core, struct whim_watch *w)
{
    struct fake_loop *l = loop_of(core);

    if (!l->masks[w->fd] || l->generations[w->fd] != w->generation)
        abort();
    l->n_unwatches++;
    l->last_fd = w->fd;
    l->masks[w->fd] = 0;
    return 0;
}

static int arm(struct whim_loop *core, long delay_ms)
{
    struct fake_loop *l = loop_of(core);

    if (l->fail_arms > 0) {
        l->fail_arms--;
        errno = ENOSPC;
        return -1;
    }
    l->n_arms++;
    l->last_delay_ms = delay_ms;
    return 0;
}

static int disarm(struct whim_loop *core)
{
    loop_of(core)->n_disarms++;
    return 0;
}

static void close_loop(struct whim_loop *core)
{
    struct fake_loop *l = loop_of(core);
    int fd;

    for (fd = 0; fd < FAKE_FDS_MAX; fd++)
        if (l->masks[fd] && !whim_loop_is_inherited(core))
            abort();
    n_fake_loops--;
    free(l);
}

static const struct whim_loop_ops fake_ops = {
    .watch = watch,
    .unwatch = unwatch,
    .arm = arm,
    .disarm = disarm,
    .close = close_loop,
};

struct fake_loop *fake_loop_new(bool is_edge)
{
    struct fake_loop *l = calloc(1, sizeof *l);

    whim_loop_init(&l->core, &fake_ops, is_edge);
    n_fake_loops++;
    return l;
}

void fake_loop_event(struct fake_loop *l, int fd, int bits)
{
    whim_loop_ready(&l->core, fd, l->generations[fd], bits);
}
