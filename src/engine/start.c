/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/start.h"

#include "dns/host.h"
#include "engine/callback.h"
#include "engine/conn.h"
#include "engine/cookies.h"
#include "engine/deadline.h"
#include "engine/doh.h"
#include "engine/follow.h"
#include "engine/lookup.h"
#include "engine/multi.h"
#include "engine/pool.h"
#include "engine/progress.h"
#include "engine/route.h"
#include "engine/shared_pool.h"
#include "engine/sites.h"
#include "engine/tls_report.h"
#include "engine/tls_settings.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "tls/context.h"
#include "util/ascii.h"
#include "util/mem.h"

#include <string.h>

/* The URL's text, as the application gave it: a string of its own, or a CURLU's. */
static CURLcode take_url_text(struct whim_transfer *transfer, struct whim_str **ret_text)
{
    CURLU *parts = whim_opt_ptr(&transfer->options, WHIM_OPT_CURLU);
    struct whim_str *text = whim_opt_str(&transfer->options, WHIM_OPT_URL);
    char *joined;
    CURLUcode code;

    if (!parts) {
        if (!text) {
            whim_trace_error(transfer, "No URL set");
            return CURLE_URL_MALFORMAT;
        }
        *ret_text = whim_str_ref(text);
        return CURLE_OK;
    }
    code = curl_url_get(parts, CURLUPART_URL, &joined, 0);
    if (code != CURLUE_OK)
        return whim_url_code_to_curlcode(code);
    text = whim_str_new(joined, strlen(joined));
    curl_free(joined);
    if (!text)
        return CURLE_OUT_OF_MEMORY;
    *ret_text = text;
    return CURLE_OK;
}

/* Has none of the options a value that change what a URL's text means? */
static bool is_parsed_plainly(const struct whim_options *options)
{
    return !whim_opt_is_set(options, WHIM_OPT_CURLU) && !whim_opt_is_set(options, WHIM_OPT_PORT) &&
           !whim_opt_is_set(options, WHIM_OPT_DISALLOW_USERNAME_IN_URL) &&
           !whim_opt_is_set(options, WHIM_OPT_PATH_AS_IS) &&
           !whim_opt_is_set(options, WHIM_OPT_DEFAULT_PROTOCOL);
}

/*
 * A string that the transfer refers to is never written to, so the same one has the same parts.
 * Only the plain case counts; the options that have a say in the parse make it anew.
 */
static bool is_parsed_already(const struct whim_transfer *transfer)
{
    const struct whim_options *options = &transfer->options;

    return transfer->is_url_plain && is_parsed_plainly(options) && transfer->url_text &&
           transfer->url_text == whim_opt_str(options, WHIM_OPT_URL);
}

/* What cannot be parsed is the effective URL all the same; takes the reference over. */
static void forget_url(struct whim_transfer *transfer, struct whim_str *text)
{
    whim_str_unref_secret(transfer->url_text);
    transfer->url_text = text;
    transfer->url = (struct whim_url){0};
    transfer->is_url_plain = false;
}

static CURLcode parse_url(struct whim_transfer *transfer)
{
    const struct whim_options *options = &transfer->options;
    unsigned flags = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME | WHIM_URL_ASCII_HOST;
    struct whim_str *text = NULL;
    struct whim_str *canonical;
    CURLcode result;
    CURLUcode code;

    if (whim_follow_is_hop(transfer) || is_parsed_already(transfer))
        return CURLE_OK;
    result = take_url_text(transfer, &text);
    if (result != CURLE_OK)
        return result;
    if (whim_opt_num(options, WHIM_OPT_DISALLOW_USERNAME_IN_URL))
        flags |= CURLU_DISALLOW_USER;
    if (whim_opt_num(options, WHIM_OPT_PATH_AS_IS))
        flags |= CURLU_PATH_AS_IS;
    code = whim_url_parse(text->text, text->len, flags,
                          whim_opt_text(options, WHIM_OPT_DEFAULT_PROTOCOL), &transfer->url,
                          &canonical);
    if (code != CURLUE_OK) {
        whim_trace_error(transfer, "URL rejected: %s", curl_url_strerror(code));
        forget_url(transfer, text);
        return whim_url_code_to_curlcode(code);
    }
    if (canonical) {
        whim_str_unref(text);
        text = canonical;
    }
    whim_str_unref_secret(transfer->url_text);
    transfer->url_text = text;
    transfer->is_url_plain = is_parsed_plainly(options);
    if (whim_opt_num(options, WHIM_OPT_PORT))
        transfer->url.port = (uint16_t)whim_opt_num(options, WHIM_OPT_PORT);
    return CURLE_OK;
}

