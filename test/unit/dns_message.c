/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns_message.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    TYPE_A = 1,
    HEADER_BYTES = 12,
    FLAGS_ANSWER = 0x8180, /* an answer; recursion was desired and is available */
};

static void add_bytes(struct dns_packet *packet, const void *data, size_t len)
{
    if (packet->len + len > sizeof(packet->data))
        abort();
    memcpy(packet->data + packet->len, data, len);
    packet->len += len;
}

static void add_16(struct dns_packet *packet, unsigned value)
{
    add_bytes(packet, (uint8_t[]){(uint8_t)(value >> 8), (uint8_t)value}, 2);
}

static void add_header(struct dns_packet *packet, unsigned id, unsigned flags, unsigned n_answers)
{
    const unsigned words[] = {id, flags, 1, n_answers, 0, 0};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        add_16(packet, words[i]);
}

static void add_question(struct dns_packet *packet, const struct dns_asked *asked)
{
    add_bytes(packet, asked->data + HEADER_BYTES, asked->end - HEADER_BYTES);
}

/* A record in front of its data. at: where in the packet its owner's name is. */
static void add_record(struct dns_packet *packet, unsigned at, unsigned type, unsigned n_bytes)
{
    add_16(packet, 0xc000 | at);
    add_16(packet, type);
    add_16(packet, 1); /* IN */
    add_16(packet, 0);
    add_16(packet, 300); /* seconds to live */
    add_16(packet, n_bytes);
}

/* Those of the addresses that are of the type; returns their number. */
static unsigned add_addresses(struct dns_packet *packet, unsigned at, const char *addresses,
                              unsigned type)
{
    int family = type == TYPE_A ? AF_INET : AF_INET6;
    unsigned n_bytes = type == TYPE_A ? 4 : 16;
    unsigned n_added = 0;
    char copy[DNS_MAX_NAME];
    char *rest = copy;
    char *address;
    uint8_t bytes[16];

    snprintf(copy, sizeof(copy), "%s", addresses);
    while ((address = strsep(&rest, ",")) != NULL) {
        if (inet_pton(family, address, bytes) != 1)
            continue;
        add_record(packet, at, type, n_bytes);
        add_bytes(packet, bytes, n_bytes);
        n_added++;
    }
    return n_added;
}

bool dns_read_question(const uint8_t *data, size_t len, struct dns_asked *asked)
{
    size_t at = HEADER_BYTES;
    size_t n_text = 0;

    if (len < HEADER_BYTES + 5)
        return false;
    asked->data = data;
    asked->id = (unsigned)data[0] << 8 | data[1];
    while (at < len && data[at]) {
        size_t label = data[at++];

        if (label > 63 || at + label >= len || n_text + label + 2 > sizeof(asked->name))
            return false;
        if (n_text)
            asked->name[n_text++] = '.';
        memcpy(asked->name + n_text, data + at, label);
        n_text += label;
        at += label;
    }
    asked->name[n_text] = 0;
    if (at + 5 > len)
        return false;
    asked->type = (unsigned)data[at + 1] << 8 | data[at + 2];
    asked->end = at + 5;
    return true;
}

void dns_packet_add_answer(struct dns_packet *packet, const struct dns_asked *asked, unsigned id,
                           const char *addresses, bool with_alias)
{
    unsigned at = HEADER_BYTES;
    unsigned n_answers = 0;

    add_header(packet, id, FLAGS_ANSWER, 0);
    add_question(packet, asked);
    if (with_alias) {
        static const uint8_t alias[] = "\4real\7example\4test"; /* with its end */

        add_record(packet, at, 5 /* CNAME */, sizeof(alias));
        at = (unsigned)packet->len;
        add_bytes(packet, alias, sizeof(alias));
        n_answers++;
    }
    n_answers += add_addresses(packet, at, addresses, asked->type);
    packet->data[7] = (uint8_t)n_answers;
}

void dns_packet_add_empty(struct dns_packet *packet, const struct dns_asked *asked, unsigned flags)
{
    add_header(packet, asked->id, FLAGS_ANSWER | flags, 0);
    add_question(packet, asked);
}

void dns_packet_add_noise(struct dns_packet *packet, const struct dns_asked *asked)
{
    add_header(packet, asked->id, FLAGS_ANSWER, 7);
    add_question(packet, asked);
    for (unsigned i = 0; i < 40; i++)
        add_bytes(packet, &(uint8_t){(uint8_t)(i * 37 + 11)}, 1);
}
