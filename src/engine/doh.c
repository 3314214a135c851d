/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/doh.h"

#include "dns/channel.h"
#include "dns/doh_message.h"
#include "dns/queries.h"
#include "engine/doh_outcome.h"
#include "engine/multi.h"
#include "engine/tls_settings.h"
#include "engine/transfer.h"
#include "tls/context.h"
#include "util/buf.h"
#include "util/mem.h"

#include <string.h>
#include <sys/socket.h>

enum {
    /* Each takes two connections, and whoever crawls has thousands of names. */
    MAX_RUNNING = 16,
    MAX_IDENTITY_BYTES = 32 * 1024 * 1024, /* four strings of options, and more */
    MAX_PROBES = 2,
};

struct whim_doh {
    struct whim_list servers;
    struct whim_list queued; /* queries that wait for their turn */
    struct whim_list spent;  /* answered, and to be freed */
    unsigned n_running;
};

struct server {
    struct whim_dns_upstream upstream;
    struct whim_list link;
    struct whim_list queries; /* those asked and not answered */
    struct whim_multi *multi;
    struct whim_tls_context *tls; /* a reference, and so no other context has this address */
    struct whim_buf identity;     /* all that makes it another one, in one text */
    struct whim_options options;  /* what its transfers have in common */
};

/* One transfer of a query. */
struct probe {
    struct whim_transfer transfer;
    struct query *query;
    struct whim_doh_question question;
    struct whim_buf answer;
    CURLcode result;
    bool is_too_long;
    char error[CURL_ERROR_SIZE];
};

struct query {
    struct whim_list link;      /* queued or spent */
    struct whim_list of_server; /* until it is answered */
    struct server *server;      /* as long as it is not answered */
    struct whim_dns_ask *ask;   /* NULL once it is answered */
    bool is_running;
    unsigned n_probes;
    unsigned n_pending;
    struct probe probes[MAX_PROBES];
};

static struct server *server_of(struct whim_dns_upstream *upstream)
{
    return WHIM_CONTAINER_OF(upstream, struct server, upstream);
}

static struct probe *probe_of(struct whim_transfer *transfer)
{
    return WHIM_CONTAINER_OF(transfer, struct probe, transfer);
}

static struct query *first_query(const struct whim_list *list)
{
    struct whim_list *link = whim_list_first(list);

    return link ? WHIM_CONTAINER_OF(link, struct query, link) : NULL;
}

static size_t take_answer(char *data, size_t size, size_t n, void *arg)
{
    struct probe *probe = arg;
    enum whim_buf_result result = whim_buf_add(&probe->answer, data, size * n);

    probe->is_too_long = result == WHIM_BUF_FULL;
    return result == WHIM_BUF_OK ? size * n : 0;
}

static void end_probe(struct probe *probe)
{
    struct whim_transfer *transfer = &probe->transfer;

    if (transfer->multi) {
        whim_transfer_unqueue(transfer);
        whim_transfer_enter(transfer, WHIM_TRANSFER_APART);
        whim_transfer_release(transfer, false);
        transfer->multi = NULL;
    }
    whim_transfer_fini(transfer);
    whim_buf_fini(&probe->answer);
}

static void free_query(struct query *query)
{
    whim_list_del(&query->link);
    whim_list_del(&query->of_server);
    for (unsigned i = 0; i < query->n_probes; i++)
        end_probe(&query->probes[i]);
    whim_free(query);
}

static CURLcode set(struct whim_options *options, CURLoption option, const void *ptr)
{
    return whim_options_setopt(options, option, (union whim_opt_value){.ptr = (void *)ptr});
}

static CURLcode set_probe_options(struct probe *probe, const struct whim_options *common)
{
    struct whim_options *options = &probe->transfer.options;
    const union whim_opt_value writer = {.fn = (void (*)(void))take_answer};
    const union whim_opt_value size = {.num = (int64_t)probe->question.len};
    CURLcode result = whim_options_copy(options, common);

    if (result == CURLE_OK)
        result = set(options, CURLOPT_POSTFIELDS, probe->question.bytes);
    if (result == CURLE_OK)
        result = whim_options_setopt(options, CURLOPT_POSTFIELDSIZE_LARGE, size);
    if (result == CURLE_OK)
        result = whim_options_setopt(options, CURLOPT_WRITEFUNCTION, writer);
    if (result == CURLE_OK)
        result = set(options, CURLOPT_WRITEDATA, probe);
    if (result == CURLE_OK)
        result = set(options, CURLOPT_ERRORBUFFER, probe->error);
    return result;
}

