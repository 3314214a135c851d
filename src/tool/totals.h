/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * totals: what became of all URLs so far, in fixed memory; and the summary made of it.
 */
#ifndef TOOL_TOTALS_H
#define TOOL_TOTALS_H

#include "histogram.h"
#include "result.h"

#include <stdio.h>

enum { TOOL_ERRORS_MOST = 128 };

struct tool_totals {
    unsigned long n_taken; /* URLs taken from the source */
    unsigned long n_ok;
    unsigned long n_failed;
    unsigned long n_stopped; /* begun, not ended */
    unsigned long n_retries;
    unsigned long n_reused; /* transfers whose last attempt opened no connection */
    unsigned long n_connects;
    int64_t n_bytes;
    int64_t started_us;
    struct tool_histogram latency_us;           /* of whatever got an answer */
    unsigned long n_by_error[TOOL_ERRORS_MOST]; /* by CURLcode */
    unsigned long n_by_status[10];              /* failures by hundreds of the HTTP status */
};

void tool_totals_init(struct tool_totals *totals);
void tool_totals_add(struct tool_totals *totals, const struct tool_result *result);
unsigned long tool_totals_done(const struct tool_totals *totals);

/* The closing summary. The ending says why it ends here when not all was done; else NULL. */
void tool_totals_print(const struct tool_totals *totals, const char *ending, FILE *out);

/* Writes a number of bytes as people read it: "17.3 MiB". */
void tool_bytes_print(double n_bytes, char *text, size_t room);

#endif
