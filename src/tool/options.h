/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * options: what the command line asked for.
 *
 * Filled once from argv by the rows of tbl/options.h and read-only afterwards. Strings point into
 * argv; it owns the header list alone.
 */
#ifndef TOOL_OPTIONS_H
#define TOOL_OPTIONS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>

struct tool_options {
    const char *input_path; /* NULL: no list */
    const char *output_dir; /* NULL: bodies are discarded */
    const char *jsonl_path; /* NULL: no results are written */
    const char *loop_name;
    const char *user_agent;
    struct curl_slist *headers;
    long n_jobs;
    long n_per_host; /* 0 = no limit */
    long n_retries;
    long retry_delay_ms;
    long timeout_ms; /* 0 = no limit */
    long connect_timeout_ms;
    long max_bytes; /* 0 = no limit */
    long verbosity;
    bool follows;
    bool is_insecure;
    bool accepts_errors;
    bool is_quiet;
    bool wants_help;
    bool wants_version;
    char **urls; /* those on the command line */
    int n_urls;
};

/* Reads the command line. False when it is wrong, which was then said on standard error. */
bool tool_options_init(struct tool_options *options, int argc, char **argv);
void tool_options_fini(struct tool_options *options);

/* What --help prints. */
void tool_options_explain(FILE *out);

#endif
