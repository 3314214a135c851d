/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns/resolver.h"

#include "dns/cache.h"
#include "dns/channel.h"
#include "dns/names.h"
#include "dns/queries.h"
#include "dns/resolve_list.h"
#include "util/clock.h"
#include "util/mem.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    /* More configurations than this at once are kept only while they have queries. */
    MAX_CHANNELS = 8,
    /* How often /etc/resolv.conf is looked at. */
    CHECK_CONFIG_MS = 1000,
};

enum tristate { UNKNOWN, YES, NO };

struct whim_resolver {
    struct whim_resolver_hooks hooks;
    void *ctx;
    struct whim_dns_names *names;
    struct whim_dns_queries queries;
    struct whim_list channels; /* the one used last is first */
    struct whim_list retired;  /* channels that get no new questions */
    uint32_t n_channels;
    uint32_t last_channel_id;
    int64_t config_checked_us;
    enum tristate has_ipv6;
};

struct whim_resolver *whim_resolver_new(const struct whim_resolver_hooks *hooks, void *ctx)
{
    struct whim_resolver *resolver = whim_calloc(1, sizeof(*resolver));

    if (!resolver)
        return NULL;
    resolver->names = whim_dns_names_new();
    if (!resolver->names) {
        whim_free(resolver);
        return NULL;
    }
    resolver->last_channel_id = WHIM_DNS_SYSTEM_CHANNEL;
    resolver->hooks = *hooks;
    resolver->ctx = ctx;
    whim_dns_queries_init(&resolver->queries, resolver->names);
    whim_list_init(&resolver->channels);
    whim_list_init(&resolver->retired);
    return resolver;
}

static struct whim_dns_channel *channel_of(struct whim_list *link)
{
    return WHIM_CONTAINER_OF(link, struct whim_dns_channel, link);
}

static void free_channels(struct whim_list *channels)
{
    while (!whim_list_is_empty(channels))
        whim_dns_channel_free(channel_of(channels->next));
}

void whim_resolver_free(struct whim_resolver *resolver)
{
    if (!resolver)
        return;
    free_channels(&resolver->channels);
    free_channels(&resolver->retired);
    whim_dns_queries_fini(&resolver->queries);
    whim_dns_names_unref(resolver->names);
    whim_free(resolver);
}

void whim_dns_wait_init(struct whim_dns_wait *wait,
                        void (*done)(struct whim_dns_wait *wait, enum whim_dns_result result,
                                     struct whim_dns_answer answer))
{
    *wait = (struct whim_dns_wait){.done = done};
    whim_list_init(&wait->link);
}

void whim_dns_wait_cancel(struct whim_dns_wait *wait)
{
    whim_dns_query_leave(wait);
}

static void reap(struct whim_resolver *resolver)
{
    struct whim_list *link = resolver->retired.next;

    while (link != &resolver->retired) {
        struct whim_dns_channel *channel = channel_of(link);

        link = link->next;
        if (!channel->n_queries)
            whim_dns_channel_free(channel);
    }
}

/* Puts a new channel of the same configuration in the place of one; without memory it stays. */
static struct whim_dns_channel *renew(struct whim_resolver *resolver,
                                      struct whim_dns_channel *channel)
{
    struct whim_dns_channel *fresh =
        whim_dns_channel_new(&channel->config, channel->id, &resolver->hooks, resolver->ctx);

    if (!fresh)
        return channel;
    whim_list_add_before(&channel->link, &fresh->link);
    whim_list_del(&channel->link);
    channel->network++;
    if (channel->n_queries)
        whim_list_add_last(&resolver->retired, &channel->link);
    else
        whim_dns_channel_free(channel);
    return fresh;
}

/* Makes room for one more channel if an idle one can go. */
static void drop_idle_channel(struct whim_resolver *resolver)
{
    struct whim_list *link = resolver->channels.prev;

    while (link != &resolver->channels && channel_of(link)->n_queries)
        link = link->prev;
    if (link == &resolver->channels)
        return;
    whim_dns_channel_free(channel_of(link));
    resolver->n_channels--;
}

static bool is_text(const char *text)
{
    return text && *text;
}

/* A number that no other configuration has or had. */
static uint32_t number_channel(struct whim_resolver *resolver, const struct whim_dns_config *config)
{
    if (!is_text(config->servers) && !is_text(config->interface) && !is_text(config->local_ip4) &&
        !is_text(config->local_ip6) && !config->upstream)
        return WHIM_DNS_SYSTEM_CHANNEL;
    return ++resolver->last_channel_id;
}

