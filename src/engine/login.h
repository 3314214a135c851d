/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Login: a transfer's credentials at the origin of its request, and what is known of how that wants
 * them (CURLOPT_HTTPAUTH).
 *
 * A transfer has none of it until it has credentials. What an origin has told, a nonce for one, is
 * the handle's, serves its later requests too, and is forgotten as soon as these go to another
 * origin or with other credentials (C-194). None go to another origin than the first, unless
 * CURLOPT_UNRESTRICTED_AUTH says so (C-192); those of a URL, to no other URL.
 */
#ifndef WHIM_ENGINE_LOGIN_H
#define WHIM_ENGINE_LOGIN_H

#include "proto/auth.h"
#include "proto/url_scheme.h"
#include "util/buf.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

struct whim_http1_piece;
struct whim_http1_request;
struct whim_str;
struct whim_transfer;

struct whim_login {
    struct whim_auth auth;
    struct whim_auth_round round;
    struct whim_buf identity; /* the origin and the credentials that auth is about; a secret */
    bool is_active;           /* the present request's challenges are looked at */
};

/*
 * Appends the Authorization field with its line end, or nothing. The request has its method and its
 * target in origin form. Errors as of whim_auth_add_field(), CURLE_BAD_FUNCTION_ARGUMENT for
 * credentials that cannot be sent, and CURLE_AGAIN: a callback has set an option, and texts of the
 * request may be gone.
 */
CURLcode whim_login_add_field(struct whim_transfer *transfer,
                              const struct whim_http1_request *request, struct whim_buf *buf);

/* Has that added nothing, because only the origin's challenge tells what to add? */
bool whim_login_awaits_challenge(const struct whim_transfer *transfer);

/* The response's status, and each of its fields. */
void whim_login_note_status(struct whim_transfer *transfer, unsigned status);
void whim_login_note_field(struct whim_transfer *transfer, unsigned status,
                           const struct whim_http1_piece *field);
/* Its final header block has ended: shall the request be sent once more? CURLE_OUT_OF_MEMORY. */
CURLcode whim_login_decide(struct whim_transfer *transfer, unsigned status, bool *ret_asks_again);

/* Another request begins: what was refused before may be tried. */
void whim_login_forget_round(struct whim_transfer *transfer);
void whim_login_fini(struct whim_transfer *transfer);

#endif
