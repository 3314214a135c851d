/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Codings: what Content-Encoding and Transfer-Encoding say was done to a body, undone (RFC 9110
 * section 8.4, RFC 9112 section 7). Bytes in, bytes out.
 *
 *     wire -> last transfer coding ... first one -> last content coding ... first one -> body
 *
 * A chain is made of the fields, in the order in which they come; decoders are made with the first
 * byte of the body. Formats: RFC 1952 (gzip: all members, checks and lengths), RFC 1950 and 1951
 * (deflate: with zlib's wrapping or without), RFC 7932 (br), RFC 8878 (zstd, windows of up to 8 MB
 * as in RFC 9659). identity is no coding. An unknown one is an error once there is a body.
 *
 * Caps: WHIM_CODINGS_MAX names (C-197); 16 KiB between two decoders; what the formats let a decoder
 * hold: 32 KiB for gzip and deflate, 16 MiB for br, 8 MiB for zstd. How much comes out is for the
 * caller to bound: it asks for each bufferful.
 */
#ifndef WHIM_PROTO_CODING_H
#define WHIM_PROTO_CODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WHIM_CODINGS_MAX = 5,
    WHIM_CODINGS_MAX_IDLE = 32 * 1024 * 1024, /* brotli may pass over 16 MiB at once */
};

enum whim_coding_result {
    WHIM_CODING_OK,
    WHIM_CODING_BAD,       /* the format does not allow this; whim_codings_reason() */
    WHIM_CODING_EXCESS,    /* bytes behind the end of what was coded */
    WHIM_CODING_TRUNCATED, /* the body ended before what was coded did */
    WHIM_CODING_UNKNOWN,   /* a name that nobody knows, or that is not built in */
    WHIM_CODING_TOO_MANY,
    WHIM_CODING_NO_MEMORY,
};

struct whim_codings;

/* What is built in, "deflate, gzip, br, zstd"; "identity" when nothing is. Static. */
const char *whim_codings_offer(void);

/* The libraries that decode, as they are at run time; NULL and 0 for those that are not built in. */
struct whim_codings_versions {
    const char *zlib;
    const char *brotli;
    const char *zstd;
    uint32_t brotli_number; /* as the libraries number themselves */
    uint32_t zstd_number;
};
void whim_codings_versions(struct whim_codings_versions *ret_versions);

/* An empty chain; NULL: no memory. */
struct whim_codings *whim_codings_new(void);
/* Accepts NULL. */
void whim_codings_free(struct whim_codings *codings);

/*
 * A field lists codings; chunked among transfer codings is the parser's business. Before the first
 * pull. OK or TOO_MANY.
 */
enum whim_coding_result whim_codings_add(struct whim_codings *codings, bool is_transfer,
                                         const char *value, size_t len);

/* Does it do anything to a body, be it refusing it? */
bool whim_codings_is_active(const struct whim_codings *codings);

/*
 * The chain is active. Takes from the front of *data / *len, and writes up to room > 0 decoded
 * bytes. OK with *ret_n 0: all input is used, and nothing more comes from it. Errors are final; how
 * much of what was decoded before one is handed out depends on how the input is cut. All results but
 * TOO_MANY and TRUNCATED.
 */
enum whim_coding_result whim_codings_pull(struct whim_codings *codings, const char **data,
                                          size_t *len, char *out, size_t room, size_t *ret_n);

/* The body has ended, and all of it was pulled. OK or TRUNCATED. An empty body is whole. */
enum whim_coding_result whim_codings_end(const struct whim_codings *codings);

/*
 * Bytes that went in and came out so far; and all that any stage of the chain has given, for what is
 * decoded need not come out: one stage may make much of little, and the next one nothing of that.
 * Where so much more than WHIM_CODINGS_MAX_IDLE comes to nothing, that is BAD.
 */
int64_t whim_codings_n_in(const struct whim_codings *codings);
int64_t whim_codings_n_out(const struct whim_codings *codings);
int64_t whim_codings_n_made(const struct whim_codings *codings);

/* Why the last result was BAD. Never NULL. */
const char *whim_codings_reason(const struct whim_codings *codings);

#endif
