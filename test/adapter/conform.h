/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* conform: the main function of the programs that run the conformance suite on our adapters.
 *
 *     conform_<adapter> [-l] [-n] [-m MODE] [PART-OF-A-NAME]
 *     -l names the scenarios, -n stays in one process, -m runs one mode only.
 * Each mode is a run of the whole suite. Exit status 0 if nothing failed. */

#ifndef TEST_ADAPTER_CONFORM_H
#define TEST_ADAPTER_CONFORM_H

#include <whimbrel/conformance.h>

struct conform_mode {
    const char *name; /* NULL ends the table */
    struct whim_subject subject;
};

int conform_main(int argc, char **argv, const struct conform_mode *modes);

#endif
