/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/proxy_url.h"

#include "proto/http1_fields.h"
#include "proto/percent.h"
#include "proto/url.h"
#include "util/ascii.h"

#include <string.h>

/* What was parsed: the text, and its parts. */
struct parsed {
    const char *text;
    struct whim_url url;
};

/* The type of a scheme's name; -1: it is no proxy's. "http" leaves it as it is. */
static long find_type(const char *name, size_t len, long type)
{
    static const struct {
        const char *name;
        uint8_t type;
    } schemes[] = {
        {"socks5h", CURLPROXY_SOCKS5_HOSTNAME},
        {"socks5", CURLPROXY_SOCKS5},
        {"socks4a", CURLPROXY_SOCKS4A},
        {"socks4", CURLPROXY_SOCKS4},
        {"socks", CURLPROXY_SOCKS4},
    };

    if (whim_http1_is_name(name, len, "http"))
        return type;
    if (whim_http1_is_name(name, len, "https"))
        return whim_proxy_is_tls(type) ? type : CURLPROXY_HTTPS;
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (whim_http1_is_name(name, len, schemes[i].name))
            return schemes[i].type;
    return -1;
}

static CURLcode copy_part(struct whim_str **slot, const struct parsed *parsed,
                          struct whim_url_part part, bool is_encoded)
{
    const char *text = whim_url_part_text(parsed->text, part);
    struct whim_str *str = whim_str_new(text, part.len);
    size_t len = part.len;

    if (!str)
        return CURLE_OUT_OF_MEMORY;
    *slot = str;
    if (!is_encoded)
        return CURLE_OK;
    if (!whim_percent_decode(str->text, text, part.len, WHIM_PERCENT_REJECT_CONTROL, &len))
        return CURLE_COULDNT_RESOLVE_PROXY;
    str->text[len] = 0;
    str->len = (uint32_t)len;
    return CURLE_OK;
}

/* A user without a password has an empty one, and the other way round. */
static CURLcode copy_login(struct whim_proxy *proxy, const struct parsed *parsed)
{
    const struct whim_url_part none = {0, 0};
    bool has_user = parsed->url.has & WHIM_URL_HAS_USER;
    bool has_password = parsed->url.has & WHIM_URL_HAS_PASSWORD;
    CURLcode code;

    if (!has_user && !has_password)
        return CURLE_OK;
    code = copy_part(&proxy->user, parsed, has_user ? parsed->url.user : none, true);
    return code == CURLE_OK ? copy_part(&proxy->password, parsed,
                                        has_password ? parsed->url.password : none, true)
                            : code;
}

/* A SOCKS proxy at "localhost" with a path is one behind that Unix socket. */
static bool is_unix(const struct whim_proxy *proxy, const struct parsed *parsed)
{
    return whim_proxy_is_socks(proxy->type) && parsed->url.path.len > 1 &&
           whim_http1_is_name(whim_url_part_text(parsed->text, parsed->url.host),
                              parsed->url.host.len, "localhost");
}

static CURLcode copy_host(struct whim_proxy *proxy, const struct parsed *parsed)
{
    CURLcode code;

    proxy->host_kind = parsed->url.host_kind;
    proxy->is_unix = is_unix(proxy, parsed);
    if (proxy->is_unix)
        return copy_part(&proxy->host, parsed, parsed->url.path, true);
    code = copy_part(&proxy->host, parsed, parsed->url.host, false);
    for (size_t i = 0; code == CURLE_OK && i < proxy->host->len; i++)
        proxy->host->text[i] = whim_ascii_lower(proxy->host->text[i]);
    if (code == CURLE_OK && parsed->url.has & WHIM_URL_HAS_ZONE)
        code = copy_part(&proxy->zone, parsed, parsed->url.zone, false);
    return code;
}

static uint16_t choose_port(const struct whim_url *url, long type, long port)
{
    if (url->has & WHIM_URL_HAS_PORT)
        return url->port;
    if (port > 0 && port <= UINT16_MAX)
        return (uint16_t)port;
    return whim_proxy_is_tls(type) ? WHIM_PROXY_DEFAULT_HTTPS_PORT : WHIM_PROXY_DEFAULT_PORT;
}

static CURLcode fill(struct whim_proxy *proxy, const struct parsed *parsed, long type, long port)
{
    const struct whim_url *url = &parsed->url;
    CURLcode code;

    if (!(url->has & WHIM_URL_GUESSED_SCHEME))
        type = find_type(whim_url_part_text(parsed->text, url->scheme), url->scheme.len, type);
    if (type < 0)
        return CURLE_COULDNT_CONNECT;
    if (!(url->has & WHIM_URL_HAS_HOST) || !url->host.len)
        return CURLE_COULDNT_RESOLVE_PROXY;
    proxy->type = (uint8_t)type;
    proxy->port = choose_port(url, type, port);
    code = copy_login(proxy, parsed);
    return code == CURLE_OK ? copy_host(proxy, parsed) : code;
}

CURLcode whim_proxy_parse(const char *text, long type, long port, struct whim_proxy *ret_proxy)
{
    struct parsed parsed;
    struct whim_str *canonical = NULL;
    struct whim_proxy proxy = {.port = 0};
    CURLUcode url_code =
        whim_url_parse(text, strlen(text),
                       CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME | WHIM_URL_ASCII_HOST, NULL,
                       &parsed.url, &canonical);
    CURLcode code;

    if (url_code != CURLUE_OK)
        return url_code == CURLUE_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_COULDNT_RESOLVE_PROXY;
    parsed.text = canonical ? canonical->text : text;
    code = fill(&proxy, &parsed, type, port);
    whim_str_unref_secret(canonical);
    if (code != CURLE_OK) {
        whim_proxy_fini(&proxy);
        return code;
    }
    *ret_proxy = proxy;
    return CURLE_OK;
}

void whim_proxy_fini(struct whim_proxy *proxy)
{
    whim_str_unref(proxy->host);
    whim_str_unref(proxy->zone);
    whim_str_unref_secret(proxy->user);
    whim_str_unref_secret(proxy->password);
    *proxy = (struct whim_proxy){.port = 0};
}
