/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Taking a cookie in (RFC 6265bis section 5.7):
 *
 * 1. Its domain: the attribute's, if the host is in it and it is nobody's suffix; else the host.
 * 2. Its path: the attribute's, or by the request's.
 * 3. What came without TLS leaves secure cookies of its name alone.
 * 4. One of the same name, domain and path goes, and what comes in has its age.
 * 5. Room is made, and a few others are looked at that may have expired.
 */
#include "proto/cookie_shelf.h"

#include "proto/cookie_suffix.h"
#include "util/mem.h"

#include <string.h>

enum { N_LOOKED_AT = 4 }; /* for each cookie that comes in */

/* Where a cookie belongs. */
struct place {
    struct whim_cookie_host domain; /* its len 0: none */
    bool has_subdomains;
    bool is_for_addresses;
    const char *path;
    size_t path_len;
};

struct whim_cookie_domain *whim_cookie_shelf_find(const struct whim_cookie_store *store,
                                                  const char *name, size_t len)
{
    uint32_t hash = whim_hash_bytes(name, len, 0);
    struct whim_hash_node *node;

    for (node = whim_hash_first(&store->domains, hash); node; node = whim_hash_next(node)) {
        struct whim_cookie_domain *domain = WHIM_CONTAINER_OF(node, struct whim_cookie_domain, node);

        if (domain->len == len && !memcmp(domain->name, name, len))
            return domain;
    }
    return NULL;
}

bool whim_cookie_shelf_go_up(const struct whim_cookie_host *host, const char **name, size_t *len)
{
    const char *dot = host->is_address ? NULL : memchr(*name, '.', *len);

    if (!dot)
        return false;
    *len -= (size_t)(dot + 1 - *name);
    *name = dot + 1;
    return true;
}

static size_t count_bytes(const struct whim_cookie *cookie)
{
    return sizeof(*cookie) + cookie->path_len + whim_cookie_pair_len(cookie);
}

static void del_domain(struct whim_cookie_store *store, struct whim_cookie_domain *domain)
{
    whim_hash_del(&store->domains, &domain->node);
    whim_list_del(&domain->in_use);
    whim_free(domain);
}

/* Its domain stays, with or without others. */
static void unlink_and_free(struct whim_cookie_store *store, struct whim_cookie *cookie)
{
    if (store->hand == &cookie->in_store)
        store->hand = cookie->in_store.next;
    cookie->domain->n_cookies--;
    store->n_cookies--;
    store->n_bytes -= count_bytes(cookie);
    whim_list_del(&cookie->in_domain);
    whim_list_del(&cookie->in_store);
    explicit_bzero(cookie->text, cookie->path_len + whim_cookie_pair_len(cookie));
    whim_free(cookie);
}

void whim_cookie_shelf_del(struct whim_cookie_store *store, struct whim_cookie *cookie)
{
    struct whim_cookie_domain *domain = cookie->domain;

    unlink_and_free(store, cookie);
    if (!domain->n_cookies)
        del_domain(store, domain);
}

bool whim_cookie_shelf_expire(struct whim_cookie_store *store, struct whim_cookie_domain *domain,
                              int64_t now_s)
{
    struct whim_list *at;
    struct whim_list *next;

    if (domain->soonest_s > now_s)
        return true;
    domain->soonest_s = INT64_MAX;
    for (at = domain->cookies.next; at != &domain->cookies; at = next) {
        struct whim_cookie *cookie = WHIM_CONTAINER_OF(at, struct whim_cookie, in_domain);

        next = at->next;
        if (whim_cookie_has_expired(cookie, now_s))
            unlink_and_free(store, cookie);
        else if (cookie->expires_s && cookie->expires_s < domain->soonest_s)
            domain->soonest_s = cookie->expires_s;
    }
    if (domain->n_cookies)
        return true;
    del_domain(store, domain);
    return false;
}

