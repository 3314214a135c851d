/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * scenario: the loads that the client can make, one function each.
 *
 * Each prints one line of "name=value" figures on standard output, per request or per handle,
 * and returns. Row: name on the command line, function, what it does.
 */
#ifndef BENCH_SCENARIO_H
#define BENCH_SCENARIO_H

#include "args.h"

#define BENCH_SCENARIOS(X)                                                                         \
    X("warm", bench_scenario_warm, "keep-alive GETs, each handle added again when done")           \
    X("renew", bench_scenario_renew, "keep-alive GETs, a new handle for every request")            \
    X("fresh", bench_scenario_fresh, "GETs, a new connection for every request")                   \
    X("anew", bench_scenario_anew, "GETs, a new handle and a new connection for every request")    \
    X("large", bench_scenario_large, "one large download")                                         \
    X("gzip", bench_scenario_gzip, "one large download that is decoded")                           \
    X("cookies", bench_scenario_cookies, "keep-alive GETs with 100 cookies in either direction")   \
    X("queue", bench_scenario_queue, "add and remove many handles under a connection limit")       \
    X("memory", bench_scenario_memory, "bytes per transfer, with all of them in flight")           \
    X("handle", bench_scenario_handle, "easy_init, one URL, easy_cleanup")

#define X(name, function, text) void function(const struct bench_args *args);
BENCH_SCENARIOS(X)
#undef X

#endif
