/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Multi: a set of transfers that are driven together, and everything that they share.
 *
 * It owns the timers, the socket registry, the run queue, the waiting lists, the connection pool,
 * the resolver, the message queue and the buffers that all connections borrow while they run. The
 * easy handles belong to the application: the multi never frees one.
 *
 * Invariant: a transfer that is not done has a socket interest, a deadline, is in the run queue or
 * in a waiting list, or is paused; whim_multi_check() asserts this in debug builds.
 */
#ifndef WHIM_ENGINE_MULTI_H
#define WHIM_ENGINE_MULTI_H

#include "engine/notify.h"
#include "engine/parting.h"
#include "engine/pool.h"
#include "engine/registry.h"
#include "engine/sentry.h"
#include "engine/wakeup.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/list.h"
#include "util/timers.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

struct whim_conn;
struct whim_doh;
struct whim_resolver;
struct whim_tls;
struct whim_tls_sessions;
struct whim_transfer;

#define WHIM_MULTI_MAGIC 0x57484d4cu /* 'WHML' */

/* No deadline. */
#define WHIM_NEVER INT64_MAX
/* A deadline that is always due: there is work in the run queue. */
#define WHIM_AT_ONCE INT64_C(0)

enum {
    /* What one recv may bring: more does not make a large download cheaper. */
    WHIM_RECV_BUFFER_BYTES = 64 * 1024,
    /* Buffers that one connection may empty in a drive call before others get their turn (C-69). */
    WHIM_RECV_ROUNDS = 10,
};

/* Whose deadline a struct whim_timer is. */
enum whim_timer_kind {
    WHIM_TIMER_TRANSFER,
    WHIM_TIMER_DIAL,
    WHIM_TIMER_RESOLVER,
    WHIM_TIMER_PARTING,
};

struct whim_multi {
    uint32_t magic;
    unsigned call_stack; /* guard.h */
    bool is_dead;        /* a socket or timer callback said -1; until every handle is removed */
    bool is_timer_lost;  /* the timer callback did, which comes last: the next call ends the rest */
    bool is_closing;     /* inside of whim_multi_free() */
    bool is_idle_watched;
    bool is_multiplexed;

    int64_t now_us; /* read at the start of each call that drives; whim_multi_now_us() */
    bool is_clock_stale; /* a callback has taken its time since */
    int64_t environment_us; /* of now_us, when the environment was looked at last (route.c) */
    bool has_proxy_variable;
    struct whim_timers timers;
    bool is_timer_told;        /* the loop has a timer of ours, fired or not, since the last -1 */
    int64_t announced_us;      /* the deadline that the timer callback was told; WHIM_NEVER: none */
    unsigned n_late_calls;     /* socket calls since that was due */
    int64_t late_since_us;     /* when the first of them came */
    int64_t unread_us;         /* when to remind of unread messages */
    int64_t unread_backoff_us; /* doubled at each reminder that nobody answered */

    struct whim_registry registry;
    struct whim_list transfers; /* all that are added */
    struct whim_list runnable;  /* to be run by the next drive call, first come first served */
    struct whim_list waiting;   /* for the limit on all connections (C-132) */
    uint64_t n_waits;           /* numbers those who wait, over all lists */
    struct whim_list messages;  /* done transfers whose message is unread, in order of completion */
    struct whim_list reporting; /* transfers with a progress callback or meter */
    struct whim_transfer *leaving;  /* being removed, and still good to be named */
    struct whim_transfer *stand_in; /* for the socket callback while no handle is added */
    uint32_t n_messages;
    uint32_t n_transfers;
    uint32_t n_alive;   /* added and not done: the running count (C-43) */
    uint32_t n_waiting;
    int64_t n_added_ever;
    int64_t last_transfer_id;

