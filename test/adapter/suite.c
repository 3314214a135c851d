/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

#include "suite.h"

#include <stdio.h>

int suite_run(const char *name, const TTest *const *tests, size_t n_tests, void (*setup)(void),
              void (*teardown)(void))
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    SRunner *runner;
    int n_run, n_failed;
    size_t i;

    tcase_set_timeout(tcase, 30);
    if (setup)
        tcase_add_checked_fixture(tcase, setup, teardown);
    for (i = 0; i < n_tests; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_run = srunner_ntests_run(runner);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    printf("%d passed, %d failed\n", n_run - n_failed, n_failed);
    return n_failed || !n_run ? 1 : 0;
}
