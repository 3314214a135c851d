/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * br, by libbrotlidec. Its windows end at 16 MiB: large ones have to be asked for, and are not.
 */
#include "proto/coding_decoder.h"
#include "util/mem.h"

#include <brotli/decode.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

struct brotli_decoder {
    struct whim_decoder base;
    BrotliDecoderState *brotli;
    bool is_begun;
    bool is_ended;
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
    struct brotli_decoder *decoder = whim_calloc(1, sizeof(*decoder));

    if (!decoder)
        return NULL;
    decoder->base.ops = &whim_brotli_decoder;
    decoder->brotli = BrotliDecoderCreateInstance(allocate, release, NULL);
    if (!decoder->brotli) {
        whim_free(decoder);
        return NULL;
    }
    return &decoder->base;
}

static void free_decoder(struct whim_decoder *base)
{
    struct brotli_decoder *decoder = (struct brotli_decoder *)base;

    BrotliDecoderDestroyInstance(decoder->brotli);
    whim_free(decoder);
}

static enum whim_coding_result translate_error(struct brotli_decoder *decoder)
{
    BrotliDecoderErrorCode code = BrotliDecoderGetErrorCode(decoder->brotli);

    if (code <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES &&
        code >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES)
        return WHIM_CODING_NO_MEMORY;
    decoder->base.reason = BrotliDecoderErrorString(code);
    return WHIM_CODING_BAD;
}

static enum whim_coding_result decode(struct whim_decoder *base, const char **data, size_t *len,
                                      char *out, size_t room, size_t *ret_n)
{
    struct brotli_decoder *decoder = (struct brotli_decoder *)base;
    const uint8_t *next_in = (const uint8_t *)*data;
    uint8_t *next_out = (uint8_t *)out;
    size_t left = room;
    BrotliDecoderResult answer;

    *ret_n = 0;
    if (decoder->is_ended)
        return *len ? WHIM_CODING_EXCESS : WHIM_CODING_OK;
    decoder->is_begun = decoder->is_begun || *len;
    answer = BrotliDecoderDecompressStream(decoder->brotli, len, &next_in, &left, &next_out, NULL);
    *data = (const char *)next_in;
    *ret_n = room - left;
    if (answer == BROTLI_DECODER_RESULT_ERROR)
        return translate_error(decoder);
    decoder->is_ended = answer == BROTLI_DECODER_RESULT_SUCCESS;
    return decoder->is_ended && *len && !*ret_n ? WHIM_CODING_EXCESS : WHIM_CODING_OK;
}

static bool is_whole(const struct whim_decoder *base)
{
    const struct brotli_decoder *decoder = (const struct brotli_decoder *)base;

    return decoder->is_ended || !decoder->is_begun;
}

static char version_text[32];

/* Twelve bits for each but the first part. */
static void write_version(void)
{
    uint32_t number = BrotliDecoderVersion();

    snprintf(version_text, sizeof(version_text), "%u.%u.%u", number >> 24, number >> 12 & 0xfff,
             number & 0xfff);
}

static void tell_version(struct whim_codings_versions *versions)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, write_version);
    versions->brotli = version_text;
    versions->brotli_number = BrotliDecoderVersion();
}

const struct whim_decoder_ops whim_brotli_decoder = {
    .new = new_decoder,
    .decode = decode,
    .is_whole = is_whole,
    .free = free_decoder,
    .tell_version = tell_version,
};