    struct whim_pool pool;
    struct whim_parting parting;
    struct whim_tls *tls;                   /* contexts; NULL until one is asked for */
    struct whim_tls_sessions *tls_sessions; /* NULL until a connection may resume one */
    struct whim_resolver *resolver; /* NULL until a name has to be looked up */
    struct whim_timer resolver_timer;
    struct whim_doh *doh; /* NULL until a name is asked for over HTTPS */
    struct whim_notify notify;
    struct whim_poller *poller; /* NULL until perform, poll or wait is called */
    struct whim_sentry sentry;
    struct whim_wakeup wakeup;

    char *recv_buffer;         /* WHIM_RECV_BUFFER_BYTES; made by the first connection that reads */
    char *decode_buffer;       /* made by the first body that has to be decoded (decode.h) */
    struct whim_buf head;      /* the request head that is being built */
    char *upload_buffer;       /* lent to one transfer at a time */
    size_t upload_buffer_bytes;

    curl_socket_callback socket_cb;
    void *socket_data;
    curl_multi_timer_callback timer_cb;
    void *timer_data;
    curl_push_callback push_cb;
    void *push_data;
    long max_streams;
};

/* The multi behind a public handle, or NULL when it is none (C-1). */
static inline struct whim_multi *whim_multi_from(CURLM *handle)
{
    struct whim_multi *multi = handle;

    return multi && multi->magic == WHIM_MULTI_MAGIC ? multi : NULL;
}

/* The time, read anew if a callback has taken some of it: for what begins in the midst of a call. */
static inline int64_t whim_multi_now_us(struct whim_multi *multi)
{
    if (multi->is_clock_stale) {
        multi->now_us = whim_clock_now_us();
        multi->is_clock_stale = false;
    }
    return multi->now_us;
}

/* NULL when out of memory. */
struct whim_multi *whim_multi_new(void);

/*
 * Ends everything, in the order of D-2, and frees the multi. Transfers that are still added are
 * detached, not freed. Never announces anything new, never waits.
 */
void whim_multi_free(struct whim_multi *multi);

/*
 * Sets the socket callback; one that replaces another takes over what that was told (C-90).
 * CURLM_OK, or CURLM_OUT_OF_MEMORY and nothing has changed.
 */
CURLMcode whim_multi_set_socket_cb(struct whim_multi *multi, curl_socket_callback cb);

/* WHIM_MOPT_IDLE_WATCH: are idle connections to stay announced? Those idle now follow too. */
void whim_multi_watch_idle(struct whim_multi *multi, bool is_watched);

/* Adds a transfer that is apart; asks for a 0 ms timer. On failure both are as before (C-45). */
CURLMcode whim_multi_add(struct whim_multi *multi, struct whim_transfer *transfer);

/* Takes a transfer out in whatever state, and tells the loop what follows from that (C-49..52). */
CURLMcode whim_multi_remove(struct whim_multi *multi, struct whim_transfer *transfer);

/* A callback failed: no more driving until every handle has been removed (C-81). */
void whim_multi_die(struct whim_multi *multi);

/* What a call has to answer after callbacks ran: OK, or ABORTED_BY_CALLBACK of a dead multi. */
CURLMcode whim_multi_verdict(struct whim_multi *multi);

/*
 * The handle to name in a callback for a transfer (NULL: for none in particular): itself; but for an
 * internal one who waits for it, and else any, or the stand-in (C-73).
 */
CURL *whim_multi_name_of(struct whim_multi *multi, struct whim_transfer *transfer);
/* The handle to name in a socket callback for this descriptor; never NULL. */
CURL *whim_multi_easy_of_socket(struct whim_multi *multi, int fd);

/* The receive buffer, for the connection that runs now; NULL when out of memory. */
char *whim_multi_recv_buffer(struct whim_multi *multi);

/* The buffer for decoded bytes (decode.h), likewise. */
char *whim_multi_decode_buffer(struct whim_multi *multi);

/* Asserts the invariant above; debug builds call it after each drive call. */
void whim_multi_check(struct whim_multi *multi);

#endif
