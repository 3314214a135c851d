/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/lookup.h"

#include "dns/names.h"
#include "engine/doh.h"
#include "engine/multi.h"
#include "engine/share.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "util/clock.h"

#include <sys/socket.h>

static bool reserve(void *ctx, int fd)
{
    struct whim_multi *multi = ctx;

    return whim_registry_reserve(&multi->registry, fd);
}

static void want(void *ctx, int fd, unsigned interest)
{
    struct whim_multi *multi = ctx;

    if (!interest) {
        whim_registry_forget(multi, fd);
        return;
    }
    /* A socket may open while the resolver itself is being made, before the multi knows it. */
    whim_registry_want(&multi->registry, fd, WHIM_OWNER_RESOLVER, multi, interest);
}

static const struct whim_resolver_hooks hooks = {
    .reserve = reserve,
    .want = want,
};

static bool has_resolver(struct whim_multi *multi)
{
    if (!multi->resolver)
        multi->resolver = whim_resolver_new(&hooks, multi);
    return multi->resolver != NULL;
}

/*
 * A reference to the names that the transfer's share has for it, whatever the lock callbacks do to
 * the share; NULL: the multi's.
 */
static struct whim_dns_names *ref_shared(const struct whim_transfer *transfer)
{
    const struct whim_share *share = whim_share_of(transfer);

    return share && share->names ? whim_dns_names_ref(share->names) : NULL;
}

/* To be told around each use of names; nobody is when they are the multi's. */
static void tell_lock(struct whim_transfer *transfer, const struct whim_dns_names *shared,
                      bool is_locked)
{
    if (shared)
        whim_share_tell(transfer, CURL_LOCK_DATA_DNS, is_locked);
}

static CURLcode add_overrides(struct whim_transfer *transfer, const struct curl_slist *at,
                              struct whim_dns_names *shared)
{
    struct whim_multi *multi = transfer->multi;

    for (; at; at = at->next) {
        if (!has_resolver(multi))
            return CURLE_OUT_OF_MEMORY;
        switch (whim_resolver_add_override(multi->resolver, shared, at->data, multi->now_us)) {
        case WHIM_DNS_OVERRIDE_WILDCARD:
            transfer->has_dns_wildcard = true;
            break;
        case WHIM_DNS_OVERRIDE_SYNTAX:
            whim_trace_error(transfer, "Couldn't parse CURLOPT_RESOLVE entry '%s'", at->data);
            return CURLE_SETOPT_OPTION_SYNTAX;
        case WHIM_DNS_OVERRIDE_NOMEM:
            return CURLE_OUT_OF_MEMORY;
        case WHIM_DNS_OVERRIDE_OK:
        case WHIM_DNS_OVERRIDE_IGNORED:
            break;
        }
    }
    return CURLE_OK;
}

CURLcode whim_lookup_add_overrides(struct whim_transfer *transfer)
{
    const struct curl_slist *list = whim_opt_ptr(&transfer->options, WHIM_OPT_RESOLVE);
    struct whim_dns_names *shared;
    CURLcode result;

    if (!list)
        return CURLE_OK;
    shared = ref_shared(transfer);
    tell_lock(transfer, shared, true);
    result = add_overrides(transfer, list, shared);
    tell_lock(transfer, shared, false);
    whim_dns_names_unref(shared);
    return result;
}

static int family_of(int64_t ipresolve)
{
    switch (ipresolve) {
    case CURL_IPRESOLVE_V4:
        return AF_INET;
    case CURL_IPRESOLVE_V6:
        return AF_INET6;
    default:
        return AF_UNSPEC;
    }
}

/* Most crawls of numeric hosts never need a resolver at all. */
static enum whim_dns_result answer_numeric(const struct whim_target *target, int family,
                                           struct whim_dns_answer *ret_answer)
{
    struct whim_address address;

    if (!whim_dns_numeric(target->host, target->len, &address) ||
        (family != AF_UNSPEC && family != address.family))
        return WHIM_DNS_WAIT;
    ret_answer->reason = WHIM_DNS_REASON_NONE;
    ret_answer->addrs = whim_dns_addrs_new(1);
    if (!ret_answer->addrs)
        return WHIM_DNS_NOMEM;
    ret_answer->addrs->items[0] = address;
    return WHIM_DNS_OK;
}

/* The DoH server to ask, a reference; NULL: none is to be asked. */
static enum whim_dns_result find_upstream(struct whim_transfer *transfer,
                                          struct whim_dns_upstream **ret_upstream,
                                          struct whim_dns_answer *ret_answer)
{
    CURLcode result = whim_doh_find(transfer, ret_upstream);

