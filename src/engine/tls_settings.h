/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * From a handle's options to its TLS context: for the origin, for an HTTPS proxy, or for the DoH
 * server, which is verified by options of its own and with the origin's CAs. And to the sessions
 * that it may resume.
 */
#ifndef WHIM_ENGINE_TLS_SETTINGS_H
#define WHIM_ENGINE_TLS_SETTINGS_H

#include <curl/curl.h>

struct whim_multi;
struct whim_tls_context;
struct whim_tls_sessions;
struct whim_transfer;

enum whim_tls_role {
    WHIM_TLS_ORIGIN,
    WHIM_TLS_PROXY,
    WHIM_TLS_DOH,
};

/*
 * A reference to the context that the transfer's options ask for, out of its multi's.
 * CURLE_OUT_OF_MEMORY, CURLE_NOT_BUILT_IN.
 */
CURLcode whim_tls_context_of(struct whim_transfer *transfer, enum whim_tls_role role,
                             struct whim_tls_context **ret_context);

/*
 * Where the transfer's sessions are found and kept: its share's, or those of the multi in which it
 * is, or which would drive it. Made if need be; NULL: out of memory.
 */
struct whim_tls_sessions *whim_tls_sessions_of(const struct whim_transfer *transfer,
                                               struct whim_multi *multi);

#endif
