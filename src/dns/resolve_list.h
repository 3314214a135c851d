/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Lines of CURLOPT_RESOLVE.
 *
 *     [+]HOST:PORT:ADDRESS[,ADDRESS]...    an override; with '+' it times out like an answer
 *     -HOST:PORT                           no override any more; what follows PORT is ignored
 *
 * HOST is up to 255 bytes without a colon, maybe none; "*" stands for every host. PORT is decimal,
 * 0 to 65535, after blanks and a '+' if one likes. An ADDRESS is a numeric one without a zone,
 * maybe in brackets; empty ones are skipped, but one is needed. All of it as libcurl 7.88.1 does.
 * Sans-I/O, nothing is allocated, any bytes may come in.
 */
#ifndef WHIM_DNS_RESOLVE_LIST_H
#define WHIM_DNS_RESOLVE_LIST_H

#include "util/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum whim_resolve_kind {
    WHIM_RESOLVE_ADD,     /* every field is valid, and every address was read once */
    WHIM_RESOLVE_REMOVE,  /* host and port are valid */
    WHIM_RESOLVE_IGNORED, /* a removal that does not read as one: no error */
    WHIM_RESOLVE_SYNTAX,
};

struct whim_resolve_line {
    const char *host; /* inside the text */
    size_t host_len;
    const char *addresses; /* inside the text: where whim_resolve_next_address() goes on */
    const char *end;
    uint32_t n_addresses;
    uint16_t port;
    bool is_permanent;
};

/* Reads a line. *ret_line is written for ADD and REMOVE. */
enum whim_resolve_kind whim_resolve_parse(const char *text, size_t len,
                                          struct whim_resolve_line *ret_line);
/* The next address of a line of the kind ADD; the first n_addresses calls return true. */
bool whim_resolve_next_address(struct whim_resolve_line *line, struct whim_address *ret_address);

#endif