    switch (result) {
    case CURLE_OK:
        return WHIM_DNS_OK;
    case CURLE_OUT_OF_MEMORY:
        *ret_answer = (struct whim_dns_answer){.reason = WHIM_DNS_REASON_NOMEM};
        return WHIM_DNS_NOMEM;
    default:
        whim_trace_error(transfer, "The DoH server cannot be asked: %s", curl_easy_strerror(result));
        *ret_answer = (struct whim_dns_answer){.reason = WHIM_DNS_REASON_SERVER_FAILURE};
        return WHIM_DNS_FAILED;
    }
}

/* Asks the resolver, which is there; the question gets its upstream here. */
static enum whim_dns_result ask(struct whim_transfer *transfer, struct whim_dns_question *question,
                                struct whim_dns_wait *wait, struct whim_dns_answer *ret_answer)
{
    struct whim_multi *multi = transfer->multi;
    const struct whim_options *options = &transfer->options;
    enum whim_dns_result result;

    if (whim_opt_is_set(options, WHIM_OPT_DOH_URL)) {
        result = find_upstream(transfer, &question->upstream, ret_answer);
        if (result != WHIM_DNS_OK)
            return result;
    }
    wait->asker = transfer;
    tell_lock(transfer, question->shared, true);
    question->servers = whim_opt_text(options, WHIM_OPT_DNS_SERVERS); /* the lock may set it anew */
    question->interface = whim_opt_text(options, WHIM_OPT_DNS_INTERFACE);
    question->local_ip4 = whim_opt_text(options, WHIM_OPT_DNS_LOCAL_IP4);
    question->local_ip6 = whim_opt_text(options, WHIM_OPT_DNS_LOCAL_IP6);
    result = whim_resolver_lookup(multi->resolver, question, wait, multi->now_us, ret_answer);
    tell_lock(transfer, question->shared, false);
    if (result == WHIM_DNS_WAIT && question->upstream)
        whim_trace_text(transfer, "Asking %s for the addresses of %.*s",
                        whim_opt_text(&transfer->options, WHIM_OPT_DOH_URL), (int)question->len,
                        question->host);
    whim_dns_upstream_unref(question->upstream); /* a question that is asked has its own */
    return result;
}

enum whim_dns_result whim_lookup_host(struct whim_transfer *transfer,
                                      const struct whim_target *target,
                                      struct whim_dns_wait *wait,
                                      struct whim_dns_answer *ret_answer)
{
    struct whim_multi *multi = transfer->multi;
    const struct whim_options *options = &transfer->options;
    int64_t cache_s = whim_opt_num(options, WHIM_OPT_DNS_CACHE_TIMEOUT);
    enum whim_dns_result result = WHIM_DNS_WAIT;
    struct whim_dns_question question = {
        .host = target->host,
        .len = target->len,
        .port = target->port,
        .family = family_of(whim_opt_num(options, WHIM_OPT_IPRESOLVE)),
        .cache_timeout_ms = cache_s < 0 ? -1 : cache_s * 1000,
        .shuffle = whim_opt_num(options, WHIM_OPT_DNS_SHUFFLE_ADDRESSES) != 0,
        .use_wildcards = transfer->has_dns_wildcard,
        .shared = ref_shared(transfer),
    };

    if (!whim_resolver_has_overrides(multi->resolver, question.shared))
        result = answer_numeric(target, question.family, ret_answer);
    if (result == WHIM_DNS_WAIT)
        result = has_resolver(multi) ? ask(transfer, &question, wait, ret_answer) : WHIM_DNS_NOMEM;
    whim_dns_names_unref(question.shared);
    return result;
}

void whim_lookup_on_time(struct whim_multi *multi)
{
    whim_doh_reap(multi);
    whim_resolver_on_time(multi->resolver, multi->now_us);
}

void whim_lookup_update_timer(struct whim_multi *multi)
{
    int64_t deadline_us;

    if (!multi->resolver)
        return;
    deadline_us = whim_resolver_deadline_us(multi->resolver);
    if (deadline_us == WHIM_NEVER)
        whim_timer_disarm(&multi->timers, &multi->resolver_timer);
    else
        whim_timer_arm(&multi->timers, &multi->resolver_timer, deadline_us);
}

void whim_lookup_fini(struct whim_multi *multi)
{
    whim_timer_disarm(&multi->timers, &multi->resolver_timer);
    whim_resolver_free(multi->resolver);
    multi->resolver = NULL;
    whim_doh_fini(multi);
}
