/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/auth.h"

#include "proto/auth_basic.h"
#include "proto/auth_challenge.h"
#include "util/ascii.h"
#include "util/random.h"

#include <stdio.h>
#include <string.h>

/* A server that finds each nonce too old would ask for ever. */
enum { MAX_RENEWALS = 2, CNONCE_BYTES = 16 };

/* Schemes that no build can do are as if they had not been named, so that one that is left alone
 * is used without being asked for. */
#define NEVER_BUILT_IN (CURLAUTH_NTLM | CURLAUTH_NTLM_WB | CURLAUTH_DIGEST_IE | CURLAUTH_ONLY)
#define SCHEMES (CURLAUTH_BASIC | CURLAUTH_DIGEST | CURLAUTH_BEARER | CURLAUTH_NEGOTIATE)

void whim_auth_init(struct whim_auth *auth, unsigned long named, unsigned long possible)
{
    if (named & CURLAUTH_DIGEST_IE)
        named |= CURLAUTH_DIGEST;
    named &= ~NEVER_BUILT_IN;
    if (!whim_digest_is_built_in())
        named &= ~CURLAUTH_DIGEST;
    if (!whim_auth_gss_is_built_in())
        named &= ~CURLAUTH_NEGOTIATE;
    *auth = (struct whim_auth){
        .named = named,
        .allowed = named & possible & SCHEMES,
        .fill_random = whim_random_fill,
    };
    if (!(named & (named - 1)))
        auth->picked = auth->allowed;
    whim_auth_digest_init(&auth->digest);
}

void whim_auth_fini(struct whim_auth *auth)
{
    whim_auth_digest_fini(&auth->digest);
}

void whim_auth_round_init(struct whim_auth_round *round)
{
    *round = (struct whim_auth_round){.error = CURLE_OK};
    whim_auth_digest_init(&round->next);
}

void whim_auth_round_fini(struct whim_auth_round *round)
{
    whim_auth_digest_fini(&round->next);
}

void whim_auth_begin(struct whim_auth_round *round)
{
    round->offered = 0;
    round->error = CURLE_OK;
    whim_auth_digest_fini(&round->next);
}

/* Of several the strongest; among equals the first (RFC 7616 section 3.7). */
static void read_digest(struct whim_auth_round *round, const struct whim_auth_challenge *challenge)
{
    struct whim_auth_digest digest;
    CURLcode code;

    whim_auth_digest_init(&digest);
    code = whim_auth_digest_read(&digest, challenge->params, challenge->params_len);
    if (code == CURLE_OUT_OF_MEMORY)
        round->error = code;
    if (code != CURLE_OK)
        return;
    round->offered |= CURLAUTH_DIGEST;
    if (!round->next.nonce ||
        whim_auth_digest_strength(&digest) > whim_auth_digest_strength(&round->next)) {
        whim_auth_digest_fini(&round->next);
        round->next = digest;
    } else {
        whim_auth_digest_fini(&digest);
    }
}

void whim_auth_read(struct whim_auth_round *round, const char *value, size_t len)
{
    struct whim_auth_challenge challenge;
    struct whim_auth_list list;

    whim_auth_list_init(&list, value, len);
    while (whim_auth_list_next(&list, &challenge)) {
        if (challenge.scheme == CURLAUTH_DIGEST)
            read_digest(round, &challenge);
        else
            round->offered |= challenge.scheme;
    }
}

unsigned long whim_auth_offers(const char *value, size_t len)
{
    struct whim_auth_challenge challenge;
    struct whim_auth_list list;
    unsigned long offers = 0;

    whim_auth_list_init(&list, value, len);
    while (whim_auth_list_next(&list, &challenge))
        offers |= challenge.scheme;
    return offers;
}

static unsigned long pick(unsigned long both)
{
    if (both & CURLAUTH_NEGOTIATE)
        return CURLAUTH_NEGOTIATE;
    if (both & CURLAUTH_BEARER)
        return CURLAUTH_BEARER;
    return both & CURLAUTH_DIGEST ? CURLAUTH_DIGEST : both & CURLAUTH_BASIC;
}

/* The Digest challenge that was read last is the one to be met. */
static void take_challenge(struct whim_auth *auth, struct whim_auth_round *round)
{
    whim_auth_digest_fini(&auth->digest);
    auth->digest = round->next;
    whim_auth_digest_init(&round->next);
}

/*
 * Credentials that were sent and are asked for again are wrong, unless it was the nonce, or another
 * scheme or protection space would have had to be met (RFC 9110 section 11.5). A server that has
 * lost its nonces cannot call an old one stale (RFC 7616 section 3.3).
 */
static bool may_be_good(const struct whim_auth *auth, const struct whim_auth_round *round)
{
    if (!(round->offered & auth->picked))
        return !round->is_body_spent;
    return auth->picked == CURLAUTH_DIGEST && round->next.nonce &&
           (round->next.is_stale ||
            (auth->is_proven && !round->is_met && !round->is_body_spent));
}

/* The next request may have others, and needs a nonce for them. */
static void refuse(struct whim_auth *auth, struct whim_auth_round *round)
{
    round->is_refused = true;
    auth->is_proven = false;
    if (auth->picked == CURLAUTH_DIGEST && round->next.nonce)
        take_challenge(auth, round);
}

