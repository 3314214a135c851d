/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Negotiate: one token of GSS-API by SPNEGO for each request (RFC 4559), with the credentials that
 * the process has already (a ticket of Kerberos).
 *
 * The library behind it may have to ask a key distribution centre for a ticket, and waits for it.
 * A server that wants more than one token is not served: what it would identify is the connection.
 * Nothing is kept between two tokens.
 */
#ifndef WHIM_PROTO_AUTH_GSS_H
#define WHIM_PROTO_AUTH_GSS_H

#include "util/buf.h"

#include <curl/curl.h>
#include <stdbool.h>

struct whim_auth_gss_request {
    const char *service; /* "HTTP" */
    const char *host;    /* its name */
    size_t host_len;
    long delegation;     /* CURLGSSAPI_DELEGATION_* */
};

bool whim_auth_gss_is_built_in(void);

/*
 * Appends "Negotiate " and the token. CURLE_AUTH_ERROR: there is none to be had, for want of a
 * ticket or of such a service; CURLE_OUT_OF_MEMORY; CURLE_TOO_LARGE. On failure the buffer may have
 * a part.
 */
CURLcode whim_auth_gss_add(struct whim_buf *buf, const struct whim_auth_gss_request *request);

#endif
