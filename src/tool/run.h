/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * run: takes URLs from the source and keeps as many transfers in flight as was asked for.
 *
 *     source --> waiting --> running --> ended --> result
 *                   ^  host's turn, place       |
 *                   +------- delayed <----------+ worth another attempt
 *
 * The number of fetches in all these places together is at most twice the number of jobs, so
 * memory does not grow with the list: when that many wait, the source does too.
 */
#ifndef TOOL_RUN_H
#define TOOL_RUN_H

#include "delays.h"
#include "fetch.h"
#include "hosts.h"
#include "jsonl.h"
#include "loop.h"
#include "options.h"
#include "pool.h"
#include "progress.h"
#include "retry.h"
#include "sink.h"
#include "source.h"
#include "totals.h"

struct tool_run {
    const struct tool_options *options;
    CURLM *multi;
    struct tool_loop *loop;
    struct tool_source source;
    struct tool_folder folder;
    struct tool_jsonl jsonl;
    struct tool_fetch_world world;
    struct tool_pool pool;
    struct tool_hosts hosts;
    struct tool_delays delays;
    struct tool_retry retry;
    struct tool_totals totals;
    struct tool_progress progress;
    struct tool_fetch_queue waiting; /* that have their host's turn */
    struct tool_fetch_queue ended;
    long n_running;
    enum tool_source_answer source_answer; /* the last; TOOL_SOURCE_URL: there may be more */
    bool is_broken;                        /* it was said why */
};

/* Opens all that the options name. False after telling on standard error what is wrong. Either
   way, close it. */
bool tool_run_open(struct tool_run *run, const struct tool_options *options);
/* Fetches until all is done, a signal asks to stop, or it cannot go on. */
void tool_run_go(struct tool_run *run);
void tool_run_close(struct tool_run *run);

#endif
