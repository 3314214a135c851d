/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * HSTS (RFC 6797): the hosts that are to be spoken with over TLS alone.
 *
 * A cache holds hosts in one canonical form: small letters, no dot at the end, never an address
 * (section 8.1.1). It is bounded; where there is no room that host goes which has expired, or was
 * learnt first. It guards itself and is counted, so that handles in several threads may share one
 * (C-201). It has no clock and no file: the caller says what time it is, reads, and writes.
 *
 * A host of the cache that says it wants no more of it (max-age=0) leaves a mark there, so that
 * whim_hsts_overlay() takes it out of a file that somebody else has written meanwhile.
 */
#ifndef WHIM_PROTO_HSTS_H
#define WHIM_PROTO_HSTS_H

#include "proto/cache_date.h"
#include "util/buf.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WHIM_HSTS_MAX_ENTRIES = 1000,
    WHIM_HSTS_MAX_HOST_BYTES = 255,
    WHIM_HSTS_MAX_FILE_BYTES = 1024 * 1024,
};

struct whim_hsts;

struct whim_hsts_view {
    const char *host; /* terminated */
    int64_t expires_s; /* or WHIM_CACHE_FOREVER */
    bool has_subdomains;
};

/* NULL: out of memory. */
struct whim_hsts *whim_hsts_new(void);
struct whim_hsts *whim_hsts_ref(struct whim_hsts *hsts);
/* NULL is fine. */
void whim_hsts_unref(struct whim_hsts *hsts);

/* Is it one of them, or below one that has its subdomains in it (section 8.2)? */
bool whim_hsts_is_known(struct whim_hsts *hsts, const char *host, size_t len, int64_t now_s);

/*
 * A Strict-Transport-Security field of the host (section 6.1). CURLE_BAD_FUNCTION_ARGUMENT: it
 * says nothing that counts. CURLE_OUT_OF_MEMORY.
 */
CURLcode whim_hsts_note(struct whim_hsts *hsts, const char *host, size_t len, const char *value,
                        size_t value_len, int64_t now_s);

/*
 * A host of a file or of the application. One that is there keeps the later time and the wider
 * reach, or is left as the host itself wants it. CURLE_BAD_FUNCTION_ARGUMENT: it can be no host.
 * CURLE_OUT_OF_MEMORY.
 */
CURLcode whim_hsts_add(struct whim_hsts *hsts, const char *host, size_t len, bool has_subdomains,
                       int64_t expires_s, int64_t now_s);

/*
 * Adds what a file says: a host per line, with a dot in front for its subdomains too, a blank and
 * the time in quotes, or "unlimited"; '#' begins a comment. Lines that say something else are
 * passed over, and times that are past. CURLE_OUT_OF_MEMORY.
 */
CURLcode whim_hsts_read(struct whim_hsts *hsts, const char *text, size_t len, int64_t now_s);

/* Appends such a file. CURLE_OUT_OF_MEMORY. */
CURLcode whim_hsts_write(struct whim_hsts *hsts, struct whim_buf *buf, int64_t now_s);

/*
 * Adds what `from` has to what `to` has; what hosts have told `from` themselves counts, and who has
 * left it leaves. CURLE_OUT_OF_MEMORY.
 */
CURLcode whim_hsts_overlay(struct whim_hsts *to, struct whim_hsts *from, int64_t now_s);

/* The one at an index, oldest first; the cache is nobody else's. False: there are no more. */
bool whim_hsts_at(struct whim_hsts *hsts, size_t index, struct whim_hsts_view *ret_view);
size_t whim_hsts_count(struct whim_hsts *hsts);

#endif
