/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns/doh_message.h"

#include "util/ascii.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <string.h>
#include <sys/socket.h>

/* The head of a message (RFC 1035 section 4.1.1), for which c-ares has no function. */
enum {
    ID_BYTES = 2,
    AT_FLAGS = 2,
    AT_RCODE = 3,
    AT_N_QUESTIONS = 4,
    HEAD_BYTES = 12,
    IS_ANSWER = 0x80,
    IS_CUT_OFF = 0x02,
    RCODE_BITS = 0x0f,
    RCODE_NO_NAME = 3,
};

enum whim_dns_reason whim_doh_question_init(struct whim_doh_question *ret_question,
                                            const char *host, int family)
{
    unsigned char *bytes = NULL;
    int len = 0;
    int status = ares_create_query(host, ns_c_in, family == AF_INET6 ? ns_t_aaaa : ns_t_a, 0, 1,
                                   &bytes, &len, 0);
    bool fits = status == ARES_SUCCESS && (size_t)len <= sizeof(ret_question->bytes);

    if (fits) {
        memcpy(ret_question->bytes, bytes, (size_t)len);
        ret_question->len = (size_t)len;
        ret_question->family = family;
    }
    ares_free_string(bytes);
    if (status == ARES_ENOMEM)
        return WHIM_DNS_REASON_NOMEM;
    return fits ? WHIM_DNS_REASON_NONE : WHIM_DNS_REASON_NOT_FOUND;
}

/*
 * The question stands in the answer as it was asked, but maybe in letters of another case. Nothing
 * else changes by that: lengths of labels, types and classes are numbers below those of letters.
 */
static bool has_question(const struct whim_doh_question *question, const uint8_t *bytes, size_t len)
{
    if (len < question->len || memcmp(bytes, question->bytes, ID_BYTES) != 0 ||
        memcmp(bytes + AT_N_QUESTIONS, question->bytes + AT_N_QUESTIONS, 2) != 0)
        return false;
    for (size_t i = HEAD_BYTES; i < question->len; i++)
        if (whim_ascii_lower((char)bytes[i]) != whim_ascii_lower((char)question->bytes[i]))
            return false;
    return true;
}

static int read_ip4(const uint8_t *bytes, size_t len, uint32_t max_items,
                    struct whim_address *ret_items, uint32_t *ret_n_items)
{
    struct ares_addrttl found[WHIM_DNS_MAX_ADDRS];
    int n = max_items < WHIM_DNS_MAX_ADDRS ? (int)max_items : WHIM_DNS_MAX_ADDRS;
    int status = ares_parse_a_reply(bytes, (int)len, NULL, found, &n);

    if (status != ARES_SUCCESS)
        return status;
    for (int i = 0; i < n; i++) {
        ret_items[i] = (struct whim_address){.family = AF_INET};
        memcpy(ret_items[i].bytes, &found[i].ipaddr, sizeof(found[i].ipaddr));
    }
    *ret_n_items = (uint32_t)n;
    return n ? ARES_SUCCESS : ARES_ENODATA;
}

static int read_ip6(const uint8_t *bytes, size_t len, uint32_t max_items,
                    struct whim_address *ret_items, uint32_t *ret_n_items)
{
    struct ares_addr6ttl found[WHIM_DNS_MAX_ADDRS];
    int n = max_items < WHIM_DNS_MAX_ADDRS ? (int)max_items : WHIM_DNS_MAX_ADDRS;
    int status = ares_parse_aaaa_reply(bytes, (int)len, NULL, found, &n);

    if (status != ARES_SUCCESS)
        return status;
    for (int i = 0; i < n; i++) {
        ret_items[i] = (struct whim_address){.family = AF_INET6};
        memcpy(ret_items[i].bytes, &found[i].ip6addr, sizeof(found[i].ip6addr));
    }
    *ret_n_items = (uint32_t)n;
    return n ? ARES_SUCCESS : ARES_ENODATA;
}

enum whim_doh_verdict whim_doh_read_answer(const struct whim_doh_question *question,
                                           const uint8_t *bytes, size_t len, uint32_t max_items,
                                           struct whim_address *ret_items, uint32_t *ret_n_items)
{
    int status;

    if (len < HEAD_BYTES || len > WHIM_DOH_MAX_ANSWER_BYTES || !(bytes[AT_FLAGS] & IS_ANSWER) ||
        bytes[AT_FLAGS] & IS_CUT_OFF)
        return WHIM_DOH_UNREADABLE;
    if (!has_question(question, bytes, len))
        return WHIM_DOH_OTHER;
    if ((bytes[AT_RCODE] & RCODE_BITS) == RCODE_NO_NAME)
        return WHIM_DOH_NO_NAME;
    if (bytes[AT_RCODE] & RCODE_BITS)
        return WHIM_DOH_REFUSED;
    status = question->family == AF_INET6
                 ? read_ip6(bytes, len, max_items, ret_items, ret_n_items)
                 : read_ip4(bytes, len, max_items, ret_items, ret_n_items);
    switch (status) {
    case ARES_SUCCESS:
        return WHIM_DOH_OK;
    case ARES_ENODATA:
        return WHIM_DOH_NO_DATA;
    case ARES_ENOMEM:
        return WHIM_DOH_NOMEM;
    default:
        return WHIM_DOH_UNREADABLE;
    }
}
