/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns/host.h"

#include "util/ascii.h"
#include "util/hash.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool whim_dns_name_init(struct whim_dns_name *ret_name, char buffer[WHIM_DNS_MAX_HOST_LEN + 1],
                        const char *host, size_t len)
{
    if (!len || len > WHIM_DNS_MAX_HOST_LEN || memchr(host, 0, len))
        return false;
    for (size_t i = 0; i < len; i++)
        buffer[i] = lower(host[i]);
    buffer[len] = 0;
    ret_name->text = buffer;
    ret_name->len = (uint32_t)len;
    ret_name->hash = whim_hash_bytes(buffer, len, 0);
    return true;
}

uint32_t whim_dns_zone(const char *zone, size_t len)
{
    char text[IF_NAMESIZE];
    uint32_t number = 0;
    size_t i;

    for (i = 0; i < len && i < 9 && zone[i] >= '0' && zone[i] <= '9'; i++)
        number = number * 10 + (uint32_t)(zone[i] - '0');
    if (i == len)
        return number;
    if (len >= sizeof(text))
        return 0;
    memcpy(text, zone, len);
    text[len] = 0;
    return if_nametoindex(text);
}

static bool read_plain(const char *text, size_t len, int family, struct whim_address *ret_address)
{
    struct whim_address address = {.family = (uint16_t)family};
    char copy[INET6_ADDRSTRLEN];

    if (len >= sizeof(copy) || memchr(text, 0, len))
        return false;
    memcpy(copy, text, len);
    copy[len] = 0;
    if (inet_pton(family, copy, address.bytes) != 1)
        return false;
    *ret_address = address;
    return true;
}

bool whim_dns_numeric(const char *host, size_t len, struct whim_address *ret_address)
{
    const char *zone;

    if (!len)
        return false;
    if (host[0] == '[') {
        if (len < 2 || host[len - 1] != ']')
            return false;
        host++;
        len -= 2;
    } else if (!memchr(host, ':', len)) {
        return host[0] >= '0' && host[0] <= '9' && read_plain(host, len, AF_INET, ret_address);
    }
    zone = memchr(host, '%', len);
    if (!zone)
        return read_plain(host, len, AF_INET6, ret_address);
    if (!read_plain(host, (size_t)(zone - host), AF_INET6, ret_address))
        return false;
    ret_address->scope_id = whim_dns_zone(zone + 1, len - (size_t)(zone + 1 - host));
    return true;
}

bool whim_dns_is_localhost(const char *host, size_t len)
{
    static const char name[] = "localhost";
    const size_t name_len = sizeof(name) - 1;

    if (len && host[len - 1] == '.')
        len--;
    if (len < name_len || !whim_ascii_is_equal(host + len - name_len, name, name_len))
        return false;
    return len == name_len || host[len - name_len - 1] == '.';
}
