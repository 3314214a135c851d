/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns/resolve_list.h"

#include "dns/host.h"

#include <string.h>

enum next_result { NEXT_ADDRESS, NEXT_END, NEXT_SYNTAX };

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Reads the digits at *at and moves *at behind them. */
static bool read_port(const char **at, const char *end, uint16_t *ret_port)
{
    const char *p = *at;
    uint32_t port = 0;
    const char *digits;

    while (p < end && is_blank(*p))
        p++;
    if (p < end && *p == '+')
        p++;
    for (digits = p; p < end && *p >= '0' && *p <= '9'; p++) {
        port = port * 10 + (uint32_t)(*p - '0');
        if (port > UINT16_MAX)
            return false;
    }
    if (p == digits)
        return false;
    *ret_port = (uint16_t)port;
    *at = p;
    return true;
}

/* Reads HOST:PORT at *at and moves *at behind it. */
static bool read_host_port(const char **at, const char *end, struct whim_resolve_line *line)
{
    const char *colon = memchr(*at, ':', (size_t)(end - *at));

    if (!colon || colon - *at > WHIM_DNS_MAX_HOST_LEN)
        return false;
    line->host = *at;
    line->host_len = (size_t)(colon - *at);
    *at = colon + 1;
    return read_port(at, end, &line->port);
}

/* Reads from the line's place to the next comma until there was something to read. */
static enum next_result read_next(struct whim_resolve_line *line, struct whim_address *ret_address)
{
    while (line->addresses < line->end) {
        const char *at = line->addresses;
        const char *comma = memchr(at, ',', (size_t)(line->end - at));
        size_t len = (size_t)((comma ? comma : line->end) - at);

        line->addresses = comma ? comma + 1 : line->end;
        if (len && at[0] == '[') {
            if (len < 2 || at[len - 1] != ']')
                return NEXT_SYNTAX;
            at++;
            len -= 2;
        }
        if (!len)
            continue;
        if (at[0] == '[' || memchr(at, '%', len) || !whim_dns_numeric(at, len, ret_address))
            return NEXT_SYNTAX;
        return NEXT_ADDRESS;
    }
    return NEXT_END;
}

enum whim_resolve_kind whim_resolve_parse(const char *text, size_t len,
                                          struct whim_resolve_line *ret_line)
{
    struct whim_resolve_line line = {.end = text + len, .is_permanent = true};
    struct whim_resolve_line walk;
    struct whim_address address;
    enum next_result next;
    const char *at = text;

    if (len && *at == '-') {
        at++;
        if (!read_host_port(&at, line.end, &line) || !line.host_len)
            return WHIM_RESOLVE_IGNORED;
        *ret_line = line;
        return WHIM_RESOLVE_REMOVE;
    }
    if (len && *at == '+') {
        at++;
        line.is_permanent = false;
    }
    if (!read_host_port(&at, line.end, &line) || at == line.end || *at != ':')
        return WHIM_RESOLVE_SYNTAX;
    line.addresses = at + 1;
    walk = line;
    while ((next = read_next(&walk, &address)) == NEXT_ADDRESS)
        line.n_addresses++;
    if (next == NEXT_SYNTAX || !line.n_addresses)
        return WHIM_RESOLVE_SYNTAX;
    *ret_line = line;
    return WHIM_RESOLVE_ADD;
}

bool whim_resolve_next_address(struct whim_resolve_line *line, struct whim_address *ret_address)
{
    return read_next(line, ret_address) == NEXT_ADDRESS;
}