static CURLcode check_host(struct whim_transfer *transfer)
{
    enum { MAX_HOST_BYTES = 65535 };

    if (transfer->url.host.len <= MAX_HOST_BYTES)
        return CURLE_OK;
    whim_trace_error(transfer, "Too long host name (maximum is %d)", MAX_HOST_BYTES);
    return CURLE_URL_MALFORMAT;
}

static CURLcode check_protocol(struct whim_transfer *transfer)
{
    const struct whim_url *url = &transfer->url;
    const char *name = transfer->url_text->text + url->scheme.off;
    bool is_hop = whim_follow_is_hop(transfer);
    bool is_allowed = url->scheme_id == WHIM_SCHEME_HTTP || url->scheme_id == WHIM_SCHEME_FILE ||
                      (url->scheme_id == WHIM_SCHEME_HTTPS && whim_tls_is_built_in());

    if (is_allowed && whim_opt_is_set(&transfer->options, WHIM_OPT_PROTOCOLS_STR))
        is_allowed = whim_opt_num(&transfer->options, WHIM_OPT_PROTOCOLS_STR) &
                     whim_scheme_bit(url->scheme_id);
    if (is_allowed && is_hop)
        is_allowed = whim_opt_num(&transfer->options, WHIM_OPT_REDIR_PROTOCOLS_STR) &
                     whim_scheme_bit(url->scheme_id);
    if (is_allowed)
        return CURLE_OK;
    whim_trace_error(transfer, "Protocol \"%.*s\" not supported or disabled in libcurl%s",
                     (int)url->scheme.len, name, is_hop ? " (in redirect)" : "");
    return CURLE_UNSUPPORTED_PROTOCOL;
}

/* The host in lower case, as keys have it: the URL's text, or *ret_copy, which is the caller's. */
static CURLcode lower_host(const struct whim_transfer *transfer, const char **ret_host,
                           char **ret_copy)
{
    const struct whim_url *url = &transfer->url;
    const char *host = transfer->url_text->text + url->host.off;

    *ret_host = host;
    *ret_copy = NULL;
    if (!(url->has & WHIM_URL_HOST_HAS_UPPER))
        return CURLE_OK;
    *ret_copy = whim_memdup0(host, url->host.len);
    if (!*ret_copy)
        return CURLE_OUT_OF_MEMORY;
    for (uint32_t i = 0; i < url->host.len; i++)
        (*ret_copy)[i] = (char)whim_ascii_lower(host[i]);
    *ret_host = *ret_copy;
    return CURLE_OK;
}

/* The way to the host, and TLS with it. On failure nothing is left in the key. */
static CURLcode find_way(struct whim_transfer *transfer, struct whim_origin_key *key)
{
    CURLcode result;

    if (transfer->url.scheme_id == WHIM_SCHEME_FILE)
        return CURLE_OK;
    result = whim_route_find(transfer, &key->route);
    if (result != CURLE_OK || transfer->url.scheme_id != WHIM_SCHEME_HTTPS)
        return result;
    result = transfer->is_internal ? whim_doh_tls_context(transfer, &key->tls)
                                   : whim_tls_context_of(transfer, WHIM_TLS_ORIGIN, &key->tls);
    if (result == CURLE_OK)
        return CURLE_OK;
    whim_route_free(key->route);
    key->route = NULL;
    return result;
}

