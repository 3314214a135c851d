/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Hash functions, from whatever library the build has; digest_none.c is a build without one.
 */
#ifndef WHIM_UTIL_DIGEST_H
#define WHIM_UTIL_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum whim_digest_kind {
    WHIM_DIGEST_MD5,
    WHIM_DIGEST_SHA256,
    WHIM_DIGEST_SHA512_256,
};

enum { WHIM_DIGEST_MAX_BYTES = 32 };

enum whim_digest_result {
    WHIM_DIGEST_OK,
    WHIM_DIGEST_NOT_BUILT_IN, /* or switched off in the library, as MD5 may be */
    WHIM_DIGEST_FAILED,       /* out of memory, most likely */
};

struct whim_digest_part {
    const void *data;
    size_t len;
};

bool whim_digest_is_built_in(void);
/* Bytes of a result. */
size_t whim_digest_bytes(enum whim_digest_kind kind);
/* Hashes the parts one behind the other. *ret_hash is written on success only. */
enum whim_digest_result whim_digest(enum whim_digest_kind kind,
                                    const struct whim_digest_part *parts, size_t n_parts,
                                    uint8_t ret_hash[WHIM_DIGEST_MAX_BYTES]);

#endif
