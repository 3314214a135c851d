/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The two texts that tell of alternatives: the Alt-Svc field (RFC 7838 section 3), and a line of
 * the cache's file. Pieces of them are returned, nothing is copied or kept.
 */
#ifndef WHIM_PROTO_ALTSVC_PARSE_H
#define WHIM_PROTO_ALTSVC_PARSE_H

#include "proto/altsvc.h"

struct whim_altsvc_offer {
    struct whim_altsvc_place place; /* an empty host: the origin's; NONE: of no known protocol */
    int64_t max_age_s;
    bool is_persistent;
};

struct whim_altsvc_line {
    struct whim_altsvc_place origin;
    struct whim_altsvc_place place;
    int64_t expires_s;
    bool is_persistent;
    int priority;
};

/* Is it "clear": forget them all? */
bool whim_altsvc_is_clear(const char *value, size_t len);

/* The next alternative; false: there is none any more, or what is left is not well formed. */
bool whim_altsvc_next(const char **value, const char *end, struct whim_altsvc_offer *ret_offer);

/* False: a comment, nothing, or no such line. */
bool whim_altsvc_read_line(const char *line, const char *end, struct whim_altsvc_line *ret_line);

/* The name of a protocol in the file; static. */
const char *whim_altsvc_protocol_name(enum whim_altsvc_protocol protocol);

#endif
