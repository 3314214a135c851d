/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Decoder: removes one content coding from a stream of bytes. No I/O inside; memory comes from
 * util/mem.h, the decompression library's too.
 *
 * One file for each library. Only coding.c and those files use this.
 */
#ifndef WHIM_PROTO_CODING_DECODER_H
#define WHIM_PROTO_CODING_DECODER_H

#include "proto/coding.h"

#include <stdbool.h>
#include <stddef.h>

struct whim_decoder {
    const struct whim_decoder_ops *ops;
    const char *reason; /* the library's words for BAD; static, or NULL */
};

struct whim_decoder_ops {
    /* NULL: no memory. */
    struct whim_decoder *(*new)(void);
    /*
     * Takes from the front of *data / *len, and writes up to room > 0 bytes. *ret_n tells how many,
     * also beside an error. OK with *ret_n 0: all input is used, and nothing more comes from it.
     * OK, BAD, EXCESS or NO_MEMORY; it is not called again after an error.
     */
    enum whim_coding_result (*decode)(struct whim_decoder *decoder, const char **data, size_t *len,
                                      char *out, size_t room, size_t *ret_n);
    /* May the input end here? Nothing at all is whole too. */
    bool (*is_whole)(const struct whim_decoder *decoder);
    void (*free)(struct whim_decoder *decoder);
    void (*tell_version)(struct whim_codings_versions *versions);
};

extern const struct whim_decoder_ops whim_deflate_decoder; /* coding_zlib.c */
extern const struct whim_decoder_ops whim_gzip_decoder;
extern const struct whim_decoder_ops whim_brotli_decoder; /* coding_brotli.c */
extern const struct whim_decoder_ops whim_zstd_decoder;   /* coding_zstd.c */

#endif
