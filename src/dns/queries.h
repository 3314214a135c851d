/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Queries: the names that are being asked for, and who waits for each.
 *
 * A query is queued, asked, or finished. Queued: because many went out just now or are out
 * already; answers to all of them at once would not fit into the socket's buffer, and what is lost
 * there costs seconds. Asked: c-ares has it; n_in_flight counts these. Finished: c-ares has
 * answered, from wherever it was called; the waiters hear of it in the next whim_dns_queries_run(),
 * never from inside c-ares. A query whose waiters have all gone is not asked any more if it is
 * still queued; otherwise it goes on, and its answer is cached.
 *
 * Questions to an upstream are not held back here, which has a queue of its own. They are forgotten
 * when the last one who waits has gone: whoever asked lends the upstream what it needs for asking.
 */
#ifndef WHIM_DNS_QUERIES_H
#define WHIM_DNS_QUERIES_H

#include "dns/cache.h"
#include "dns/channel.h"
#include "dns/names.h"
#include "dns/resolver.h"
#include "util/hash.h"
#include "util/list.h"

#include <stdbool.h>
#include <stdint.h>

struct whim_dns_query;

struct whim_dns_queries {
    struct whim_hash by_name;
    struct whim_list queued;
    struct whim_list finished;
    struct whim_dns_names *names;
    uint32_t n_in_flight;
    uint32_t n_burst_left; /* how many may still be asked before answers are read or time passes */
    int64_t refilled_us;   /* when n_burst_left was full last */
};

/* An answer is kept in the names of each who waits for it; in these when nobody does any more. */
void whim_dns_queries_init(struct whim_dns_queries *queries, struct whim_dns_names *names);
/* After the channels were freed. Waiters are unlinked and not told. */
void whim_dns_queries_fini(struct whim_dns_queries *queries);

/* The query for a key whose waiters have not been told; NULL: there is none. */
struct whim_dns_query *whim_dns_queries_find(const struct whim_dns_queries *queries,
                                             const struct whim_dns_key *key);
/* One more who waits; the answer is kept in names. */
void whim_dns_query_join(struct whim_dns_query *query, const struct whim_dns_question *question,
                         struct whim_dns_names *names, struct whim_dns_wait *wait);
/* One less; it need not wait. */
void whim_dns_query_leave(struct whim_dns_wait *wait);
/* One who waits for the answer to this; NULL: nobody does any more. */
struct whim_dns_wait *whim_dns_query_first_wait(const struct whim_dns_ask *ask);
/* A query for a key that has none. Results and *ret_answer are as of whim_resolver_lookup(). */
enum whim_dns_result whim_dns_queries_ask(struct whim_dns_queries *queries,
                                          struct whim_dns_channel *channel,
                                          const struct whim_dns_key *key,
                                          const struct whim_dns_question *question,
                                          struct whim_dns_names *names,
                                          struct whim_dns_wait *wait, int64_t now_us,
                                          struct whim_dns_answer *ret_answer);
/*
 * Tells the waiters of finished queries, and asks queued ones. were_read: answers were just read
 * from a socket, so that there is room for more.
 */
void whim_dns_queries_run(struct whim_dns_queries *queries, bool were_read, int64_t now_us);
/* When run() has something to do; INT64_MAX: it does not know. */
int64_t whim_dns_queries_deadline_us(const struct whim_dns_queries *queries);

#endif
