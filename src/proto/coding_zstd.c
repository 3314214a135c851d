/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * zstd, by libzstd. Frames follow each other without end; a window above 8 MB is an error
 * (RFC 9659).
 *
 * The library counts calls that move nothing, and fails after some: it is called when there is
 * input, or when it had filled the room that it was given.
 */
#define ZSTD_STATIC_LINKING_ONLY /* for an allocator of one's own */
#include "proto/coding_decoder.h"
#include "util/mem.h"

#include <zstd.h>
#include <zstd_errors.h>

enum { MAX_WINDOW_LOG = 23 };

struct zstd_decoder {
    struct whim_decoder base;
    ZSTD_DCtx *zstd;
    bool is_in_frame;
    bool has_more; /* it may have, since the room was filled */
};

static void *allocate(void *opaque, size_t size)
{
    return whim_malloc(size);
}

static void release(void *opaque, void *block)
{
    whim_free(block);
}

static struct whim_decoder *new_decoder(void)
{
    const ZSTD_customMem memory = {allocate, release, NULL};
    struct zstd_decoder *decoder = whim_calloc(1, sizeof(*decoder));

    if (!decoder)
        return NULL;
    decoder->base.ops = &whim_zstd_decoder;
    decoder->zstd = ZSTD_createDCtx_advanced(memory);
    if (!decoder->zstd ||
        ZSTD_isError(ZSTD_DCtx_setParameter(decoder->zstd, ZSTD_d_windowLogMax, MAX_WINDOW_LOG))) {
        ZSTD_freeDCtx(decoder->zstd);
        whim_free(decoder);
        return NULL;
    }
    return &decoder->base;
}

static void free_decoder(struct whim_decoder *base)
{
    struct zstd_decoder *decoder = (struct zstd_decoder *)base;

    ZSTD_freeDCtx(decoder->zstd);
    whim_free(decoder);
}

static enum whim_coding_result translate(struct zstd_decoder *decoder, size_t answer)
{
    if (ZSTD_getErrorCode(answer) == ZSTD_error_memory_allocation)
        return WHIM_CODING_NO_MEMORY;
    decoder->base.reason = ZSTD_getErrorName(answer);
    return WHIM_CODING_BAD;
}

static enum whim_coding_result decode(struct whim_decoder *base, const char **data, size_t *len,
                                      char *out, size_t room, size_t *ret_n)
{
    struct zstd_decoder *decoder = (struct zstd_decoder *)base;
    ZSTD_inBuffer from = {*data, *len, 0};
    ZSTD_outBuffer to = {out, room, 0};
    size_t answer = 0;

    while (!to.pos && (from.pos < from.size || decoder->has_more)) {
        answer = ZSTD_decompressStream(decoder->zstd, &to, &from);
        if (ZSTD_isError(answer))
            break;
        decoder->is_in_frame = answer != 0;
        decoder->has_more = answer && to.pos == to.size;
    }
    *data += from.pos;
    *len -= from.pos;
    *ret_n = to.pos;
    return ZSTD_isError(answer) ? translate(decoder, answer) : WHIM_CODING_OK;
}

static bool is_whole(const struct whim_decoder *base)
{
    return !((const struct zstd_decoder *)base)->is_in_frame;
}

static void tell_version(struct whim_codings_versions *versions)
{
    versions->zstd = ZSTD_versionString();
    versions->zstd_number = ZSTD_versionNumber();
}

const struct whim_decoder_ops whim_zstd_decoder = {
    .new = new_decoder,
    .decode = decode,
    .is_whole = is_whole,
    .free = free_decoder,
    .tell_version = tell_version,
};