/* One more probe, not begun; as whim_doh_question_init(). */
static enum whim_dns_reason add_probe(struct query *query, const char *host, int family)
{
    struct probe *probe = &query->probes[query->n_probes];
    enum whim_dns_reason reason = whim_doh_question_init(&probe->question, host, family);

    if (reason != WHIM_DNS_REASON_NONE)
        return reason;
    query->n_probes++;
    probe->query = query;
    whim_buf_init(&probe->answer, WHIM_DOH_MAX_ANSWER_BYTES);
    whim_transfer_init(&probe->transfer);
    probe->transfer.is_internal = true;
    return set_probe_options(probe, &query->server->options) == CURLE_OK ? WHIM_DNS_REASON_NONE
                                                                         : WHIM_DNS_REASON_NOMEM;
}

static void start_query(struct query *query)
{
    struct whim_multi *multi = query->server->multi;

    whim_list_del(&query->link);
    query->is_running = true;
    query->n_pending = query->n_probes;
    multi->doh->n_running++;
    for (unsigned i = 0; i < query->n_probes; i++) {
        struct whim_transfer *transfer = &query->probes[i].transfer;

        transfer->multi = multi;
        whim_transfer_enter(transfer, WHIM_TRANSFER_QUEUED);
        whim_transfer_schedule(transfer);
    }
}

static void start_queued(struct whim_multi *multi)
{
    struct whim_doh *doh = multi->doh;
    struct query *query;

    while (!multi->is_closing && doh->n_running < MAX_RUNNING &&
           (query = first_query(&doh->queued)))
        start_query(query);
}

/* It asks no more. Its transfers may still be there. */
static void retire(struct query *query)
{
    struct whim_multi *multi = query->server->multi;

    whim_list_del(&query->link);
    whim_list_del(&query->of_server);
    query->ask = NULL;
    query->server = NULL;
    if (query->is_running)
        multi->doh->n_running--;
    query->is_running = false;
    start_queued(multi);
}

static void ask(struct whim_dns_upstream *upstream, struct whim_dns_ask *ask, const char *host,
                int family)
{
    struct server *server = server_of(upstream);
    struct query *query = whim_calloc(1, sizeof(*query));
    enum whim_dns_reason reason = query ? WHIM_DNS_REASON_NONE : WHIM_DNS_REASON_NOMEM;

    if (query) {
        whim_list_init(&query->link);
        whim_list_init(&query->of_server);
        query->server = server;
        query->ask = ask;
        if (family != AF_INET)
            reason = add_probe(query, host, AF_INET6);
        if (family != AF_INET6 && reason == WHIM_DNS_REASON_NONE)
            reason = add_probe(query, host, AF_INET);
    }
    if (reason != WHIM_DNS_REASON_NONE) {
        if (query)
            free_query(query);
        ask->answered(ask, (struct whim_dns_answer){.reason = reason}, false);
        return;
    }
    ask->asked = query;
    whim_list_add_last(&server->queries, &query->of_server);
    whim_list_add_last(&server->multi->doh->queued, &query->link);
    start_queued(server->multi);
}

static void forget(struct whim_dns_upstream *upstream, struct whim_dns_ask *ask)
{
    struct query *query = ask->asked;

    (void)upstream;
    retire(query);
    free_query(query);
}

static void cancel(struct whim_dns_upstream *upstream)
{
    struct server *server = server_of(upstream);
    struct whim_list *first;

    while ((first = whim_list_first(&server->queries))) {
        struct query *query = WHIM_CONTAINER_OF(first, struct query, of_server);
        struct whim_dns_ask *ask = query->ask;

        retire(query);
        free_query(query);
        ask->answered(ask, (struct whim_dns_answer){.reason = WHIM_DNS_REASON_CANCELLED}, false);
    }
}

