/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * HTTP tunnel: CONNECT through an HTTP proxy (RFC 9110 section 9.3.6), a machine of net/shake.h.
 *
 * A challenge (407) that can be met is met: on the same connection where the proxy keeps it, or
 * else the machine fails with wants_reconnect, and what was learned is in the struct whim_auth,
 * which outlives the machine: a new one over a new connection begins with credentials.
 *
 * What went over the wire is kept as pieces until they are taken, in order: the requests, and each
 * line of the responses' headers, as it came. They are bounded by the caps of http1_parser.h for
 * all responses of a machine together.
 */
#ifndef WHIM_PROTO_HTTP_TUNNEL_H
#define WHIM_PROTO_HTTP_TUNNEL_H

#include "net/shake.h"
#include "proto/auth.h"
#include "proto/http1_request.h"

struct whim_http_tunnel_config {
    const char *host; /* counted, without brackets */
    size_t host_len;
    uint16_t port;
    bool is_ipv6;                      /* the host is written in brackets */
    bool is_http10;                    /* CURLPROXY_HTTP_1_0 */
    struct whim_http1_text user_agent; /* not sent when it is empty */
    /* The application's own lines: CURLOPT_PROXYHEADER, or CURLOPT_HTTPHEADER under
     * CURLHEADER_UNIFIED. They are copied. */
    const struct curl_slist *headers;
    bool is_to_stranger;   /* the lines' Authorization and Cookie are for somebody else (C-192) */
    bool is_to_other_host; /* and so is their Host */
    /* The proxy's; NULL: no credentials. Outlives the machine, and may be shared by others. */
    struct whim_auth *auth;
    bool has_met;           /* this is the second try, behind a challenge that was met */
    struct whim_auth_gss_request gss; /* of Negotiate; its texts live as long as the machine */
    const char *user;       /* both have to live as long as the machine, as options do */
    const char *password;
};

/* NULL: no memory. A request that cannot be built is a machine that has FAILED already. */
struct whim_shake *whim_http_tunnel_new(const struct whim_http_tunnel_config *config);

enum whim_http_tunnel_piece {
    WHIM_HTTP_TUNNEL_NONE,    /* there are no more now */
    WHIM_HTTP_TUNNEL_REQUEST, /* a whole request head */
    WHIM_HTTP_TUNNEL_LINE, /* a line of a response's header with its line end, the blank ones too */
};

/* Takes the next piece; the text is good until the machine is driven on or freed. */
enum whim_http_tunnel_piece whim_http_tunnel_take(struct whim_shake *shake,
                                                  struct whim_http1_text *ret_text);

/* Gives the piece that was taken last back: it is the next one again. */
void whim_http_tunnel_give_back(struct whim_shake *shake, struct whim_http1_text text);

/* Is the machine one of these? */
bool whim_http_tunnel_is(const struct whim_shake *shake);

/* The last response's status, CURLINFO_HTTP_CONNECTCODE; 0: none yet. */
unsigned whim_http_tunnel_status(const struct whim_shake *shake);

/* The CURLAUTH_ bit of the credentials that were sent, CURLINFO_PROXYAUTH_USED; 0: none were. */
unsigned long whim_http_tunnel_used(const struct whim_shake *shake);

/* CURLAUTH_ bits that the last 407 has offered, CURLINFO_PROXYAUTH_AVAIL. */
unsigned long whim_http_tunnel_offered(const struct whim_shake *shake);

#endif
