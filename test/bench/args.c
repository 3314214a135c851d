/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "args.h"

#include <getopt.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { OPTION_SCENARIO = 1, OPTION_CA, OPTION_TOTAL, OPTION_FIRST_LONG };

/* Every plain number, with the least value that makes sense. */
static const struct {
    const char *name;
    size_t offset;
    long least;
} numbers[] = {
    { "port", offsetof(struct bench_args, port), 1 },
    { "tls-port", offsetof(struct bench_args, tls_port), 1 },
    { "sessions", offsetof(struct bench_args, keeps_sessions), 0 },
    { "hosts", offsetof(struct bench_args, n_hosts), 1 },
    { "connections", offsetof(struct bench_args, n_connections), 1 },
    { "requests", offsetof(struct bench_args, n_requests), 1 },
    { "handles", offsetof(struct bench_args, n_handles), 4 },
    { "body", offsetof(struct bench_args, body_bytes), 0 },
    { "piece", offsetof(struct bench_args, piece_bytes), 512 },
    { "seconds", offsetof(struct bench_args, seconds), 1 },
};

enum { N_NUMBERS = sizeof numbers / sizeof numbers[0] };

/* Returns how many descriptors this process may open, having asked for all it can get. */
static long raise_descriptor_limit(void) {
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit))
        return 0;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) || getrlimit(RLIMIT_NOFILE, &limit))
        return 0;
    return limit.rlim_cur > 1 << 20 ? 1 << 20 : (long)limit.rlim_cur;
}

static void on_alarm(int number) {
    static const char text[] = "out of time\n";

    _exit(write(STDERR_FILENO, text, sizeof text - 1) < 0 ? 4 : 3);
}

static bool read_one(int id, const char *text, struct bench_args *args) {
    char *end;
    long long number;
    long *field;

    if (id == OPTION_SCENARIO) {
        args->scenario = text;
        return true;
    }
    if (id == OPTION_CA) {
        args->ca_path = text;
        return true;
    }
    number = strtoll(text, &end, 10);
    if (end == text || *end)
        return false;
    if (id == OPTION_TOTAL) {
        args->total_bytes = number;
        return number > 0;
    }
    field = (long *)(void *)((char *)args + numbers[id - OPTION_FIRST_LONG].offset);
    *field = (long)number;
    return number >= numbers[id - OPTION_FIRST_LONG].least;
}

bool bench_args_read(int argc, char **argv, struct bench_args *pick_args) {
    struct option options[N_NUMBERS + 4] = { { "scenario", required_argument, NULL,
                                               OPTION_SCENARIO },
                                             { "ca", required_argument, NULL, OPTION_CA },
                                             { "total", required_argument, NULL, OPTION_TOTAL } };
    struct bench_args args = { .n_hosts = 1, .n_connections = 100, .n_requests = 10000,
                               .n_handles = 1000, .body_bytes = 100, .total_bytes = 1 << 30,
                               .piece_bytes = 64 << 10, .seconds = 60,
                               .keeps_sessions = 1 };
    int id;

    for (int i = 0; i < N_NUMBERS; i++)
        options[i + 3] = (struct option){ numbers[i].name, required_argument, NULL,
                                          OPTION_FIRST_LONG + i };
    while ((id = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (id == '?' || !read_one(id, optarg, &args)) {
            fprintf(stderr, "%s: %s is not a number in range\n", argv[0],
                    optarg ? optarg : "an argument");
            return false;
        }
    }
    if (!args.scenario || !args.port) {
        fprintf(stderr, "%s: --scenario NAME and --port N are needed\n", argv[0]);
        return false;
    }
    if (args.tls_port && !args.ca_path) {
        fprintf(stderr, "%s: --tls-port needs --ca FILE\n", argv[0]);
        return false;
    }
    if (raise_descriptor_limit() < args.n_connections + 32) {
        fprintf(stderr, "%s: %ld connections need more descriptors than allowed\n", argv[0],
                args.n_connections);
        return false;
    }
    signal(SIGALRM, on_alarm);
    alarm((unsigned)args.seconds);
    *pick_args = args;
    return true;
}
