/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/pool.h"

#include "dns/host.h"
#include "engine/conn.h"
#include "engine/multi.h"
#include "engine/route.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "tls/context.h"
#include "util/clock.h"
#include "util/mem.h"

#include <string.h>

/* At once, of those that are too many since the limit was lowered: others want their turn. */
enum { MAX_CLOSED = 16 };

void whim_pool_init(struct whim_pool *pool)
{
    *pool = (struct whim_pool){.last_conn_id = -1};
    whim_hash_init(&pool->origins);
    whim_list_init(&pool->idle);
    whim_list_init(&pool->lingering[0]);
    whim_list_init(&pool->lingering[1]);
    whim_list_init(&pool->conns);
}

void whim_pool_fini(struct whim_multi *multi)
{
    struct whim_list *first;

    while ((first = whim_list_first(&multi->pool.conns)))
        whim_conn_close(WHIM_CONTAINER_OF(first, struct whim_conn, in_pool));
    whim_hash_fini(&multi->pool.origins);
}

static uint32_t hash_key(const struct whim_origin_key *key)
{
    const uint32_t rest[] = {(uint32_t)key->port << 16 | (uint32_t)key->scheme << 8 | key->family,
                             key->scope_id, (uint32_t)((uintptr_t)key->tls >> 4)};

    uint32_t hash = whim_hash_bytes(rest, sizeof(rest), whim_hash_bytes(key->host, key->host_len, 0));

    return key->route ? whim_hash_bytes(key->route->identity.data, key->route->identity.len, hash)
                      : hash;
}

static bool is_same_route(const struct whim_route *a, const struct whim_route *b)
{
    if (!a || !b)
        return a == b;
    return a->identity.len == b->identity.len &&
           memcmp(a->identity.data, b->identity.data, a->identity.len) == 0;
}

static bool is_same_key(const struct whim_origin_key *a, const struct whim_origin_key *b)
{
    return a->port == b->port && a->scheme == b->scheme && a->family == b->family &&
           a->scope_id == b->scope_id && a->tls == b->tls && is_same_route(a->route, b->route) &&
           a->host_len == b->host_len && memcmp(a->host, b->host, a->host_len) == 0;
}

struct whim_origin *whim_origin_get(struct whim_pool *pool, const struct whim_origin_key *key)
{
    uint32_t hash = hash_key(key);
    struct whim_hash_node *node;
    struct whim_origin *origin;
    struct whim_address address;

    for (node = whim_hash_first(&pool->origins, hash); node; node = whim_hash_next(node)) {
        origin = WHIM_CONTAINER_OF(node, struct whim_origin, node);
        if (is_same_key(&origin->key, key)) {
            whim_route_free(key->route);
            origin->n_refs++;
            return origin;
        }
    }
    origin = whim_malloc(sizeof(*origin) + key->host_len + 1);
    if (!origin) {
        whim_route_free(key->route);
        return NULL;
    }
    *origin = (struct whim_origin){.pool = pool, .n_refs = 1, .key = *key};
    memcpy(origin->host, key->host, key->host_len);
    origin->host[key->host_len] = 0;
    origin->is_numeric = whim_dns_numeric(key->host, key->host_len, &address);
    origin->key.host = origin->host;
    if (key->tls)
        whim_tls_context_ref(key->tls);
    whim_list_init(&origin->fresh);
    whim_list_init(&origin->idle);
    whim_list_init(&origin->waiting);
    whim_hash_add(&pool->origins, &origin->node, hash);
    return origin;
}

void whim_origin_ref(struct whim_origin *origin)
{
    origin->n_refs++;
}

void whim_origin_unref(struct whim_origin *origin)
{
    if (--origin->n_refs)
        return;
    whim_hash_del(&origin->pool->origins, &origin->node);
    whim_tls_context_unref(origin->key.tls);
    whim_route_free(origin->key.route);
    whim_free(origin);
}

static struct whim_transfer *first_waiting(const struct whim_list *list)
{
    struct whim_list *first = whim_list_first(list);

    return first ? WHIM_CONTAINER_OF(first, struct whim_transfer, queue) : NULL;
}

bool whim_pool_is_too_old(const struct whim_conn *conn, const struct whim_transfer *transfer)
{
    int64_t now_us = conn->multi->now_us;
    int64_t max_idle_s = whim_opt_num(&transfer->options, WHIM_OPT_MAXAGE_CONN);
    int64_t max_life_s = whim_opt_num(&transfer->options, WHIM_OPT_MAXLIFETIME_CONN);

    return (now_us - conn->idle_since_us) / WHIM_US_PER_S > max_idle_s ||
           (max_life_s > 0 && (now_us - conn->created_us) / WHIM_US_PER_S > max_life_s);
}

