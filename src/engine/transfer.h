/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Transfer: an easy handle, its options and the state of its current request.
 *
 * The application owns it (curl_easy_init to curl_easy_cleanup); a multi drives it between add and
 * remove. One table says which state may follow which (tbl/transfer_states.h), one function,
 * whim_transfer_enter(), writes the state. Inside callbacks that are set on a handle the guard
 * refuses everything that could free it or take it out, so a pointer to it stays good across
 * them; its connection may change, and is looked up again.
 */
#ifndef WHIM_ENGINE_TRANSFER_H
#define WHIM_ENGINE_TRANSFER_H

#include "engine/info.h"
#include "engine/options.h"
#include "engine/upload.h"
#include "proto/url.h"
#include "util/list.h"
#include "util/timers.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

struct whim_conn;
struct whim_cookie_engine;
struct whim_headers;
struct whim_follow;
struct whim_login;
struct whim_multi;
struct whim_origin;
struct whim_pace;
struct whim_sites;

#define WHIM_TRANSFER_MAGIC 0x57484d54u /* 'WHMT' */

enum whim_transfer_state {
#define TRANSFER_STATE(name, next) WHIM_TRANSFER_##name,
#include "engine/tbl/transfer_states.h"
    WHIM_TRANSFER_STATE_MAX
};

struct whim_transfer {
    uint32_t magic;
    uint8_t state; /* enum whim_transfer_state; written by whim_transfer_enter() alone */
    uint8_t method; /* enum whim_method, of this request */
    uint8_t n_retries; /* on connections that turned out dead (C-172) */

    bool is_queued : 1;        /* in the run queue */
    bool is_waiting : 1;       /* in a waiting list */
    bool is_message_unread : 1;
    bool is_recv_paused : 1;
    bool is_send_paused : 1;
    bool is_source_paused : 1;  /* and it was the source that said so */
    bool is_response_begun : 1; /* a byte of it has arrived: no retry any more */
    bool is_response_done : 1;
    bool is_error_told : 1;     /* the error buffer has this transfer's reason */
    bool wants_fresh_conn : 1;
    bool is_url_plain : 1;      /* url_text was parsed without any option that has a say in it */
    bool has_dns_wildcard : 1;  /* CURLOPT_RESOLVE said "*:PORT:..." on this handle */
    bool is_continue_awaited : 1; /* the body waits for 100 Continue, or continue_us */
    bool is_expect_sent : 1;    /* this request has asked for 100 Continue */
    bool is_expect_refused : 1; /* and another one was refused for that */
    bool has_met_proxy : 1;     /* a challenge of the proxy's, and was not accepted since */
    bool is_login_waived : 1;   /* nobody asked for the login that the body was held back for */
    bool is_range_kept : 1;     /* Content-Range begins where RESUME_FROM says */
    bool is_condition_unmet : 1; /* the document is not wanted: TIMECONDITION, RESUME_FROM */
    bool is_misdirected : 1;    /* by an alternative: the origin is asked next */
    bool is_header_written : 1; /* the held line went to the write callback already */
    bool is_internal : 1;      /* asks a DoH server (doh.h): the application never sees it */
    bool is_polling : 1;       /* a file has to be looked at again in a while */
    bool is_in_callback : 1;   /* while it is in no multi, whose guard would say so (callback.h) */
    bool is_stand_in : 1;      /* belongs to a multi, which names it in socket callbacks */
    bool is_woken : 1;          /* taken off a waiting list for room that it has not used yet */

    struct whim_multi *multi;     /* where it is added; NULL: nowhere */
    struct whim_multi *own_multi; /* of curl_easy_perform(), kept for its connections (C-21) */
    struct whim_list in_multi;
    struct whim_list queue;    /* in the run queue, a waiting list or the message queue */
    struct whim_list notified; /* in the list of EASY_DONE notifications */
    struct whim_list reporting; /* in the list of those that tell their progress */
    struct whim_timer timer;   /* the nearest of its deadlines */
    uint64_t wait_number;      /* place among all that wait */
    int64_t connect_start_us;  /* CONNECTTIMEOUT counts from here */
    int64_t continue_us;       /* when not to wait for 100 Continue any longer */

