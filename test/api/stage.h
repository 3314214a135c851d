/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The stage of a scenario: its peers and transfers, and callbacks that fail when it is their turn.
 * Every step of making a transfer may fail, and then it has no part in what follows.
 */
#ifndef WHIM_TEST_STAGE_H
#define WHIM_TEST_STAGE_H

#include "xfer.h"

enum { STAGE_MAX_XFERS = 8 };

/* Which call of a user callback fails, counted over all transfers of the stage; 0: none. */
enum stage_callback {
    STAGE_WRITE,
    STAGE_HEADER,
    STAGE_READ,
    STAGE_PROGRESS,
    STAGE_OPENSOCKET,
    STAGE_SOCKOPT,
    STAGE_PREREQ,
    STAGE_N_CALLBACKS
};

struct stage {
    struct drive *drive;
    struct peer *peer;  /* serves the scenario; lives for the whole test */
    struct peer *other; /* a second address or origin, may be NULL */
    CURLSH *share;      /* of the transfers; NULL: they have none */
    curl_mime *mime;    /* what one of them sends, or NULL */
    struct curl_httppost *form; /* the same */
    struct xfer *x[STAGE_MAX_XFERS];
    int n;          /* transfers made so far */
    int n_fds;      /* open descriptors when all is at rest */
    char what[200]; /* scenario, fault and count, for messages */
    int n_calls[STAGE_N_CALLBACKS];
    int fail_at[STAGE_N_CALLBACKS];
    bool is_watching; /* install all the callbacks above */
};

/* A transfer of the stage; NULL when the library could not make it. */
struct xfer *stage_try_new(struct stage *stage, const char *url);
/* The same, by a path at the stage's peer. */
struct xfer *stage_try_new_path(struct stage *stage, const char *path);
/* Puts it on the stage, and into the multi if it is still wanted there. NULL is fine. */
void stage_try_start(struct stage *stage, struct xfer *x, bool is_ready);

/* Gives what xfer_upload() has set, three bytes at a time: what x->on_read is already. */
size_t stage_give_upload(struct xfer *x, char *data, size_t room);

/* Takes a body at its second offer: for x->on_body. Whoever drives it lets it go on. */
size_t stage_pause_once(struct xfer *x, char *data, size_t n);

#endif
