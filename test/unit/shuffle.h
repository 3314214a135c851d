/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Runs the tests of one suite in an order that is different each time, so that none comes to
 * depend on another. `--seed N` (or WHIM_TEST_SEED) repeats an order; the seed is always printed.
 */
#ifndef WHIM_TEST_UNIT_SHUFFLE_H
#define WHIM_TEST_UNIT_SHUFFLE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static inline unsigned shuffle_seed(int argc, char **argv)
{
    const char *given = getenv("WHIM_TEST_SEED");

    if (argc == 3 && !strcmp(argv[1], "--seed"))
        given = argv[2];
    return given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL) ^ (unsigned)getpid();
}

/* Runs n tests in shuffled order; what main() returns. */
static inline int shuffle_and_run(const char *suite_name, const TTest **tests, size_t n, int argc,
                                  char **argv)
{
    unsigned seed = shuffle_seed(argc, argv);
    Suite *suite = suite_create(suite_name);
    TCase *tcase = tcase_create(suite_name);
    SRunner *runner;
    int n_failed;

    printf("%s: --seed %u\n", suite_name, seed);
    srand(seed);
    for (; n; n--) {
        size_t i = (size_t)rand() % n;

        tcase_add_test(tcase, tests[i]);
        tests[i] = tests[n - 1];
    }
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed != 0;
}

#endif