bool whim_auth_decide(struct whim_auth *auth, struct whim_auth_round *round)
{
    unsigned long picked;

    if (round->error != CURLE_OK || round->is_refused)
        return false;
    if (round->was_sent && (round->n_renewals == MAX_RENEWALS || !may_be_good(auth, round))) {
        refuse(auth, round);
        return false;
    }
    picked = pick(auth->allowed & round->offered);
    if (!picked)
        return false;
    round->n_renewals += round->was_sent;
    round->is_met = true;
    auth->picked = picked;
    if (picked == CURLAUTH_DIGEST)
        take_challenge(auth, round);
    return true;
}

void whim_auth_accept(struct whim_auth *auth, struct whim_auth_round *round)
{
    if (round->was_sent)
        auth->is_proven = true;
    round->is_met = false;
    round->n_renewals = 0;
}

bool whim_auth_awaits_challenge(const struct whim_auth *auth, const struct whim_auth_round *round)
{
    return auth->picked == CURLAUTH_DIGEST && !auth->digest.nonce && !round->is_refused;
}

void whim_auth_read_info(struct whim_auth *auth, const char *value, size_t len)
{
    /* Without a new nonce the old one is tried, and found stale at worst. */
    if (auth->picked == CURLAUTH_DIGEST && auth->digest.nonce)
        (void)whim_auth_digest_read_info(&auth->digest, value, len);
}

static CURLcode add_digest(struct whim_auth *auth, struct whim_buf *buf,
                           const struct whim_auth_request *request)
{
    struct whim_auth_digest_request digest_request = {
        .method = request->method,
        .uri = request->target,
        .uri_len = request->target_len,
        .user = request->user,
        .password = request->password ? request->password : "",
        .body = request->has_body ? request->body : "",
        .body_len = request->has_body ? request->body_len : 0,
    };
    uint8_t bytes[CNONCE_BYTES];
    char cnonce[2 * CNONCE_BYTES + 1];

    if (!auth->fill_random(bytes, sizeof(bytes)))
        return CURLE_FAILED_INIT;
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(cnonce + 2 * i, 3, "%02x", bytes[i]);
    digest_request.cnonce = cnonce;
    return whim_auth_digest_add(buf, &auth->digest, &digest_request);
}

static CURLcode add_value(struct whim_auth *auth, struct whim_buf *buf,
                          const struct whim_auth_request *request)
{
    enum whim_buf_result result;

    if (auth->picked == CURLAUTH_DIGEST)
        return add_digest(auth, buf, request);
    if (auth->picked == CURLAUTH_NEGOTIATE)
        return whim_auth_gss_add(buf, &request->gss);
    if (auth->picked == CURLAUTH_BEARER) {
        result = whim_buf_add_str(buf, "Bearer ");
        if (result == WHIM_BUF_OK)
            result = whim_buf_add_str(buf, request->token);
        return result == WHIM_BUF_OK     ? CURLE_OK
               : result == WHIM_BUF_FULL ? CURLE_TOO_LARGE
                                         : CURLE_OUT_OF_MEMORY;
    }
    return whim_auth_basic_add(buf, request->user, request->password ? request->password : "");
}

/* There is no ticket: the next best of what the peer has offered, which may need its challenge. */
static void give_up_negotiate(struct whim_auth *auth, struct whim_auth_round *round)
{
    auth->allowed &= ~CURLAUTH_NEGOTIATE;
    auth->picked = pick(auth->allowed & round->offered);
    if (auth->picked == CURLAUTH_DIGEST && round->next.nonce)
        take_challenge(auth, round);
}

static CURLcode add_field(struct whim_auth *auth, struct whim_auth_round *round,
                          struct whim_buf *buf, const struct whim_auth_request *request)
{
    size_t begin = buf->len;
    CURLcode code = CURLE_OK;
    enum whim_buf_result result;

    round->was_sent = false;
    if (!request->user || !auth->picked || round->is_refused ||
        whim_auth_awaits_challenge(auth, round))
        return CURLE_OK;
    result = whim_buf_addf(buf, "%s: ", request->field);
    if (result == WHIM_BUF_OK)
        code = add_value(auth, buf, request);
    if (result == WHIM_BUF_OK && code == CURLE_OK) {
        if (whim_ascii_find_break(buf->data + begin, buf->len - begin) != buf->len - begin)
            code = CURLE_AUTH_ERROR;
        else
            result = whim_buf_add(buf, "\r\n", 2);
    }
    if (result != WHIM_BUF_OK)
        code = result == WHIM_BUF_FULL ? CURLE_TOO_LARGE : CURLE_OUT_OF_MEMORY;
    if (code != CURLE_OK)
        buf->len = begin;
    round->was_sent = code == CURLE_OK;
    return code;
}

CURLcode whim_auth_add_field(struct whim_auth *auth, struct whim_auth_round *round,
                             struct whim_buf *buf, const struct whim_auth_request *request)
{
    CURLcode code = add_field(auth, round, buf, request);

    if (code != CURLE_AUTH_ERROR || auth->picked != CURLAUTH_NEGOTIATE)
        return code;
    give_up_negotiate(auth, round);
    return add_field(auth, round, buf, request);
}
