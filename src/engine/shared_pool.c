/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/shared_pool.h"

#include "engine/callback.h"
#include "engine/conn.h"
#include "engine/multi.h"
#include "engine/pool.h"
#include "engine/registry.h"
#include "engine/route.h"
#include "engine/sentry.h"
#include "engine/share.h"
#include "engine/transfer.h"
#include "tls/context.h"
#include "tls/link.h"
#include "util/buf.h"
#include "util/hash.h"
#include "util/list.h"
#include "util/mem.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

struct whim_shared_pool {
    atomic_uint n_refs;
    atomic_llong last_number;
    pthread_mutex_t lock; /* of all below */
    struct whim_hash by_key;
    struct whim_list by_age; /* the one that has rested for longest is first */
    uint32_t n_conns;
    bool is_closed;
};

/* A connection at rest, and what must be equal for one who takes it (C-168). */
struct rest {
    struct whim_hash_node node;
    struct whim_list age;
    struct whim_conn *conn;
    struct whim_buf key;
};

struct whim_shared_pool *whim_shared_pool_new(void)
{
    struct whim_shared_pool *pool = whim_calloc(1, sizeof(*pool));

    if (!pool)
        return NULL;
    atomic_init(&pool->n_refs, 1);
    atomic_init(&pool->last_number, -1);
    pthread_mutex_init(&pool->lock, NULL); /* of the default kind: cannot fail */
    whim_hash_init(&pool->by_key);
    whim_list_init(&pool->by_age);
    return pool;
}

struct whim_shared_pool *whim_shared_pool_ref(struct whim_shared_pool *pool)
{
    atomic_fetch_add_explicit(&pool->n_refs, 1, memory_order_relaxed);
    return pool;
}

static struct rest *rest_of_age(struct whim_list *age)
{
    return age ? WHIM_CONTAINER_OF(age, struct rest, age) : NULL;
}

/* Takes it out. The lock is held. */
static void unlink_rest(struct whim_shared_pool *pool, struct rest *rest)
{
    whim_hash_del(&pool->by_key, &rest->node);
    whim_list_del(&rest->age);
    pool->n_conns--;
}

/* The key has the settings of TLS in it, with the password of a private key. */
static struct whim_conn *free_rest(struct rest *rest)
{
    struct whim_conn *conn = rest->conn;

    whim_buf_fini_secret(&rest->key);
    whim_free(rest);
    return conn;
}

/* Takes out the eldest when there are more than that many; NULL: there are not. */
static struct rest *pop_eldest(struct whim_shared_pool *pool, uint32_t max_conns)
{
    struct rest *eldest = NULL;

    pthread_mutex_lock(&pool->lock);
    if (pool->n_conns > max_conns) {
        eldest = rest_of_age(whim_list_first(&pool->by_age));
        unlink_rest(pool, eldest);
    }
    pthread_mutex_unlock(&pool->lock);
    return eldest;
}

/* Closes the eldest ones; their callbacks run without the lock. */
static void shrink(struct whim_shared_pool *pool, uint32_t max_conns)
{
    struct rest *eldest;

    while ((eldest = pop_eldest(pool, max_conns))) {
        struct whim_conn *conn = free_rest(eldest);

        conn->link->ops->part(conn->link);
        whim_conn_free(conn);
    }
}

void whim_shared_pool_close(struct whim_shared_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->is_closed = true;
    pthread_mutex_unlock(&pool->lock);
    shrink(pool, 0);
}

void whim_shared_pool_unref(struct whim_shared_pool *pool)
{
    if (!pool || atomic_fetch_sub_explicit(&pool->n_refs, 1, memory_order_acq_rel) != 1)
        return;
    shrink(pool, 0);
    whim_hash_fini(&pool->by_key);
    pthread_mutex_destroy(&pool->lock);
    whim_free(pool);
}

struct whim_shared_pool *whim_shared_pool_of(const struct whim_transfer *transfer)
{
    const struct whim_share *share = whim_share_of(transfer);

