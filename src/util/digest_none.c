/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/digest.h"

bool whim_digest_is_built_in(void)
{
    return false;
}

size_t whim_digest_bytes(enum whim_digest_kind kind)
{
    return kind == WHIM_DIGEST_MD5 ? 16 : 32;
}

enum whim_digest_result whim_digest(enum whim_digest_kind kind,
                                    const struct whim_digest_part *parts, size_t n_parts,
                                    uint8_t ret_hash[WHIM_DIGEST_MAX_BYTES])
{
    (void)kind;
    (void)parts;
    (void)n_parts;
    (void)ret_hash;
    return WHIM_DIGEST_NOT_BUILT_IN;
}
