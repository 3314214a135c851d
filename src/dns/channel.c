/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns/channel.h"

#include "util/clock.h"
#include "util/mem.h"

#include <ares.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum {
    /*
     * The first try of a question; each round over all servers doubles it. A lost datagram costs
     * two seconds instead of the five that are c-ares' own default.
     */
    TRY_TIMEOUT_MS = 2000,
    MAX_TRIES = 3, /* per server */
    /*
     * Asking c-ares for its earliest deadline walks all open questions. So that is done only when
     * the lower bound kept here has passed, and the next one lies at least this much later.
     */
    MIN_CHECK_MS = 20,
};

static void *hook_malloc(size_t size)
{
    return whim_mem.malloc(size);
}

static void hook_free(void *ptr)
{
    whim_free(ptr);
}

static void *hook_realloc(void *ptr, size_t size)
{
    return whim_mem.realloc(ptr, size);
}

int whim_dns_global_init(void)
{
    return ares_library_init_mem(ARES_LIB_INIT_ALL, hook_malloc, hook_free, hook_realloc) ==
                   ARES_SUCCESS
               ? 0
               : -1;
}

void whim_dns_global_cleanup(void)
{
    ares_library_cleanup();
}

const char *whim_dns_ares_version(int *ret_number)
{
    return ares_version(ret_number);
}

/* The one place where errors of c-ares are understood. */
static enum whim_dns_reason translate(int status)
{
    switch (status) {
    case ARES_SUCCESS:
        return WHIM_DNS_REASON_NONE;
    case ARES_ENODATA:
    case ARES_ENOTFOUND:
    case ARES_EBADNAME:
    case ARES_ENONAME:
        return WHIM_DNS_REASON_NOT_FOUND;
    case ARES_ETIMEOUT:
        return WHIM_DNS_REASON_TIMEOUT;
    case ARES_ENOMEM:
        return WHIM_DNS_REASON_NOMEM;
    case ARES_EDESTRUCTION:
    case ARES_ECANCELLED:
        return WHIM_DNS_REASON_CANCELLED;
    default:
        return WHIM_DNS_REASON_SERVER_FAILURE;
    }
}

/* Copies one text to *at and moves *at behind it; NULL for no text. */
static const char *copy_text(char **at, const char *text)
{
    const char *copy = *at;

    if (!text || !*text)
        return NULL;
    *at = stpcpy(*at, text) + 1;
    return copy;
}

static size_t text_bytes(const char *text)
{
    return text && *text ? strlen(text) + 1 : 0;
}

static bool same_text(const char *text, const char *other)
{
    return strcmp(text ? text : "", other ? other : "") == 0;
}

bool whim_dns_channel_has_config(const struct whim_dns_channel *channel,
                                 const struct whim_dns_config *config)
{
    const struct whim_dns_config *own = &channel->config;

    return own->upstream == config->upstream && same_text(own->servers, config->servers) &&
           same_text(own->interface, config->interface) &&
           same_text(own->local_ip4, config->local_ip4) &&
           same_text(own->local_ip6, config->local_ip6);
}

struct whim_dns_channel *whim_dns_channel_new(const struct whim_dns_config *config, uint32_t id,
                                              const struct whim_resolver_hooks *hooks, void *ctx)
{
    size_t n_bytes = text_bytes(config->servers) + text_bytes(config->interface) +
                     text_bytes(config->local_ip4) + text_bytes(config->local_ip6);
    struct whim_dns_channel *channel = whim_calloc(1, sizeof(*channel));
    char *at;

    if (!channel)
        return NULL;
    at = channel->texts = n_bytes ? whim_malloc(n_bytes) : NULL;
    if (n_bytes && !channel->texts) {
        whim_free(channel);
        return NULL;
    }
    whim_list_init(&channel->link);
    channel->id = id;
    channel->deadline_us = INT64_MAX;
    channel->read_on_us = INT64_MAX;
    channel->config = (struct whim_dns_config){
        .servers = copy_text(&at, config->servers),
        .interface = copy_text(&at, config->interface),
        .local_ip4 = copy_text(&at, config->local_ip4),
        .local_ip6 = copy_text(&at, config->local_ip6),
        .upstream = config->upstream,
    };
    if (config->upstream)
        config->upstream->n_refs++;
    whim_dns_sockets_init(&channel->sockets, hooks, ctx);
    return channel;
}

