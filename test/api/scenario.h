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

#include "stage.h"

struct scenario {
    const char *name;
    void (*open)(struct stage *stage); /* makes the peers */
    int n_rounds;
    void (*play)(struct stage *stage, int round); /* makes and starts transfers */
};

/* Something that can be made to fail at its nth time. */
struct fault {
    const char *name;
    void (*arm)(const struct fault *fault, struct stage *stage, unsigned long nth);
    /* Back to normal; whether it struck. The stage's drive is gone by then. */
    bool (*disarm)(const struct fault *fault, struct stage *stage);
    int what, how; /* the fault's own */
    bool is_persistent;
    bool is_harmless; /* the transfers must succeed all the same */
};

enum { N_SCENARIOS = 21 };
extern const struct scenario scenarios[N_SCENARIOS];

/* Plays the scenario with the fault at its first time, then at later ones in steps, until it does
   not strike any more; that last time everything must succeed. Checks each time that nothing is
   left. */
void scenario_loop(const struct scenario *scenario, const struct fault *fault, unsigned long step);

#endif
