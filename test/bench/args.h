/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * args: the command line that the client and the floor share, so that one set of words
 * describes the same load to both.
 */
#ifndef BENCH_ARGS_H
#define BENCH_ARGS_H

#include <stdbool.h>
#include <stdint.h>

struct bench_args {
    const char *scenario;
    long port;         /* of the origin */
    long tls_port;     /* the load goes there, by HTTPS; 0: to port, in plain */
    const char *ca_path; /* the certificate of the TLS port */
    long keeps_sessions; /* of TLS; 0: every handshake is a full one */
    long n_hosts;      /* it listens on 127.0.0.1 .. 127.0.0.<n_hosts> */
    long n_connections;
    long n_requests;   /* in the measured window */
    long n_handles;    /* for the scenarios that count handles */
    long body_bytes;
    int64_t total_bytes; /* of a large download */
    long piece_bytes;  /* the floor's receive buffer */
    long seconds;      /* after which the process ends itself */
};

/* False after it has said on standard error what is wrong. Arms the time limit. */
bool bench_args_read(int argc, char **argv, struct bench_args *pick_args);

#endif
