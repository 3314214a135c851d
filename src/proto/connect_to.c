/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/connect_to.h"

#include "util/ascii.h"

#include <string.h>

enum { MAX_PORT = 65535 };

struct request {
    const char *host;
    size_t len;
    bool is_ipv6;
    uint16_t port;
};

/* The number that the digits up to end are; -1: they are none, or too large for a port. */
static int parse_port(const char *text, const char *end)
{
    int port = 0;

    if (text == end)
        return -1;
    for (; text < end; text++) {
        if (*text < '0' || *text > '9')
            return -1;
        port = port * 10 + (*text - '0');
        if (port > MAX_PORT)
            return -1;
    }
    return port;
}

/* Behind "HOST:" where that is the request's or empty; an IPv6 address has its brackets here. */
static const char *match_host(const char *entry, const struct request *request)
{
    if (*entry == ':')
        return entry + 1;
    if (request->is_ipv6 && *entry++ != '[')
        return NULL;
    if (!whim_ascii_is_equal(request->host, entry, request->len))
        return NULL;
    entry += request->len;
    if (request->is_ipv6 && *entry++ != ']')
        return NULL;
    return *entry == ':' ? entry + 1 : NULL;
}

static const char *match_port(const char *text, const struct request *request)
{
    const char *colon = strchr(text, ':');

    if (!colon || (colon != text && parse_port(text, colon) != request->port))
        return NULL;
    return colon + 1;
}

/* "[HOST]:PORT", each of which may be missing. */
static CURLcode parse_target(const char *text, struct whim_connect_to *target)
{
    const char *end;

    if (*text == '[' && strchr(text, ']')) {
        target->is_ipv6 = true;
        text++;
        end = strchr(text, ']');
    } else {
        end = text + strcspn(text, ":");
    }
    target->host = end > text ? text : NULL;
    target->host_len = (size_t)(end - text);
    if (target->is_ipv6)
        end++;
    end += strcspn(end, ":");
    if (*end == 0 || end[1] == 0)
        return CURLE_OK;
    target->port = parse_port(end + 1, end + strlen(end));
    return target->port < 0 ? CURLE_SETOPT_OPTION_SYNTAX : CURLE_OK;
}

CURLcode whim_connect_to_find(const struct curl_slist *list, const char *host, size_t len,
                              bool is_ipv6, uint16_t port, struct whim_connect_to *ret_target)
{
    const struct request request = {host, len, is_ipv6, port};
    struct whim_connect_to target = {.port = -1};

    for (; list; list = list->next) {
        const char *rest = list->data ? match_host(list->data, &request) : NULL;
        CURLcode code;

        if (rest)
            rest = match_port(rest, &request);
        if (!rest)
            continue;
        code = parse_target(rest, &target);
        if (code != CURLE_OK)
            return code;
        break;
    }
    *ret_target = target;
    return CURLE_OK;
}
