/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Outcome: what has come of a name that a DoH server was asked for, from one or two transfers.
 *
 * Addresses of one of them are enough. Where there are none, the words say what the server did, and
 * a failure is worth more of them than an answer that says that there is nothing.
 */
#ifndef WHIM_ENGINE_DOH_OUTCOME_H
#define WHIM_ENGINE_DOH_OUTCOME_H

#include "dns/addrs.h"
#include "dns/doh_message.h"
#include "util/buf.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

struct whim_info;

/* What one transfer brought; all of it is the caller's. */
struct whim_doh_reply {
    const struct whim_doh_question *question;
    const struct whim_info *info;
    const struct whim_buf *body;
    CURLcode result;
    bool is_too_long;  /* the body would not have fitted into a message */
    const char *error; /* the words that came with the result */
};

struct whim_doh_outcome {
    uint32_t n_items;
    bool is_certain; /* nobody failed */
    bool is_nomem;
    char detail[CURL_ERROR_SIZE + 100];
    struct whim_address items[WHIM_DNS_MAX_ADDRS];
};

void whim_doh_outcome_init(struct whim_doh_outcome *ret_outcome);
/* Judges a reply: the first or the second. */
void whim_doh_outcome_add(struct whim_doh_outcome *outcome, const struct whim_doh_reply *reply);
/* What the resolver is to be told. The caller owns addresses and detail. */
struct whim_dns_answer whim_doh_outcome_answer(const struct whim_doh_outcome *outcome);

#endif
