/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What a store of cookies is made of. Only cookie_*.c use this, and with the store locked.
 */
#ifndef WHIM_PROTO_COOKIE_SHELF_H
#define WHIM_PROTO_COOKIE_SHELF_H

#include "proto/cookie_store.h"
#include "util/hash.h"
#include "util/list.h"

#include <pthread.h>

struct whim_cookie {
    struct whim_list in_domain;
    struct whim_list in_store;
    struct whim_cookie_domain *domain;
    int64_t expires_s; /* 0: with the session */
    uint64_t used; /* when it was sent last, or came: a number of the store's counter */
    uint16_t path_len;
    uint16_t name_len;
    uint16_t value_len;
    bool has_subdomains : 1;
    bool is_secure : 1;
    bool is_http_only : 1;
    bool is_partitioned : 1;
    bool is_live : 1;       /* not of a file */
    bool is_for_addresses : 1; /* has no domain, and is for hosts without a name alone */
    uint8_t same_site;
    char text[]; /* path, name, '=', value */
};

/* Has at least one cookie. The one without a name has those that are for no domain. */
struct whim_cookie_domain {
    struct whim_hash_node node;
    struct whim_list in_use;
    struct whim_list cookies; /* in the order of whim_cookie_goes_before(), the younger first */
    int64_t soonest_s;        /* nothing expires before this; INT64_MAX: nothing does */
    uint16_t n_cookies;
    uint8_t len;
    char name[]; /* terminated */
};

struct whim_cookie_store {
    bool is_shared;
    pthread_mutex_t mutex; /* for all that follows, if it is shared */
    struct whim_hash domains;
    struct whim_list in_store;
    struct whim_list in_use;
    struct whim_list *hand; /* of in_store: whom to look at next for what has expired */
    uint32_t n_cookies;
    size_t n_bytes;
    uint64_t counter;
};

static inline void whim_cookie_store_lock(struct whim_cookie_store *store)
{
    if (store->is_shared)
        pthread_mutex_lock(&store->mutex);
}

static inline void whim_cookie_store_unlock(struct whim_cookie_store *store)
{
    if (store->is_shared)
        pthread_mutex_unlock(&store->mutex);
}

static inline const char *whim_cookie_pair(const struct whim_cookie *cookie)
{
    return cookie->text + cookie->path_len;
}

static inline size_t whim_cookie_pair_len(const struct whim_cookie *cookie)
{
    return (size_t)cookie->name_len + 1 + cookie->value_len;
}

static inline bool whim_cookie_has_expired(const struct whim_cookie *cookie, int64_t now_s)
{
    return cookie->expires_s && cookie->expires_s <= now_s;
}

/* Is the first one sent before the second? Of those that are alike the younger one is. */
static inline bool whim_cookie_goes_before(const struct whim_cookie *cookie,
                                           const struct whim_cookie *other)
{
    if (cookie->path_len != other->path_len)
        return cookie->path_len > other->path_len;
    if (cookie->domain->len != other->domain->len)
        return cookie->domain->len > other->domain->len;
    return cookie->name_len > other->name_len;
}

/* Takes it out and frees it, and its domain with the last one of that. */
void whim_cookie_shelf_del(struct whim_cookie_store *store, struct whim_cookie *cookie);

/* Deletes what has expired of a domain. True: the domain has something left. */
bool whim_cookie_shelf_expire(struct whim_cookie_store *store, struct whim_cookie_domain *domain,
                              int64_t now_s);

struct whim_cookie_domain *whim_cookie_shelf_find(const struct whim_cookie_store *store,
                                                  const char *name, size_t len);

/*
 * The domain above: the part of a name behind its first dot. False: there is none.
 */
bool whim_cookie_shelf_go_up(const struct whim_cookie_host *host, const char **name, size_t *len);

/* whim_cookie_store_add() with the store locked. */
enum whim_cookie_verdict whim_cookie_shelf_add(struct whim_cookie_store *store,
                                               const struct whim_cookie_line *line,
                                               const struct whim_cookie_source *source);

#endif