    return share ? share->conns : NULL;
}

int64_t whim_shared_pool_number(struct whim_shared_pool *pool)
{
    return atomic_fetch_add_explicit(&pool->last_number, 1, memory_order_relaxed) + 1;
}

/* The origin's key in one piece, without pointers into its multi. False: out of memory. */
static bool write_key(struct whim_buf *buf, const struct whim_origin_key *key)
{
    size_t tls_len = 0;
    const void *tls = key->tls ? whim_tls_context_content(key->tls, &tls_len) : NULL;
    size_t route_len = key->route ? key->route->identity.len : 0;
    const uint64_t numbers[] = {
        key->port, key->scheme, key->family, key->scope_id,
        key->host_len, key->tls != NULL, tls_len, key->route != NULL,
    };

    whim_buf_init(buf, SIZE_MAX / 4);
    if (whim_buf_reserve(buf, sizeof(numbers) + key->host_len + tls_len + route_len) !=
        WHIM_BUF_OK)
        return false;
    whim_buf_add(buf, numbers, sizeof(numbers));
    whim_buf_add(buf, key->host, key->host_len);
    whim_buf_add(buf, tls, tls_len);
    if (key->route)
        whim_buf_add(buf, key->route->identity.data, route_len);
    return true;
}

/* How many may rest, as the multi and the share of the transfer have it. */
static uint32_t max_resting(const struct whim_transfer *transfer)
{
    const struct whim_share *share = whim_share_of(transfer);
    const long max_idle = transfer->multi->pool.max_idle;
    unsigned n_users;

    if (max_idle > 0)
        return (uint32_t)(max_idle < INT32_MAX ? max_idle : INT32_MAX);
    n_users = share ? atomic_load_explicit(&share->n_users, memory_order_relaxed) : 1;
    return n_users < UINT32_MAX / 4 ? n_users * 4 : UINT32_MAX;
}

static bool may_rest(const struct whim_conn *conn)
{
    const struct whim_route *route = conn->origin->key.route;

    return !(route && route->proxy_tls) && !conn->link->has_unsent && !conn->link->has_unread;
}

/* Out of the multi's books. Its socket callback hears REMOVE. */
static void leave_multi(struct whim_conn *conn)
{
    struct whim_multi *multi = conn->multi;
    struct whim_origin *origin = conn->origin;

    whim_sentry_unwatch(multi, conn);
    whim_registry_forget(multi, conn->socket.fd);
    whim_list_del(&conn->in_pool);
    multi->pool.n_conns--;
    origin->n_conns--;
    if (origin->key.tls)
        whim_tls_link_let_go(conn->link);
    conn->idle_since_us = multi->now_us;
    conn->origin = NULL;
    conn->multi = NULL;
    whim_pool_wake(multi, origin);
    whim_origin_unref(origin);
}

/* False: the pool has been closed meanwhile. */
static bool insert(struct whim_shared_pool *pool, struct rest *rest)
{
    bool is_open;

    pthread_mutex_lock(&pool->lock);
    is_open = !pool->is_closed;
    if (is_open) {
        whim_hash_add(&pool->by_key, &rest->node,
                      whim_hash_bytes(rest->key.data, rest->key.len, 0));
        whim_list_add_last(&pool->by_age, &rest->age);
        pool->n_conns++;
    }
    pthread_mutex_unlock(&pool->lock);
    return is_open;
}