/* Has it nothing to read, not even an end? Asks the sentry, or looks itself. */
static bool is_quiet(struct whim_multi *multi, struct whim_conn *conn)
{
    if (conn->is_watched && !multi->sentry.n_starts)
        whim_sentry_ask(multi);
    if (!conn->is_watched || conn->is_suspect)
        return whim_conn_is_alive(conn);
    multi->sentry.n_starts--;
    return true;
}

/*
 * Those that the loop still watches come first, and of them the one that would be REMOVEd next:
 * each transfer that takes one in time saves two callbacks. Of the others the newest is the
 * likeliest to be alive, and the rest of them age until they are closed.
 */
static struct whim_conn *best_idle(const struct whim_origin *origin)
{
    struct whim_list *first = whim_list_first(&origin->fresh);

    if (!first)
        first = whim_list_first(&origin->idle);
    return first ? WHIM_CONTAINER_OF(first, struct whim_conn, in_origin) : NULL;
}

struct whim_conn *whim_pool_take_idle(struct whim_multi *multi, struct whim_origin *origin,
                                      const struct whim_transfer *transfer)
{
    struct whim_conn *conn;

    while ((conn = best_idle(origin))) {
        if (!whim_pool_is_too_old(conn, transfer) && is_quiet(multi, conn)) {
            whim_pool_unkeep(multi, conn);
            return conn;
        }
        whim_conn_close(conn);
    }
    return NULL;
}

static void close_oldest_idle(struct whim_multi *multi)
{
    struct whim_list *oldest = whim_list_first(&multi->pool.idle);

    whim_conn_close(WHIM_CONTAINER_OF(oldest, struct whim_conn, in_idle));
}

enum whim_pool_room whim_pool_make_room(struct whim_multi *multi, struct whim_origin *origin)
{
    struct whim_pool *pool = &multi->pool;

    while (pool->max_per_host > 0 && origin->n_conns >= (unsigned long)pool->max_per_host) {
        struct whim_conn *idle = best_idle(origin);

        if (!idle) /* there is one only when this transfer may not use it */
            return WHIM_POOL_HOST_FULL;
        whim_conn_close(idle);
    }
    while (pool->max_total > 0 && pool->n_conns >= (unsigned long)pool->max_total) {
        if (whim_list_is_empty(&pool->idle))
            return WHIM_POOL_TOTAL_FULL;
        close_oldest_idle(multi);
    }
    return WHIM_POOL_HAS_ROOM;
}

static uint64_t number_of(const struct whim_list *at)
{
    return WHIM_CONTAINER_OF(at, struct whim_transfer, queue)->wait_number;
}

/* Where in the list it belongs by its number: one that was woken in vain goes back to its place. */
static struct whim_list *place_of(struct whim_list *list, const struct whim_transfer *transfer)
{
    struct whim_list *at = list->next;

    if (at == list || number_of(list->prev) < transfer->wait_number)
        return list;
    while (number_of(at) < transfer->wait_number)
        at = at->next; /* past those that were woken before it, which are few */
    return at;
}

static void insert_waiting(struct whim_multi *multi, struct whim_list *list,
                           struct whim_transfer *transfer)
{
    whim_transfer_unqueue(transfer);
    whim_transfer_enter(transfer, WHIM_TRANSFER_WAITING);
    transfer->is_waiting = true;
    multi->n_waiting++;
    if (transfer->wait_number) {
        whim_list_add_before(place_of(list, transfer), &transfer->queue);
    } else {
        transfer->wait_number = ++multi->n_waits;
        whim_list_add_last(list, &transfer->queue);
    }
}

void whim_pool_wait(struct whim_multi *multi, struct whim_origin *origin,
                    struct whim_transfer *transfer, enum whim_pool_room room)
{
    bool passes_on = transfer->is_woken && room == WHIM_POOL_HOST_FULL;

    transfer->is_woken = false;
    insert_waiting(multi, room == WHIM_POOL_HOST_FULL ? &origin->waiting : &multi->waiting,
                   transfer);
    if (passes_on) /* what woke it was room for another origin */
        whim_pool_wake(multi, NULL);
}

void whim_pool_wait_total(struct whim_multi *multi, struct whim_transfer *transfer)
{
    insert_waiting(multi, &multi->waiting, transfer);
}

static void wake(struct whim_transfer *transfer)
{
    if (!transfer)
        return;
    transfer->is_woken = true;
    whim_transfer_schedule(transfer);
}

