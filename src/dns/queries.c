/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns/queries.h"

#include "util/clock.h"
#include "util/mem.h"

#include <string.h>

enum {
    MAX_IN_FLIGHT = 1024, /* far from the 65,536 numbers that DNS has for questions */
    /*
     * How many are asked in a row. Two questions each: their answers fit into the receive buffer
     * that Linux grants anybody. More go out when answers were read, or when this time has passed
     * without any.
     */
    MAX_BURST = 100,
    BURST_MS = 20,
};

struct whim_dns_query {
    struct whim_dns_ask ask;
    struct whim_hash_node node;
    struct whim_list link; /* queued or finished; unlinked while c-ares has it */
    struct whim_list waits;
    struct whim_dns_queries *queries;
    struct whim_dns_channel *channel;
    struct whim_dns_answer answer;
    int64_t cache_timeout_ms; /* the longest that anybody who asked accepts; -1: for ever */
    int family;
    uint32_t network; /* the channel's when it was asked */
    bool is_certain;
    bool is_finished;
    struct whim_dns_name name;
    char text[];
};

void whim_dns_queries_init(struct whim_dns_queries *queries, struct whim_dns_names *names)
{
    whim_hash_init(&queries->by_name);
    whim_list_init(&queries->queued);
    whim_list_init(&queries->finished);
    queries->names = names;
    queries->n_in_flight = 0;
    queries->n_burst_left = MAX_BURST;
    queries->refilled_us = 0;
}

static struct whim_dns_query *first_query(const struct whim_list *list)
{
    struct whim_list *link = whim_list_first(list);

    return link ? WHIM_CONTAINER_OF(link, struct whim_dns_query, link) : NULL;
}

static struct whim_dns_wait *first_wait(const struct whim_list *waits)
{
    struct whim_list *link = whim_list_first(waits);

    return link ? WHIM_CONTAINER_OF(link, struct whim_dns_wait, link) : NULL;
}

static void unlink_wait(struct whim_dns_wait *wait)
{
    whim_list_del(&wait->link);
    whim_dns_names_unref(wait->names);
    wait->names = NULL;
    wait->query = NULL;
}

/* Waiters that are still there are unlinked and hear nothing. */
static void free_query(struct whim_dns_query *query)
{
    struct whim_dns_wait *wait;

    while ((wait = first_wait(&query->waits)))
        unlink_wait(wait);
    whim_list_del(&query->link);
    whim_dns_addrs_unref(query->answer.addrs);
    whim_free(query->answer.detail);
    whim_free(query);
}

void whim_dns_queries_fini(struct whim_dns_queries *queries)
{
    struct whim_dns_query *query;

    whim_list_splice(&queries->finished, &queries->queued);
    while ((query = first_query(&queries->finished)))
        free_query(query);
    whim_hash_fini(&queries->by_name);
}

static bool is_of_this_network(const struct whim_dns_query *query)
{
    return query->network == query->channel->network;
}

struct whim_dns_query *whim_dns_queries_find(const struct whim_dns_queries *queries,
                                             const struct whim_dns_key *key)
{
    struct whim_hash_node *node = whim_hash_first(&queries->by_name, key->name->hash);

    for (; node; node = whim_hash_next(node)) {
        struct whim_dns_query *query = WHIM_CONTAINER_OF(node, struct whim_dns_query, node);

        if (is_of_this_network(query) && query->family == key->family &&
            query->channel->id == key->channel_id &&
            query->name.len == key->name->len &&
            memcmp(query->text, key->name->text, key->name->len) == 0)
            return query;
    }
    return NULL;
}

static int64_t longer_timeout(int64_t a, int64_t b)
{
    if (a < 0 || b < 0)
        return -1;
    return a > b ? a : b;
}

void whim_dns_query_join(struct whim_dns_query *query, const struct whim_dns_question *question,
                         struct whim_dns_names *names, struct whim_dns_wait *wait)
{
    query->cache_timeout_ms = longer_timeout(query->cache_timeout_ms, question->cache_timeout_ms);
    wait->shuffle = question->shuffle;
    wait->names = whim_dns_names_ref(names);
    wait->query = query;
    whim_list_add_last(&query->waits, &wait->link);
}

