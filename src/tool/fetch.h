/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * fetch: one URL on its way, and the easy handle that it is fetched with.
 *
 * An easy handle gets all options that never change when it is made, and only a URL per use, so
 * that reuse costs nothing. A fetch owns its easy handle, its copy of the URL and its sink. It is
 * in one place at a time, which its state tells; queues link it through `next`.
 */
#ifndef TOOL_FETCH_H
#define TOOL_FETCH_H

#include "names.h"
#include "options.h"
#include "result.h"
#include "sink.h"
#include "source.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

enum tool_fetch_state {
    TOOL_FETCH_FREE,    /* in the pool */
    TOOL_FETCH_WAITING, /* for its host's turn or for a place among the running */
    TOOL_FETCH_RUNNING, /* added to the multi handle */
    TOOL_FETCH_ENDED,   /* its transfer is over and not yet looked at */
    TOOL_FETCH_DELAYED, /* until due_us */
};

/* What all fetches of a run have in common. */
struct tool_fetch_world {
    const struct tool_options *options;
    struct tool_folder *folder;
    int64_t n_received; /* body bytes so far, of all */
};

struct tool_fetch {
    struct tool_fetch *next;
    struct tool_fetch_world *world;
    enum tool_fetch_state state;
    CURL *easy;
    char *url; /* terminated; may hold NUL bytes before url_len */
    size_t url_len;
    unsigned long line;
    bool is_cut;
    struct tool_host *host;
    long n_attempts;
    int64_t due_us;
    CURLcode result;
    int64_t n_bytes;
    bool is_begun; /* body bytes have come, and is_kept is known */
    bool is_kept;  /* the body goes to the sink */
    bool is_too_big;
    struct tool_sink sink;
    char name[TOOL_NAME_MOST + 1];
    char error[CURL_ERROR_SIZE + 64];
};

struct tool_fetch_queue {
    struct tool_fetch *first, *last;
};

/* NULL when out of memory. */
struct tool_fetch *tool_fetch_new(struct tool_fetch_world *world);
/* Its easy handle must be in no multi handle. */
void tool_fetch_free(struct tool_fetch *fetch);

/* Takes the line as the URL to fetch. False when out of memory. */
bool tool_fetch_take_line(struct tool_fetch *fetch, const struct tool_line *line);
/* A reason not to try the URL at all, or NULL. */
const char *tool_fetch_refusal(const struct tool_fetch *fetch);
/* Makes the easy handle ready for one attempt. */
CURLcode tool_fetch_prepare(struct tool_fetch *fetch);
/* Writes down what the attempt came to; before the easy handle is removed. */
void tool_fetch_measure(struct tool_fetch *fetch, struct tool_result *result);
/* The result of a fetch that had no attempt to measure. */
void tool_fetch_describe(const struct tool_fetch *fetch, struct tool_result *result);
/* Ends the body: it gets its name if the result is good, and is dropped otherwise. A failure
   turns the result. */
void tool_fetch_settle_body(struct tool_fetch *fetch, struct tool_result *result);

static inline void tool_fetch_queue_add(struct tool_fetch_queue *queue, struct tool_fetch *fetch)
{
    fetch->next = NULL;
    if (queue->first)
        queue->last->next = fetch;
    else
        queue->first = fetch;
    queue->last = fetch;
}

/* NULL from an empty queue. */
static inline struct tool_fetch *tool_fetch_queue_take(struct tool_fetch_queue *queue)
{
    struct tool_fetch *fetch = queue->first;

    if (fetch)
        queue->first = fetch->next;
    return fetch;
}

#endif