/* The channel of a configuration; made when there is none. NULL: out of memory. */
static struct whim_dns_channel *find_channel(struct whim_resolver *resolver,
                                             const struct whim_dns_config *config)
{
    struct whim_dns_channel *channel;
    struct whim_list *link;

    for (link = resolver->channels.next; link != &resolver->channels; link = link->next) {
        channel = channel_of(link);
        if (whim_dns_channel_has_config(channel, config)) {
            whim_list_del(link);
            whim_list_add_first(&resolver->channels, link);
            return channel;
        }
    }
    channel = whim_dns_channel_new(config, number_channel(resolver, config), &resolver->hooks,
                                   resolver->ctx);
    if (!channel)
        return NULL;
    if (resolver->n_channels >= MAX_CHANNELS)
        drop_idle_channel(resolver);
    resolver->n_channels++;
    whim_list_add_first(&resolver->channels, &channel->link);
    return channel;
}

static bool has_ipv6(struct whim_resolver *resolver)
{
    if (resolver->has_ipv6 == UNKNOWN) {
        int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

        if (fd >= 0)
            close(fd);
        else if (errno != EAFNOSUPPORT)
            return true; /* no descriptor left, or the like: ask again another time */
        resolver->has_ipv6 = fd >= 0 ? YES : NO;
    }
    return resolver->has_ipv6 == YES;
}

static enum whim_dns_result fail(struct whim_dns_answer *ret_answer, enum whim_dns_reason reason)
{
    *ret_answer = (struct whim_dns_answer){.reason = reason};
    return reason == WHIM_DNS_REASON_NOMEM ? WHIM_DNS_NOMEM : WHIM_DNS_FAILED;
}

/* Success with a reference that is given away; NULL: out of memory. */
static enum whim_dns_result give(struct whim_dns_answer *ret_answer, struct whim_dns_addrs *addrs)
{
    if (!addrs)
        return fail(ret_answer, WHIM_DNS_REASON_NOMEM);
    *ret_answer = (struct whim_dns_answer){.addrs = addrs};
    return WHIM_DNS_OK;
}

/* What CURLOPT_RESOLVE says of the question, a reference; NULL: nothing that its family can use. */
static struct whim_dns_addrs *find_override(struct whim_dns_names *names,
                                            const struct whim_dns_question *question,
                                            const struct whim_dns_name *name, int64_t now_us)
{
    struct whim_dns_addrs *addrs = whim_dns_names_find_override(names, name, question->port,
                                                                question->cache_timeout_ms, now_us);

    if (!addrs && question->use_wildcards) {
        char buffer[WHIM_DNS_MAX_HOST_LEN + 1];
        struct whim_dns_name any;

        whim_dns_name_init(&any, buffer, "*", 1);
        addrs = whim_dns_names_find_override(names, &any, question->port,
                                             question->cache_timeout_ms, now_us);
    }
    if (!addrs || whim_dns_addrs_has_family(addrs, question->family))
        return addrs;
    whim_dns_addrs_unref(addrs);
    return NULL;
}

/* Takes the reference over. */
static enum whim_dns_result give_override(const struct whim_dns_question *question,
                                          struct whim_dns_addrs *addrs,
                                          struct whim_dns_answer *ret_answer)
{
    struct whim_dns_addrs *reduced = whim_dns_addrs_of_family(addrs, question->family);
    struct whim_dns_addrs *shared =
        reduced ? whim_dns_addrs_share(reduced, question->shuffle) : NULL;

    whim_dns_addrs_unref(reduced);
    whim_dns_addrs_unref(addrs);
    return give(ret_answer, shared);
}

static struct whim_dns_addrs *new_numeric(const struct whim_address *address)
{
    struct whim_dns_addrs *addrs = whim_dns_addrs_new(1);

    if (addrs)
        addrs->items[0] = *address;
    return addrs;
}

static struct whim_dns_addrs *new_localhost(int family)
{
    const struct whim_address ip4 = {.family = AF_INET, .bytes = {127, 0, 0, 1}};
    const struct whim_address ip6 = {.family = AF_INET6, .bytes = {[15] = 1}};
    struct whim_dns_addrs *addrs = whim_dns_addrs_new(family == AF_UNSPEC ? 2 : 1);

    if (addrs) {
        addrs->items[0] = family == AF_INET6 ? ip6 : ip4;
        if (family == AF_UNSPEC)
            addrs->items[1] = ip6;
    }
    return addrs;
}