/* The attribute's domain, for the host that sets it (1 above). */
static enum whim_cookie_verdict place_by_attribute(const struct whim_cookie_line *line,
                                                   const struct whim_cookie_host *host,
                                                   struct place *place)
{
    size_t len = line->domain.len;

    /* A dot behind it would make another name of the same domain, past the list of suffixes. */
    if (line->domain.ptr[len - 1] == '.' ||
        !whim_cookie_host_read(line->domain.ptr, len, &place->domain))
        return WHIM_COOKIE_BAD_DOMAIN;
    if (!host) {
        place->has_subdomains = !place->domain.is_address;
        return WHIM_COOKIE_OK;
    }
    if (!whim_cookie_host_is_in(host, place->domain.name, place->domain.len))
        return WHIM_COOKIE_OTHER_DOMAIN;
    if (host->is_address)
        return WHIM_COOKIE_OK;
    if (!whim_cookie_suffix_is_public(place->domain.name))
        place->has_subdomains = true;
    else if (host->len != place->domain.len)
        return WHIM_COOKIE_PUBLIC_SUFFIX;
    return WHIM_COOKIE_OK;
}

static enum whim_cookie_verdict find_place(const struct whim_cookie_line *line,
                                           const struct whim_cookie_source *source,
                                           struct place *place)
{
    enum whim_cookie_verdict verdict = WHIM_COOKIE_OK;

    if (line->is_of_file) {
        if (!whim_cookie_host_read(line->domain.ptr, line->domain.len, &place->domain))
            verdict = WHIM_COOKIE_BAD_DOMAIN;
        place->has_subdomains = line->has_subdomains;
    } else if (line->domain.len) {
        verdict = place_by_attribute(line, source->host, place);
    } else if (source->host) {
        place->domain = *source->host;
    } else { /* for every host; of a file, libcurl gives them to none that has a name */
        place->has_subdomains = true;
        place->is_for_addresses = source->origin == WHIM_COOKIE_OF_FILE;
    }
    place->path = line->path.ptr ? line->path.ptr : "/";
    place->path_len = line->path.ptr ? line->path.len : 1;
    if (!line->path.ptr && source->host && source->path_len && source->path[0] == '/') {
        place->path = source->path;
        place->path_len = whim_cookie_path_default(source->path, source->path_len);
    }
    if (verdict == WHIM_COOKIE_OK && place->path_len > WHIM_COOKIE_FIELD_BYTES)
        verdict = WHIM_COOKIE_TOO_LARGE;
    return verdict;
}

static bool has_name(const struct whim_cookie *cookie, struct whim_cookie_text name)
{
    return cookie->name_len == name.len && !memcmp(whim_cookie_pair(cookie), name.ptr, name.len);
}

/*
 * Would it lie over a secure cookie (3 above)? Of all domains that the host is in: whichever of them
 * the new one is for, the host would get both. Other hosts below the domain are not looked at, which
 * the RFC would have: they get theirs first, the domain's behind it.
 */
static bool is_over_secure(const struct whim_cookie_store *store,
                           const struct whim_cookie_line *line,
                           const struct whim_cookie_source *source, const struct place *place)
{
    const char *name = source->host->name;
    size_t len = source->host->len;

    do {
        struct whim_cookie_domain *domain = whim_cookie_shelf_find(store, name, len);

        if (!domain)
            continue;
        for (struct whim_list *at = domain->cookies.next; at != &domain->cookies; at = at->next) {
            struct whim_cookie *cookie = WHIM_CONTAINER_OF(at, struct whim_cookie, in_domain);

            if (cookie->is_secure && has_name(cookie, line->name) &&
                !whim_cookie_has_expired(cookie, source->now_s) &&
                whim_cookie_path_has(cookie->text, cookie->path_len, place->path, place->path_len))
                return true;
        }
    } while (whim_cookie_shelf_go_up(source->host, &name, &len));
    return false;
}

