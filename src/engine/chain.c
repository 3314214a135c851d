/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The stages, from the socket up; each puts one link, or none where the route has no need of it:
 *
 *   PRE_PROXY   SOCKS, as far as the proxy behind it
 *   PROXY_TLS   with an HTTPS proxy
 *   PROXY       SOCKS, or CONNECT
 *   HAPROXY     the PROXY line
 *   TLS         with the origin
 */
#include "engine/chain.h"

#include "engine/callback.h"
#include "engine/chain_proxy.h"
#include "engine/conn.h"
#include "engine/multi.h"
#include "engine/route.h"
#include "engine/share.h"
#include "engine/start.h"
#include "engine/tls_report.h"
#include "engine/tls_settings.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "tls/link.h"

#include <string.h>

enum {
    MAX_NAME_BYTES = 256,
};

enum stage {
    STAGE_SOCKET,
    STAGE_PRE_PROXY,
    STAGE_PROXY_TLS,
    STAGE_PROXY,
    STAGE_HAPROXY,
    STAGE_TLS,
    STAGE_MAX,
};

/* The application's last word on the SSL_CTX, guarded like all of its callbacks. */
static CURLcode ask_ssl_ctx(void *ask_arg, curl_ssl_ctx_callback function, void *ssl_ctx,
                            void *data)
{
    struct whim_conn *conn = ask_arg;
    unsigned before = whim_callback_enter(conn->transfer);
    CURLcode result = function(whim_multi_name_of(conn->multi, conn->transfer), ssl_ctx, data);

    whim_callback_leave(conn->transfer, before);
    return result;
}

/* A connection whose transfer is over has nobody's callbacks to call. */
static void tell_of_sessions(void *ask_arg, bool is_locked)
{
    struct whim_conn *conn = ask_arg;

    if (conn->transfer)
        whim_share_tell(conn->transfer, CURL_LOCK_DATA_SSL_SESSION, is_locked);
}

/* The handshake under a request that went out early. */
static CURLcode report_up(void *ask_arg, const struct whim_link *link)
{
    struct whim_conn *conn = ask_arg;

    return conn->transfer ? whim_tls_report_connected(conn->transfer, link) : CURLE_OK;
}

/* May whoever has recorded the request send it a second time, and nothing changes by that? */
static bool is_harmless_twice(const struct whim_transfer *transfer)
{
    const struct whim_options *options = &transfer->options;
    enum whim_method method = whim_opt_method(options);

    return (method == WHIM_METHOD_GET || method == WHIM_METHOD_HEAD) &&
           !whim_opt_is_set(options, WHIM_OPT_CUSTOMREQUEST) &&
           !whim_opt_num(options, WHIM_OPT_CONNECT_ONLY);
}

/* Certificates and SNI have names without the dot that may end them. */
static const char *without_dot(const char *host, size_t len, char name[MAX_NAME_BYTES])
{
    if (!len || host[len - 1] != '.' || len > MAX_NAME_BYTES)
        return host;
    memcpy(name, host, len - 1);
    name[len - 1] = 0;
    return name;
}

static CURLcode put_tls(struct whim_conn *conn, struct whim_tls_context *context,
                        struct whim_tls_peer *peer)
{
    struct whim_link *link;

    peer->ask_ssl_ctx = ask_ssl_ctx;
    peer->lock_sessions = tell_of_sessions;
    peer->ask_arg = conn;
    if (whim_opt_num(&conn->transfer->options, WHIM_OPT_SSL_SESSIONID_CACHE))
        peer->sessions = whim_tls_sessions_of(conn->transfer, conn->multi);
    link = whim_tls_link_new(conn->link, context, peer);
    if (!link)
        return CURLE_OUT_OF_MEMORY;
    conn->link = link;
    return CURLE_OK;
}

static CURLcode put_origin_tls(struct whim_conn *conn)
{
    const struct whim_origin *origin = conn->origin;
    char name[MAX_NAME_BYTES];
    struct whim_tls_peer peer = {
        .host = without_dot(origin->host, origin->key.host_len, name),
        .is_ip = origin->is_numeric,
        .port = origin->key.port,
        .may_send_early = whim_opt_num(&conn->transfer->options, WHIM_OPT_SSL_OPTIONS) &
                              CURLSSLOPT_EARLYDATA &&
                          is_harmless_twice(conn->transfer),
        .tell_up = report_up,
    };

    return put_tls(conn, origin->key.tls, &peer);
}