/* The channel to ask now: with the system's configuration as it is today. */
static struct whim_dns_channel *refresh(struct whim_resolver *resolver,
                                        struct whim_dns_channel *channel, int64_t now_us)
{
    if (channel->config.servers || channel->config.upstream ||
        now_us - resolver->config_checked_us < CHECK_CONFIG_MS * WHIM_US_PER_MS)
        return channel;
    resolver->config_checked_us = now_us;
    return whim_dns_channel_is_outdated(channel) ? renew(resolver, channel) : channel;
}

/* Where answers of that channel to the question are kept (see the header). */
static struct whim_dns_names *names_for(struct whim_resolver *resolver,
                                        const struct whim_dns_question *question,
                                        const struct whim_dns_channel *channel)
{
    const bool is_systems = channel->id == WHIM_DNS_SYSTEM_CHANNEL;

    return question->shared && is_systems ? question->shared : resolver->names;
}

/* Looks in the cache, then joins the query for the name, then asks. */
static enum whim_dns_result lookup_name(struct whim_resolver *resolver,
                                        const struct whim_dns_question *question,
                                        const struct whim_dns_name *name,
                                        struct whim_dns_wait *wait, int64_t now_us,
                                        struct whim_dns_answer *ret_answer)
{
    const struct whim_dns_config of_servers = {
        .servers = question->servers,
        .interface = question->interface,
        .local_ip4 = question->local_ip4,
        .local_ip6 = question->local_ip6,
    };
    const struct whim_dns_config of_upstream = {.upstream = question->upstream};
    struct whim_dns_channel *channel =
        find_channel(resolver, question->upstream ? &of_upstream : &of_servers);
    struct whim_dns_key key = {.name = name, .family = question->family};
    struct whim_dns_addrs *addrs = NULL;
    struct whim_dns_names *names;
    struct whim_dns_query *query;

    if (!channel)
        return fail(ret_answer, WHIM_DNS_REASON_NOMEM);
    key.channel_id = channel->id;
    if (key.family == AF_UNSPEC && !has_ipv6(resolver))
        key.family = AF_INET;
    names = names_for(resolver, question, channel);
    switch (whim_dns_names_find(names, &key, question->cache_timeout_ms, now_us, &addrs)) {
    case WHIM_DNS_CACHED_GOOD: {
        struct whim_dns_addrs *mine = whim_dns_addrs_share(addrs, question->shuffle);

        whim_dns_addrs_unref(addrs);
        return give(ret_answer, mine);
    }
    case WHIM_DNS_CACHED_BAD:
        return fail(ret_answer, WHIM_DNS_REASON_NOT_FOUND);
    case WHIM_DNS_CACHED_NOT:
        break;
    }
    channel = refresh(resolver, channel, now_us);
    query = whim_dns_queries_find(&resolver->queries, &key);
    if (query) {
        whim_dns_query_join(query, question, names, wait);
        return WHIM_DNS_WAIT;
    }
    return whim_dns_queries_ask(&resolver->queries, channel, &key, question, names, wait, now_us,
                                ret_answer);
}

enum whim_dns_result whim_resolver_lookup(struct whim_resolver *resolver,
                                          const struct whim_dns_question *question,
                                          struct whim_dns_wait *wait, int64_t now_us,
                                          struct whim_dns_answer *ret_answer)
{
    char buffer[WHIM_DNS_MAX_HOST_LEN + 1];
    struct whim_dns_name name;
    struct whim_address address;

    if (!whim_dns_name_init(&name, buffer, question->host, question->len))
        return fail(ret_answer, WHIM_DNS_REASON_NOT_FOUND);
    if (whim_resolver_has_overrides(resolver, question->shared)) {
        struct whim_dns_addrs *addrs =
            find_override(question->shared ? question->shared : resolver->names, question, &name,
                          now_us);

        if (addrs)
            return give_override(question, addrs, ret_answer);
    }
    if (whim_dns_numeric(question->host, question->len, &address))
        return give(ret_answer, new_numeric(&address));
    if (whim_dns_is_localhost(name.text, name.len))
        return give(ret_answer, new_localhost(question->family));
    return lookup_name(resolver, question, &name, wait, now_us, ret_answer);
}

static bool pass_socket(const struct whim_list *channels, int fd, bool readable, bool writable,
                        int64_t now_us)
{
    struct whim_list *link;

    for (link = channels->next; link != channels; link = link->next)
        if (whim_dns_channel_on_socket(channel_of(link), fd, readable, writable, now_us))
            return true;
    return false;
}

void whim_resolver_on_socket(struct whim_resolver *resolver, int fd, bool readable, bool writable,
                             int64_t now_us)
{
    if (!pass_socket(&resolver->channels, fd, readable, writable, now_us) &&
        !pass_socket(&resolver->retired, fd, readable, writable, now_us))
        return;
    whim_dns_queries_run(&resolver->queries, readable, now_us);
    reap(resolver);
}

