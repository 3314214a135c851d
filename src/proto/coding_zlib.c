/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * gzip and deflate, by zlib.
 *
 *   AT_START -> IN_STREAM -> AT_END -> (gzip: another member) IN_STREAM
 *
 * gzip: what begins with zlib's header is taken too, as others do. deflate: the first two bytes say
 * whether zlib's wrapping is there: its header is a multiple of 31, and as a raw block it would be a
 * stored one with rubbish in its padding. Behind a raw stream up to four bytes are tolerated, which
 * some servers send in place of the check that zlib's wrapping ends with; behind anything else there
 * may be nothing but, for gzip, the next member.
 */
#include "proto/coding_decoder.h"
#include "util/mem.h"

#include <limits.h>
#include <stdint.h>
#include <zlib.h>

enum {
    GZIP_MAGIC_0 = 0x1f,
    GZIP_MAGIC_1 = 0x8b,
    DETECT = 32, /* added to the window's bits: gzip's header or zlib's, by what comes */
    MAX_TAIL_BYTES = 4,
};

enum state { AT_START, IN_STREAM, AT_END };

struct zlib_decoder {
    struct whim_decoder base;
    z_stream z;
    uint8_t state;
    uint8_t prefix[2]; /* bytes that were looked at, and have to be fed before the input */
    uint8_t n_prefix;
    uint8_t n_tail;
    bool is_gzip;   /* the coding's name */
    bool is_raw;    /* deflate without zlib's wrapping */
    bool is_member; /* of a gzip file: others may follow */
    bool is_ready;  /* inflateInit2() has been called */
};

static void *allocate(void *opaque, unsigned n, unsigned size)
{
    size_t bytes;

    return __builtin_mul_overflow((size_t)n, (size_t)size, &bytes) ? NULL : whim_malloc(bytes);
}

static void release(void *opaque, void *block)
{
    whim_free(block);
}

static struct whim_decoder *new_decoder(const struct whim_decoder_ops *ops, bool is_gzip)
{
    struct zlib_decoder *decoder = whim_calloc(1, sizeof(*decoder));

    if (!decoder)
        return NULL;
    decoder->base.ops = ops;
    decoder->is_gzip = is_gzip;
    decoder->z.zalloc = allocate;
    decoder->z.zfree = release;
    return &decoder->base;
}

static void free_decoder(struct whim_decoder *base)
{
    struct zlib_decoder *decoder = (struct zlib_decoder *)base;

    if (decoder->is_ready)
        inflateEnd(&decoder->z);
    whim_free(decoder);
}

static enum whim_coding_result translate(struct zlib_decoder *decoder, int code)
{
    if (code == Z_MEM_ERROR)
        return WHIM_CODING_NO_MEMORY;
    decoder->base.reason = code == Z_NEED_DICT ? "a dictionary is needed" : decoder->z.msg;
    return WHIM_CODING_BAD;
}

static bool is_zlib_header(const uint8_t *bytes)
{
    return (bytes[0] & 0x0f) == Z_DEFLATED && bytes[0] >> 4 <= MAX_WBITS - 8 &&
           (bytes[0] << 8 | bytes[1]) % 31 == 0;
}

/* Takes up to two bytes to look at. False: there are not enough yet. */
static bool take_prefix(struct zlib_decoder *decoder, const char **data, size_t *len)
{
    while (*len && decoder->n_prefix < 2) {
        decoder->prefix[decoder->n_prefix++] = (uint8_t) * (*data)++;
        --*len;
    }
    return decoder->n_prefix == 2;
}

static enum whim_coding_result begin(struct zlib_decoder *decoder, const char **data, size_t *len)
{
    int bits = MAX_WBITS + DETECT;
    int code;

    if (!take_prefix(decoder, data, len))
        return WHIM_CODING_OK;
    decoder->is_member = decoder->is_gzip && decoder->prefix[0] == GZIP_MAGIC_0;
    decoder->is_raw = !decoder->is_gzip && !is_zlib_header(decoder->prefix);
    if (!decoder->is_gzip)
        bits = decoder->is_raw ? -MAX_WBITS : MAX_WBITS;
    code = inflateInit2(&decoder->z, bits);
    if (code != Z_OK)
        return translate(decoder, code);
    decoder->is_ready = true;
    decoder->state = IN_STREAM;
    return WHIM_CODING_OK;
}

