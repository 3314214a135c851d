/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/doh_outcome.h"

#include "engine/info.h"
#include "util/ascii.h"
#include "util/mem.h"
#include "util/str.h"

#include <stdio.h>
#include <string.h>

enum {
    MAX_REPLIES = 2,
    MAX_DETAIL_BYTES = sizeof(((struct whim_doh_outcome *)0)->detail),
};

static const char *const verdict_texts[] = {
    [WHIM_DOH_NO_NAME] = "the DoH server knows no such name",
    [WHIM_DOH_NO_DATA] = "the DoH server knows no address of it",
    [WHIM_DOH_REFUSED] = "the DoH server failed or refused to answer",
    [WHIM_DOH_OTHER] = "the DoH server answered another question",
    [WHIM_DOH_UNREADABLE] = "the DoH server's answer cannot be read",
    [WHIM_DOH_NOMEM] = "out of memory",
};

void whim_doh_outcome_init(struct whim_doh_outcome *ret_outcome)
{
    ret_outcome->n_items = 0;
    ret_outcome->is_certain = true;
    ret_outcome->is_nomem = false;
    ret_outcome->detail[0] = 0;
}

/* The type of a DNS message, with or without parameters. */
static bool is_dns_message(const struct whim_info *info)
{
    static const char type[] = "application/dns-message";
    const size_t len = sizeof(type) - 1;

    return info->has_content_type && info->content_type->len >= len &&
           whim_ascii_is_equal(info->content_type->text, type, len) &&
           strchr("; \t", info->content_type->text[len]);
}

/* Takes over its addresses, or writes what there is to be said of it. */
static enum whim_doh_verdict judge(const struct whim_doh_reply *reply,
                                   struct whim_doh_outcome *outcome, char detail[MAX_DETAIL_BYTES])
{
    enum whim_doh_verdict verdict = WHIM_DOH_UNREADABLE;
    uint32_t n_items = 0;

    if (reply->is_too_long) {
        snprintf(detail, MAX_DETAIL_BYTES, "the DoH server's answer is too long");
    } else if (reply->result != CURLE_OK) {
        snprintf(detail, MAX_DETAIL_BYTES, "the DoH server cannot be asked: %s", reply->error);
        verdict = reply->result == CURLE_OUT_OF_MEMORY ? WHIM_DOH_NOMEM : WHIM_DOH_UNREADABLE;
    } else if (reply->info->response_code / 100 != 2) {
        snprintf(detail, MAX_DETAIL_BYTES, "the DoH server answered with HTTP status %u",
                 reply->info->response_code);
    } else if (!is_dns_message(reply->info)) {
        snprintf(detail, MAX_DETAIL_BYTES, "the DoH server's answer is no DNS message");
    } else {
        verdict = whim_doh_read_answer(reply->question, (const uint8_t *)reply->body->data,
                                       reply->body->len, WHIM_DNS_MAX_ADDRS / MAX_REPLIES,
                                       outcome->items + outcome->n_items, &n_items);
        if (verdict != WHIM_DOH_OK)
            snprintf(detail, MAX_DETAIL_BYTES, "%s", verdict_texts[verdict]);
    }
    outcome->n_items += n_items;
    return verdict;
}

void whim_doh_outcome_add(struct whim_doh_outcome *outcome, const struct whim_doh_reply *reply)
{
    char detail[MAX_DETAIL_BYTES];
    enum whim_doh_verdict verdict = judge(reply, outcome, detail);
    bool is_failure = verdict > WHIM_DOH_NO_DATA;

    if (verdict != WHIM_DOH_OK && (is_failure || outcome->is_certain))
        memcpy(outcome->detail, detail, sizeof(detail));
    outcome->is_certain = outcome->is_certain && !is_failure;
    outcome->is_nomem = outcome->is_nomem || verdict == WHIM_DOH_NOMEM;
}

struct whim_dns_answer whim_doh_outcome_answer(const struct whim_doh_outcome *outcome)
{
    struct whim_dns_answer answer = {.reason = WHIM_DNS_REASON_NOMEM};

    if (outcome->n_items) {
        answer.addrs = whim_dns_addrs_new(outcome->n_items);
        if (!answer.addrs)
            return answer;
        memcpy(answer.addrs->items, outcome->items, outcome->n_items * sizeof(outcome->items[0]));
        answer.reason = WHIM_DNS_REASON_NONE;
    } else if (!outcome->is_nomem) {
        answer.reason = outcome->is_certain ? WHIM_DNS_REASON_NOT_FOUND
                                            : WHIM_DNS_REASON_SERVER_FAILURE;
        answer.detail = whim_strdup(outcome->detail); /* without memory it is said with less words */
    }
    return answer;
}