void whim_pool_wake(struct whim_multi *multi, struct whim_origin *origin)
{
    struct whim_transfer *of_origin = origin ? first_waiting(&origin->waiting) : NULL;
    struct whim_transfer *of_all = first_waiting(&multi->waiting);
    bool is_origin_first = of_origin && of_all && of_origin->wait_number < of_all->wait_number;

    if (multi->is_closing)
        return;
    /*
     * Both, the elder first. The other finds no room in all and waits for that; left behind on its
     * origin's list it might wait for a connection that nobody has any more.
     */
    wake(is_origin_first ? of_origin : of_all);
    wake(is_origin_first ? of_all : of_origin);
}

void whim_pool_wake_all(struct whim_multi *multi)
{
    struct whim_list *at = multi->transfers.next;

    for (; at != &multi->transfers; at = at->next) {
        struct whim_transfer *transfer = WHIM_CONTAINER_OF(at, struct whim_transfer, in_multi);

        if (transfer->is_waiting)
            whim_transfer_schedule(transfer);
    }
}

/* How many connections may be kept: what was set, or four for each transfer (C-130). */
static uint32_t max_kept(const struct whim_multi *multi)
{
    if (multi->pool.max_idle > 0)
        return (uint32_t)(multi->pool.max_idle < INT32_MAX ? multi->pool.max_idle : INT32_MAX);
    return multi->n_transfers < UINT32_MAX / 4 ? multi->n_transfers * 4 : UINT32_MAX;
}

void whim_pool_keep(struct whim_multi *multi, struct whim_conn *conn)
{
    struct whim_pool *pool = &multi->pool;

    conn->idle_since_us = multi->now_us;
    whim_list_add_last(&pool->idle, &conn->in_idle);
    pool->n_idle++;
    if (multi->socket_cb)
        whim_sentry_watch(multi, conn);
    if (multi->socket_cb && !multi->is_idle_watched) {
        whim_list_add_last(&conn->origin->fresh, &conn->in_origin);
        whim_list_add_last(&pool->lingering[0], &conn->lingering);
    } else {
        whim_list_add_first(&conn->origin->idle, &conn->in_origin);
    }
    for (int n = 0; n < MAX_CLOSED && pool->n_idle > 1 && pool->n_conns > max_kept(multi); n++)
        close_oldest_idle(multi);
}

void whim_pool_unkeep(struct whim_multi *multi, struct whim_conn *conn)
{
    if (!whim_list_is_linked(&conn->in_idle))
        return;
    whim_list_del(&conn->in_origin);
    whim_list_del(&conn->in_idle);
    whim_list_del(&conn->lingering);
    multi->pool.n_idle--;
}

/* From one that became idle just now to one of the others, which the loop does not watch. */
static void settle_idle(struct whim_conn *conn)
{
    whim_list_del(&conn->lingering);
    whim_list_del(&conn->in_origin);
    whim_list_add_first(&conn->origin->idle, &conn->in_origin);
    whim_conn_update_interest(conn);
}

void whim_pool_end_linger(struct whim_multi *multi)
{
    struct whim_pool *pool = &multi->pool;
    struct whim_list *first;

    while ((first = whim_list_first(&pool->lingering[1])))
        settle_idle(WHIM_CONTAINER_OF(first, struct whim_conn, lingering));
    whim_list_splice(&pool->lingering[1], &pool->lingering[0]);
}

void whim_pool_end_all_linger(struct whim_multi *multi)
{
    whim_pool_end_linger(multi);
    whim_pool_end_linger(multi);
}

void whim_pool_end_linger_of(struct whim_multi *multi, int fd)
{
    struct whim_registration *entry = whim_registry_find(&multi->registry, fd);

    if (entry && entry->owner_kind == WHIM_OWNER_CONN) {
        struct whim_conn *conn = entry->owner;

        if (whim_list_is_linked(&conn->lingering))
            settle_idle(conn);
    }
}

bool whim_pool_has_lingering(const struct whim_pool *pool)
{
    return !whim_list_is_empty(&pool->lingering[0]) || !whim_list_is_empty(&pool->lingering[1]);
}

void whim_pool_clear(struct whim_multi *multi)
{
    struct whim_list *at;

    while (!whim_list_is_empty(&multi->pool.idle))
        close_oldest_idle(multi);
    for (at = multi->pool.conns.next; at != &multi->pool.conns; at = at->next)
        WHIM_CONTAINER_OF(at, struct whim_conn, in_pool)->is_no_reuse = true;
}
