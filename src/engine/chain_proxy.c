/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/chain_proxy.h"

#include "engine/chain.h"
#include "engine/conn.h"
#include "engine/deliver.h"
#include "engine/follow.h"
#include "engine/lookup.h"
#include "engine/multi.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "net/shake_link.h"
#include "proto/haproxy.h"
#include "proto/http_tunnel.h"
#include "proto/socks.h"
#include "util/mem.h"

/* The name of the next hop is looked up here, for a proxy that wants an address. */
struct whim_chain_wait {
    struct whim_dns_wait wait;
    struct whim_conn *conn;
    bool is_pre_proxy;
};

static struct whim_target origin_target(const struct whim_origin *origin)
{
    return (struct whim_target){
        .host = origin->host,
        .len = origin->key.host_len,
        .port = origin->key.port,
        .is_ipv6 = origin->is_numeric && memchr(origin->host, ':', origin->key.host_len),
    };
}

/* What the pre-proxy, or the last proxy, is to connect to. */
static struct whim_target next_hop(const struct whim_conn *conn, bool is_pre_proxy)
{
    const struct whim_route *route = conn->origin->key.route;
    struct whim_target origin = origin_target(conn->origin);

    if (is_pre_proxy && route->has_proxy)
        return whim_route_proxy_target(route);
    return whim_route_target(route, &origin);
}

/* Takes the machine over; NULL: there was no memory for it. */
static CURLcode put(struct whim_conn *conn, struct whim_shake *shake)
{
    struct whim_link *link;

    if (!shake)
        return CURLE_OUT_OF_MEMORY;
    link = whim_shake_link_new(conn->link, shake);
    if (!link) {
        shake->ops->free(shake);
        return CURLE_OUT_OF_MEMORY;
    }
    conn->link = link;
    return CURLE_OK;
}

static CURLcode put_socks(struct whim_conn *conn, bool is_pre_proxy,
                          const struct whim_address *address)
{
    const struct whim_route *route = conn->origin->key.route;
    const struct whim_proxy *proxy = is_pre_proxy ? &route->pre_proxy : &route->proxy;
    struct whim_target hop = next_hop(conn, is_pre_proxy);
    const struct whim_socks_config config = {
        .type = proxy->type,
        .host = hop.host,
        .host_len = hop.len,
        .port = hop.port,
        .address = address,
        .user = proxy->user ? proxy->user->text : NULL,
        .password = proxy->password ? proxy->password->text : NULL,
        .auth = (unsigned long)whim_opt_num(&conn->transfer->options, WHIM_OPT_SOCKS5_AUTH),
    };

    return put(conn, whim_socks_new(&config));
}

/* The first address of a family that the proxy's protocol can say; NULL: none. */
static const struct whim_address *usable(const struct whim_dns_addrs *addrs, long type)
{
    for (unsigned i = 0; i < addrs->n_items; i++)
        if (type != CURLPROXY_SOCKS4 || addrs->items[i].family == AF_INET)
            return &addrs->items[i];
    return NULL;
}

/* Takes over the reference to the addresses. */
static CURLcode put_socks_to(struct whim_conn *conn, bool is_pre_proxy,
                             struct whim_dns_addrs *addrs)
{
    const struct whim_route *route = conn->origin->key.route;
    const struct whim_proxy *proxy = is_pre_proxy ? &route->pre_proxy : &route->proxy;
    const struct whim_address *address = usable(addrs, proxy->type);
    CURLcode result = CURLE_PROXY;

    if (address) {
        result = put_socks(conn, is_pre_proxy, address);
    } else {
        whim_trace_error(conn->transfer, "SOCKS4 connection to an IPv6 address is not possible");
        conn->transfer->info.proxy_error = CURLPX_RESOLVE_HOST;
    }
    whim_dns_addrs_unref(addrs);
    return result;
}

/* detail: as of the resolver's answer */
static CURLcode fail_lookup(struct whim_conn *conn, bool is_pre_proxy, const char *detail)
{
    struct whim_target hop = next_hop(conn, is_pre_proxy);

    whim_trace_error(conn->transfer, "Failed to resolve \"%.*s\" for SOCKS%s%s", (int)hop.len,
                     hop.host, detail ? ": " : "", detail ? detail : "");
    conn->transfer->info.proxy_error = CURLPX_RESOLVE_HOST;
    return CURLE_PROXY;
}