/* What may come behind the end. */
static enum whim_coding_result go_on(struct zlib_decoder *decoder, const char **data, size_t *len)
{
    if (decoder->is_raw) {
        while (*len && decoder->n_tail < MAX_TAIL_BYTES) {
            decoder->n_tail++;
            ++*data;
            --*len;
        }
        return *len ? WHIM_CODING_EXCESS : WHIM_CODING_OK;
    }
    if (!decoder->is_member || (uint8_t) * *data != (decoder->n_prefix ? GZIP_MAGIC_1
                                                                       : GZIP_MAGIC_0))
        return WHIM_CODING_EXCESS;
    if (!take_prefix(decoder, data, len))
        return WHIM_CODING_OK;
    if (decoder->prefix[1] != GZIP_MAGIC_1)
        return WHIM_CODING_EXCESS;
    decoder->state = IN_STREAM;
    return inflateReset(&decoder->z) == Z_OK ? WHIM_CODING_OK : WHIM_CODING_BAD;
}

/* One call of inflate(), with the prefix first. *ret_is_stuck: no more comes without more input. */
static enum whim_coding_result inflate_once(struct zlib_decoder *decoder, const char **data,
                                            size_t *len, bool *ret_is_stuck)
{
    z_stream *z = &decoder->z;
    bool is_prefix = decoder->n_prefix > 0;
    unsigned n = is_prefix ? decoder->n_prefix : *len < UINT_MAX ? (unsigned)*len : UINT_MAX;
    unsigned n_used;
    int code;

    z->next_in = is_prefix ? decoder->prefix + 2 - n : (Bytef *)*data;
    z->avail_in = n;
    code = inflate(z, Z_NO_FLUSH);
    n_used = n - z->avail_in;
    if (is_prefix) {
        decoder->n_prefix -= (uint8_t)n_used;
    } else {
        *data += n_used;
        *len -= n_used;
    }
    *ret_is_stuck = !decoder->n_prefix && !*len;
    if (code == Z_STREAM_END) {
        decoder->state = AT_END;
        *ret_is_stuck = false;
        return WHIM_CODING_OK;
    }
    if (code == Z_BUF_ERROR) /* nothing to do, or no room */
        *ret_is_stuck = true;
    return code == Z_OK || code == Z_BUF_ERROR ? WHIM_CODING_OK : translate(decoder, code);
}

static enum whim_coding_result decode(struct whim_decoder *base, const char **data, size_t *len,
                                      char *out, size_t room, size_t *ret_n)
{
    struct zlib_decoder *decoder = (struct zlib_decoder *)base;
    enum whim_coding_result result = WHIM_CODING_OK;
    bool is_stuck = false;

    decoder->z.next_out = (Bytef *)out;
    decoder->z.avail_out = room < UINT_MAX ? (unsigned)room : UINT_MAX;
    room = decoder->z.avail_out;
    while (result == WHIM_CODING_OK && !is_stuck && decoder->z.avail_out) {
        if (decoder->state == IN_STREAM)
            result = inflate_once(decoder, data, len, &is_stuck);
        else if (!*len)
            break;
        else
            result = decoder->state == AT_START ? begin(decoder, data, len)
                                                : go_on(decoder, data, len);
    }
    *ret_n = room - decoder->z.avail_out;
    return result;
}

static bool is_whole(const struct whim_decoder *base)
{
    const struct zlib_decoder *decoder = (const struct zlib_decoder *)base;

    return decoder->state != IN_STREAM && !decoder->n_prefix;
}

static void tell_version(struct whim_codings_versions *versions)
{
    versions->zlib = zlibVersion();
}

static struct whim_decoder *new_deflate(void)
{
    return new_decoder(&whim_deflate_decoder, false);
}

static struct whim_decoder *new_gzip(void)
{
    return new_decoder(&whim_gzip_decoder, true);
}

const struct whim_decoder_ops whim_deflate_decoder = {
    .new = new_deflate,
    .decode = decode,
    .is_whole = is_whole,
    .free = free_decoder,
    .tell_version = tell_version,
};

const struct whim_decoder_ops whim_gzip_decoder = {
    .new = new_gzip,
    .decode = decode,
    .is_whole = is_whole,
    .free = free_decoder,
    .tell_version = tell_version,
};
