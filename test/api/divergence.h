/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The table of what the library under test is known to do otherwise (divergences.tsv).
 *
 * A line is: test name, TAB, modes, TAB, reason. Modes are "*" or names with commas between; a
 * leading "~" means that the test fails now and then, so that its passing is no news.
 * A name that ends in "*" stands for every test that begins so. A name "rule:..." relaxes one rule
 * of the ledgers instead. Owned by the runner, inherited by tests.
 */
#ifndef WHIM_TEST_DIVERGENCE_H
#define WHIM_TEST_DIVERGENCE_H

#include <stdbool.h>
#include <stddef.h>

struct divergence {
    char *name, *modes, *reason;
    bool is_sometimes;
    unsigned n_seen;     /* tests that failed as listed */
    unsigned n_not_seen; /* tests that passed against the list */
};

/* False with a message on stderr when the file is unreadable or malformed. */
bool divergence_load(const char *path);
void divergence_free(void);
/* NULL when the test is not listed for that mode. */
struct divergence *divergence_find(const char *name, const char *mode);
/* The i-th entry, NULL behind the last. */
struct divergence *divergence_at(size_t i);

#endif
