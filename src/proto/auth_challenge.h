/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Challenges: the value of WWW-Authenticate and Proxy-Authenticate (RFC 9110 section 11.6.1), a
 * list of schemes with a list of parameters each, both separated by commas.
 *
 *     whim_auth_list_init(&list, value, len);
 *     while (whim_auth_list_next(&list, &challenge)) ...
 *
 * Spans of the value; nothing is allocated, and nothing fails: what makes no sense is passed over.
 */
#ifndef WHIM_PROTO_AUTH_CHALLENGE_H
#define WHIM_PROTO_AUTH_CHALLENGE_H

#include <stdbool.h>
#include <stddef.h>

struct whim_auth_list {
    const char *at;
    const char *end;
};

struct whim_auth_challenge {
    unsigned long scheme; /* a CURLAUTH_ bit; 0: one that has none */
    const char *name;     /* the scheme as it was written */
    size_t name_len;
    const char *params; /* what stands behind it: parameters, or a token68 */
    size_t params_len;
};

struct whim_auth_param {
    const char *name;
    size_t name_len;
    const char *value; /* without its quotes, still with its backslashes */
    size_t value_len;
    bool is_quoted;
};

/* For a field's value, and for a challenge's params as well. */
void whim_auth_list_init(struct whim_auth_list *list, const char *text, size_t len);
bool whim_auth_list_next(struct whim_auth_list *list, struct whim_auth_challenge *ret_challenge);
/* The next parameter. A quoted string that does not end is none. */
bool whim_auth_param_next(struct whim_auth_list *list, struct whim_auth_param *ret_param);

/* The value with its backslashes resolved, into out, which has room for value_len bytes. */
size_t whim_auth_param_unquote(const struct whim_auth_param *param, char *out);

#endif
