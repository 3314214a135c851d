/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Multipart bodies as text: boundaries are random, so each becomes B0, B1 and so on.
 */
#ifndef WHIM_TEST_MULTIPART_H
#define WHIM_TEST_MULTIPART_H

#include "xfer.h"

/* A copy with the boundaries replaced, in order of appearance; freed by the harness. */
const char *masked(const char *text);

/* The body that the peer received first on connection nth, without its chunks, masked. */
const char *multipart_of(struct peer *peer, unsigned nth);

/* The value of a header field of the first request on connection nth, masked; NULL: none. */
const char *field_of(struct peer *peer, unsigned nth, const char *name);

/* A mime of the easy handle's, freed by the harness before the handle. */
curl_mime *mime_of(struct xfer *x);

/* A part with a name, and text as its content; both may be NULL. */
curl_mimepart *part_of(curl_mime *mime, const char *name, const char *text);

/* A source of a part: what its callbacks do, and how often they did. */
struct giver {
    struct xfer *x;
    const char *text;
    size_t off;
    size_t piece; /* at most so many bytes at a time; 0: as many as fit */
    int pause_at; /* the call that pauses, from 1; 0: none */
    size_t answer; /* what the read callback says, if it is not 0 */
    int seek_answer;
    int n_reads, n_seeks, n_frees;
    size_t first_room;
    void (*on_read)(struct giver *giver);
    void *arg;
};

/* The part's content comes from the giver, which can be rewound if has_seek. */
void give_by(curl_mimepart *part, struct giver *giver, const char *text, curl_off_t size,
             bool has_seek);

#endif
