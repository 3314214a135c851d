/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The PROXY protocol's header, version 1: one line in front of everything else, that tells who the
 * client is.
 */
#ifndef WHIM_PROTO_HAPROXY_H
#define WHIM_PROTO_HAPROXY_H

#include "net/shake.h"
#include "util/address.h"

/* Bytes of the longest line that the protocol has, with a terminator. */
enum { WHIM_HAPROXY_LINE_BYTES = 108 };

/*
 * The line with its line end, terminated; returns its length, 0 when the client's address is none.
 * local and remote are the connection's ends: not both of one family, or none (a Unix socket), is
 * "PROXY UNKNOWN". client_ip is CURLOPT_HAPROXY_CLIENT_IP, told in place of local's address, or
 * NULL; its family is the line's, as with libcurl.
 */
size_t whim_haproxy_line(const struct whim_address *local, const struct whim_address *remote,
                         const char *client_ip, char line[WHIM_HAPROXY_LINE_BYTES]);

/* A machine that sends the line and is done. NULL: no memory. */
struct whim_shake *whim_haproxy_new(const struct whim_address *local,
                                    const struct whim_address *remote, const char *client_ip);

#endif
