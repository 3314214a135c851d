/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Sessions for resumption, by peer and configuration.
 *
 * A multi has its own, or a share object has, for several multis and threads: every function here
 * may be called from any thread, and what is taken out is the caller's alone. Sessions come from
 * connections whose peer was verified as its settings ask, and go to connections with the same
 * settings and the same files (struct whim_tls_session_key holds a digest of both) to the same host
 * and port in the same role.
 *
 * A ticket of TLS 1.3 is taken out to be used once (RFC 8446, appendix C.4), so there may be
 * several per peer for connections that open in parallel. A session of TLS 1.2 stays, one per
 * peer. Both numbers are bounded: the oldest of the peer goes, or the one unused for longest.
 */
#ifndef WHIM_TLS_SESSIONS_H
#define WHIM_TLS_SESSIONS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ssl_session_st; /* SSL_SESSION of OpenSSL */
struct whim_tls_sessions;

enum {
    WHIM_TLS_MAX_SESSIONS = 1000,
    WHIM_TLS_MAX_SESSIONS_OF_PEER = 64,
};

struct whim_tls_session_key {
    const char *host;
    uint16_t port;
    bool is_proxy;
    uint8_t config[32]; /* digest */
};

/* is_shared: by several threads. NULL: out of memory. */
struct whim_tls_sessions *whim_tls_sessions_new(bool is_shared);
struct whim_tls_sessions *whim_tls_sessions_ref(struct whim_tls_sessions *sessions);
/* NULL is fine. */
void whim_tls_sessions_unref(struct whim_tls_sessions *sessions);
/* May other threads have it too? */
bool whim_tls_sessions_is_shared(const struct whim_tls_sessions *sessions);
/* Forgets all. */
void whim_tls_sessions_reset(struct whim_tls_sessions *sessions);
size_t whim_tls_sessions_count(struct whim_tls_sessions *sessions);

/* Takes over a reference to the session; drops it when there is no memory, or it is of no use. */
void whim_tls_sessions_give(struct whim_tls_sessions *sessions,
                            const struct whim_tls_session_key *key,
                            struct ssl_session_st *session);
/* A reference to the newest session that has not expired, the caller's; NULL: none. */
struct ssl_session_st *whim_tls_sessions_take(struct whim_tls_sessions *sessions,
                                              const struct whim_tls_session_key *key);
/* Forgets those of one peer: a handshake that offered one has failed. */
void whim_tls_sessions_del(struct whim_tls_sessions *sessions,
                           const struct whim_tls_session_key *key);

/* A session with its key, and a reference to either. */
struct whim_tls_session_copy {
    struct whim_tls_session_key key; /* the host is the copy's own */
    struct ssl_session_st *ssl;
    int64_t expires_s; /* of the wall clock */
};

/*
 * All that have not expired, the one used last first. CURLE_OUT_OF_MEMORY, and there is nothing to
 * be freed then; otherwise free them by whim_tls_sessions_free_copies().
 */
CURLcode whim_tls_sessions_copy(struct whim_tls_sessions *sessions,
                                struct whim_tls_session_copy **ret_copies, size_t *ret_n);
void whim_tls_sessions_free_copies(struct whim_tls_session_copy *copies, size_t n);

#endif
