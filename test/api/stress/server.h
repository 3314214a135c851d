/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The server: it does its work when it is told to, in the thread of the sequence.
 *
 * It resets, stalls, splits and lies as each request's path says, and checks what it gets.
 */
#ifndef WHIM_TEST_STRESS_SERVER_H
#define WHIM_TEST_STRESS_SERVER_H

#include <stdbool.h>

enum { N_PORTS = 3 };

/* What the server does about a request for /KIND/CONTENT/UPLOAD. */
enum kind {
    PLAIN,
    CHUNKED,
    TRAILERS,
    UNTIL_CLOSE,
    SAYS_CLOSE,
    INTERIM,      /* some 1xx before */
    EXCESS,       /* bytes behind the end */
    CLOSES_AFTER, /* keep-alive, but it closes */
    HALF_CLOSES,  /* the same in one direction */
    EARLY,        /* answers before the upload came */
    EARLY_ERROR,  /* ... with an error, and does not read on */
    RESET_BEFORE,
    CLOSE_BEFORE,
    RESET_HALFWAY,
    CLOSE_HALFWAY,
    STALL, /* says nothing until the end of the sequence */
    N_KINDS
};

extern int ports[N_PORTS];
extern bool is_ending; /* the server brings everything to an end */

/* A transfer of that kind cannot succeed. */
bool kind_fails(enum kind kind);
/* Byte number i of any content, both ways. */
char pattern(long i);

void open_listeners(void);
/* A few random moves; with is_ending all that it can do. */
void move_server(void);
/* Resets whatever is open. */
void close_peers(void);

#endif
