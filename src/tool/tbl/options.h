/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The options of the command line, one row each; the parser and --help derive from it.
 *
 * OPTION(short or 0, long, argument or NULL, kind, field, lowest, highest, help)
 * COUNT is a whole number, SECONDS may have a fraction and is kept in ms, BYTES may end in k, m
 * or g (powers of 1024). The range is in the unit that the person writes.
 */
OPTION('i', "input", "FILE", TEXT, input_path, 0, 0,
       "read URLs from FILE, one a line ('-': standard input)")
OPTION('j', "jobs", "N", COUNT, n_jobs, 1, 100000, "transfers in flight at once (50)")
OPTION(0, "per-host", "N", COUNT, n_per_host, 0, 100000,
       "of these at most N to one host (0: no limit)")
OPTION(0, "loop", "NAME", TEXT, loop_name, 0, 0, "the event loop to run on; --version lists them")
OPTION('o', "output-dir", "DIR", TEXT, output_dir, 0, 0, "keep bodies as files in DIR")
OPTION(0, "jsonl", "FILE", TEXT, jsonl_path, 0, 0,
       "write one JSON line per URL to FILE ('-': standard output)")
OPTION('L', "location", NULL, SET, follows, 0, 0, "follow redirects, at most 30")
OPTION('H', "header", "LINE", HEADER, headers, 0, 0, "add a request header; may be repeated")
OPTION('A', "user-agent", "TEXT", TEXT, user_agent, 0, 0, "what to call ourselves")
OPTION('k', "insecure", NULL, SET, is_insecure, 0, 0, "do not verify the server's certificate")
OPTION('m', "timeout", "SECONDS", SECONDS, timeout_ms, 0, 1000000,
       "give an attempt up after this time (0: no limit)")
OPTION(0, "connect-timeout", "SECONDS", SECONDS, connect_timeout_ms, 0, 1000000,
       "give connecting up after this time (15)")
OPTION(0, "max-size", "BYTES", BYTES, max_bytes, 0, 1L << 50,
       "fail what is larger; k, m and g may follow")
OPTION(0, "retry", "N", COUNT, n_retries, 0, 100,
       "try up to N times more what may succeed later (0)")
OPTION(0, "retry-delay", "SECONDS", SECONDS, retry_delay_ms, 0, 3600,
       "wait so long before the first retry, then twice that (0.5)")
OPTION(0, "no-fail", NULL, SET, accepts_errors, 0, 0, "count HTTP status 400 and above as fetched")
OPTION('v', "verbose", NULL, RAISE, verbosity, 0, 0,
       "a line per result; twice: also the library's trace")
OPTION('q', "quiet", NULL, SET, is_quiet, 0, 0, "no progress, no summary, no failure lines")
OPTION('h', "help", NULL, SET, wants_help, 0, 0, "print this and stop")
OPTION('V', "version", NULL, SET, wants_version, 0, 0, "print versions and loops, and stop")

#undef OPTION
