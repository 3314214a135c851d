/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The kinds of certificates that a server may come with, and what is to be thought of them by who
 * trusts tls_ca() alone.
 */
#ifndef WHIM_TEST_VERDICTS_H
#define WHIM_TEST_VERDICTS_H

#include "tls_xfer.h"

struct verdict {
    const char *name;
    SSL_CTX *(*serve)(void);
    const char *host; /* that is asked for */
    CURLcode code;
    const char *text;
    long verify_result; /* -1: does not matter */
};

enum { N_VERDICTS = 28 };
extern const struct verdict verdicts[N_VERDICTS];

/* Is it of the name alone? Else it is of the chain alone. */
bool verdict_is_of_the_name(const struct verdict *row);
/* A certificate below one that is below tls_ca(). */
struct cert *verdict_below_intermediate(bool is_ca, const char *constraints);

#endif
