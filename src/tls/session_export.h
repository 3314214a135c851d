/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Sessions as bytes, so that another process can resume them: curl_easy_ssls_export() and
 * curl_easy_ssls_import(). They are secrets: whoever has them can read what is sent with them.
 *
 * A session's key in text is "HOST:PORT:ROLE:CONFIGURATION", the last one a digest in hexadecimal
 * of settings and files, so that a session is offered only where its peer was verified in the same
 * way. The data begins with a mark and the key; OpenSSL's own form of the session follows.
 */
#ifndef WHIM_TLS_SESSION_EXPORT_H
#define WHIM_TLS_SESSION_EXPORT_H

#include "tls/sessions.h"

#include <curl/curl.h>

struct whim_tls_exported {
    const char *key;
    const unsigned char *salted; /* 32 bytes of salt, and the SHA-256 of salt and key */
    size_t salted_len;
    const unsigned char *data;
    size_t len;
    int64_t valid_until_s; /* of the wall clock */
    int tls_version;       /* as on the wire: 0x0304 */
    const char *alpn;      /* NULL: none */
    size_t early_data_max;
};

/*
 * Calls take for each session that has not expired, until it gives another code than CURLE_OK,
 * which is returned. CURLE_OUT_OF_MEMORY, CURLE_NOT_BUILT_IN. Nothing is locked during a call.
 */
CURLcode whim_tls_sessions_export(struct whim_tls_sessions *sessions,
                                  CURLcode (*take)(void *arg,
                                                   const struct whim_tls_exported *session),
                                  void *arg);

/*
 * Adds what was exported. The key may be NULL: the data has it. salted may be NULL; if it is given
 * it has to belong to the key. CURLE_BAD_FUNCTION_ARGUMENT for anything that is none of ours,
 * CURLE_OUT_OF_MEMORY, CURLE_NOT_BUILT_IN.
 */
CURLcode whim_tls_sessions_import(struct whim_tls_sessions *sessions, const char *key,
                                  const unsigned char *salted, size_t salted_len,
                                  const unsigned char *data, size_t len);

#endif