/* A proxy that forwards requests is the peer, whatever host they are for. */
static void aim_at_proxy(struct whim_origin_key *key)
{
    key->host = key->route->proxy.host->text;
    key->host_len = key->route->proxy.host->len;
    key->port = key->route->proxy.port;
}

/* The zone that the URL names, or the option's. */
static uint32_t find_scope(const struct whim_transfer *transfer)
{
    const struct whim_url_part zone = transfer->url.zone;
    uint32_t scope_id = 0;

    if (zone.len)
        scope_id = whim_dns_zone(transfer->url_text->text + zone.off, zone.len);
    return scope_id ? scope_id : (uint32_t)whim_opt_num(&transfer->options, WHIM_OPT_ADDRESS_SCOPE);
}

static CURLcode find_origin(struct whim_transfer *transfer)
{
    const struct whim_url *url = &transfer->url;
    struct whim_origin_key key = {
        .host_len = url->host.len,
        .port = url->port,
        .scheme = url->scheme_id,
        .family = (uint8_t)whim_opt_num(&transfer->options, WHIM_OPT_IPRESOLVE),
        .scope_id = find_scope(transfer),
    };
    char *copy;
    CURLcode result = lower_host(transfer, &key.host, &copy);

    if (result == CURLE_OK)
        result = find_way(transfer, &key);
    if (result == CURLE_OK) {
        if (whim_route_is_forward(key.route))
            aim_at_proxy(&key);
        transfer->origin = whim_origin_get(&transfer->multi->pool, &key);
        whim_tls_context_unref(key.tls); /* the origin has its own reference */
        if (!transfer->origin)
            result = CURLE_OUT_OF_MEMORY;
    }
    whim_free(copy);
    return result;
}

/* Everything that has to be known before a connection can be looked for. */
static CURLcode prepare(struct whim_transfer *transfer)
{
    CURLcode result;

    if (transfer->origin)
        return CURLE_OK; /* it has waited, or starts again */
    result = parse_url(transfer);
    if (result == CURLE_OK &&
        (transfer->sites || whim_opt_is_set(&transfer->options, WHIM_OPT_SHARE)))
        result = whim_sites_prepare(transfer);
    if (result == CURLE_OK)
        result = check_protocol(transfer);
    if (result == CURLE_OK)
        result = check_host(transfer);
    if (result == CURLE_OK && transfer->cookies && !whim_follow_is_hop(transfer))
        result = whim_cookies_load(transfer);
    if (result == CURLE_OK)
        result = whim_upload_init(transfer);
    if (result == CURLE_OK)
        result = whim_lookup_add_overrides(transfer);
    if (result == CURLE_OK)
        result = find_origin(transfer);
    return result;
}

static bool may_reuse(const struct whim_transfer *transfer)
{
    return !transfer->wants_fresh_conn && !whim_opt_num(&transfer->options, WHIM_OPT_FRESH_CONNECT) &&
           !whim_opt_num(&transfer->options, WHIM_OPT_CONNECT_ONLY);
}

static void begin_connecting(struct whim_transfer *transfer)
{
    transfer->wait_number = 0;
    transfer->is_woken = false;
    transfer->info.queue_us = whim_info_since_start(&transfer->info, transfer->multi->now_us);
    whim_transfer_enter(transfer, WHIM_TRANSFER_CONNECTING);
}

static void take_conn(struct whim_transfer *transfer, struct whim_conn *conn)
{
    struct whim_info *info = &transfer->info;

    whim_trace_text(transfer, "Re-using existing connection #%lld with host %s",
                    (long long)conn->id, conn->origin->host);
    begin_connecting(transfer);
    info->namelookup_us = info->queue_us;
    info->connect_us = info->queue_us;
    whim_conn_attach(conn, transfer);
    if (conn->origin->key.tls && whim_tls_report_reused(transfer, conn->link) != CURLE_OK) {
        whim_transfer_finish(transfer, CURLE_OUT_OF_MEMORY, true);
        return;
    }
    whim_start_request(transfer);
}

