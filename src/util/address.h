/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Internet address and port in 24 bytes: what a connection remembers of its two ends.
 */
#ifndef WHIM_UTIL_ADDRESS_H
#define WHIM_UTIL_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Bytes that whim_address_text() may need, with the terminator: as INET6_ADDRSTRLEN. */
enum { WHIM_ADDRESS_TEXT_BYTES = 46 };

struct whim_address {
    uint16_t family; /* AF_INET, AF_INET6; AF_UNSPEC: none */
    uint16_t port;   /* host byte order */
    uint32_t scope_id;
    uint8_t bytes[16]; /* network byte order; the first four of an AF_INET address */
};

/* From what the system filled in; families other than the two give AF_UNSPEC. */
void whim_address_from_sockaddr(struct whim_address *ret_address, const struct sockaddr *sockaddr);
/* Into *storage; returns the length that belongs to it, 0 for AF_UNSPEC. */
socklen_t whim_address_to_sockaddr(const struct whim_address *address,
                                   struct sockaddr_storage *storage);
/* The numeric text, terminated; empty for AF_UNSPEC. Returns text. */
const char *whim_address_text(const struct whim_address *address,
                              char text[WHIM_ADDRESS_TEXT_BYTES]);

#endif
