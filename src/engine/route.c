/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/route.h"

#include "engine/multi.h"
#include "engine/sites.h"
#include "engine/tls_settings.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/altsvc.h"
#include "proto/connect_to.h"
#include "proto/no_proxy.h"
#include "proto/proxy_env.h"
#include "tls/context.h"
#include "util/ascii.h"
#include "util/mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_IDENTITY_BYTES = 1024 * 1024 };

extern char **environ;

static const char *text_of(const struct whim_transfer *transfer, enum whim_opt row)
{
    const char *text = whim_opt_text(&transfer->options, row);

    return text && *text ? text : NULL;
}

/* One look at the whole environment, since nearly always there is nothing to be found in it. */
static bool look_for_proxy_variable(void)
{
    static const char *const names[] = {"http_proxy=", "https_proxy=", "HTTPS_PROXY=",
                                        "all_proxy=", "ALL_PROXY="};

    for (char **at = environ; at && *at; at++) {
        char first = (char)(**at | 0x20);

        if (first != 'h' && first != 'a')
            continue;
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
            if (!strncmp(*at, names[i], strlen(names[i])))
                return true;
    }
    return false;
}

/* Once per drive call: what starts in it starts at one time. */
static bool has_proxy_variable(struct whim_multi *multi)
{
    if (multi->environment_us != multi->now_us) {
        multi->environment_us = multi->now_us;
        multi->has_proxy_variable = look_for_proxy_variable();
    }
    return multi->has_proxy_variable;
}

/* Is the host one that is reached without a proxy? */
static bool is_passed_by(const struct whim_transfer *transfer)
{
    const struct whim_url *url = &transfer->url;
    const char *no_proxy = whim_opt_text(&transfer->options, WHIM_OPT_NOPROXY);

    if (!no_proxy)
        no_proxy = whim_proxy_env_no_proxy(getenv);
    return whim_no_proxy_has(no_proxy, transfer->url_text->text + url->host.off, url->host.len);
}

/* The text of the proxy to use: the option's, which may be empty, or the environment's. */
static const char *proxy_text(const struct whim_transfer *transfer)
{
    const struct whim_url *url = &transfer->url;
    const struct whim_options *options = &transfer->options;
    const char *text = whim_opt_text(options, WHIM_OPT_PROXY);

    if (!text) {
        if (!has_proxy_variable(transfer->multi))
            return NULL;
        text = whim_proxy_env_find(getenv, transfer->url_text->text + url->scheme.off,
                                   url->scheme.len);
    }
    return !text || !*text || is_passed_by(transfer) ? NULL : text;
}

static CURLcode parse_proxy(struct whim_transfer *transfer, const char *text, long type,
                            struct whim_proxy *ret_proxy)
{
    long port = (long)whim_opt_num(&transfer->options, WHIM_OPT_PROXYPORT);
    CURLcode result = whim_proxy_parse(text, type, port, ret_proxy);

    if (result == CURLE_COULDNT_RESOLVE_PROXY)
        whim_trace_error(transfer, "Unsupported proxy syntax in '%s'", text);
    else if (result == CURLE_COULDNT_CONNECT)
        whim_trace_error(transfer, "Unsupported proxy scheme for '%s'", text);
    return result;
}

/* The options' credentials go to the last proxy, unless its text has some (C-192). */
static void take_credentials(struct whim_transfer *transfer, struct whim_proxy *proxy)
{
    struct whim_str *user = whim_opt_str(&transfer->options, WHIM_OPT_PROXYUSERNAME);
    struct whim_str *password = whim_opt_str(&transfer->options, WHIM_OPT_PROXYPASSWORD);

    if (proxy->user || proxy->password)
        return;
    proxy->user = user ? whim_str_ref(user) : NULL;
    proxy->password = password ? whim_str_ref(password) : NULL;
}

static CURLcode find_proxies(struct whim_transfer *transfer, struct whim_route *route)
{
    const struct whim_options *options = &transfer->options;
    const char *text = proxy_text(transfer);
    const char *pre = text_of(transfer, WHIM_OPT_PRE_PROXY);
    CURLcode result = CURLE_OK;

    if (pre && !is_passed_by(transfer)) {
        result = parse_proxy(transfer, pre, CURLPROXY_SOCKS4, &route->pre_proxy);
        route->has_pre_proxy = result == CURLE_OK;
    }
    if (result == CURLE_OK && text) {
        result = parse_proxy(transfer, text, (long)whim_opt_num(options, WHIM_OPT_PROXYTYPE),
                             &route->proxy);
        route->has_proxy = result == CURLE_OK;
    }
    if (!route->has_proxy) {
        if (result == CURLE_OK && route->has_pre_proxy)
            take_credentials(transfer, &route->pre_proxy);
        return result;
    }
    take_credentials(transfer, &route->proxy);
    if (!whim_proxy_is_tls(route->proxy.type))
        return CURLE_OK;
    return whim_tls_context_of(transfer, WHIM_TLS_PROXY, &route->proxy_tls);
}

