/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Digest credentials (RFC 7616): reads a challenge, answers it for a request.
 *
 * MD5, SHA-256 and SHA-512-256, each with -sess too; qop auth, auth-int where the body's hash is at
 * hand, and none (RFC 2069); userhash, stale, nextnonce. The state of one nonce lives in a struct
 * whim_auth_digest: the server's texts, each with a cap, and how often the nonce was used. Neither
 * user nor password is kept.
 */
#ifndef WHIM_PROTO_AUTH_DIGEST_H
#define WHIM_PROTO_AUTH_DIGEST_H

#include "util/buf.h"
#include "util/digest.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

/* Bytes of a realm, a nonce, an opaque at most; a challenge with more is refused. */
enum { WHIM_AUTH_DIGEST_MAX_TEXT_BYTES = 4096 };

struct whim_auth_digest {
    char *realm; /* terminated, backslashes resolved; NULL: not in the challenge */
    char *nonce; /* NULL: there is no challenge yet */
    char *opaque;
    uint32_t n_uses; /* of the nonce */
    /* Of a -sess algorithm, from its first use on: the hash of A1, a secret, and its cnonce. */
    char *session;
    char *cnonce;
    uint8_t kind;    /* enum whim_digest_kind */
    bool is_sess : 1;
    bool has_algorithm : 1; /* it was named, and is named in the answer */
    bool has_auth : 1;      /* qop offers */
    bool has_auth_int : 1;
    bool has_userhash : 1;
    bool is_stale : 1; /* the credentials were good, the nonce was too old */
};

struct whim_auth_digest_request {
    const char *method; /* terminated */
    const char *uri;    /* the request's target, counted */
    size_t uri_len;
    const char *user;
    const char *password;
    const char *cnonce; /* random text of the client's, at least 16 characters of the base64 set */
    const void *body;   /* for auth-int, when only that is offered; NULL: not at hand */
    size_t body_len;
};

void whim_auth_digest_init(struct whim_auth_digest *digest);
/* Frees the texts; it is as new. */
void whim_auth_digest_fini(struct whim_auth_digest *digest);

/*
 * Reads the params of a Digest challenge. CURLE_BAD_CONTENT_ENCODING: unusable (no nonce, an
 * algorithm or a qop that is not known); CURLE_NOT_BUILT_IN: no hash functions in this build;
 * CURLE_OUT_OF_MEMORY. On failure *digest is as it was.
 */
CURLcode whim_auth_digest_read(struct whim_auth_digest *digest, const char *params, size_t len);

/* Reads Authentication-Info or Proxy-Authentication-Info: a nextnonce is used from now on. */
CURLcode whim_auth_digest_read_info(struct whim_auth_digest *digest, const char *value, size_t len);

/* How good the algorithm is, to choose among challenges; larger is better. */
int whim_auth_digest_strength(const struct whim_auth_digest *digest);

/* Appends the field's value, "Digest ...", and counts the use of the nonce. */
CURLcode whim_auth_digest_add(struct whim_buf *buf, struct whim_auth_digest *digest,
                              const struct whim_auth_digest_request *request);

#endif
