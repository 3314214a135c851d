/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * A multi handle and the loop that drives it, in the mode that the test runs in.
 *
 * Owns the multi handle, its ledger, and the loop; transfers (xfer.h) belong to the test.
 * Five modes, none of which knows of the others:
 *   poll     curl_multi_poll and curl_multi_perform, no callbacks
 *   socket   socket_action over poll(2)
 *   level    socket_action over epoll, level-triggered
 *   edge     socket_action over epoll, edge-triggered
 *   libevent socket_action over libevent
 * Invariants: an event is passed on only if its registration still stands (descriptor and
 * generation); waits round up; timer 0 never runs inside the callback; every handle gets one result
 * or is removed.
 */
#ifndef WHIM_TEST_DRIVE_H
#define WHIM_TEST_DRIVE_H

#include "harness.h"
#include "ledger.h"

enum drive_mode {
    DRIVE_POLL,
    DRIVE_SOCKET,
    DRIVE_LEVEL,
    DRIVE_EDGE,
    DRIVE_LIBEVENT,
    DRIVE_N_MODES
};

/* One loop. Made by init, one turn waits at most ms and hands all that is ready to drive_event()
   and drive_timeout(). */
struct drive;
struct xfer;
struct drive_loop {
    const char *name;
    struct ledger_hooks hooks;
    bool has_callbacks;
    void *(*init)(struct drive *drive);
    void (*fini)(void *state);
    void (*turn)(void *state, int ms);
};

struct drive {
    CURLM *multi; /* NULL once cleaned up */
    struct ledger ledger;
    const struct drive_loop *loop;
    void *state;
    int running;         /* as last told */
    int n_added;         /* handles in the multi */
    unsigned n_events;   /* events and timeouts passed to the library */
    bool keeps_done;     /* leave finished handles in the multi */
    bool keeps_messages; /* do not read messages */
    bool loses_loop;     /* drive_free: the loop goes first, then the multi */
    bool uses_perform;   /* the timer is answered with curl_multi_perform */
    CURLMcode tolerated; /* a code that drive calls may return besides OK */
    bool is_tolerant;    /* they may return any code: faults are injected */
    CURLMcode last_code; /* what the last drive call returned */
    struct drive_handle {
        CURL *easy;
        struct xfer *xfer; /* may be NULL */
        int n_results;
    } handles[4096];
};

extern const struct drive_loop drive_loop_poll, drive_loop_socket, drive_loop_level,
    drive_loop_edge, drive_loop_libevent;

const char *drive_mode_name(enum drive_mode mode);
/* False when this build lacks it (libevent). */
bool drive_mode_has(enum drive_mode mode);
/* The mode of this test, set by the runner. */
extern enum drive_mode drive_mode;

/* A new multi in this test's mode, freed by the harness at the end of the test. */
struct drive *drive_new(void);
/* Handles still in it are removed, then it is cleaned up, then the loop goes. The struct itself
   lives until the end of the test, so that transfers may look at it. */
void drive_free(struct drive *drive);
/* The same with the struct: no transfer may look at it any more. */
void drive_destroy(struct drive *drive);
/* Cleans the multi up now, with whatever is in it. */
CURLMcode drive_cleanup(struct drive *drive);

CURLMcode drive_add(struct drive *drive, CURL *easy, struct xfer *xfer);
CURLMcode drive_remove(struct drive *drive, CURL *easy);

/* One turn of the loop; true if anything was passed to the library. */
bool drive_turn(struct drive *drive, int ms);
/* Until no transfer runs; fails the test past its deadline. */
void drive_run(struct drive *drive);
/* Until nothing is ready and no timer is due; fails the test when that never comes. */
void drive_settle(struct drive *drive);

#define DRIVE_UNTIL(drive, cond)                                                                   \
    do {                                                                                           \
        int64_t give_up_us_ = sys_real_us() + patience_ms() * INT64_C(1000);                       \
        while (!(cond)) {                                                                          \
            if (sys_real_us() > give_up_us_)                                                       \
                FAIL("never so: %s", #cond);                                                       \
            drive_turn(drive, 2);                                                                  \
        }                                                                                          \
    } while (0)

/* For the loops: tell the library that the descriptor is ready, or that its time has come. */
void drive_event(struct drive *drive, int fd, unsigned generation, int mask);
void drive_timeout(struct drive *drive);
/* What a call into the multi returned: kept, and checked unless it is tolerated. */
void drive_take_code(struct drive *drive, CURLMcode code);
/* For tests: one call, messages are not read. */
CURLMcode drive_call(struct drive *drive, curl_socket_t fd, int mask);
CURLMcode drive_perform(struct drive *drive);
/* Reads all messages into the transfers; returns how many there were. */
int drive_read_messages(struct drive *drive);

/* Real monotonic time, which no test can move. */
int64_t sys_real_us(void);

#endif
