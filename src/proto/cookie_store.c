/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/cookie_store.h"

#include "proto/cookie_shelf.h"
#include "util/mem.h"

#include <string.h>

struct whim_cookie_store *whim_cookie_store_new(bool is_shared)
{
    struct whim_cookie_store *store = whim_calloc(1, sizeof(*store));

    if (!store)
        return NULL;
    store->is_shared = is_shared;
    pthread_mutex_init(&store->mutex, NULL);
    whim_hash_init(&store->domains);
    whim_list_init(&store->in_store);
    whim_list_init(&store->in_use);
    store->hand = &store->in_store;
    return store;
}

static struct whim_cookie *cookie_of(struct whim_list *in_store)
{
    return WHIM_CONTAINER_OF(in_store, struct whim_cookie, in_store);
}

static void del_all(struct whim_cookie_store *store)
{
    struct whim_list *first;

    while ((first = whim_list_first(&store->in_store)))
        whim_cookie_shelf_del(store, cookie_of(first));
}

void whim_cookie_store_free(struct whim_cookie_store *store)
{
    if (!store)
        return;
    del_all(store);
    whim_hash_fini(&store->domains);
    pthread_mutex_destroy(&store->mutex);
    whim_free(store);
}

void whim_cookie_store_reset(struct whim_cookie_store *store)
{
    whim_cookie_store_lock(store);
    del_all(store);
    whim_cookie_store_unlock(store);
}

void whim_cookie_store_del_session(struct whim_cookie_store *store, int64_t now_s)
{
    struct whim_list *at;
    struct whim_list *next;

    whim_cookie_store_lock(store);
    for (at = store->in_store.next; at != &store->in_store; at = next) {
        struct whim_cookie *cookie = cookie_of(at);

        next = at->next;
        if (!cookie->expires_s || whim_cookie_has_expired(cookie, now_s))
            whim_cookie_shelf_del(store, cookie);
    }
    whim_cookie_store_unlock(store);
}

size_t whim_cookie_store_count(struct whim_cookie_store *store)
{
    size_t n;

    whim_cookie_store_lock(store);
    n = store->n_cookies;
    whim_cookie_store_unlock(store);
    return n;
}

enum whim_cookie_verdict whim_cookie_store_add(struct whim_cookie_store *store,
                                               const struct whim_cookie_line *line,
                                               const struct whim_cookie_source *source)
{
    enum whim_cookie_verdict verdict;

    whim_cookie_store_lock(store);
    verdict = whim_cookie_shelf_add(store, line, source);
    whim_cookie_store_unlock(store);
    return verdict;
}

/* The next of the domain, or the first one behind the head, that the request may have. */
static struct whim_cookie *find_next(const struct whim_cookie_query *query,
                                     struct whim_cookie_domain *domain, struct whim_list *behind)
{
    bool is_host = domain->len == query->host->len;

    for (struct whim_list *at = behind->next; at != &domain->cookies; at = at->next) {
        struct whim_cookie *cookie = WHIM_CONTAINER_OF(at, struct whim_cookie, in_domain);

        if (cookie->is_secure && !query->is_secure)
            continue;
        if (!is_host && !cookie->has_subdomains)
            continue;
        if (cookie->is_for_addresses && !query->host->is_address)
            continue;
        if (whim_cookie_path_has(cookie->text, cookie->path_len, query->path, query->path_len))
            return cookie;
    }
    return NULL;
}

/* A list for each domain that the host is in, and for what has none; by their next cookies. */
struct merge {
    struct whim_cookie *next[WHIM_COOKIE_HOST_BYTES / 2 + 2];
    size_t n;
};

static void begin_domain(struct whim_cookie_store *store, const struct whim_cookie_query *query,
                         const char *name, size_t len, struct merge *merge)
{
    struct whim_cookie_domain *domain = whim_cookie_shelf_find(store, name, len);
    struct whim_cookie *first;

    if (!domain || !whim_cookie_shelf_expire(store, domain, query->now_s))
        return;
    whim_list_del(&domain->in_use);
    whim_list_add_last(&store->in_use, &domain->in_use);
    first = find_next(query, domain, &domain->cookies);
    if (first)
        merge->next[merge->n++] = first;
}

static void begin_merge(struct whim_cookie_store *store, const struct whim_cookie_query *query,
                        struct merge *merge)
{
    const char *name = query->host->name;
    size_t len = query->host->len;

    merge->n = 0;
    do {
        begin_domain(store, query, name, len, merge);
    } while (whim_cookie_shelf_go_up(query->host, &name, &len));
    begin_domain(store, query, "", 0, merge);
}

static struct whim_cookie *take_best(const struct whim_cookie_query *query, struct merge *merge)
{
    struct whim_cookie *best;
    size_t place = 0;

    for (size_t i = 1; i < merge->n; i++)
        if (whim_cookie_goes_before(merge->next[i], merge->next[place]))
            place = i;
    best = merge->next[place];
    merge->next[place] = find_next(query, best->domain, &best->in_domain);
    if (!merge->next[place])
        merge->next[place] = merge->next[--merge->n];
    return best;
}

static enum whim_buf_result pull(struct whim_cookie_store *store,
                                 const struct whim_cookie_query *query, struct whim_buf *buf,
                                 bool *ret_is_cut)
{
    struct merge merge;
    size_t before = buf->len;

    *ret_is_cut = false;
    begin_merge(store, query, &merge);
    for (size_t n = 0; merge.n && n < WHIM_COOKIES_MAX_SENT; n++) {
        struct whim_cookie *cookie = take_best(query, &merge);
        size_t len = sizeof("Cookie: ") - 1 + buf->len - before + whim_cookie_pair_len(cookie);
        enum whim_buf_result result = WHIM_BUF_OK;

        if (len + 2 > WHIM_COOKIES_HEADER_BYTES) {
            *ret_is_cut = true;
            break;
        }
        if (n)
            result = whim_buf_add(buf, "; ", 2);
        if (result == WHIM_BUF_OK)
            result = whim_buf_add(buf, whim_cookie_pair(cookie), whim_cookie_pair_len(cookie));
        if (result != WHIM_BUF_OK)
            return result;
        cookie->used = ++store->counter;
    }
    return WHIM_BUF_OK;
}

enum whim_buf_result whim_cookie_store_pull(struct whim_cookie_store *store,
                                            const struct whim_cookie_query *query,
                                            struct whim_buf *buf, bool *ret_is_cut)
{
    enum whim_buf_result result;

    whim_cookie_store_lock(store);
    result = pull(store, query, buf, ret_is_cut);
    whim_cookie_store_unlock(store);
    return result;
}
