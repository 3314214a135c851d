/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * DNS messages for the tests' name server: reads a question and writes what may be said to it.
 * RFC 1035 section 4. Knows A and AAAA records, and one CNAME record.
 */
#ifndef WHIM_TEST_UNIT_DNS_MESSAGE_H
#define WHIM_TEST_UNIT_DNS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DNS_MAX_NAME = 256,
    DNS_MAX_PACKET = 1024,
    DNS_FLAG_TRUNCATED = 0x0200,
    DNS_RCODE_SERVFAIL = 2,
    DNS_RCODE_NXDOMAIN = 3,
    DNS_RCODE_REFUSED = 5,
};

struct dns_packet {
    size_t len;
    uint8_t data[DNS_MAX_PACKET];
};

struct dns_asked {
    const uint8_t *data; /* the question's packet */
    size_t end;          /* of the question in it */
    unsigned id;
    unsigned type;
    char name[DNS_MAX_NAME];
};

/* Reads the question of a packet, which must outlive it. false: it has none. */
bool dns_read_question(const uint8_t *data, size_t len, struct dns_asked *asked);

/*
 * What an empty packet may be filled with.
 * Those of the addresses (numeric, commas between) that were asked for; with_alias: under another
 * name that the packet says is the real one.
 */
void dns_packet_add_answer(struct dns_packet *packet, const struct dns_asked *asked, unsigned id,
                           const char *addresses, bool with_alias);
/* No records. flags: any of the above. */
void dns_packet_add_empty(struct dns_packet *packet, const struct dns_asked *asked, unsigned flags);
/* The question, and what cannot be read. */
void dns_packet_add_noise(struct dns_packet *packet, const struct dns_asked *asked);

#endif