static void free_server(struct whim_dns_upstream *upstream)
{
    struct server *server = server_of(upstream);

    whim_list_del(&server->link);
    whim_tls_context_unref(server->tls);
    whim_buf_fini(&server->identity);
    whim_options_fini(&server->options);
    whim_free(server);
}

static const struct whim_dns_upstream_ops upstream_ops = {
    .ask = ask,
    .forget = forget,
    .cancel = cancel,
    .free = free_server,
};

static const enum whim_opt dns_rows[] = {
    WHIM_OPT_DNS_SERVERS,
    WHIM_OPT_DNS_INTERFACE,
    WHIM_OPT_DNS_LOCAL_IP4,
    WHIM_OPT_DNS_LOCAL_IP6,
};
enum { N_DNS_ROWS = sizeof(dns_rows) / sizeof(dns_rows[0]) };

static enum whim_buf_result add_row(struct whim_buf *identity, const struct whim_options *options,
                                    enum whim_opt row)
{
    const struct whim_str *text = whim_opt_str(options, row);

    if (whim_buf_addf(identity, "%zu:", text ? (size_t)text->len : 0) != WHIM_BUF_OK)
        return WHIM_BUF_NOMEM;
    return text ? whim_buf_add(identity, text->text, text->len) : WHIM_BUF_OK;
}

static bool make_identity(struct whim_buf *identity, const struct whim_options *options,
                          const struct whim_tls_context *tls)
{
    if (whim_buf_add(identity, &tls, sizeof(tls)) != WHIM_BUF_OK ||
        add_row(identity, options, WHIM_OPT_DOH_URL) != WHIM_BUF_OK)
        return false;
    for (int i = 0; i < N_DNS_ROWS; i++)
        if (add_row(identity, options, dns_rows[i]) != WHIM_BUF_OK)
            return false;
    return true;
}

static CURLcode copy_row(struct whim_options *to, enum whim_opt row,
                         const struct whim_options *from, enum whim_opt from_row)
{
    const struct whim_str *text = whim_opt_str(from, from_row);

    return text ? whim_options_set_str(to, row, text->text, text->len) : CURLE_OK;
}

static CURLcode set_common_options(struct whim_options *options, const struct whim_options *asker)
{
    static struct curl_slist accept = {"Accept: application/dns-message", NULL};
    static struct curl_slist headers = {"Content-Type: application/dns-message", &accept};
    CURLcode result = copy_row(options, WHIM_OPT_URL, asker, WHIM_OPT_DOH_URL);

    for (int i = 0; i < N_DNS_ROWS && result == CURLE_OK; i++)
        result = copy_row(options, dns_rows[i], asker, dns_rows[i]);
    if (result == CURLE_OK)
        result = set(options, CURLOPT_DEFAULT_PROTOCOL, "https");
    if (result == CURLE_OK)
        result = set(options, CURLOPT_PROTOCOLS_STR, "https");
    if (result == CURLE_OK)
        result = set(options, CURLOPT_HTTPHEADER, &headers);
    if (result == CURLE_OK) /* those who wait have time limits of their own */
        result = whim_options_set_num(options, WHIM_OPT_CONNECTTIMEOUT_MS, INT64_MAX);
    return result;
}

/* Takes over the identity and the context. NULL: out of memory. */
static struct server *new_server(struct whim_transfer *asker, struct whim_buf *identity,
                                 struct whim_tls_context *tls)
{
    struct whim_multi *multi = asker->multi;
    struct server *server = whim_calloc(1, sizeof(*server));

    if (!server) {
        whim_tls_context_unref(tls);
        whim_buf_fini(identity);
        return NULL;
    }
    server->upstream = (struct whim_dns_upstream){.ops = &upstream_ops, .n_refs = 1};
    server->multi = multi;
    server->tls = tls;
    server->identity = *identity;
    whim_options_init(&server->options);
    whim_list_init(&server->queries);
    whim_list_init(&server->link);
    if (set_common_options(&server->options, &asker->options) != CURLE_OK) {
        free_server(&server->upstream);
        return NULL;
    }
    whim_list_add_last(&multi->doh->servers, &server->link);
    return server;
}

static struct server *find_server(const struct whim_doh *doh, const struct whim_buf *identity)
{
    struct whim_list *link;