static bool is_of_upstream(const struct whim_dns_query *query)
{
    return query->channel->config.upstream != NULL;
}

void whim_dns_query_leave(struct whim_dns_wait *wait)
{
    struct whim_dns_query *query = wait->query;

    unlink_wait(wait);
    if (!query || query->is_finished || !whim_list_is_empty(&query->waits) ||
        !is_of_upstream(query))
        return;
    whim_dns_channel_forget(query->channel, &query->ask);
    whim_hash_del(&query->queries->by_name, &query->node);
    query->channel->n_queries--;
    free_query(query);
}

struct whim_dns_wait *whim_dns_query_first_wait(const struct whim_dns_ask *ask)
{
    return first_wait(&WHIM_CONTAINER_OF(ask, struct whim_dns_query, ask)->waits);
}

/* May come from inside any call of c-ares, so it takes note and does no more. */
static void on_answered(struct whim_dns_ask *ask, struct whim_dns_answer answer, bool is_certain)
{
    struct whim_dns_query *query = WHIM_CONTAINER_OF(ask, struct whim_dns_query, ask);

    query->answer = answer;
    query->is_certain = is_certain;
    query->is_finished = true;
    if (!is_of_upstream(query))
        query->queries->n_in_flight--;
    whim_list_add_last(&query->queries->finished, &query->link);
}

static bool can_ask(const struct whim_dns_queries *queries)
{
    return queries->n_in_flight < MAX_IN_FLIGHT && queries->n_burst_left;
}

static void refill(struct whim_dns_queries *queries, int64_t now_us)
{
    queries->n_burst_left = MAX_BURST;
    queries->refilled_us = now_us;
}

static int64_t refill_due_us(const struct whim_dns_queries *queries)
{
    return queries->refilled_us + BURST_MS * WHIM_US_PER_MS;
}

static void ask_channel(struct whim_dns_query *query, int64_t now_us)
{
    if (!is_of_upstream(query)) {
        query->queries->n_in_flight++;
        query->queries->n_burst_left--;
    }
    whim_dns_channel_ask(query->channel, &query->ask, query->text, query->family, now_us);
}

static enum whim_dns_result result_of(enum whim_dns_reason reason)
{
    switch (reason) {
    case WHIM_DNS_REASON_NONE:
        return WHIM_DNS_OK;
    case WHIM_DNS_REASON_NOMEM:
        return WHIM_DNS_NOMEM;
    default:
        return WHIM_DNS_FAILED;
    }
}

/*
 * Takes a finished query off the books: a lookup of the name finds the answer now, or asks anew. It
 * is kept in names when nobody waits.
 */
static void settle(struct whim_dns_query *query, struct whim_dns_names *names, int64_t now_us)
{
    struct whim_dns_queries *queries = query->queries;
    struct whim_dns_key key = {
        .name = &query->name,
        .channel_id = query->channel->id,
        .family = query->family,
    };
    const struct whim_dns_names *kept_in = NULL;
    struct whim_list *link;

    whim_list_del(&query->link);
    whim_hash_del(&queries->by_name, &query->node);
    query->channel->n_queries--;
    if (!is_of_this_network(query)) /* it is for who has waited alone */
        return;
    if (!query->answer.addrs &&
        (query->answer.reason != WHIM_DNS_REASON_NOT_FOUND || !query->is_certain))
        return;
    for (link = query->waits.next; link != &query->waits; link = link->next) {
        struct whim_dns_names *of_wait = WHIM_CONTAINER_OF(link, struct whim_dns_wait, link)->names;

        if (of_wait == kept_in)
            continue; /* as for nearly all who wait for one name */
        kept_in = of_wait;
        whim_dns_names_add(of_wait, &key, query->answer.addrs, query->cache_timeout_ms, now_us);
    }
    if (!kept_in)
        whim_dns_names_add(names, &key, query->answer.addrs, query->cache_timeout_ms, now_us);
}