bool whim_shared_pool_keep(struct whim_conn *conn, struct whim_transfer *transfer)
{
    struct whim_shared_pool *pool = conn->shared_pool;
    const uint32_t max_conns = max_resting(transfer);
    struct rest *rest = may_rest(conn) ? whim_calloc(1, sizeof(*rest)) : NULL;
    unsigned before;
    bool is_taken;

    if (!rest)
        return false;
    if (!write_key(&rest->key, &conn->origin->key)) {
        whim_free(rest);
        return false;
    }
    rest->conn = conn;
    whim_list_init(&rest->age);
    leave_multi(conn);
    conn->shared_pool = NULL; /* the reference is ours now */
    whim_share_tell(transfer, CURL_LOCK_DATA_CONNECT, true);
    is_taken = insert(pool, rest);
    whim_share_tell(transfer, CURL_LOCK_DATA_CONNECT, false);
    before = whim_callback_enter(transfer); /* of whichever handle the socket was, and its callback */
    if (!is_taken)
        whim_conn_free(free_rest(rest));
    shrink(pool, max_conns);
    whim_shared_pool_unref(pool);
    whim_callback_leave(transfer, before);
    return true;
}

static struct rest *find(const struct whim_shared_pool *pool, const struct whim_buf *key,
                         uint32_t hash)
{
    struct whim_hash_node *node;

    /* Mostly the one that came last, which is the likeliest to be alive. */
    for (node = whim_hash_first(&pool->by_key, hash); node; node = whim_hash_next(node)) {
        struct rest *rest = WHIM_CONTAINER_OF(node, struct rest, node);

        if (rest->key.len == key->len && memcmp(rest->key.data, key->data, key->len) == 0)
            return rest;
    }
    return NULL;
}

static struct whim_conn *pop(struct whim_shared_pool *pool, const struct whim_buf *key,
                             struct whim_transfer *transfer)
{
    const uint32_t hash = whim_hash_bytes(key->data, key->len, 0);
    struct rest *rest;

    whim_share_tell(transfer, CURL_LOCK_DATA_CONNECT, true);
    pthread_mutex_lock(&pool->lock);
    rest = find(pool, key, hash);
    if (rest)
        unlink_rest(pool, rest);
    pthread_mutex_unlock(&pool->lock);
    whim_share_tell(transfer, CURL_LOCK_DATA_CONNECT, false);
    return rest ? free_rest(rest) : NULL;
}

/* Into the books of the transfer's multi. False: out of memory; the connection has gone. */
static bool enter_multi(struct whim_conn *conn, struct whim_transfer *transfer)
{
    struct whim_multi *multi = transfer->multi;

    if (!whim_registry_reserve(&multi->registry, conn->socket.fd)) {
        unsigned before = whim_callback_enter(transfer);

        whim_conn_free(conn);
        whim_callback_leave(transfer, before);
        return false;
    }
    conn->multi = multi;
    conn->origin = transfer->origin;
    whim_origin_ref(conn->origin);
    conn->origin->n_conns++;
    multi->pool.n_conns++;
    whim_list_add_last(&multi->pool.conns, &conn->in_pool);
    if (conn->origin->key.tls)
        whim_tls_link_take_up(conn->link, conn->origin->key.tls);
    whim_registry_want(&multi->registry, conn->socket.fd, WHIM_OWNER_CONN, conn, 0);
    return true;
}

static struct whim_conn *take(struct whim_shared_pool *pool, struct whim_transfer *transfer)
{
    struct whim_conn *conn = NULL;
    struct whim_buf key;

    if (!write_key(&key, &transfer->origin->key))
        return NULL;
    while ((conn = pop(pool, &key, transfer))) {
        if (!enter_multi(conn, transfer))
            continue;
        if (!whim_pool_is_too_old(conn, transfer) && whim_conn_is_alive(conn))
            break;
        whim_conn_close(conn);
    }
    whim_buf_fini_secret(&key);
    return conn;
}

struct whim_conn *whim_shared_pool_take(struct whim_shared_pool *pool,
                                        struct whim_transfer *transfer)
{
    const struct whim_route *route = transfer->origin->key.route;
    struct whim_conn *conn;

    if (route && route->proxy_tls)
        return NULL;
    whim_shared_pool_ref(pool); /* whatever the lock callbacks do to the share */
    conn = take(pool, transfer);
    whim_shared_pool_unref(pool);
    return conn;
}
