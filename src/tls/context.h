/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * TLS contexts: one configuration each, interned by content.
 *
 * The same settings give the same pointer, as long as somebody holds a reference: equality of
 * pointers is equality of configuration, and a pool may key connections by it. Getting one reads
 * no file, and its cost grows with the blobs in the settings; keep the reference with the options
 * until one of these changes.
 *
 * The files are read when the first connection begins its handshake. They are looked at (stat)
 * for each further one; what has changed, or what is older than the timeout for CA files, is read
 * anew, and sessions of before are not resumed. Connections that are up stay as they are. What is
 * read and built, all contexts of the process share that say the same, and it is kept for a while
 * (ca_store.h, built.h).
 *
 * struct whim_tls belongs to one multi and its thread. Contexts keep it alive.
 */
#ifndef WHIM_TLS_CONTEXT_H
#define WHIM_TLS_CONTEXT_H

#include "tls/settings.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

struct whim_tls;
struct whim_tls_context;

/* false: built without a TLS library. Then contexts cannot be had. */
bool whim_tls_is_built_in(void);
/* For curl_version(): "OpenSSL/3.0.19"; NULL: none. */
const char *whim_tls_library_version(void);

/* Once per process each: what was read and built, and nobody needs, is kept in between. */
void whim_tls_global_init(void);
void whim_tls_global_cleanup(void);

/* NULL: out of memory. */
struct whim_tls *whim_tls_new(void);
struct whim_tls *whim_tls_ref(struct whim_tls *tls);
/* NULL is fine. */
void whim_tls_unref(struct whim_tls *tls);

/*
 * A reference to the context of these settings. CURLE_OUT_OF_MEMORY, or CURLE_NOT_BUILT_IN. Wrong
 * settings are told by the handshake (link.h).
 */
CURLcode whim_tls_context_get(struct whim_tls *tls, const struct whim_tls_settings *settings,
                              struct whim_tls_context **ret_context);
struct whim_tls_context *whim_tls_context_ref(struct whim_tls_context *context);
/* NULL is fine. */
void whim_tls_context_unref(struct whim_tls_context *context);
/*
 * All that makes its identity, in one piece of bytes that have no pointer into it, but for those
 * that the application gave; the context's, and secret.
 */
const void *whim_tls_context_content(const struct whim_tls_context *context, size_t *ret_len);
/* Is the peer to be verified, and its name? For those who tell the user. */
const struct whim_tls_settings *whim_tls_context_settings(const struct whim_tls_context *context);

#endif