/* The one of the same name, domain and path. */
static struct whim_cookie *find_twin(struct whim_cookie_domain *domain,
                                     struct whim_cookie_text name, const struct place *place)
{
    for (struct whim_list *at = domain->cookies.next; at != &domain->cookies; at = at->next) {
        struct whim_cookie *cookie = WHIM_CONTAINER_OF(at, struct whim_cookie, in_domain);

        if (cookie->path_len == place->path_len && cookie->has_subdomains == place->has_subdomains &&
            has_name(cookie, name) && !memcmp(cookie->text, place->path, place->path_len))
            return cookie;
    }
    return NULL;
}

static struct whim_cookie_domain *new_domain(struct whim_cookie_store *store,
                                             const struct whim_cookie_host *name)
{
    struct whim_cookie_domain *domain = whim_malloc(sizeof(*domain) + name->len + 1);

    if (!domain)
        return NULL;
    whim_list_init(&domain->in_use);
    whim_list_init(&domain->cookies);
    domain->soonest_s = INT64_MAX;
    domain->n_cookies = 0;
    domain->len = name->len;
    memcpy(domain->name, name->name, name->len);
    domain->name[name->len] = 0;
    whim_hash_add(&store->domains, &domain->node, whim_hash_bytes(name->name, name->len, 0));
    whim_list_add_last(&store->in_use, &domain->in_use);
    return domain;
}

static struct whim_cookie *new_cookie(const struct whim_cookie_line *line,
                                      const struct whim_cookie_source *source,
                                      const struct place *place)
{
    size_t pair_len = line->name.len + 1 + line->value.len;
    struct whim_cookie *cookie = whim_malloc(sizeof(*cookie) + place->path_len + pair_len);
    char *pair;

    if (!cookie)
        return NULL;
    *cookie = (struct whim_cookie){
        .expires_s = line->expires_s,
        .path_len = (uint16_t)place->path_len,
        .name_len = (uint16_t)line->name.len,
        .value_len = (uint16_t)line->value.len,
        .has_subdomains = place->has_subdomains,
        .is_secure = line->is_secure,
        .is_http_only = line->is_http_only,
        .is_partitioned = line->is_partitioned,
        .is_live = source->origin != WHIM_COOKIE_OF_FILE,
        .is_for_addresses = place->is_for_addresses,
        .same_site = line->same_site,
    };
    memcpy(cookie->text, place->path, place->path_len);
    pair = cookie->text + place->path_len;
    memcpy(pair, line->name.ptr, line->name.len);
    pair[line->name.len] = '=';
    if (line->value.len)
        memcpy(pair + line->name.len + 1, line->value.ptr, line->value.len);
    return cookie;
}

/* In the place of its twin, so that it has its age; or behind all that go before it. */
static void link_cookie(struct whim_cookie_store *store, struct whim_cookie_domain *domain,
                        struct whim_cookie *cookie, struct whim_cookie *twin)
{
    struct whim_list *at = domain->cookies.next;

    cookie->domain = domain;
    cookie->used = ++store->counter;
    if (twin) {
        whim_list_add_before(&twin->in_store, &cookie->in_store);
        whim_list_add_before(&twin->in_domain, &cookie->in_domain);
        unlink_and_free(store, twin);
    } else {
        while (at != &domain->cookies &&
               whim_cookie_goes_before(WHIM_CONTAINER_OF(at, struct whim_cookie, in_domain), cookie))
            at = at->next;
        whim_list_add_before(at, &cookie->in_domain);
        whim_list_add_last(&store->in_store, &cookie->in_store);
    }
    if (cookie->expires_s && cookie->expires_s < domain->soonest_s)
        domain->soonest_s = cookie->expires_s;
    domain->n_cookies++;
    store->n_cookies++;
    store->n_bytes += count_bytes(cookie);
    whim_list_del(&domain->in_use);
    whim_list_add_last(&store->in_use, &domain->in_use);
}