/* How the HTTP proxy may be shown the credentials. */
static void find_login(const struct whim_transfer *transfer, struct whim_route *route)
{
    const struct whim_options *options = &transfer->options;

    whim_auth_init(&route->auth, (unsigned long)whim_opt_num(options, WHIM_OPT_PROXYAUTH),
                   ~CURLAUTH_BEARER);
    if (!(route->auth.allowed & CURLAUTH_NEGOTIATE))
        return;
    route->delegation = (long)whim_opt_num(options, WHIM_OPT_GSSAPI_DELEGATION);
    if (whim_opt_is_set(options, WHIM_OPT_PROXY_SERVICE_NAME))
        route->service = whim_str_ref(whim_opt_str(options, WHIM_OPT_PROXY_SERVICE_NAME));
}

/* By CURLOPT_CONNECT_TO. A host of NULL and a port of -1: the origin's. */
static CURLcode find_connect_to(struct whim_transfer *transfer, struct whim_connect_to *pick_to)
{
    const struct whim_url *url = &transfer->url;
    const struct curl_slist *list = whim_opt_ptr(&transfer->options, WHIM_OPT_CONNECT_TO);
    CURLcode result = CURLE_OK;

    if (list)
        result =
            whim_connect_to_find(list, transfer->url_text->text + url->host.off, url->host.len,
                                 url->host_kind == WHIM_HOST_IPV6, url->port, pick_to);
    if (result != CURLE_OK)
        whim_trace_error(transfer, "No valid port number in CURLOPT_CONNECT_TO");
    return result;
}

/* An alternative service, where the application has not said otherwise. */
static bool find_alternative(const struct whim_transfer *transfer, struct whim_connect_to *pick_to)
{
    struct whim_altsvc_place place;

    if (pick_to->host || pick_to->port >= 0 || !whim_sites_find_alternative(transfer, &place))
        return false;
    pick_to->host = place.host;
    pick_to->host_len = place.len;
    pick_to->port = place.port;
    pick_to->is_ipv6 = memchr(place.host, ':', place.len) != NULL;
    return true;
}

