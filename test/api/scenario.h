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
    CURLSH *share;      /* of the transfers; NULL: they have none */
    curl_mime *mime;    /* what one of them sends, or NULL */
    struct curl_httppost *form; /* the same */
    struct xfer *x[STAGE_MAX_XFERS];
    int n;          /* transfers made so far */
    int n_fds;      /* open descriptors when all is at rest */
    char what[200]; /* scenario, fault and count, for messages */
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