static void pass_time(const struct whim_list *channels, int64_t now_us)
{
    struct whim_list *link;

    for (link = channels->next; link != channels; link = link->next)
        whim_dns_channel_on_time(channel_of(link), now_us);
}

void whim_resolver_on_time(struct whim_resolver *resolver, int64_t now_us)
{
    pass_time(&resolver->channels, now_us);
    pass_time(&resolver->retired, now_us);
    whim_dns_queries_run(&resolver->queries, false, now_us);
    reap(resolver);
}

static int64_t earliest_us(const struct whim_list *channels, int64_t earliest)
{
    struct whim_list *link;

    for (link = channels->next; link != channels; link = link->next)
        if (whim_dns_channel_due_us(channel_of(link)) < earliest)
            earliest = whim_dns_channel_due_us(channel_of(link));
    return earliest;
}

int64_t whim_resolver_deadline_us(const struct whim_resolver *resolver)
{
    int64_t earliest = whim_dns_queries_deadline_us(&resolver->queries);

    earliest = earliest_us(&resolver->channels, earliest);
    return earliest_us(&resolver->retired, earliest);
}

static enum whim_dns_override_result set_override(struct whim_dns_names *names,
                                                  const struct whim_dns_name *name,
                                                  struct whim_resolve_line *line, int64_t now_us)
{
    struct whim_dns_addrs *addrs = whim_dns_addrs_new(line->n_addresses);
    bool is_set;

    if (!addrs)
        return WHIM_DNS_OVERRIDE_NOMEM;
    for (uint32_t i = 0; i < addrs->n_items; i++)
        whim_resolve_next_address(line, &addrs->items[i]);
    is_set = whim_dns_names_set_override(names, name, line->port, addrs, line->is_permanent, now_us);
    whim_dns_addrs_unref(addrs);
    if (!is_set)
        return WHIM_DNS_OVERRIDE_NOMEM;
    return strcmp(name->text, "*") == 0 ? WHIM_DNS_OVERRIDE_WILDCARD : WHIM_DNS_OVERRIDE_OK;
}

enum whim_dns_override_result whim_resolver_add_override(struct whim_resolver *resolver,
                                                         struct whim_dns_names *shared,
                                                         const char *line, int64_t now_us)
{
    struct whim_dns_names *names = shared ? shared : resolver->names;
    char buffer[WHIM_DNS_MAX_HOST_LEN + 1];
    struct whim_resolve_line parsed;
    struct whim_dns_name name;
    enum whim_resolve_kind kind;

    if (!line)
        return WHIM_DNS_OVERRIDE_IGNORED; /* a list may hold such an entry */
    kind = whim_resolve_parse(line, strlen(line), &parsed);
    if (kind == WHIM_RESOLVE_SYNTAX)
        return WHIM_DNS_OVERRIDE_SYNTAX;
    if (kind == WHIM_RESOLVE_IGNORED)
        return WHIM_DNS_OVERRIDE_IGNORED;
    if (!whim_dns_name_init(&name, buffer, parsed.host, parsed.host_len))
        return WHIM_DNS_OVERRIDE_OK; /* without a name, which nothing asks for */
    if (kind == WHIM_RESOLVE_ADD)
        return set_override(names, &name, &parsed, now_us);
    whim_dns_names_del_override(names, &name, parsed.port);
    return WHIM_DNS_OVERRIDE_OK;
}

bool whim_resolver_has_overrides(const struct whim_resolver *resolver,
                                 struct whim_dns_names *shared)
{
    if (shared)
        return whim_dns_names_has_overrides(shared);
    return resolver && whim_dns_names_has_overrides(resolver->names);
}

void whim_resolver_clear_cache(struct whim_resolver *resolver)
{
    struct whim_list *link = resolver->channels.next;

    whim_dns_names_clear(resolver->names);
    while (link != &resolver->channels) {
        struct whim_dns_channel *channel = channel_of(link);

        link = link->next;
        if (channel->ares)
            renew(resolver, channel);
        else
            channel->network++; /* of an upstream: there is nothing to be renewed */
    }
    resolver->has_ipv6 = UNKNOWN;
}

size_t whim_resolver_n_cached(const struct whim_resolver *resolver)
{
    return whim_dns_names_n_cached(resolver->names);
}

size_t whim_resolver_n_asked(const struct whim_resolver *resolver)
{
    return resolver->queries.by_name.n_nodes;
}