static void open_conn(struct whim_transfer *transfer)
{
    begin_connecting(transfer);
    whim_deadline_arm(transfer);
    if (whim_conn_open(transfer))
        return;
    transfer->is_woken = true; /* the room is still there: whoever waits for it may have it */
    whim_transfer_finish(transfer, CURLE_OUT_OF_MEMORY, false);
}

/* One that rests in the transfer's share; NULL: none, or it may not be used. */
static struct whim_conn *take_shared(struct whim_transfer *transfer)
{
    struct whim_shared_pool *pool = whim_opt_is_set(&transfer->options, WHIM_OPT_SHARE)
                                        ? whim_shared_pool_of(transfer)
                                        : NULL;

    return pool && may_reuse(transfer) ? whim_shared_pool_take(pool, transfer) : NULL;
}

void whim_start_transfer(struct whim_transfer *transfer)
{
    struct whim_multi *multi = transfer->multi;
    struct whim_conn *conn = NULL;
    enum whim_pool_room room;
    CURLcode result;

    if (!transfer->info.start_us) {
        transfer->info.start_us = whim_multi_now_us(multi);
        transfer->connect_start_us = multi->now_us;
        whim_progress_watch(transfer);
    }
    if (!transfer->wait_number && !whim_list_is_empty(&multi->waiting) &&
        !transfer->is_internal) {
        whim_pool_wait_total(multi, transfer); /* nobody overtakes those who wait */
        whim_deadline_arm(transfer);
        return;
    }
    result = prepare(transfer);
    if (result != CURLE_OK) {
        whim_transfer_finish(transfer, result, false);
        return;
    }
    if (may_reuse(transfer))
        conn = whim_pool_take_idle(multi, transfer->origin, transfer);
    if (conn) {
        take_conn(transfer, conn);
        return;
    }
    room = whim_pool_make_room(multi, transfer->origin);
    if (room == WHIM_POOL_HAS_ROOM || transfer->is_internal) { /* others wait for it (C-132) */
        conn = take_shared(transfer);
        if (conn)
            take_conn(transfer, conn);
        else
            open_conn(transfer);
        return;
    }
    whim_pool_wait(multi, transfer->origin, transfer, room);
    whim_deadline_arm(transfer);
}

/* Asks the application whether it likes the peer that was found (C-155). */
static CURLcode check_prerequisites(struct whim_transfer *transfer)
{
    curl_prereq_callback cb =
        WHIM_OPT_FN(curl_prereq_callback, &transfer->options, WHIM_OPT_PREREQFUNCTION);
    const struct whim_info *info = &transfer->info;
    char remote[WHIM_ADDRESS_TEXT_BYTES];
    char local[WHIM_ADDRESS_TEXT_BYTES];
    unsigned before;
    int answer;

    if (!cb)
        return CURLE_OK;
    whim_address_text(&info->remote, remote);
    whim_address_text(&info->local, local);
    before = whim_callback_enter(transfer);
    answer = cb(whim_opt_ptr(&transfer->options, WHIM_OPT_PREREQDATA), remote, local,
                info->remote.port, info->local.port);
    whim_callback_leave(transfer, before);
    if (answer == CURL_PREREQFUNC_OK)
        return CURLE_OK;
    whim_trace_error(transfer, "operation aborted by pre-request callback");
    return CURLE_ABORTED_BY_CALLBACK;
}

void whim_start_request(struct whim_transfer *transfer)
{
    struct whim_conn *conn = transfer->conn;
    CURLcode result;

    whim_transfer_enter(transfer, WHIM_TRANSFER_REQUESTING);
    transfer->info.pretransfer_us =
        whim_info_since_start(&transfer->info, transfer->multi->now_us);
    result = conn->is_connect_only ? CURLE_OK : check_prerequisites(transfer);
    if (result != CURLE_OK) {
        whim_transfer_finish(transfer, result, false);
        return;
    }
    conn->session->begin(conn);
}
