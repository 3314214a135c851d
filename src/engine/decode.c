/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/decode.h"

#include "engine/conn.h"
#include "engine/multi.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/coding.h"
#include "util/mem.h"

/* Below this a ratio means nothing: whoever asked for one can bear as much. */
enum { RATIO_FREE_BYTES = 64 * 1024 };

struct whim_decode {
    struct whim_codings *codings;
    size_t n_turn_bytes;
};

unsigned whim_decode_parser_options(const struct whim_transfer *transfer)
{
    return whim_opt_num(&transfer->options, WHIM_OPT_TRANSFER_ENCODING) ? WHIM_HTTP1_TAKE_CODINGS
                                                                        : 0;
}

static struct whim_decode *new_decode(void)
{
    struct whim_decode *decode = whim_calloc(1, sizeof(*decode));

    if (!decode)
        return NULL;
    decode->codings = whim_codings_new();
    if (decode->codings)
        return decode;
    whim_free(decode);
    return NULL;
}

void whim_decode_free(struct whim_decode *decode)
{
    if (decode)
        whim_codings_free(decode->codings);
    whim_free(decode);
}

/* Tells the reason. Bytes behind the end are what others answer with a write error, too. */
static CURLcode fail(struct whim_conn *conn, enum whim_coding_result result)
{
    struct whim_transfer *transfer = conn->transfer;

    switch (result) {
    case WHIM_CODING_OK:
        return CURLE_OK;
    case WHIM_CODING_NO_MEMORY:
        return CURLE_OUT_OF_MEMORY;
    case WHIM_CODING_EXCESS:
        whim_trace_error(transfer, "Excess bytes behind the end of the coded body");
        return CURLE_WRITE_ERROR;
    case WHIM_CODING_TOO_MANY:
        whim_trace_error(transfer, "Reject response due to more than %d content encodings",
                         (int)WHIM_CODINGS_MAX);
        break;
    case WHIM_CODING_UNKNOWN:
        whim_trace_error(transfer,
                         "Unrecognized content encoding type. libcurl understands %s content "
                         "encodings.",
                         whim_codings_offer());
        break;
    case WHIM_CODING_TRUNCATED:
        whim_trace_error(transfer, "Error while processing content unencoding: unexpected end");
        break;
    case WHIM_CODING_BAD:
        whim_trace_error(transfer, "Error while processing content unencoding: %s",
                         whim_codings_reason(conn->decode->codings));
        break;
    }
    return CURLE_BAD_CONTENT_ENCODING;
}

static CURLcode note_codings(struct whim_conn *conn, const struct whim_http1_piece *field,
                             bool is_transfer)
{
    if (conn->transfer->method == WHIM_METHOD_HEAD)
        return CURLE_OK;
    if (!conn->decode)
        conn->decode = new_decode();
    if (!conn->decode)
        return CURLE_OUT_OF_MEMORY;
    return fail(conn, whim_codings_add(conn->decode->codings, is_transfer, field->value,
                                       field->value_len));
}

CURLcode whim_decode_note_content(struct whim_conn *conn, const struct whim_http1_piece *field)
{
    const struct whim_options *options = &conn->transfer->options;

    if (!whim_opt_is_set(options, WHIM_OPT_ACCEPT_ENCODING) ||
        !whim_opt_num(options, WHIM_OPT_HTTP_CONTENT_DECODING))
        return CURLE_OK;
    return note_codings(conn, field, false);
}

CURLcode whim_decode_note_transfer(struct whim_conn *conn, const struct whim_http1_piece *field)
{
    if (!(conn->parser.options & WHIM_HTTP1_TAKE_CODINGS))
        return CURLE_OK;
    return note_codings(conn, field, true);
}

/* Who wants the transfer coding raw has the content in it raw as well. */
static bool is_body_raw(const struct whim_http1_parser *parser)
{
    return parser->options & WHIM_HTTP1_RAW_CHUNKS &&
           (parser->is_chunked || parser->has_other_coding);
}

void whim_decode_note_block_end(struct whim_conn *conn)
{
    const struct whim_http1_parser *parser = &conn->parser;

    if (parser->is_final && parser->framing != WHIM_HTTP1_NO_BODY && !conn->is_asked_again &&
        !is_body_raw(parser) && whim_codings_is_active(conn->decode->codings))
        return;
    whim_decode_free(conn->decode);
    conn->decode = NULL;
}

void whim_decode_begin_turn(struct whim_decode *decode)
{
    decode->n_turn_bytes = 0;
}

bool whim_decode_is_turn_over(const struct whim_decode *decode)
{
    return decode->n_turn_bytes >= WHIM_DECODE_TURN_BYTES;
}

/* What is decoded counts against MAXFILESIZE as what is received does. */
static CURLcode check_limits(struct whim_conn *conn)
{
    const struct whim_options *options = &conn->transfer->options;
    const struct whim_codings *codings = conn->decode->codings;
    int64_t max = whim_opt_num(options, WHIM_OPT_MAXFILESIZE_LARGE);
    int64_t ratio = whim_opt_num(options, WHIM_OPT_MAX_RATIO_);
    int64_t n_out = whim_codings_n_out(codings);
    int64_t n_made = whim_codings_n_made(codings);

    if (max > 0 && n_out > max) {
        whim_trace_error(conn->transfer, "Maximum file size exceeded");
        return CURLE_FILESIZE_EXCEEDED;
    }
    if (ratio > 0 && n_made > RATIO_FREE_BYTES && n_made / ratio >= whim_codings_n_in(codings)) {
        whim_trace_error(conn->transfer,
                         "The decoded body is %lld times as large as what was received",
                         (long long)ratio);
        return CURLE_FILESIZE_EXCEEDED;
    }
    return CURLE_OK;
}

CURLcode whim_decode_next(struct whim_conn *conn, const char **data, size_t *len,
                          const char **ret_bytes, size_t *ret_n)
{
    struct whim_decode *decode = conn->decode;
    char *buffer = whim_multi_decode_buffer(conn->multi);
    int64_t before = whim_codings_n_made(decode->codings);
    enum whim_coding_result result;

    *ret_bytes = buffer;
    *ret_n = 0;
    if (!buffer)
        return CURLE_OUT_OF_MEMORY;
    result = whim_codings_pull(decode->codings, data, len, buffer, WHIM_DECODE_BUFFER_BYTES, ret_n);
    if (result != WHIM_CODING_OK)
        return fail(conn, result);
    decode->n_turn_bytes += (size_t)(whim_codings_n_made(decode->codings) - before);
    return *ret_n ? check_limits(conn) : CURLE_OK;
}

CURLcode whim_decode_end(struct whim_conn *conn)
{
    return fail(conn, whim_codings_end(conn->decode->codings));
}
