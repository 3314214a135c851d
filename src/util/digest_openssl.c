/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/digest.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

bool whim_digest_is_built_in(void)
{
    return true;
}

size_t whim_digest_bytes(enum whim_digest_kind kind)
{
    return kind == WHIM_DIGEST_MD5 ? 16 : 32;
}

static const char *to_name(enum whim_digest_kind kind)
{
    switch (kind) {
    case WHIM_DIGEST_MD5:
        return "MD5";
    case WHIM_DIGEST_SHA256:
        return "SHA256";
    default:
        return "SHA512-256";
    }
}

enum whim_digest_result whim_digest(enum whim_digest_kind kind,
                                    const struct whim_digest_part *parts, size_t n_parts,
                                    uint8_t ret_hash[WHIM_DIGEST_MAX_BYTES])
{
    uint8_t hash[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *context;
    EVP_MD *md;
    bool is_good;

    /* Fetched, so that what the library's configuration forbids is known before it is used; the
     * application's queue of errors stays as it was. */
    ERR_set_mark();
    md = EVP_MD_fetch(NULL, to_name(kind), NULL);
    if (!md) {
        ERR_pop_to_mark();
        return WHIM_DIGEST_NOT_BUILT_IN;
    }
    context = EVP_MD_CTX_new();
    is_good = context && EVP_DigestInit_ex(context, md, NULL) == 1;
    for (size_t i = 0; is_good && i < n_parts; i++)
        is_good = EVP_DigestUpdate(context, parts[i].data, parts[i].len) == 1;
    is_good = is_good && EVP_DigestFinal_ex(context, hash, NULL) == 1;
    EVP_MD_CTX_free(context);
    EVP_MD_free(md);
    ERR_pop_to_mark();
    if (!is_good)
        return WHIM_DIGEST_FAILED;
    memcpy(ret_hash, hash, whim_digest_bytes(kind));
    return WHIM_DIGEST_OK;
}
