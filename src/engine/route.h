/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Route: the way to an origin when it is not the straight one: proxies, CURLOPT_CONNECT_TO, a Unix
 * socket, a local binding, the PROXY protocol.
 *
 * A route is read from a transfer's options (and the environment) once per request, has a canonical
 * identity, and is then kept by the origin that it leads to: two requests share a connection only
 * where the identities are equal (C-168). The straight way has no route, and costs a few bit tests.
 * Secrets in it are wiped when it is freed.
 */
#ifndef WHIM_ENGINE_ROUTE_H
#define WHIM_ENGINE_ROUTE_H

#include "proto/auth.h"
#include "proto/proxy_url.h"
#include "util/buf.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct whim_tls_context;
struct whim_transfer;

/* A host to be connected with, or to be named to a proxy. Counted, not always terminated. */
struct whim_target {
    const char *host; /* without brackets */
    size_t len;
    uint16_t port;
    bool is_ipv6;
};

struct whim_route {
    struct whim_buf identity; /* everything below that decides, in one canonical text; terminated */
    struct whim_proxy pre_proxy;
    struct whim_proxy proxy;
    bool has_pre_proxy;
    bool has_proxy;
    bool is_tunnel;  /* the HTTP proxy makes a tunnel by CONNECT; otherwise it forwards requests */
    bool is_haproxy; /* the connection begins with a PROXY line */
    bool is_abstract;
    struct whim_str *unix_path; /* NULL: none */
    struct whim_str *client_ip; /* of the PROXY line; NULL: our own */
    struct whim_str *to_host;   /* of CURLOPT_CONNECT_TO; NULL: the origin's */
    int to_port;                /* -1: the origin's */
    bool is_to_ipv6;
    bool is_alternative;        /* and that is an alternative service of the origin's */
    struct whim_tls_context *proxy_tls; /* a reference; of an HTTPS proxy */
    struct whim_auth auth;      /* what the HTTP proxy has asked for so far */
    struct whim_str *service;   /* of the HTTP proxy's name for Negotiate; NULL: "HTTP" */
    long delegation;            /* to it, CURLGSSAPI_DELEGATION_* */
};

/*
 * The transfer's way to its URL's host. *ret_route is NULL for the straight one. On failure the
 * error is told: CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_SETOPT_OPTION_SYNTAX,
 * CURLE_NOT_BUILT_IN, CURLE_OUT_OF_MEMORY.
 */
CURLcode whim_route_find(struct whim_transfer *transfer, struct whim_route **ret_route);
/* NULL is fine. */
void whim_route_free(struct whim_route *route);

/* The Unix socket to be connected to, of the origin or the first proxy; NULL: a host. */
const struct whim_str *whim_route_unix_socket(const struct whim_route *route);

/* Does an HTTP proxy take the requests themselves, for hosts of any name? */
static inline bool whim_route_is_forward(const struct whim_route *route)
{
    return route && route->has_proxy && !whim_proxy_is_socks(route->proxy.type) &&
           !route->is_tunnel;
}

/* For whom the HTTP proxy's tokens of Negotiate are; good as long as the route. */
struct whim_auth_gss_request whim_route_gss(const struct whim_route *route);

/* The last proxy itself; there is one. */
struct whim_target whim_route_proxy_target(const struct whim_route *route);
/* Where the last proxy is to lead: the CONNECT_TO's, or the origin's. */
struct whim_target whim_route_target(const struct whim_route *route,
                                     const struct whim_target *origin);
/* Where the socket is to be connected to: the first proxy, or the target. */
struct whim_target whim_route_first_hop(const struct whim_route *route,
                                        const struct whim_target *origin);

#endif