    struct whim_conn *conn;     /* that carries it, or NULL */
    struct whim_origin *origin; /* a reference, from the start of a request to its end */
    struct whim_follow *follow; /* redirects; NULL: none so far */
    struct whim_login *login;   /* at the origin; NULL: no credentials so far */
    struct whim_cookie_engine *cookies; /* NULL: it is off */
    struct whim_sites *sites;   /* HSTS, alternative services; NULL: nothing is asked for */
    struct whim_pace *pace;     /* speed limits and low-speed watch; NULL: neither was asked for */
    struct whim_headers *headers; /* of the responses; NULL until there is one */
    struct whim_str *url_text;  /* the URL of the current request, a reference */
    struct whim_url url;        /* its parts */
    struct whim_upload upload;

    CURLMsg message;
    struct whim_info info;
    struct whim_options options;
};

/* The transfer behind a public handle, or NULL when it is none (C-1). */
static inline struct whim_transfer *whim_transfer_from(CURL *handle)
{
    struct whim_transfer *transfer = handle;

    return transfer && transfer->magic == WHIM_TRANSFER_MAGIC ? transfer : NULL;
}

/* One that lies in something else, all zero before. */
void whim_transfer_init(struct whim_transfer *transfer);
/* It is apart. Frees what it holds, but not itself. */
void whim_transfer_fini(struct whim_transfer *transfer);
/* NULL when out of memory (C-12). */
struct whim_transfer *whim_transfer_new(void);
/* Options, and whether there is a cookie engine; nothing else (C-15). NULL when out of memory. */
struct whim_transfer *whim_transfer_dup(const struct whim_transfer *transfer);
/* The transfer is apart. Frees it and its own multi. */
void whim_transfer_free(struct whim_transfer *transfer);

/* Changes the state; the move must be in the table. */
void whim_transfer_enter(struct whim_transfer *transfer, enum whim_transfer_state state);

/* Puts it into the run queue; it may be there already. Unwaits it. */
void whim_transfer_schedule(struct whim_transfer *transfer);
/* Takes it out of whatever queue it is in. */
void whim_transfer_unqueue(struct whim_transfer *transfer);

/* Does whatever its state allows: the run queue's and the timers' entry. */
void whim_transfer_run(struct whim_transfer *transfer);

/*
 * Ends it: gives up the connection, which is kept when can_keep_conn and nothing speaks against
 * it, and queues the message.
 */
void whim_transfer_finish(struct whim_transfer *transfer, CURLcode result, bool can_keep_conn);

/*
 * The connection broke before the response was complete: starts again on another when that is
 * safe (C-172), else finishes with the result, and the reason as the error's text.
 */
void whim_transfer_conn_lost(struct whim_transfer *transfer, CURLcode result, const char *reason);

/*
 * A proxy wants the handshake once more, over a new connection: starts again, with what was learnt
 * kept by the origin. Ends the transfer when it has been so too often.
 */
void whim_transfer_reconnect(struct whim_transfer *transfer);

/*
 * A challenge to the request can be met: sends it again, over the same connection if that can be
 * kept. What the first response has told is forgotten.
 */
void whim_transfer_ask_again(struct whim_transfer *transfer, bool can_keep_conn);

/*
 * A redirect's target is the transfer's URL by now: requests that, with the time limit for
 * connecting begun anew.
 */
void whim_transfer_hop(struct whim_transfer *transfer, bool can_keep_conn);

/*
 * Keeps a header's line for curl_easy_header(); origin: CURLH_*. CURLE_OUT_OF_MEMORY, or
 * CURLE_TOO_LARGE, which is told.
 */
CURLcode whim_transfer_keep_header(struct whim_transfer *transfer, unsigned origin,
                                   const char *line, size_t len);

/* Is the document as old, or as new, as CURLOPT_TIMECONDITION does not want it? */
bool whim_transfer_fails_condition(const struct whim_transfer *transfer);

/* Lets go of connection, origin, buffers, and whatever else a request holds; not of the result. */
void whim_transfer_release(struct whim_transfer *transfer, bool can_keep_conn);

#endif