static void on_answer(struct whim_dns_wait *wait, enum whim_dns_result dns_result,
                      struct whim_dns_answer answer)
{
    struct whim_chain_wait *waiting = WHIM_CONTAINER_OF(wait, struct whim_chain_wait, wait);
    struct whim_conn *conn = waiting->conn;
    bool is_pre_proxy = waiting->is_pre_proxy;
    CURLcode result;

    whim_chain_end_wait(conn);
    if (dns_result == WHIM_DNS_OK)
        result = put_socks_to(conn, is_pre_proxy, answer.addrs);
    else if (dns_result == WHIM_DNS_NOMEM)
        result = CURLE_OUT_OF_MEMORY;
    else
        result = fail_lookup(conn, is_pre_proxy, answer.detail);
    if (result == CURLE_OK)
        whim_chain_on_ready(conn);
    else
        whim_transfer_finish(conn->transfer, result, false);
}

CURLcode whim_chain_put_socks(struct whim_conn *conn, bool is_pre_proxy)
{
    const struct whim_route *route = conn->origin->key.route;
    const struct whim_proxy *proxy = is_pre_proxy ? &route->pre_proxy : &route->proxy;
    struct whim_target hop = next_hop(conn, is_pre_proxy);
    struct whim_dns_answer answer = {0};

    if (whim_socks_is_remote(proxy->type))
        return put_socks(conn, is_pre_proxy, NULL);
    conn->chain_wait = whim_calloc(1, sizeof(*conn->chain_wait));
    if (!conn->chain_wait)
        return CURLE_OUT_OF_MEMORY;
    conn->chain_wait->conn = conn;
    conn->chain_wait->is_pre_proxy = is_pre_proxy;
    whim_dns_wait_init(&conn->chain_wait->wait, on_answer);
    switch (whim_lookup_host(conn->transfer, &hop, &conn->chain_wait->wait, &answer)) {
    case WHIM_DNS_WAIT:
        return CURLE_OK;
    case WHIM_DNS_OK:
        whim_chain_end_wait(conn);
        return put_socks_to(conn, is_pre_proxy, answer.addrs);
    case WHIM_DNS_FAILED:
        whim_chain_end_wait(conn);
        return fail_lookup(conn, is_pre_proxy, NULL);
    default:
        return CURLE_OUT_OF_MEMORY; /* the wait ends with the connection */
    }
}

bool whim_chain_is_waiting(const struct whim_conn *conn)
{
    return conn->chain_wait != NULL;
}

void whim_chain_end_wait(struct whim_conn *conn)
{
    if (conn->chain_wait)
        whim_dns_wait_cancel(&conn->chain_wait->wait);
    whim_free(conn->chain_wait);
    conn->chain_wait = NULL;
}

/*
 * The lines that the application wants the proxy to see; those that it wrote for the origin are as
 * much the first one's own as in the request itself.
 */
static void add_proxy_headers(const struct whim_transfer *transfer,
                              struct whim_http_tunnel_config *config)
{
    const struct whim_options *options = &transfer->options;

    if (whim_opt_num(options, WHIM_OPT_HEADEROPT) & CURLHEADER_SEPARATE) {
        config->headers = whim_opt_ptr(options, WHIM_OPT_PROXYHEADER);
    } else {
        config->headers = whim_opt_ptr(options, WHIM_OPT_HTTPHEADER);
        config->is_to_stranger = !whim_follow_may_have_secrets(transfer);
        config->is_to_other_host = !whim_follow_is_first_host(transfer);
    }
}

CURLcode whim_chain_put_tunnel(struct whim_conn *conn)
{
    const struct whim_options *options = &conn->transfer->options;
    struct whim_route *route = conn->origin->key.route;
    struct whim_target hop = next_hop(conn, false);
    const struct whim_str *agent = whim_opt_str(options, WHIM_OPT_USERAGENT);
    struct whim_http_tunnel_config config = {
        .host = hop.host,
        .host_len = hop.len,
        .port = hop.port,
        .is_ipv6 = hop.is_ipv6,
        .is_http10 = route->proxy.type == CURLPROXY_HTTP_1_0,
        .user_agent = {agent ? agent->text : NULL, agent ? agent->len : 0},
        .auth = &route->auth,
        .has_met = conn->transfer->has_met_proxy,
        .gss = whim_route_gss(route),
        .user = route->proxy.user ? route->proxy.user->text : NULL,
        .password = route->proxy.password ? route->proxy.password->text : NULL,
    };

    add_proxy_headers(conn->transfer, &config);
    return put(conn, whim_http_tunnel_new(&config));
}

