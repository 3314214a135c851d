/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

void whim_address_from_sockaddr(struct whim_address *ret_address, const struct sockaddr *sockaddr)
{
    *ret_address = (struct whim_address){0};
    if (sockaddr->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)sockaddr;

        ret_address->family = AF_INET;
        ret_address->port = ntohs(in->sin_port);
        memcpy(ret_address->bytes, &in->sin_addr, 4);
    } else if (sockaddr->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const void *)sockaddr;

        ret_address->family = AF_INET6;
        ret_address->port = ntohs(in6->sin6_port);
        ret_address->scope_id = in6->sin6_scope_id;
        memcpy(ret_address->bytes, &in6->sin6_addr, 16);
    }
}

socklen_t whim_address_to_sockaddr(const struct whim_address *address,
                                   struct sockaddr_storage *storage)
{
    memset(storage, 0, sizeof(*storage));
    if (address->family == AF_INET) {
        struct sockaddr_in *in = (void *)storage;

        in->sin_family = AF_INET;
        in->sin_port = htons(address->port);
        memcpy(&in->sin_addr, address->bytes, 4);
        return sizeof(*in);
    }
    if (address->family == AF_INET6) {
        struct sockaddr_in6 *in6 = (void *)storage;

        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(address->port);
        in6->sin6_scope_id = address->scope_id;
        memcpy(&in6->sin6_addr, address->bytes, 16);
        return sizeof(*in6);
    }
    return 0;
}

const char *whim_address_text(const struct whim_address *address,
                              char text[WHIM_ADDRESS_TEXT_BYTES])
{
    if ((address->family != AF_INET && address->family != AF_INET6) ||
        !inet_ntop(address->family, address->bytes, text, WHIM_ADDRESS_TEXT_BYTES))
        text[0] = 0;
    return text;
}