static CURLcode put_proxy_tls(struct whim_conn *conn)
{
    const struct whim_route *route = conn->origin->key.route;
    const struct whim_proxy *proxy = &route->proxy;
    char name[MAX_NAME_BYTES];
    struct whim_tls_peer peer = {
        .host = without_dot(proxy->host->text, proxy->host->len, name),
        .is_ip = proxy->host_kind != WHIM_HOST_NAME,
        .is_proxy = true,
        .port = proxy->port,
    };

    return put_tls(conn, route->proxy_tls, &peer);
}

/* The link of the stage, if the connection has any need of it. */
static CURLcode put_stage(struct whim_conn *conn, enum stage stage)
{
    const struct whim_route *route = conn->origin->key.route;

    switch (stage) {
    case STAGE_PRE_PROXY:
        return route && route->has_pre_proxy ? whim_chain_put_socks(conn, true) : CURLE_OK;
    case STAGE_PROXY_TLS:
        return route && route->proxy_tls ? put_proxy_tls(conn) : CURLE_OK;
    case STAGE_PROXY:
        if (!route || !route->has_proxy)
            return CURLE_OK;
        if (whim_proxy_is_socks(route->proxy.type))
            return whim_chain_put_socks(conn, false);
        return route->is_tunnel ? whim_chain_put_tunnel(conn) : CURLE_OK;
    case STAGE_HAPROXY:
        return route && route->is_haproxy ? whim_chain_put_haproxy(conn) : CURLE_OK;
    case STAGE_TLS:
        return conn->origin->key.tls ? put_origin_tls(conn) : CURLE_OK;
    default:
        return CURLE_OK;
    }
}

static void fail(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    const struct whim_link *link = conn->link;
    CURLcode result = link->error != CURLE_OK ? link->error : CURLE_COULDNT_CONNECT;

    transfer->info.os_error = link->os_error;
    whim_tls_report_result(transfer, link, conn->chain_stage == STAGE_PROXY_TLS);
    whim_trace_error(transfer, "%s", whim_link_reason(link));
    whim_transfer_finish(transfer, result, false);
}

/* Has a handshake received more than was its own? */
static bool has_unread(const struct whim_conn *conn)
{
    for (const struct whim_link *link = conn->link; link; link = link->below)
        if (link->has_unread)
            return true;
    return false;
}

static void complete(struct whim_conn *conn)
{
    whim_conn_enter(conn, WHIM_CONN_READY);
    if (has_unread(conn))
        whim_transfer_schedule(conn->transfer); /* to look at it once the request is out */
    whim_start_request(conn->transfer);
}

/* The link on top is up. */
static CURLcode note_up(struct whim_conn *conn)
{
    switch ((enum stage)conn->chain_stage) {
    case STAGE_TLS:
        if (!conn->origin->key.tls || whim_tls_link_is_early(conn->link))
            return CURLE_OK;
        return whim_tls_report_connected(conn->transfer, conn->link);
    case STAGE_PROXY_TLS:
        whim_tls_report_result(conn->transfer, conn->link, true);
        return CURLE_OK;
    default:
        return CURLE_OK;
    }
}

/* Moves the link on top; false: the connection waits, or has gone. */
static bool shake_top(struct whim_conn *conn)
{
    enum whim_link_result shaken = conn->link->ops->shake(conn->link);
    enum whim_chain_step step = whim_chain_after_shake(conn, shaken);

    if (step == WHIM_CHAIN_GONE)
        return false;
    if (shaken == WHIM_LINK_AGAIN || step == WHIM_CHAIN_HELD) {
        whim_conn_update_interest(conn);
        return false;
    }
    if (shaken == WHIM_LINK_OK)
        return true;
    fail(conn);
    return false;
}

void whim_chain_on_ready(struct whim_conn *conn)
{
    CURLcode result;

    if (whim_chain_is_waiting(conn) || (conn->is_chain_held && conn->transfer->is_recv_paused) ||
        !shake_top(conn))
        return;
    result = note_up(conn);
    while (result == CURLE_OK && conn->chain_stage + 1 < STAGE_MAX) {
        const struct whim_link *below = conn->link;

        result = put_stage(conn, (enum stage)++conn->chain_stage);
        if (result != CURLE_OK)
            break;
        if (whim_chain_is_waiting(conn)) {
            whim_conn_update_interest(conn); /* none: the resolver's answer is what goes on here */
            return;
        }
        if (conn->link == below)
            continue; /* the stage has none */
        if (!shake_top(conn))
            return;
        result = note_up(conn);
    }
    if (result != CURLE_OK)
        whim_transfer_finish(conn->transfer, result, false);
    else
        complete(conn);
}

void whim_chain_begin(struct whim_conn *conn)
{
    whim_conn_enter(conn, WHIM_CONN_SHAKING);
    conn->chain_stage = STAGE_SOCKET;
    whim_chain_on_ready(conn);
}
