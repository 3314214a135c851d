/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/sessions.h"

#include "util/hash.h"
#include "util/list.h"
#include "util/mem.h"

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum {
    MAX_AGE_S = 24 * 60 * 60,           /* of TLS 1.2 (RFC 5246, appendix F.1.4) */
    MAX_AGE_TLS13_S = 7 * 24 * 60 * 60, /* RFC 8446, section 4.6.1 */
};

struct session {
    struct whim_list of_peer; /* the newest first */
    struct whim_list of_all;  /* the one used last first */
    struct peer *peer;
    SSL_SESSION *ssl;
    time_t expires;
};

struct peer {
    struct whim_hash_node node;
    struct whim_list sessions;
    uint32_t n_sessions;
    uint16_t port;
    bool is_proxy;
    uint8_t config[32];
    char host[];
};

struct whim_tls_sessions {
    atomic_uint n_refs;
    bool is_shared;
    pthread_mutex_t mutex; /* for all that follows, if it is shared */
    uint32_t n_sessions;
    struct whim_hash peers;
    struct whim_list all;
};

struct whim_tls_sessions *whim_tls_sessions_new(bool is_shared)
{
    struct whim_tls_sessions *sessions = whim_calloc(1, sizeof(*sessions));

    if (!sessions)
        return NULL;
    atomic_init(&sessions->n_refs, 1);
    sessions->is_shared = is_shared;
    pthread_mutex_init(&sessions->mutex, NULL);
    whim_hash_init(&sessions->peers);
    whim_list_init(&sessions->all);
    return sessions;
}

bool whim_tls_sessions_is_shared(const struct whim_tls_sessions *sessions)
{
    return sessions->is_shared;
}

struct whim_tls_sessions *whim_tls_sessions_ref(struct whim_tls_sessions *sessions)
{
    atomic_fetch_add_explicit(&sessions->n_refs, 1, memory_order_relaxed);
    return sessions;
}

static void lock(struct whim_tls_sessions *sessions)
{
    if (sessions->is_shared)
        pthread_mutex_lock(&sessions->mutex);
}

static void unlock(struct whim_tls_sessions *sessions)
{
    if (sessions->is_shared)
        pthread_mutex_unlock(&sessions->mutex);
}

/*
 * OpenSSL writes to the session of a connection at times, without a lock: what several threads may
 * reach has to be a copy. NULL: out of memory.
 */
static SSL_SESSION *own_copy(const struct whim_tls_sessions *sessions, SSL_SESSION *ssl)
{
    if (sessions->is_shared)
        return SSL_SESSION_dup(ssl);
    SSL_SESSION_up_ref(ssl);
    return ssl;
}

static uint32_t hash_key(const struct whim_tls_session_key *key)
{
    uint8_t numbers[3] = {(uint8_t)(key->port >> 8), (uint8_t)key->port, key->is_proxy};
    uint32_t hash = whim_hash_bytes(key->host, strlen(key->host), 0);

    hash = whim_hash_bytes(numbers, sizeof(numbers), hash);
    return whim_hash_bytes(key->config, sizeof(key->config), hash);
}

static struct peer *find_peer(const struct whim_tls_sessions *sessions,
                              const struct whim_tls_session_key *key, uint32_t hash)
{
    struct whim_hash_node *node;

    for (node = whim_hash_first(&sessions->peers, hash); node; node = whim_hash_next(node)) {
        struct peer *peer = WHIM_CONTAINER_OF(node, struct peer, node);

        if (peer->port == key->port && peer->is_proxy == key->is_proxy &&
            !memcmp(peer->config, key->config, sizeof(peer->config)) &&
            !strcmp(peer->host, key->host))
            return peer;
    }
    return NULL;
}

static struct peer *add_peer(struct whim_tls_sessions *sessions,
                             const struct whim_tls_session_key *key, uint32_t hash)
{
    size_t host_size = strlen(key->host) + 1;
    struct peer *peer = whim_calloc(1, sizeof(*peer) + host_size);

    if (!peer)
        return NULL;
    memcpy(peer->host, key->host, host_size);
    memcpy(peer->config, key->config, sizeof(peer->config));
    peer->port = key->port;
    peer->is_proxy = key->is_proxy;
    whim_list_init(&peer->sessions);
    whim_hash_add(&sessions->peers, &peer->node, hash);
    return peer;
}

