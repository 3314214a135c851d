/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Authentication with one peer, a proxy or an origin: which scheme, whether another round makes
 * sense, and the field to send.
 *
 *     init with what the application allows; one bit alone is used without being asked for
 *     each request:        whim_auth_add_field()
 *     each 401 or 407:     whim_auth_begin(), whim_auth_read() for each field, whim_auth_decide()
 *     any other response:  whim_auth_accept(), whim_auth_read_info() where there is such a field
 *
 * What is known of the peer may be shared by exchanges that run at once; what a response is about is
 * of its exchange alone, the round. Basic and Bearer; Digest only with a library of hash functions,
 * Negotiate with one of GSS-API. Its owner wipes it (whim_auth_fini()) when the peer or the
 * credentials become others (C-194).
 */
#ifndef WHIM_PROTO_AUTH_H
#define WHIM_PROTO_AUTH_H

#include "proto/auth_digest.h"
#include "proto/auth_gss.h"

/* What is known of the peer. */
struct whim_auth {
    unsigned long named;   /* CURLAUTH_ bits as of the option */
    unsigned long allowed; /* CURLAUTH_ bits, those that this build and the credentials can do */
    unsigned long picked;  /* one bit, or 0 */
    bool is_proven;        /* the credentials were good, the last time that they were sent */
    bool (*fill_random)(void *data, size_t len); /* whim_random_fill(), unless a test knows better */
    struct whim_auth_digest digest;
};

/* One exchange: its request, the challenge to it, the request that meets the challenge, and so on. */
struct whim_auth_round {
    unsigned long offered; /* by the last challenges, of all that libcurl has a bit for */
    bool was_sent;         /* the last request had credentials */
    bool is_body_spent;    /* the request's body cannot be sent once more, as far as one knows */
    bool is_refused;       /* they were no good: there is no use in another round */
    bool is_met;           /* it has met a challenge: what is sent is no older than that */
    uint8_t n_renewals;    /* challenges met though credentials had been sent, one after the other */
    CURLcode error;        /* of reading the last challenges: out of memory */
    struct whim_auth_digest next; /* the best Digest challenge of the response being read */
};

struct whim_auth_request {
    const char *field;  /* "Proxy-Authorization" or "Authorization" */
    const char *method; /* terminated */
    const char *target; /* counted */
    size_t target_len;
    const char *user; /* NULL: no credentials, no field; password NULL is as an empty one */
    const char *password;
    const char *token; /* of Bearer; NULL: none */
    struct whim_auth_gss_request gss; /* of Negotiate */
    bool has_body;     /* and when it is not at hand, auth-int cannot be answered */
    const void *body;  /* NULL: it is not */
    size_t body_len;
};

/* named as of CURLOPT_PROXYAUTH or CURLOPT_HTTPAUTH: one scheme alone is used without being asked
 * for. Of these possible has those that there are credentials for: Bearer only where there is a
 * token; Negotiate only where the requests say for which service. */
void whim_auth_init(struct whim_auth *auth, unsigned long named, unsigned long possible);
void whim_auth_fini(struct whim_auth *auth);
void whim_auth_round_init(struct whim_auth_round *round);
void whim_auth_round_fini(struct whim_auth_round *round);

/* A response with a challenge begins. */
void whim_auth_begin(struct whim_auth_round *round);
/* A WWW-Authenticate or Proxy-Authenticate field's value. */
void whim_auth_read(struct whim_auth_round *round, const char *value, size_t len);
/* The CURLAUTH_ bits of what such a value offers, for those who have no credentials. */
unsigned long whim_auth_offers(const char *value, size_t len);
/* All fields were read: may the request be sent once more, with credentials now? */
bool whim_auth_decide(struct whim_auth *auth, struct whim_auth_round *round);
/* A response without a challenge: the credentials, if any, were good. */
void whim_auth_accept(struct whim_auth *auth, struct whim_auth_round *round);
/* Does the next request go without credentials, because only a challenge tells how to send them? */
bool whim_auth_awaits_challenge(const struct whim_auth *auth, const struct whim_auth_round *round);
/* The value of Authentication-Info or Proxy-Authentication-Info. */
void whim_auth_read_info(struct whim_auth *auth, const char *value, size_t len);

/*
 * Appends the field with its line end, or nothing while no scheme is picked or no challenge known.
 * CURLE_OK, CURLE_OUT_OF_MEMORY, CURLE_TOO_LARGE, CURLE_NOT_BUILT_IN, CURLE_AUTH_ERROR (a
 * challenge that cannot be met, or credentials that would end the line).
 */
CURLcode whim_auth_add_field(struct whim_auth *auth, struct whim_auth_round *round,
                             struct whim_buf *buf, const struct whim_auth_request *request);

#endif
