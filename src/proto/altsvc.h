/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Alternative services (RFC 7838): where else an https origin may be asked, and by which protocol.
 *
 * A cache belongs to one handle. What is learnt of an origin takes the place of all that was known
 * of it. Only protocols of the caller's choice are learnt; a file's others are kept and never
 * given out. It is bounded: where there is no room the alternative goes that was learnt first. Where
 * an alternative has failed they are passed over for a while. No clock and no file here.
 */
#ifndef WHIM_PROTO_ALTSVC_H
#define WHIM_PROTO_ALTSVC_H

#include "proto/cache_date.h"
#include "util/buf.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WHIM_ALTSVC_MAX_ENTRIES = 1000,
    WHIM_ALTSVC_MAX_OF_FIELD = 8, /* alternatives of one field; the others are passed over */
    WHIM_ALTSVC_MAX_HOST_BYTES = 255,
    WHIM_ALTSVC_MAX_FILE_BYTES = 1024 * 1024,
    WHIM_ALTSVC_BROKEN_S = 300,
};

/* Protocols; also bits of a set, by WHIM_ALTSVC_BIT(). */
enum whim_altsvc_protocol {
    WHIM_ALTSVC_NONE,
    WHIM_ALTSVC_H1,
    WHIM_ALTSVC_H2,
    WHIM_ALTSVC_H3,
};
#define WHIM_ALTSVC_BIT(protocol) (1u << (protocol))

/* Who is asked, or asked instead; the host in any case of letters, an IPv6 one without brackets. */
struct whim_altsvc_place {
    enum whim_altsvc_protocol protocol;
    const char *host;
    size_t len;
    uint16_t port;
};

struct whim_altsvc;

/* NULL: out of memory. */
struct whim_altsvc *whim_altsvc_new(void);
/* NULL is fine. */
void whim_altsvc_free(struct whim_altsvc *altsvc);

/*
 * An Alt-Svc field of the origin. `protocols` is a set of those to be learnt. What is not well
 * formed is passed over. CURLE_OUT_OF_MEMORY.
 */
CURLcode whim_altsvc_note(struct whim_altsvc *altsvc, const struct whim_altsvc_place *origin,
                          const char *value, size_t len, unsigned protocols, int64_t now_s);

/* The best alternative of the origin, by a protocol of the set; its host is the cache's. */
bool whim_altsvc_find(struct whim_altsvc *altsvc, const struct whim_altsvc_place *origin,
                      unsigned protocols, int64_t now_s, struct whim_altsvc_place *ret_place);

/*
 * An alternative of the origin does not work: none of them is given out for a while, though they be
 * noted anew, so that the origin itself comes next. False: there were none to be given out.
 */
bool whim_altsvc_mark_broken(struct whim_altsvc *altsvc, const struct whim_altsvc_place *origin,
                             int64_t now_s);

/*
 * Adds what a file says: per line protocol, host and port of the origin, the same three of the
 * alternative, the time in quotes, persist, priority; '#' begins a comment. Lines that say
 * something else are passed over, and times that are past. CURLE_OUT_OF_MEMORY.
 */
CURLcode whim_altsvc_read(struct whim_altsvc *altsvc, const char *text, size_t len,
                          int64_t now_s);

/* Appends such a file. CURLE_OUT_OF_MEMORY. */
CURLcode whim_altsvc_write(const struct whim_altsvc *altsvc, struct whim_buf *buf, int64_t now_s);

size_t whim_altsvc_count(const struct whim_altsvc *altsvc);

#endif