/* Takes it out, and its peer with the last one. Returns what it held. */
static SSL_SESSION *take_out(struct whim_tls_sessions *sessions, struct session *session)
{
    SSL_SESSION *ssl = session->ssl;
    struct peer *peer = session->peer;

    whim_list_del(&session->of_peer);
    whim_list_del(&session->of_all);
    sessions->n_sessions--;
    if (!--peer->n_sessions) {
        whim_hash_del(&sessions->peers, &peer->node);
        whim_free(peer);
    }
    whim_free(session);
    return ssl;
}

static void drop_last(struct whim_tls_sessions *sessions)
{
    struct whim_list *node = whim_list_last(&sessions->all);

    SSL_SESSION_free(take_out(sessions, WHIM_CONTAINER_OF(node, struct session, of_all)));
}

static struct session *newest_of(const struct peer *peer)
{
    struct whim_list *node = whim_list_first(&peer->sessions);

    return node ? WHIM_CONTAINER_OF(node, struct session, of_peer) : NULL;
}

static bool is_used_once(const SSL_SESSION *ssl)
{
    return SSL_SESSION_get_protocol_version(ssl) >= TLS1_3_VERSION;
}

static time_t expiry_of(const SSL_SESSION *ssl)
{
    long max_age = is_used_once(ssl) ? MAX_AGE_TLS13_S : MAX_AGE_S;
    unsigned long hint = SSL_SESSION_get_ticket_lifetime_hint(ssl);

    if (SSL_SESSION_has_ticket(ssl) && (hint || is_used_once(ssl)) &&
        hint < (unsigned long)max_age)
        max_age = (long)hint;
    return (time_t)SSL_SESSION_get_time(ssl) + max_age;
}

static struct session *oldest_of(const struct peer *peer)
{
    return WHIM_CONTAINER_OF(whim_list_last(&peer->sessions), struct session, of_peer);
}

/* Drops what the newest one replaces: any of TLS 1.2, and the oldest ticket when there are many. */
static void drop_replaced(struct whim_tls_sessions *sessions, const struct peer *peer)
{
    bool is_ticket = is_used_once(newest_of(peer)->ssl);
    uint32_t max = is_ticket ? WHIM_TLS_MAX_SESSIONS_OF_PEER : 1;

    while (peer->n_sessions > 1 &&
           (peer->n_sessions > max || !is_used_once(oldest_of(peer)->ssl)))
        SSL_SESSION_free(take_out(sessions, oldest_of(peer)));
}

static bool add_session(struct whim_tls_sessions *sessions, const struct whim_tls_session_key *key,
                        SSL_SESSION *ssl)
{
    uint32_t hash = hash_key(key);
    struct session *session = whim_calloc(1, sizeof(*session));
    struct peer *peer = session ? find_peer(sessions, key, hash) : NULL;

    if (session && !peer)
        peer = add_peer(sessions, key, hash);
    if (!peer) {
        whim_free(session);
        return false;
    }
    session->peer = peer;
    session->ssl = ssl;
    session->expires = expiry_of(ssl);
    whim_list_add_first(&peer->sessions, &session->of_peer);
    whim_list_add_first(&sessions->all, &session->of_all);
    peer->n_sessions++;
    sessions->n_sessions++;
    drop_replaced(sessions, peer);
    if (sessions->n_sessions > WHIM_TLS_MAX_SESSIONS)
        drop_last(sessions);
    return true;
}

void whim_tls_sessions_give(struct whim_tls_sessions *sessions,
                            const struct whim_tls_session_key *key, SSL_SESSION *ssl)
{
    SSL_SESSION *own = NULL;
    bool is_added = false;

    if (SSL_SESSION_is_resumable(ssl) && expiry_of(ssl) > time(NULL))
        own = own_copy(sessions, ssl);
    SSL_SESSION_free(ssl);
    if (!own)
        return;
    lock(sessions);
    is_added = add_session(sessions, key, own);
    unlock(sessions);
    if (!is_added)
        SSL_SESSION_free(own);
}