void whim_dns_channel_free(struct whim_dns_channel *channel)
{
    if (!channel)
        return;
    if (channel->ares)
        ares_destroy(channel->ares);
    if (channel->config.upstream)
        channel->config.upstream->ops->cancel(channel->config.upstream);
    whim_dns_upstream_unref(channel->config.upstream);
    whim_dns_sockets_fini(&channel->sockets);
    whim_list_del(&channel->link);
    whim_free(channel->texts);
    whim_free(channel);
}

static struct stat stat_resolv_conf(void)
{
    struct stat found;

    return stat("/etc/resolv.conf", &found) == 0 ? found : (struct stat){0};
}

bool whim_dns_channel_is_outdated(const struct whim_dns_channel *channel)
{
    struct stat now;

    if (!channel->ares || channel->config.servers)
        return false;
    now = stat_resolv_conf();
    return now.st_ino != channel->resolv_conf.st_ino ||
           now.st_dev != channel->resolv_conf.st_dev ||
           now.st_size != channel->resolv_conf.st_size ||
           now.st_mtim.tv_sec != channel->resolv_conf.st_mtim.tv_sec ||
           now.st_mtim.tv_nsec != channel->resolv_conf.st_mtim.tv_nsec;
}

static bool read_local(const char *text, int family, struct whim_address *ret_address)
{
    struct whim_address address;

    if (!text)
        return true;
    if (!whim_dns_numeric(text, strlen(text), &address) || address.family != family)
        return false;
    *ret_address = address;
    return true;
}

/* Makes the c-ares channel; a status of c-ares. */
static int open_ares(struct whim_dns_channel *channel)
{
    struct ares_options options = {
        .timeout = TRY_TIMEOUT_MS,
        .tries = MAX_TRIES,
        .sock_state_cb = whim_dns_sockets_want,
        .sock_state_cb_data = &channel->sockets,
    };
    int what = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB | ARES_OPT_NOROTATE;
    struct ares_channeldata *ares;
    int status;

#ifdef ARES_OPT_QUERY_CACHE
    what |= ARES_OPT_QUERY_CACHE; /* there is one cache, and it is cache.h: none in c-ares */
#endif
    if (!read_local(channel->config.local_ip4, AF_INET, &channel->sockets.local_ip4) ||
        !read_local(channel->config.local_ip6, AF_INET6, &channel->sockets.local_ip6))
        return ARES_EBADSTR;
    channel->sockets.interface = channel->config.interface;
    channel->resolv_conf = stat_resolv_conf();
    status = ares_init_options(&ares, &options, what);
    if (status != ARES_SUCCESS)
        return status;
    ares_set_socket_functions(ares, &whim_dns_socket_functions, &channel->sockets);
    if (channel->config.servers)
        status = ares_set_servers_ports_csv(ares, channel->config.servers);
    if (status == ARES_SUCCESS)
        channel->ares = ares;
    else
        ares_destroy(ares);
    return status;
}

/* A block with the addresses of a result; NULL: out of memory, or *ret_is_empty. */
static struct whim_dns_addrs *take_addrs(const struct ares_addrinfo *result, bool *ret_is_empty)
{
    const struct ares_addrinfo_node *node;
    struct whim_dns_addrs *addrs;
    uint32_t n_items = 0;
    uint32_t at = 0;

    for (node = result->nodes; node && n_items < WHIM_DNS_MAX_ADDRS; node = node->ai_next)
        n_items += node->ai_family == AF_INET || node->ai_family == AF_INET6;
    *ret_is_empty = !n_items;
    addrs = n_items ? whim_dns_addrs_new(n_items) : NULL;
    if (!addrs)
        return NULL;
    for (node = result->nodes; at < n_items; node = node->ai_next)
        if (node->ai_family == AF_INET || node->ai_family == AF_INET6)
            whim_address_from_sockaddr(&addrs->items[at++], node->ai_addr);
    return addrs;
}

/*
 * When both families are asked for, "no data" only says that the last answer was empty: the other
 * one may have been an error. "No such name" is a fact of the name.
 */
static bool is_certain(int status, int family)
{
    return status == ARES_ENOTFOUND || (status == ARES_ENODATA && family != AF_UNSPEC);
}