CURLcode whim_chain_put_haproxy(struct whim_conn *conn)
{
    const struct whim_route *route = conn->origin->key.route;

    return put(conn, whim_haproxy_new(&conn->local, &conn->remote,
                                      route->client_ip ? route->client_ip->text : NULL));
}

/* Keeps a field for those who ask for it later; status lines and the blank one are none. */
static CURLcode keep_field(struct whim_transfer *transfer, struct whim_http1_text line)
{
    if (line.ptr[0] == '\r' || line.ptr[0] == '\n' ||
        (line.len > 5 && !memcmp(line.ptr, "HTTP/", 5)))
        return CURLE_OK;
    return whim_transfer_keep_header(transfer, CURLH_CONNECT, line.ptr, line.len);
}

/* Once for each line, however often it is delivered. */
static CURLcode note_line(struct whim_conn *conn, struct whim_http1_text line)
{
    struct whim_transfer *transfer = conn->transfer;

    if (conn->is_line_told)
        return CURLE_OK;
    conn->is_line_told = true;
    whim_trace_data(transfer, CURLINFO_HEADER_IN, line.ptr, line.len);
    transfer->info.header_bytes += (uint32_t)line.len;
    return keep_field(transfer, line);
}

/*
 * Header lines of the proxy go where those of the origin go, unless they are not wanted (C-149). A
 * line that comes in a pause stays where it is, and those behind it too: the connection is held.
 */
static CURLcode tell_pieces(struct whim_conn *conn, struct whim_shake *shake)
{
    struct whim_transfer *transfer = conn->transfer;
    bool is_silent = whim_opt_num(&transfer->options, WHIM_OPT_SUPPRESS_CONNECT_HEADERS) ||
                     !whim_deliver_has_header_taker(transfer);
    struct whim_http1_text text;
    enum whim_http_tunnel_piece piece;
    CURLcode result = CURLE_OK;

    conn->is_chain_held = false;
    while (result == CURLE_OK &&
           (piece = whim_http_tunnel_take(shake, &text)) != WHIM_HTTP_TUNNEL_NONE) {
        if (piece == WHIM_HTTP_TUNNEL_REQUEST) {
            whim_trace_data(transfer, CURLINFO_HEADER_OUT, text.ptr, text.len);
            transfer->info.request_bytes += (uint32_t)text.len;
            continue;
        }
        result = note_line(conn, text);
        if (result == CURLE_OK && !is_silent &&
            (transfer->is_recv_paused ||
             whim_deliver_header(transfer, text.ptr, text.len, &result) == WHIM_DELIVERY_PAUSED)) {
            whim_http_tunnel_give_back(shake, text);
            conn->is_chain_held = true;
            break;
        }
        conn->is_line_told = false;
    }
    transfer->info.connect_code = (uint16_t)whim_http_tunnel_status(shake);
    if (whim_http_tunnel_used(shake))
        transfer->info.proxyauth_used = (uint32_t)whim_http_tunnel_used(shake);
    if (whim_http_tunnel_offered(shake))
        transfer->info.proxyauth_avail = (uint32_t)whim_http_tunnel_offered(shake);
    return result;
}

enum whim_chain_step whim_chain_after_shake(struct whim_conn *conn, enum whim_link_result shaken)
{
    struct whim_transfer *transfer = conn->transfer;
    struct whim_shake *shake = whim_shake_link_get(conn->link);
    CURLcode result = CURLE_OK;

    if (!shake)
        return WHIM_CHAIN_GO_ON;
    if (whim_http_tunnel_is(shake))
        result = tell_pieces(conn, shake);
    if (result != CURLE_OK) {
        whim_transfer_finish(transfer, result, false);
        return WHIM_CHAIN_GONE;
    }
    if (conn->is_chain_held)
        return WHIM_CHAIN_HELD;
    if (shaken == WHIM_LINK_OK) {
        transfer->has_met_proxy = false;
        whim_shake_link_drop(conn->link);
    }
    if (shaken == WHIM_LINK_OK || shaken == WHIM_LINK_AGAIN)
        return WHIM_CHAIN_GO_ON;
    transfer->info.proxy_error = (uint8_t)shake->proxy_error;
    if (!shake->wants_reconnect)
        return WHIM_CHAIN_GO_ON;
    transfer->has_met_proxy = true;
    whim_transfer_reconnect(transfer);
    return WHIM_CHAIN_GONE;
}
