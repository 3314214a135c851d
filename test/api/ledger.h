/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The instrumented receiver of a multi handle's socket and timer callbacks.
 *
 * It sits between the library and any loop: it checks every call against the contract, keeps the
 * books (what is announced, when the timer is due, a trace of everything) and hands the call on to
 * the loop's hooks. A broken rule ends the test with its name.
 * Owns the registrations; the multi handle and the loop belong to the drive.
 * Rules: an announcement says something new, and something known (C-74, C-76); REMOVE comes once,
 * only for what was announced, while the descriptor is open (C-78, C-79); the socketp is the one
 * assigned to this very registration (C-80, C-88); nothing is announced during cleanup (C-31); -1
 * is not told twice (C-96); after cleanup nothing is registered, no timer armed (C-30, C-32) and no
 * call comes. The timer callback is the last of a drive call and comes once (C-65).
 */
#ifndef WHIM_TEST_LEDGER_H
#define WHIM_TEST_LEDGER_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

/* What a loop does with the news; every slot is mandatory. */
struct ledger_hooks {
    /* What is CURL_POLL_IN, OUT or INOUT; was is what it was before, 0 for a new registration. */
    void (*watch)(void *loop, int fd, int what, int was);
    void (*unwatch)(void *loop, int fd);
    /* The one-shot timer now ends at ledger->timer_due_us, or is off. */
    void (*arm)(void *loop);
    void (*disarm)(void *loop);
};

struct ledger_entry {
    int what;            /* as last told, 0: not announced */
    void *socketp;       /* as assigned */
    unsigned generation; /* counts registrations of this descriptor */
    bool is_doubtful;    /* an announcement was answered with -1: REMOVE may come or not */
};

enum { LEDGER_MAX_FDS = 4096, LEDGER_MAX_EVENTS = 4096 };

/* One line of the trace. */
struct ledger_event {
    enum { LEDGER_SOCKET, LEDGER_TIMER } kind;
    int fd, what;
    long ms;
    unsigned drive_call; /* which drive call it came from, 0: none */
    CURL *easy;
    void *socketp;
};

struct ledger {
    CURLM *multi;
    const struct ledger_hooks *hooks;
    void *loop;
    struct ledger_entry entries[LEDGER_MAX_FDS];
    unsigned n_announced; /* entries that are now */
    bool is_armed;
    int64_t timer_due_us; /* on sys_clock_us() */
    long timer_ms;        /* as last told, -2: never */

    bool is_cleaning, is_over;
    bool is_assigning;   /* give each registration a socketp; on by default */
    unsigned drive_call; /* the one we are in, 0: none */
    unsigned n_drive_calls;
    bool was_timer_told; /* in this drive call */
    bool is_new_round;   /* a timeout call came since the timer was told */

    unsigned n_socket_calls, n_timer_calls, n_announcements, n_removes;
    unsigned fail_socket_at, fail_timer_at; /* return -1 from that call on, 0: never */
    bool fail_once;
    void (*on_socket)(struct ledger *ledger, const struct ledger_event *event);
    void (*on_timer)(struct ledger *ledger, const struct ledger_event *event);
    void *arg; /* the test's */

    struct ledger_event events[LEDGER_MAX_EVENTS];
    unsigned n_events;
    unsigned next_serial;
    struct ledger *next;
};

/* Sets the multi's four callback options. */
void ledger_init(struct ledger *ledger, CURLM *multi, const struct ledger_hooks *hooks, void *loop);
/* The functions it sets, for tests that set them at other times. */
curl_socket_callback ledger_socket_callback(void);
curl_multi_timer_callback ledger_timer_callback(void);
/* Around each perform, socket_action or socket_all. */
void ledger_enter_drive(struct ledger *ledger);
void ledger_leave_drive(struct ledger *ledger);
/* The loop's timer fired (or a timeout call was made all the same): the deadline is used up. */
void ledger_timer_fired(struct ledger *ledger);
/* Milliseconds left, rounded up; -1 without a timer. */
int ledger_timer_left_ms(const struct ledger *ledger);
/* curl_multi_cleanup() with the books of the end. */
CURLMcode ledger_cleanup(struct ledger *ledger);
/* The ledger is about to be freed: no close is checked against it any more. */
void ledger_fini(struct ledger *ledger);

/* The mask last told for that descriptor, 0 when none is. */
int ledger_what(const struct ledger *ledger, int fd);
/* The only descriptor announced; fails the test when there is not exactly one. */
int ledger_only_fd(const struct ledger *ledger);
/* "3:IN 3:REMOVE T0 ..." from event number from on; static storage. */
const char *ledger_trace(const struct ledger *ledger, unsigned from);
/* Whether a callback has answered -1 since this was last asked. */
bool ledger_has_failed(void);
/* The trace of all living ledgers on stderr. */
void ledger_dump_all(void);

#endif