static SSL_SESSION *take_session(struct whim_tls_sessions *sessions,
                                 const struct whim_tls_session_key *key)
{
    struct peer *peer = find_peer(sessions, key, hash_key(key));
    time_t now = time(NULL);
    struct session *newest;

    while (peer) {
        bool is_last = peer->n_sessions == 1;

        newest = newest_of(peer);
        if (newest->expires > now && SSL_SESSION_is_resumable(newest->ssl)) {
            if (is_used_once(newest->ssl))
                return take_out(sessions, newest);
            whim_list_del(&newest->of_all);
            whim_list_add_first(&sessions->all, &newest->of_all);
            return own_copy(sessions, newest->ssl);
        }
        SSL_SESSION_free(take_out(sessions, newest));
        if (is_last)
            break;
    }
    return NULL;
}

SSL_SESSION *whim_tls_sessions_take(struct whim_tls_sessions *sessions,
                                    const struct whim_tls_session_key *key)
{
    SSL_SESSION *ssl;

    lock(sessions);
    ssl = take_session(sessions, key);
    unlock(sessions);
    return ssl;
}

void whim_tls_sessions_del(struct whim_tls_sessions *sessions,
                           const struct whim_tls_session_key *key)
{
    struct peer *peer;
    uint32_t n;

    lock(sessions);
    peer = find_peer(sessions, key, hash_key(key));
    for (n = peer ? peer->n_sessions : 0; n; n--)
        SSL_SESSION_free(take_out(sessions, newest_of(peer)));
    unlock(sessions);
}

void whim_tls_sessions_reset(struct whim_tls_sessions *sessions)
{
    lock(sessions);
    while (sessions->n_sessions)
        drop_last(sessions);
    unlock(sessions);
}

size_t whim_tls_sessions_count(struct whim_tls_sessions *sessions)
{
    size_t n;

    lock(sessions);
    n = sessions->n_sessions;
    unlock(sessions);
    return n;
}

static bool copy_session(const struct whim_tls_sessions *sessions, const struct session *session,
                         struct whim_tls_session_copy *ret_copy)
{
    const struct peer *peer = session->peer;
    char *host = whim_strdup(peer->host);
    SSL_SESSION *ssl = host ? own_copy(sessions, session->ssl) : NULL;

    if (!ssl) {
        whim_free(host);
        return false;
    }
    *ret_copy = (struct whim_tls_session_copy){
        .key = {.host = host, .port = peer->port, .is_proxy = peer->is_proxy},
        .ssl = ssl,
        .expires_s = session->expires,
    };
    memcpy(ret_copy->key.config, peer->config, sizeof(ret_copy->key.config));
    return true;
}

CURLcode whim_tls_sessions_copy(struct whim_tls_sessions *sessions,
                                struct whim_tls_session_copy **ret_copies, size_t *ret_n)
{
    struct whim_tls_session_copy *copies;
    time_t now = time(NULL);
    bool is_complete = true;
    size_t n = 0;

    *ret_copies = NULL;
    *ret_n = 0;
    lock(sessions);
    copies = whim_calloc(sessions->n_sessions + 1, sizeof(*copies));
    for (struct whim_list *at = sessions->all.next; copies && at != &sessions->all; at = at->next) {
        const struct session *session = WHIM_CONTAINER_OF(at, struct session, of_all);

        if (session->expires <= now)
            continue;
        is_complete = copy_session(sessions, session, &copies[n]);
        if (!is_complete)
            break;
        n++;
    }
    unlock(sessions);
    if (!copies || !is_complete) {
        whim_tls_sessions_free_copies(copies, n);
        return CURLE_OUT_OF_MEMORY;
    }
    *ret_copies = copies;
    *ret_n = n;
    return CURLE_OK;
}

void whim_tls_sessions_free_copies(struct whim_tls_session_copy *copies, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        whim_free((char *)copies[i].key.host);
        SSL_SESSION_free(copies[i].ssl);
    }
    whim_free(copies);
}

void whim_tls_sessions_unref(struct whim_tls_sessions *sessions)
{
    if (!sessions ||
        atomic_fetch_sub_explicit(&sessions->n_refs, 1, memory_order_acq_rel) > 1)
        return;
    while (sessions->n_sessions)
        drop_last(sessions);
    whim_hash_fini(&sessions->peers);
    pthread_mutex_destroy(&sessions->mutex);
    whim_free(sessions);
}
