/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Connection pool: the connections of a multi, by origin; its limits; and who waits for them.
 *
 *   pool.origins  hash -> origin -> fresh:   connections that became idle just now, oldest first
 *                                -> idle:    the other idle ones, newest first
 *                                -> waiting: transfers, first-in first-out
 *   pool.idle     every idle connection, oldest first
 *
 * An origin is everything that decides whether a connection may be reused (C-168), as one
 * canonical struct. It lives while a connection, a waiter or a transfer refers to it. Finding,
 * evicting and waking are O(1).
 */
#ifndef WHIM_ENGINE_POOL_H
#define WHIM_ENGINE_POOL_H

#include "util/hash.h"
#include "util/list.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

struct whim_conn;
struct whim_multi;
struct whim_route;
struct whim_tls_context;
struct whim_transfer;

/*
 * What a transfer asks of its connection. Texts and context are the caller's while it is a
 * question.
 */
struct whim_origin_key {
    const char *host; /* lower case, without brackets */
    uint32_t host_len;
    uint16_t port;
    uint8_t scheme;      /* enum whim_scheme */
    uint8_t family;      /* CURL_IPRESOLVE_* */
    uint32_t scope_id;   /* of a link-local address */
    struct whim_tls_context *tls; /* NULL: none; the same pointer is the same configuration */
    struct whim_route *route;     /* NULL: the straight way */
};

struct whim_origin {
    struct whim_hash_node node;
    struct whim_pool *pool;
    struct whim_list fresh;   /* whim_conn.in_origin; still announced to the loop */
    struct whim_list idle;    /* whim_conn.in_origin */
    struct whim_list waiting; /* whim_transfer.queue */
    uint32_t n_refs;
    uint32_t n_conns; /* open ones, idle or not */
    bool is_numeric; /* the host is an address */
    struct whim_origin_key key; /* with a reference to its context, and the route as its own */
    char host[];
};

struct whim_pool {
    struct whim_hash origins;
    struct whim_list idle; /* whim_conn.in_idle, oldest first */
    struct whim_list lingering[2]; /* idle, but still announced: [0] since the last timer drive */
    struct whim_list conns; /* whim_conn.in_pool: all of them */
    uint32_t n_conns;
    uint32_t n_idle;
    long max_idle;     /* CURLMOPT_MAXCONNECTS; 0: four times the running transfers (C-130) */
    long max_per_host; /* 0: no limit */
    long max_total;    /* 0: no limit */
    int64_t last_conn_id;
};

void whim_pool_init(struct whim_pool *pool);
/* Closes every connection; no transfer holds one any more. */
void whim_pool_fini(struct whim_multi *multi);

/*
 * The origin for a key, made if need be, with a reference for the caller. NULL: out of memory. The
 * route is taken over, also when it is not needed or memory is out.
 */
struct whim_origin *whim_origin_get(struct whim_pool *pool, const struct whim_origin_key *key);
void whim_origin_ref(struct whim_origin *origin);
void whim_origin_unref(struct whim_origin *origin);

/*
 * An idle connection to the origin that is alive and young enough, taken out of the idle lists;
 * NULL: none. Those found dead or too old on the way are closed (C-170, C-171).
 */
struct whim_conn *whim_pool_take_idle(struct whim_multi *multi, struct whim_origin *origin,
                                      const struct whim_transfer *transfer);

/* Has it rested, or lived, for longer than the transfer accepts? (C-170) */
bool whim_pool_is_too_old(const struct whim_conn *conn, const struct whim_transfer *transfer);

enum whim_pool_room {
    WHIM_POOL_HAS_ROOM,
    WHIM_POOL_HOST_FULL,
    WHIM_POOL_TOTAL_FULL,
};
/* May a connection to the origin be opened now? Makes room by closing the longest idle one. */
enum whim_pool_room whim_pool_make_room(struct whim_multi *multi, struct whim_origin *origin);

/* Puts the transfer on the waiting list of what has no room. */
void whim_pool_wait(struct whim_multi *multi, struct whim_origin *origin,
                    struct whim_transfer *transfer, enum whim_pool_room room);
/* Puts a transfer behind those that wait for the total already. */
void whim_pool_wait_total(struct whim_multi *multi, struct whim_transfer *transfer);

/*
 * A connection became free or went away: those who have waited longest for its origin and for the
 * total may run. They have that room until one uses it; whim_transfer_release() passes on what was
 * not used. The origin may be NULL: only those who wait for the total are asked.
 */
void whim_pool_wake(struct whim_multi *multi, struct whim_origin *origin);
/* A limit changed: everybody may try again (C-179). */
void whim_pool_wake_all(struct whim_multi *multi);

/* Takes a connection that has become idle; past the limit of those the oldest ones are closed. */
void whim_pool_keep(struct whim_multi *multi, struct whim_conn *conn);
/* Unlinks an idle connection. */
void whim_pool_unkeep(struct whim_multi *multi, struct whim_conn *conn);

/*
 * A timer drive is over: REMOVE for the connections that were idle before the one before it, and
 * that nobody took (C-77). Loops drain messages before or after they serve the timer; two drives
 * give either a chance to add the transfer that takes the connection again, untold.
 */
void whim_pool_end_linger(struct whim_multi *multi);
/* The last transfer leaves: REMOVE for all of them. */
void whim_pool_end_all_linger(struct whim_multi *multi);
/*
 * The call for this socket left nothing running: REMOVE for it, if it is one of them. Programs are
 * known to drop the watch of the very socket whose event ended the last transfer.
 */
void whim_pool_end_linger_of(struct whim_multi *multi, int fd);
bool whim_pool_has_lingering(const struct whim_pool *pool);

/* Closes all idle connections, and lets no busy one be used again (C-136). */
void whim_pool_clear(struct whim_multi *multi);

#endif
