/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/no_proxy.h"

#include "util/ascii.h"

#include <arpa/inet.h>
#include <stdint.h>

enum { MAX_ADDRESS_TEXT_BYTES = 128 };

/* The host, or an entry of the list. */
struct name {
    const char *text;
    size_t len;
};

struct address {
    int family;
    uint8_t bytes[16];
};

static bool is_separator(char c)
{
    return c == ',' || c == ' ' || c == '\t';
}

static bool parse_address(struct address *address, struct name name)
{
    char text[MAX_ADDRESS_TEXT_BYTES];

    if (name.len >= sizeof(text))
        return false;
    memcpy(text, name.text, name.len);
    text[name.len] = 0;
    address->family = AF_INET;
    if (inet_pton(AF_INET, text, address->bytes) == 1)
        return true;
    address->family = AF_INET6;
    return inet_pton(AF_INET6, text, address->bytes) == 1;
}

/* The number of bits behind a slash: digits, up to what a family has; -1 is none. */
static int parse_bits(struct name name)
{
    int bits = 0;

    if (!name.len)
        return -1;
    for (size_t i = 0; i < name.len; i++) {
        if (name.text[i] < '0' || name.text[i] > '9' || bits > 128)
            return -1;
        bits = bits * 10 + (name.text[i] - '0');
    }
    return bits;
}

/* "/0" is a single address to libcurl, as if there were no slash. */
static bool has_address(struct name entry, const struct address *host)
{
    const char *slash = memchr(entry.text, '/', entry.len);
    struct name text = {entry.text, slash ? (size_t)(slash - entry.text) : entry.len};
    int n_bits = host->family == AF_INET ? 32 : 128;
    int bits = slash ? parse_bits((struct name){slash + 1, entry.len - text.len - 1}) : n_bits;
    struct address network;

    if (bits < 0 || bits > n_bits || !parse_address(&network, text) ||
        network.family != host->family)
        return false;
    if (bits == 0)
        bits = n_bits;
    if (memcmp(network.bytes, host->bytes, (size_t)bits / 8) != 0)
        return false;
    return bits % 8 == 0 ||
           (network.bytes[bits / 8] ^ host->bytes[bits / 8]) >> (8 - bits % 8) == 0;
}

/* The name itself, or one below it; a dot at either end says nothing. */
static bool has_name(struct name entry, struct name host)
{
    if (entry.len && entry.text[entry.len - 1] == '.')
        entry.len--;
    if (entry.len && entry.text[0] == '.') {
        entry.text++;
        entry.len--;
    }
    if (!entry.len || entry.len > host.len)
        return false;
    return (entry.len == host.len || host.text[host.len - entry.len - 1] == '.') &&
           whim_ascii_is_equal(entry.text, host.text + host.len - entry.len, entry.len);
}

bool whim_no_proxy_has(const char *list, const char *host, size_t len)
{
    struct name name = {host, len};
    struct address address;
    bool is_address = parse_address(&address, name);

    if (!list || !len)
        return false;
    if (!strcmp(list, "*"))
        return true;
    if (!is_address && host[len - 1] == '.')
        name.len--;
    while (*list) {
        struct name entry = {list, 0};

        while (list[entry.len] && !is_separator(list[entry.len]))
            entry.len++;
        list += entry.len;
        if (entry.len && (is_address ? has_address(entry, &address) : has_name(entry, name)))
            return true;
        while (is_separator(*list))
            list++;
    }
    return false;
}
