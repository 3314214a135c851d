/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Messages of DNS over HTTPS (RFC 8484): a question for one kind of address, and what is answered.
 *
 * Sans-I/O; c-ares writes and reads them. Answers may be any bytes.
 */
#ifndef WHIM_DNS_DOH_MESSAGE_H
#define WHIM_DNS_DOH_MESSAGE_H

#include "dns/resolver.h"
#include "util/address.h"

#include <stddef.h>
#include <stdint.h>

enum {
    /* A head, the longest name, type and class. */
    WHIM_DOH_MAX_QUESTION_BYTES = 12 + 255 + 4,
    /* No message is longer (RFC 8484 section 6). */
    WHIM_DOH_MAX_ANSWER_BYTES = 65535,
};

struct whim_doh_question {
    size_t len;
    uint8_t bytes[WHIM_DOH_MAX_QUESTION_BYTES];
    int family; /* AF_INET, AF_INET6 */
};

/*
 * A question for the addresses of that family; its id is 0 (RFC 8484 section 4.1). NOT_FOUND: there
 * can be no such name in DNS, and nobody is to be asked for it; NOMEM; else NONE.
 */
enum whim_dns_reason whim_doh_question_init(struct whim_doh_question *ret_question,
                                            const char *host, int family);

enum whim_doh_verdict {
    WHIM_DOH_OK,
    WHIM_DOH_NO_NAME,    /* for certain */
    WHIM_DOH_NO_DATA,    /* there is such a name, but no such address */
    WHIM_DOH_REFUSED,    /* the server says that it failed, or does not want to */
    WHIM_DOH_OTHER,      /* an answer, but to another question */
    WHIM_DOH_UNREADABLE, /* cut off, or no answer at all */
    WHIM_DOH_NOMEM,
};

/* Reads an answer. OK: *ret_n_items addresses are there, at least 1, at most max_items. */
enum whim_doh_verdict whim_doh_read_answer(const struct whim_doh_question *question,
                                           const uint8_t *bytes, size_t len, uint32_t max_items,
                                           struct whim_address *ret_items, uint32_t *ret_n_items);

#endif
