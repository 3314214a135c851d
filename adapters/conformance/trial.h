/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* trial: one run of one scenario: a multi handle, the adapter under test, and the transfers.
 *
 * A scenario is a function that does its work and returns at the first thing that is wrong, having
 * said so with whim_trial_check(). What it leaves open is closed after it in the usual order; then
 * the open descriptors are compared with those from before. */

#ifndef WHIM_ADAPTERS_CONFORMANCE_TRIAL_H
#define WHIM_ADAPTERS_CONFORMANCE_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>
#include <whimbrel/conformance.h>

#define WHIM_CAN_FAIL 0x8000u /* the subject has `sabotage` */

/* Longer than any wait that ends by itself, however slow the machine. */
#define WHIM_TRIAL_LONG_MS 20000

struct whim_trial;

/* A transfer. */
struct whim_fetch {
    struct whim_trial *trial;
    struct whim_fetch *next;
    CURL *easy; /* NULL once cleaned up */
    size_t n_bytes;      /* of the body so far */
    bool is_garbled;     /* the body was not the peer's pattern */
    size_t pause_at;     /* pause once, when so many bytes are here; 0: do not */
    bool is_paused;
    size_t n_upload_left;
    int n_done;
    CURLcode result;
    int64_t began_ms, ended_ms;
    void (*on_body)(struct whim_fetch *f); /* inside the write callback, or NULL */
};

struct whim_trial {
    const struct whim_subject *subject;
    int port;         /* the peer's */
    CURLM *multi;
    void *adapter;
    struct whim_fetch *fetches;
    long timeout_ms; /* for new transfers, 0: none */
    int n_done;
    bool is_lost; /* the adapter told that all transfers are lost */
    void (*on_done)(struct whim_fetch *f); /* when a transfer has ended, or NULL */
    int turn_errno; /* of the last turn that failed */
    bool has_failed;
    char reason[256];
};

struct whim_scenario {
    const char *name;
    void (*run)(struct whim_trial *t);
    unsigned needs; /* WHIM_CAN_* */
};

/* The scenarios of one file, ended by one without a name. */
extern const struct whim_scenario whim_transfer_scenarios[];
extern const struct whim_scenario whim_timer_scenarios[];
extern const struct whim_scenario whim_pause_scenarios[];
extern const struct whim_scenario whim_callback_scenarios[];
extern const struct whim_scenario whim_loop_scenarios[];
extern const struct whim_scenario whim_cleanup_scenarios[];

/* Gives `is_true`; if that is false the trial has failed, for the first reason so given. */
bool whim_trial_check(struct whim_trial *t, bool is_true, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

int64_t whim_trial_now_ms(void);

/* Open the multi handle if there is none, and the adapter on it. */
bool whim_trial_open(struct whim_trial *t);
bool whim_trial_open_with(struct whim_trial *t, const struct whim_subject_options *options);

/* Options under which transfers are counted in the trial. */
struct whim_subject_options whim_trial_options(struct whim_trial *t);

void whim_trial_close_adapter(struct whim_trial *t);
void whim_trial_cleanup_multi(struct whim_trial *t);

/* A transfer from the peer, not yet added; NULL if the trial has failed. */
struct whim_fetch *whim_fetch_new(struct whim_trial *t, const char *path_format, ...)
    __attribute__((format(printf, 2, 3)));

/* New and added. */
struct whim_fetch *whim_fetch_start(struct whim_trial *t, const char *path_format, ...)
    __attribute__((format(printf, 2, 3)));

/* Begin again, or for the first time. */
bool whim_fetch_add(struct whim_fetch *f);

/* Make it a POST of `n` bytes. */
void whim_fetch_upload(struct whim_fetch *f, size_t n);

/* Take it out of the multi handle and clean it up. The struct stays with the trial. */
void whim_fetch_close(struct whim_fetch *f);

/* It ended once, well, with `n_bytes` of body. */
bool whim_fetch_check(struct whim_fetch *f, size_t n_bytes);

/* One turn, and then messages are read unless the adapter does it. False if the turn failed. */
bool whim_trial_turn(struct whim_trial *t, int max_ms);

/* Turn until `n_done` transfers have ended in all. */
bool whim_trial_run(struct whim_trial *t, int n_done);

/* Turn until `*flag`. */
bool whim_trial_run_until(struct whim_trial *t, const bool *flag);

/* Turn for so long. Gives the number of turns that came back before that, or -1. */
int whim_trial_count_wakeups(struct whim_trial *t, int duration_ms);

/* Drive with curl_multi_poll() and curl_multi_perform() until `n_done`. */
bool whim_trial_poll(struct whim_trial *t, int n_done);

/* Read messages until there are none. */
void whim_trial_read_messages(struct whim_trial *t);

/* What a transfer's end does in the trial; the adapter's `done`. */
void whim_trial_done(CURL *easy, CURLcode result, void *trial);

#endif