    for (link = doh->servers.next; link != &doh->servers; link = link->next) {
        struct server *server = WHIM_CONTAINER_OF(link, struct server, link);

        if (server->identity.len == identity->len &&
            memcmp(server->identity.data, identity->data, identity->len) == 0)
            return server;
    }
    return NULL;
}

static bool has_doh(struct whim_multi *multi)
{
    if (multi->doh)
        return true;
    multi->doh = whim_calloc(1, sizeof(*multi->doh));
    if (!multi->doh)
        return false;
    whim_list_init(&multi->doh->servers);
    whim_list_init(&multi->doh->queued);
    whim_list_init(&multi->doh->spent);
    return true;
}

CURLcode whim_doh_find(struct whim_transfer *transfer, struct whim_dns_upstream **ret_upstream)
{
    const char *url = whim_opt_text(&transfer->options, WHIM_OPT_DOH_URL);
    struct whim_tls_context *tls;
    struct whim_buf identity;
    struct server *server;
    CURLcode result;

    *ret_upstream = NULL;
    if (!url || !*url)
        return CURLE_OK;
    if (!has_doh(transfer->multi))
        return CURLE_OUT_OF_MEMORY;
    whim_doh_reap(transfer->multi);
    result = whim_tls_context_of(transfer, WHIM_TLS_DOH, &tls);
    if (result != CURLE_OK)
        return result;
    whim_buf_init(&identity, MAX_IDENTITY_BYTES);
    if (!make_identity(&identity, &transfer->options, tls)) {
        whim_tls_context_unref(tls);
        whim_buf_fini(&identity);
        return CURLE_OUT_OF_MEMORY;
    }
    server = find_server(transfer->multi->doh, &identity);
    if (server) {
        whim_tls_context_unref(tls);
        whim_buf_fini(&identity);
        server->upstream.n_refs++;
    } else {
        server = new_server(transfer, &identity, tls);
    }
    if (!server)
        return CURLE_OUT_OF_MEMORY;
    *ret_upstream = &server->upstream;
    return CURLE_OK;
}

CURLcode whim_doh_tls_context(struct whim_transfer *transfer,
                              struct whim_tls_context **ret_context)
{
    *ret_context = whim_tls_context_ref(probe_of(transfer)->query->server->tls);
    return CURLE_OK;
}

struct whim_transfer *whim_doh_waiter(struct whim_transfer *transfer)
{
    const struct query *query = probe_of(transfer)->query;
    struct whim_dns_wait *wait = query->ask ? whim_dns_query_first_wait(query->ask) : NULL;

    return wait ? wait->asker : NULL;
}

static struct whim_dns_answer answer_of(const struct query *query, bool *ret_is_certain)
{
    struct whim_doh_outcome outcome;

    whim_doh_outcome_init(&outcome);
    for (unsigned i = 0; i < query->n_probes; i++) {
        const struct probe *probe = &query->probes[i];
        const struct whim_doh_reply reply = {
            .question = &probe->question,
            .info = &probe->transfer.info,
            .body = &probe->answer,
            .result = probe->result,
            .is_too_long = probe->is_too_long,
            .error = probe->error,
        };

        whim_doh_outcome_add(&outcome, &reply);
    }
    *ret_is_certain = outcome.is_certain;
    return whim_doh_outcome_answer(&outcome);
}

/* The name's waiters hear of it from the resolver's timer, which its finished queries arm. */
void whim_doh_transfer_done(struct whim_transfer *transfer, CURLcode result)
{
    struct probe *probe = probe_of(transfer);
    struct query *query = probe->query;
    struct whim_dns_ask *asked = query->ask;
    struct whim_dns_answer answer;
    bool is_certain;

    probe->result = result;
    if (--query->n_pending)
        return;
    answer = answer_of(query, &is_certain);
    retire(query);
    whim_list_add_last(&transfer->multi->doh->spent, &query->link);
    asked->answered(asked, answer, is_certain);
}

void whim_doh_reap(struct whim_multi *multi)
{
    struct query *query;

    while (multi->doh && (query = first_query(&multi->doh->spent)))
        free_query(query);
}

void whim_doh_fini(struct whim_multi *multi)
{
    whim_doh_reap(multi);
    whim_free(multi->doh);
    multi->doh = NULL;
}