static struct whim_dns_answer share_answer(const struct whim_dns_query *query, bool shuffle)
{
    struct whim_dns_answer answer = query->answer;

    if (answer.addrs)
        answer.addrs = whim_dns_addrs_share(answer.addrs, shuffle);
    return answer;
}

static void deliver(struct whim_dns_query *query, int64_t now_us)
{
    enum whim_dns_result result = result_of(query->answer.reason);
    struct whim_dns_wait *wait;

    settle(query, query->queries->names, now_us);
    while ((wait = first_wait(&query->waits))) {
        unlink_wait(wait);
        wait->done(wait, result, share_answer(query, wait->shuffle));
    }
    free_query(query);
}

enum whim_dns_result whim_dns_queries_ask(struct whim_dns_queries *queries,
                                          struct whim_dns_channel *channel,
                                          const struct whim_dns_key *key,
                                          const struct whim_dns_question *question,
                                          struct whim_dns_names *names,
                                          struct whim_dns_wait *wait, int64_t now_us,
                                          struct whim_dns_answer *ret_answer)
{
    struct whim_dns_query *query = whim_calloc(1, sizeof(*query) + key->name->len + 1);
    enum whim_dns_result result;

    if (!query) {
        *ret_answer = (struct whim_dns_answer){.reason = WHIM_DNS_REASON_NOMEM};
        return WHIM_DNS_NOMEM;
    }
    memcpy(query->text, key->name->text, key->name->len);
    query->name = *key->name;
    query->name.text = query->text;
    query->family = key->family;
    query->ask.answered = on_answered;
    query->queries = queries;
    query->channel = channel;
    query->network = channel->network;
    query->cache_timeout_ms = question->cache_timeout_ms;
    whim_list_init(&query->link);
    whim_list_init(&query->waits);
    whim_hash_add(&queries->by_name, &query->node, key->name->hash);
    channel->n_queries++;
    if (!queries->n_in_flight)
        refill(queries, now_us); /* nothing can be on its way here */
    if (!is_of_upstream(query) &&
        (!whim_list_is_empty(&queries->queued) || !can_ask(queries)))
        whim_list_add_last(&queries->queued, &query->link);
    else
        ask_channel(query, now_us);
    if (!query->is_finished) {
        whim_dns_query_join(query, question, names, wait);
        return WHIM_DNS_WAIT;
    }
    settle(query, names, now_us);
    *ret_answer = share_answer(query, question->shuffle);
    ret_answer->detail = NULL;
    result = result_of(query->answer.reason);
    free_query(query);
    return result;
}

/* Asks what is queued, as far as there is room. */
static void pump(struct whim_dns_queries *queries, int64_t now_us)
{
    struct whim_dns_query *query;

    while (can_ask(queries) && (query = first_query(&queries->queued))) {
        whim_list_del(&query->link);
        if (!whim_list_is_empty(&query->waits)) {
            ask_channel(query, now_us);
            continue;
        }
        whim_hash_del(&queries->by_name, &query->node);
        query->channel->n_queries--;
        free_query(query);
    }
}

void whim_dns_queries_run(struct whim_dns_queries *queries, bool were_read, int64_t now_us)
{
    struct whim_dns_query *query;

    if (were_read || now_us >= refill_due_us(queries))
        refill(queries, now_us);
    do {
        while ((query = first_query(&queries->finished)))
            deliver(query, now_us);
        pump(queries, now_us);
    } while (!whim_list_is_empty(&queries->finished));
}

int64_t whim_dns_queries_deadline_us(const struct whim_dns_queries *queries)
{
    if (!whim_list_is_empty(&queries->finished))
        return 0;
    if (whim_list_is_empty(&queries->queued) || queries->n_in_flight >= MAX_IN_FLIGHT)
        return INT64_MAX;
    return refill_due_us(queries);
}