static void on_answer(void *arg, int status, int n_timeouts, struct ares_addrinfo *result)
{
    struct whim_dns_ask *ask = arg;
    struct whim_dns_answer answer = {.reason = translate(status)};
    bool is_empty = false;

    ask->channel->n_asked--;
    if (answer.reason == WHIM_DNS_REASON_NONE && result) {
        answer.addrs = take_addrs(result, &is_empty);
        if (!answer.addrs)
            answer.reason = is_empty ? WHIM_DNS_REASON_NOT_FOUND : WHIM_DNS_REASON_NOMEM;
    }
    if (result)
        ares_freeaddrinfo(result);
    ask->answered(ask, answer, is_certain(status, ask->family));
}

void whim_dns_channel_ask(struct whim_dns_channel *channel, struct whim_dns_ask *ask,
                          const char *host, int family, int64_t now_us)
{
    struct ares_addrinfo_hints hints = {
        .ai_family = family,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = family == AF_UNSPEC ? 0 : ARES_AI_NOSORT,
    };
    int64_t deadline_us = now_us + TRY_TIMEOUT_MS * WHIM_US_PER_MS;
    int status = ARES_SUCCESS;

    ask->channel = channel;
    ask->family = family;
    if (channel->config.upstream) {
        channel->config.upstream->ops->ask(channel->config.upstream, ask, host, family);
        return;
    }
    channel->n_asked++;
    if (!channel->ares)
        status = open_ares(channel);
    if (status != ARES_SUCCESS) {
        on_answer(ask, status, 0, NULL);
        return;
    }
    whim_dns_sockets_start(&channel->sockets);
    ares_getaddrinfo(channel->ares, host, NULL, &hints, on_answer, ask);
    if (!channel->n_asked)
        channel->deadline_us = INT64_MAX;
    else if (channel->deadline_us > deadline_us)
        channel->deadline_us = deadline_us;
}

/* Reads what is left, as far as this drive call may; the rest is due at once. */
static void read_on(struct whim_dns_channel *channel, int64_t now_us)
{
    int fd;

    while (channel->sockets.n_reads_left &&
           (fd = whim_dns_sockets_take_unread(&channel->sockets)) >= 0)
        ares_process_fd(channel->ares, fd, ARES_SOCKET_BAD);
    if (!channel->n_asked)
        channel->deadline_us = INT64_MAX;
    channel->read_on_us =
        channel->n_asked && whim_dns_sockets_has_unread(&channel->sockets) ? now_us : INT64_MAX;
}

bool whim_dns_channel_on_socket(struct whim_dns_channel *channel, int fd, bool readable,
                                bool writable, int64_t now_us)
{
    if (!whim_dns_sockets_has(&channel->sockets, fd))
        return false;
    whim_dns_sockets_start(&channel->sockets);
    ares_process_fd(channel->ares, readable ? fd : ARES_SOCKET_BAD,
                    writable ? fd : ARES_SOCKET_BAD);
    read_on(channel, now_us);
    return true;
}

static int64_t next_check_us(struct whim_dns_channel *channel, int64_t now_us)
{
    struct timeval left;
    int64_t left_ms;

    if (!channel->n_asked || !ares_timeout(channel->ares, NULL, &left))
        return INT64_MAX;
    left_ms = (int64_t)left.tv_sec * 1000 + left.tv_usec / 1000 + 1; /* c-ares rounds down */
    if (left_ms < MIN_CHECK_MS)
        left_ms = MIN_CHECK_MS;
    return now_us + left_ms * WHIM_US_PER_MS;
}

void whim_dns_channel_on_time(struct whim_dns_channel *channel, int64_t now_us)
{
    bool is_deadline = now_us >= channel->deadline_us;

    if (now_us < whim_dns_channel_due_us(channel))
        return;
    whim_dns_sockets_start(&channel->sockets);
    read_on(channel, now_us);
    if (!is_deadline)
        return;
    ares_process_fd(channel->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    channel->deadline_us = next_check_us(channel, now_us);
}

bool whim_dns_check_servers(const char *servers)
{
    struct ares_channeldata *ares;
    int status;

    if (!servers || !*servers)
        return true;
    if (ares_init(&ares) != ARES_SUCCESS)
        return false;
    status = ares_set_servers_ports_csv(ares, servers);
    ares_destroy(ares);
    return status == ARES_SUCCESS;
}
