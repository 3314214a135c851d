/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * A scripted peer that plays a server of DNS over HTTPS, and transfers that ask it.
 *
 * All that is made here is undone by the harness. How it answers may be changed at any time.
 */
#ifndef WHIM_TEST_DOH_PEER_H
#define WHIM_TEST_DOH_PEER_H

#include "tls_xfer.h"

#include <stdatomic.h>

enum doh_kind {
    DOH_ADDRESSES, /* those of struct doh's text that are of the kind asked for */
    DOH_ALIAS,     /* the same, by way of another name */
    DOH_NO_DATA,
    DOH_NO_NAME,
    DOH_SERVFAIL,
    DOH_TRUNCATED,  /* says that it is cut off */
    DOH_CUT,        /* is cut off, in the middle of its last record */
    DOH_NOISE,      /* the question, and what cannot be read */
    DOH_EMPTY,      /* no byte */
    DOH_OTHER_NAME, /* an answer to a question for another name */
    DOH_OTHER_TYPE, /* an answer to a question for the other kind of address */
    DOH_OTHER_ID,
    DOH_QUESTION,   /* what was asked, as it was */
    DOH_LONG,       /* more than a message may have */
    DOH_HTTP_404,   /* a good answer, but the status says otherwise */
    DOH_HTML,       /* the type says otherwise */
    DOH_NO_TYPE,
    DOH_HANGS_UP,
};

struct doh {
    struct peer *peer;
    char url[200];
    const char *addresses; /* numeric, with commas between; every name has them */
    atomic_int kind_a, kind_aaaa;
    atomic_int n_a, n_aaaa; /* questions so far */
    char last_name[256];    /* of a question */
    char last_request[1000]; /* with the message cut off */
    unsigned last_id;
};

/* A server, by default with the good certificate; AAAA: there is none. */
struct doh *doh_new(SSL_CTX *server, const char *addresses);
/* The same, where every answer waits for a peer_release(). */
struct doh *doh_new_gated(const char *addresses);
/* http://HOST:PORT/ with the port of the origin, asked for there; not added yet. */
struct xfer *doh_get(struct doh *doh, const char *host, struct peer *origin);
/* Another transfer that asks it. */
void doh_use(struct xfer *x, struct doh *doh);
/* Runs it to its end. */
CURLcode doh_run(struct xfer *x, struct drive *drive);

#endif
