/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* conform: the main function of the programs that run the conformance suite on our adapters.
 *
 *     conform_<adapter> [-l] [-n] [-m MODE] [PART-OF-A-NAME]
 *     -l names the scenarios, -n stays in one process, -m runs one mode only.
 * Each mode is a run of the whole suite. Exit status 0 if nothing failed. Modes that would be the
 * same as another with the library at hand are left out. */

#ifndef TEST_ADAPTER_CONFORM_H
#define TEST_ADAPTER_CONFORM_H

#include <stdbool.h>

#include <whimbrel/conformance.h>

struct conform_mode {
    const char *name; /* NULL ends the table */
    struct whim_subject subject;
    bool is_edge; /* always edge-triggered: another library than Whimbrel is watched by level */
};

int conform_main(int argc, char **argv, const struct conform_mode *modes);

#endif