static CURLcode find_target(struct whim_transfer *transfer, struct whim_route *route)
{
    const struct whim_url *url = &transfer->url;
    struct whim_connect_to to = {.port = -1};
    bool is_alternative;
    CURLcode result = find_connect_to(transfer, &to);

    route->to_port = -1;
    if (result != CURLE_OK)
        return result;
    is_alternative = transfer->sites && find_alternative(transfer, &to);
    /* The place that it leads to anyway is no other one. */
    if (to.host && to.host_len == url->host.len &&
        whim_ascii_is_equal(to.host, transfer->url_text->text + url->host.off, to.host_len))
        to.host = NULL;
    if (to.port == url->port)
        to.port = -1;
    route->to_port = to.port;
    route->is_to_ipv6 = to.is_ipv6;
    route->is_alternative = is_alternative && (to.host || to.port >= 0);
    if (!to.host)
        return CURLE_OK;
    route->to_host = whim_str_new(to.host, to.host_len);
    return route->to_host ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

static struct whim_str *ref_option(const struct whim_transfer *transfer, enum whim_opt row)
{
    return text_of(transfer, row) ? whim_str_ref(whim_opt_str(&transfer->options, row)) : NULL;
}

static void find_socket(struct whim_transfer *transfer, struct whim_route *route)
{
    route->unix_path = ref_option(transfer, WHIM_OPT_ABSTRACT_UNIX_SOCKET);
    route->is_abstract = route->unix_path != NULL;
    if (!route->unix_path)
        route->unix_path = ref_option(transfer, WHIM_OPT_UNIX_SOCKET_PATH);
    route->client_ip = ref_option(transfer, WHIM_OPT_HAPROXY_CLIENT_IP);
    route->is_haproxy =
        route->client_ip || whim_opt_num(&transfer->options, WHIM_OPT_HAPROXYPROTOCOL);
}

/* One part of the identity: its kind, its length, its bytes, so that no two of them can merge. */
static bool add_part(struct whim_buf *identity, char kind, const char *text, size_t len)
{
    return whim_buf_addf(identity, "%c%zu:", kind, len) == WHIM_BUF_OK &&
           whim_buf_add(identity, text, len) == WHIM_BUF_OK;
}

static bool add_str(struct whim_buf *identity, char kind, const struct whim_str *str)
{
    return !str || add_part(identity, kind, str->text, str->len);
}

static bool add_number(struct whim_buf *identity, char kind, long long number)
{
    return whim_buf_addf(identity, "%c%lld;", kind, number) == WHIM_BUF_OK;
}

static bool add_proxy(struct whim_buf *identity, char kind, const struct whim_proxy *proxy)
{
    return add_number(identity, kind, proxy->type) && add_str(identity, 'h', proxy->host) &&
           add_str(identity, 'z', proxy->zone) && add_number(identity, 'p', proxy->port) &&
           add_str(identity, 'u', proxy->user) && add_str(identity, 'w', proxy->password);
}

/* Local binding, whose values open_socket.c reads from the transfer that opens the connection. */
static bool add_binding(struct whim_buf *identity, const struct whim_transfer *transfer)
{
    const struct whim_options *options = &transfer->options;
    int64_t port = whim_opt_num(options, WHIM_OPT_LOCALPORT);

    if (!add_str(identity, 'I', text_of(transfer, WHIM_OPT_INTERFACE)
                                    ? whim_opt_str(options, WHIM_OPT_INTERFACE)
                                    : NULL))
        return false;
    return !port || (add_number(identity, 'L', port) &&
                     add_number(identity, 'R', whim_opt_num(options, WHIM_OPT_LOCALPORTRANGE)));
}

static size_t len_of(const struct whim_str *str)
{
    return str ? str->len : 0;
}

/* What the credentials may be shown as: a scheme that one transfer allows is not for another's. */
static bool add_login(struct whim_buf *identity, const struct whim_route *route)
{
    if (whim_proxy_is_socks(route->proxy.type) || !route->proxy.user)
        return true;
    return add_number(identity, 'B', (long long)route->auth.named) &&
           add_number(identity, 'd', route->delegation) && add_str(identity, 'n', route->service);
}

/* Room for all of it at once: a buffer that moves leaves copies of passwords behind. */
static bool reserve_identity(struct whim_route *route)
{
    enum { NUMBERS_BYTES = 512 };
    const struct whim_proxy *proxies[] = {&route->pre_proxy, &route->proxy};
    size_t n = NUMBERS_BYTES + len_of(route->unix_path) + len_of(route->client_ip) +
               len_of(route->to_host) + len_of(route->service);

    for (int i = 0; i < 2; i++)
        n += len_of(proxies[i]->host) + len_of(proxies[i]->zone) + len_of(proxies[i]->user) +
             len_of(proxies[i]->password);
    return whim_buf_reserve(&route->identity, n) == WHIM_BUF_OK;
}

static CURLcode make_identity(struct whim_transfer *transfer, struct whim_route *route)
{
    struct whim_buf *identity = &route->identity;
    bool is_made = reserve_identity(route) && add_binding(identity, transfer);

    if (route->has_pre_proxy)
        is_made = is_made && add_proxy(identity, 'S', &route->pre_proxy);
    if (route->has_proxy)
        is_made = is_made && add_proxy(identity, 'P', &route->proxy) && add_login(identity, route) &&
                  add_number(identity, 'T', route->is_tunnel) &&
                  add_number(identity, 'C', (long long)(uintptr_t)route->proxy_tls);
    if (route->to_port >= 0)
        is_made = is_made && add_number(identity, 'O', route->to_port);
    is_made = is_made && add_str(identity, 'H', route->to_host) &&
              add_str(identity, route->is_abstract ? 'A' : 'U', route->unix_path) &&
              add_str(identity, 'i', route->client_ip);
    if (route->is_haproxy)
        is_made = is_made && add_number(identity, 'X', 1);
    if (route->is_alternative)
        is_made = is_made && add_number(identity, 'V', 1);
    return is_made && whim_buf_terminate(identity) == WHIM_BUF_OK ? CURLE_OK
                                                                  : CURLE_OUT_OF_MEMORY;
}

/* Can any of the options have a say in the way? The environment's proxies too. */
static bool is_straight(const struct whim_transfer *transfer)
{
    const struct whim_options *options = &transfer->options;

    return !(transfer->sites && transfer->sites->altsvc) &&
           !whim_opt_is_set(options, WHIM_OPT_PRE_PROXY) &&
           !whim_opt_is_set(options, WHIM_OPT_CONNECT_TO) &&
           !whim_opt_is_set(options, WHIM_OPT_UNIX_SOCKET_PATH) &&
           !whim_opt_is_set(options, WHIM_OPT_ABSTRACT_UNIX_SOCKET) &&
           !whim_opt_is_set(options, WHIM_OPT_INTERFACE) &&
           !whim_opt_is_set(options, WHIM_OPT_LOCALPORT) &&
           !whim_opt_is_set(options, WHIM_OPT_HAPROXYPROTOCOL) &&
           !whim_opt_is_set(options, WHIM_OPT_HAPROXY_CLIENT_IP) && !proxy_text(transfer);
}

CURLcode whim_route_find(struct whim_transfer *transfer, struct whim_route **ret_route)
{
    struct whim_route *route;
    CURLcode result;

    *ret_route = NULL;
    if (is_straight(transfer))
        return CURLE_OK;
    route = whim_calloc(1, sizeof(*route));
    if (!route)
        return CURLE_OUT_OF_MEMORY;
    whim_buf_init(&route->identity, MAX_IDENTITY_BYTES);
    find_login(transfer, route);
    find_socket(transfer, route);
    result = find_target(transfer, route);
    /* A local socket is the peer: there is no proxy on the way to it. */
    if (result == CURLE_OK && !route->unix_path)
        result = find_proxies(transfer, route);
    route->is_tunnel = transfer->url.scheme_id == WHIM_SCHEME_HTTPS || route->to_host ||
                       route->to_port >= 0 ||
                       whim_opt_num(&transfer->options, WHIM_OPT_HTTPPROXYTUNNEL);
    if (result == CURLE_OK)
        result = make_identity(transfer, route);
    if (result != CURLE_OK || !route->identity.len) {
        whim_route_free(route); /* the options say nothing, after all */
        return result;
    }
    *ret_route = route;
    return CURLE_OK;
}

void whim_route_free(struct whim_route *route)
{
    if (!route)
        return;
    whim_buf_fini_secret(&route->identity);
    whim_proxy_fini(&route->pre_proxy);
    whim_proxy_fini(&route->proxy);
    whim_str_unref(route->unix_path);
    whim_str_unref(route->client_ip);
    whim_str_unref(route->to_host);
    whim_str_unref(route->service);
    whim_tls_context_unref(route->proxy_tls);
    whim_auth_fini(&route->auth);
    whim_free(route);
}

struct whim_auth_gss_request whim_route_gss(const struct whim_route *route)
{
    return (struct whim_auth_gss_request){
        .service = route->service ? route->service->text : "HTTP",
        .host = route->proxy.host->text,
        .host_len = route->proxy.host->len,
        .delegation = route->delegation,
    };
}

struct whim_target whim_route_target(const struct whim_route *route,
                                     const struct whim_target *origin)
{
    struct whim_target target = *origin;

    if (!route)
        return target;
    if (route->to_host) {
        target.host = route->to_host->text;
        target.len = route->to_host->len;
        target.is_ipv6 = route->is_to_ipv6;
    }
    if (route->to_port >= 0)
        target.port = (uint16_t)route->to_port;
    return target;
}

const struct whim_str *whim_route_unix_socket(const struct whim_route *route)
{
    const struct whim_proxy *first;

    if (!route || route->unix_path)
        return route ? route->unix_path : NULL;
    first = route->has_pre_proxy ? &route->pre_proxy : route->has_proxy ? &route->proxy : NULL;
    return first && first->is_unix ? first->host : NULL;
}

static struct whim_target target_of_proxy(const struct whim_proxy *proxy)
{
    return (struct whim_target){
        .host = proxy->host->text,
        .len = proxy->host->len,
        .port = proxy->port,
        .is_ipv6 = proxy->host_kind == WHIM_HOST_IPV6,
    };
}

struct whim_target whim_route_proxy_target(const struct whim_route *route)
{
    return target_of_proxy(&route->proxy);
}

struct whim_target whim_route_first_hop(const struct whim_route *route,
                                        const struct whim_target *origin)
{
    if (route && route->has_pre_proxy)
        return target_of_proxy(&route->pre_proxy);
    if (route && route->has_proxy)
        return target_of_proxy(&route->proxy);
    return whim_route_target(route, origin);
}
