/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Small exchanges that can be played again and again while something is made to fail in them.
 *
 * A scenario plays its rounds on a fresh multi; every step may fail, and what must hold then is
 * checked here: each added handle gets exactly one result or is removed, a success brought the
 * whole body, afterwards no connection, descriptor or block of memory is left.
 */
#ifndef WHIM_TEST_SCENARIO_H
#define WHIM_TEST_SCENARIO_H

#include "xfer.h"

enum { STAGE_MAX_XFERS = 8 };

/* Which call of a user callback fails, counted over all transfers of the stage; 0: none. */
enum stage_callback {
    STAGE_WRITE,
    STAGE_HEADER,
    STAGE_READ,
    STAGE_PROGRESS,
    STAGE_OPENSOCKET,
    STAGE_SOCKOPT,
    STAGE_PREREQ,
    STAGE_N_CALLBACKS
};

struct stage {
    struct drive *drive;
    struct peer *peer;  /* serves the scenario; lives for the whole test */
    struct peer *other; /* a second address or origin, may be NULL */
    struct xfer *x[STAGE_MAX_XFERS];
    int n; /* transfers made so far */
    const char *wanted; /* the body of a success */
    int n_calls[STAGE_N_CALLBACKS];
    int fail_at[STAGE_N_CALLBACKS];
    bool is_watching; /* install all the callbacks above */
};

struct scenario {
    const char *name;
    void (*open)(struct stage *stage); /* makes the peers */
    int n_rounds;
    void (*play)(struct stage *stage, int round); /* makes and starts transfers */
};

extern const struct scenario scenarios[];
#define N_SCENARIOS 10

/* Plays all rounds once. True if every transfer succeeded. */
bool scenario_play(const struct scenario *scenario, struct stage *stage);

#endif
