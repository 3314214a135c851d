/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* whimbrel/conformance.h: a test suite for adapters between a multi handle and an event loop.
 *
 * Describe your adapter in a struct whim_subject and call whim_conformance_run(). It starts a small
 * HTTP server on the loopback interface, runs each scenario in a process of its own, and reports
 * in the Test Anything Protocol. Link with the libcurl to test against.
 * See whimbrel-conformance(3). */

#ifndef WHIMBREL_CONFORMANCE_H
#define WHIMBREL_CONFORMANCE_H

#include <stdio.h>

#include <curl/curl.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What an adapter can do beyond opening, turning and closing. Scenarios that need what it cannot
 * do are skipped. */
#define WHIM_CAN_DONE 1u  /* it reads messages itself and calls `done` */
#define WHIM_CAN_JOIN 2u  /* several multi handles can share one loop */
#define WHIM_CAN_EDGE 4u  /* it can watch edge-triggered */
#define WHIM_CAN_CLOSE 8u /* it can be closed inside callbacks */
#define WHIM_CAN_FORK 16u /* in the child of a fork its turn fails, and nothing is disturbed */

struct whim_subject_options {
    void (*done)(CURL *easy, CURLcode result, void *data); /* NULL: the suite reads messages */
    void *data;
    void *join;  /* an open adapter whose loop to share, or NULL */
    int is_edge; /* watch edge-triggered */
};

/* An adapter under test. `open`, `turn` and `close` are mandatory. */
struct whim_subject {
    const char *name;
    unsigned can;

    /* Start driving `multi`. NULL with errno. */
    void *(*open)(CURLM *multi, const struct whim_subject_options *options);

    /* Let the loop run until something has happened, but not longer than `max_ms`. Negative with
     * errno if the adapter or its loop has failed. The number of these calls that come back before
     * their time is what a scenario counts as wake-ups. */
    int (*turn)(void *adapter, int max_ms);

    /* Stop. Called once, possibly after the multi handle was cleaned up; with WHIM_CAN_CLOSE also
     * inside callbacks. */
    void (*close)(void *adapter);

    /* Optional. Make the loop's next `n` operations on descriptors fail. */
    void (*sabotage)(int n);
};

/* Run in this process, for a debugger. A crash then ends the suite. */
#define WHIM_CONFORMANCE_NO_FORK 1u
/* Name the scenarios, and run none. */
#define WHIM_CONFORMANCE_LIST 2u

/* All zero is fine. */
struct whim_conformance_options {
    FILE *report;     /* NULL: stdout */
    const char *only; /* run the scenarios whose name contains this */
    unsigned flags;
    int limit_s; /* of one scenario, 0: 30 seconds; set more under an emulator */
};

/* Run the suite. Gives the number of scenarios that failed, or -1 with errno if it could not
 * begin. Deviations that a released libcurl is known for are reported as such, and not counted. */
int whim_conformance_run(const struct whim_subject *subject,
                         const struct whim_conformance_options *options);

#ifdef __cplusplus
}
#endif

#endif
