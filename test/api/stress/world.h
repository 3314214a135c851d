/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Random sequences of calls, against a server that resets, stalls, splits and lies.
 *
 * One sequence: two multis, a few handles and a server, all in one thread. Each step is drawn from
 * the seed: add, remove, clean up, pause, go on, deliver an event (a true one, a stale one, one for
 * nobody's descriptor), the timer early or late, limits, failing callbacks, failing allocations,
 * calls from inside of callbacks, or a move of the server. Then the server answers all that is
 * open, and everything has to come to its end: without a TIMEOUT a lost wake-up shows as a hang.
 *
 * Wanted throughout and at the end: every handle that was added gives one result or was removed;
 * bodies arrive whole, once and in order, both ways; what is announced is open and was not
 * announced before; nothing stays registered, armed, open or allocated after cleanup.
 *
 *   callbacks.c  what the library calls, and what must hold then
 *   handles.c    add and remove, requests and results
 *   loop.c       the application's loop
 *   steps.c      the moves of a sequence
 *   sequence.c   beginning and end of one
 */
#ifndef WHIM_TEST_STRESS_WORLD_H
#define WHIM_TEST_STRESS_WORLD_H

#define CURL_DISABLE_DEPRECATION /* curl_multi_socket_all() is to work as well */
#include "dice.h"
#include "server.h"

#include <curl/curl.h>
#include <sys/types.h>

enum {
    N_BOXES = 2, /* multis of a sequence */
    N_XFERS = 20,
    MAX_FD = 1024,
};

struct registration {
    int what; /* CURL_POLL_*, 0: none */
    ino_t inode;
    void *socketp;
};

struct box {
    CURLM *multi;
    struct registration at[MAX_FD];
    double due_ms; /* of the timer; negative: off */
    bool was_told_off;
    bool has_failed; /* a callback was, or is to be, made to fail */
    int n_failures;  /* of callbacks so far */
    int fail_socket_in, fail_timer_in;
    int depth; /* calls on the stack */
    bool is_closing;
    int n_running;
    long n_timer_calls;
};

struct xfer {
    CURL *easy;
    struct box *box; /* where it is added */
    struct curl_slist *fields;
    char url[80];
    enum kind kind;
    bool is_raw; /* CONNECT_ONLY */
    bool may_fail;
    bool pauses, is_paused, is_done;
    bool fails_open, aborts;
    long n_content, n_got, n_upload, n_read;
};

extern struct box boxes[N_BOXES];
extern struct xfer xfers[N_XFERS];
extern struct xfer *leaving; /* a call is under way that takes it out */
extern struct box *leaving_from;
extern bool is_starved;                               /* memory runs out in this call */
extern CURLMcode (*notify_enable)(CURLM *, unsigned); /* NULL: the library is older */

/* callbacks.c */
int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socketp);
int on_timer(CURLM *multi, long ms, void *arg);
void on_notify(CURLM *multi, unsigned type, CURL *easy, void *arg);
void set_callbacks(struct xfer *x);
/* All that are in the box, or all; from here on a failure of theirs is no surprise. */
void everything_may_fail(struct box *box);
/* 0: it is not open. */
ino_t inode_of(int fd);

/* handles.c */
void add(struct box *box, struct xfer *x);
void remove_from(struct box *box, struct xfer *x);
/* What a call said that may have run callbacks. */
void check_code(struct box *box, CURLMcode code, const char *call);
void read_messages(struct box *box, unsigned most);

/* loop.c */
void act(struct box *box, int fd, int mask);
void act_all(struct box *box);
void fire_timer(struct box *box);
/* One turn of a batching loop: events that the batch made stale are delivered all the same. */
void turn_loop(struct box *box, int max_ms);

/* steps.c */
void random_call(struct box *box, bool from_notify);

/* sequence.c: whether all was as it should be. */
bool run_sequence(unsigned seed);

#endif