/* One of the domain goes: an insecure one before a secure one, then who was not sent for longest. */
static void evict(struct whim_cookie_store *store, struct whim_cookie_domain *domain)
{
    struct whim_cookie *victim = NULL;

    for (struct whim_list *at = domain->cookies.next; at != &domain->cookies; at = at->next) {
        struct whim_cookie *cookie = WHIM_CONTAINER_OF(at, struct whim_cookie, in_domain);

        if (!victim || (victim->is_secure && !cookie->is_secure) ||
            (victim->is_secure == cookie->is_secure && cookie->used < victim->used))
            victim = cookie;
    }
    whim_cookie_shelf_del(store, victim);
}

/* Looks at a few cookies, others each time. */
static void sweep(struct whim_cookie_store *store, int64_t now_s)
{
    for (int i = 0; i < N_LOOKED_AT && store->n_cookies; i++) {
        struct whim_cookie *cookie;

        if (store->hand == &store->in_store)
            store->hand = store->in_store.next;
        cookie = WHIM_CONTAINER_OF(store->hand, struct whim_cookie, in_store);
        store->hand = store->hand->next;
        if (whim_cookie_has_expired(cookie, now_s))
            whim_cookie_shelf_del(store, cookie);
    }
}

static void make_room(struct whim_cookie_store *store, struct whim_cookie_domain *domain,
                      int64_t now_s)
{
    if (domain->n_cookies > WHIM_COOKIES_MAX_OF_DOMAIN &&
        whim_cookie_shelf_expire(store, domain, now_s) &&
        domain->n_cookies > WHIM_COOKIES_MAX_OF_DOMAIN)
        evict(store, domain);
    sweep(store, now_s);
    while (store->n_cookies > WHIM_COOKIES_MAX || store->n_bytes > WHIM_COOKIES_MAX_BYTES)
        evict(store, WHIM_CONTAINER_OF(store->in_use.next, struct whim_cookie_domain, in_use));
}

static enum whim_cookie_verdict keep(struct whim_cookie_store *store,
                                     const struct whim_cookie_line *line,
                                     const struct whim_cookie_source *source,
                                     const struct place *place)
{
    struct whim_cookie_domain *domain =
        whim_cookie_shelf_find(store, place->domain.name, place->domain.len);
    struct whim_cookie *twin = domain ? find_twin(domain, line->name, place) : NULL;
    struct whim_cookie *cookie;

    if (twin && twin->is_live && source->origin == WHIM_COOKIE_OF_FILE)
        return WHIM_COOKIE_OVER_LIVE;
    if (line->expires_s && line->expires_s <= source->now_s) {
        if (twin)
            whim_cookie_shelf_del(store, twin);
        return twin ? WHIM_COOKIE_OK : WHIM_COOKIE_EXPIRED;
    }
    cookie = new_cookie(line, source, place);
    if (!cookie)
        return WHIM_COOKIE_NO_MEMORY;
    if (!domain)
        domain = new_domain(store, &place->domain);
    if (!domain) {
        whim_free(cookie);
        return WHIM_COOKIE_NO_MEMORY;
    }
    link_cookie(store, domain, cookie, twin);
    make_room(store, domain, source->now_s);
    return WHIM_COOKIE_OK;
}

enum whim_cookie_verdict whim_cookie_shelf_add(struct whim_cookie_store *store,
                                               const struct whim_cookie_line *line,
                                               const struct whim_cookie_source *source)
{
    bool is_open = source->origin == WHIM_COOKIE_OF_SERVER && !source->is_secure;
    struct place place = {.domain = {.len = 0}};
    enum whim_cookie_verdict verdict;

    if (is_open && line->is_secure)
        return WHIM_COOKIE_NOT_SECURE;
    if (source->origin == WHIM_COOKIE_OF_FILE && source->skips_session && !line->expires_s)
        return WHIM_COOKIE_OLD_SESSION;
    verdict = find_place(line, source, &place);
    if (verdict == WHIM_COOKIE_OK && is_open && is_over_secure(store, line, source, &place))
        verdict = WHIM_COOKIE_OVER_SECURE;
    return verdict == WHIM_COOKIE_OK ? keep(store, line, source, &place) : verdict;
}
