/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Answers of a DoH server of any bytes. The first byte says what was asked: its lowest bit which
 * kind of address, the others how many there is room for.
 *
 * Addresses come with a success alone, at least one and no more than there is room for, each of the
 * kind that was asked for.
 */
#include "dns/doh_message.h"

#include <stdlib.h>
#include <sys/socket.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct whim_address items[WHIM_DNS_MAX_ADDRS];
    struct whim_doh_question question;
    enum whim_doh_verdict verdict;
    uint32_t n_items = 0;
    uint32_t max_items;

    if (!size)
        return 0;
    max_items = data[0] >> 1;
    must(whim_doh_question_init(&question, "a.example", data[0] & 1 ? AF_INET6 : AF_INET) ==
         WHIM_DNS_REASON_NONE);
    verdict = whim_doh_read_answer(&question, data + 1, size - 1, max_items, items, &n_items);
    must(n_items <= max_items);
    must(verdict != WHIM_DOH_OK || n_items);
    for (uint32_t i = 0; i < n_items; i++)
        must(items[i].family == question.family);
    return 0;
}
