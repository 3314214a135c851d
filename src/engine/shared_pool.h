/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Shared pool: the idle connections of a share object (C-39, C-201).
 *
 * A connection belongs to a multi while a transfer rides it: it is in that multi's registry, counts
 * for its limits, and only its thread touches it. When its transfer is over it leaves the multi
 * altogether and rests here, known to nobody's loop, until a transfer of any other multi takes it
 * up. So one thread at a time has it, and the lock of this pool is where it changes hands.
 *
 * Those that lean on something of their multi stay in the multi's own pool: TLS with a proxy, and
 * what a link still has to send.
 */
#ifndef WHIM_ENGINE_SHARED_POOL_H
#define WHIM_ENGINE_SHARED_POOL_H

#include <stdbool.h>
#include <stdint.h>

struct whim_conn;
struct whim_shared_pool;
struct whim_transfer;

/* With one reference. NULL: out of memory. */
struct whim_shared_pool *whim_shared_pool_new(void);
struct whim_shared_pool *whim_shared_pool_ref(struct whim_shared_pool *pool);
/* NULL is fine. The last one closes what is left. */
void whim_shared_pool_unref(struct whim_shared_pool *pool);
/* Closes every connection; those that come later are not taken. NULL is fine. */
void whim_shared_pool_close(struct whim_shared_pool *pool);

/* The pool of the transfer's share; NULL: it has none. Stays the share's. */
struct whim_shared_pool *whim_shared_pool_of(const struct whim_transfer *transfer);

/* A number for a new connection: 0, 1, ... over all multis. */
int64_t whim_shared_pool_number(struct whim_shared_pool *pool);

/*
 * Takes a connection that has become idle, whose transfer has let go of it, out of its multi. Beyond
 * its limit (CURLMOPT_MAXCONNECTS of the multi, or four for each handle of the share) the pool
 * closes the one that has rested for longest. False: it stays where it is, and was not touched.
 */
bool whim_shared_pool_keep(struct whim_conn *conn, struct whim_transfer *transfer);

/*
 * A connection to the transfer's origin that is alive and young enough, moved into the transfer's
 * multi, where there is room for it; NULL: none. Those found dead or too old are closed.
 */
struct whim_conn *whim_shared_pool_take(struct whim_shared_pool *pool,
                                        struct whim_transfer *transfer);

#endif
