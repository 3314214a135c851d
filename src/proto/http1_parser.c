/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/http1_parser.h"

#include "proto/http1_fields.h"
#include "util/ascii.h"
#include "util/buf.h"
#include "util/mem.h"

#include <curl/curl.h>
#include <string.h>

enum state {
    AT_START,      /* no byte of a status line yet */
    IN_STATUS,     /* it begins with HTTP/: a line is awaited */
    IN_FIELDS,     /* fields up to a blank line */
    IN_BODY,       /* n_left bytes, or until close */
    IN_CHUNK_SIZE, /* a chunk's line */
    IN_CHUNK,      /* n_left bytes of a chunk */
    IN_CHUNK_END,  /* the line end behind a chunk */
    IN_TRAILERS,   /* fields up to a blank line behind the last chunk */
    AT_END,
    AT_ERROR,
};

static const char http_prefix[] = WHIM_HTTP1_PREFIX;
enum { PREFIX_LEN = sizeof(http_prefix) - 1 };

void whim_http1_init(struct whim_http1_parser *parser, unsigned options)
{
    *parser = (struct whim_http1_parser){
        .content_length = -1,
        .options = (uint8_t)options,
    };
}

static void free_partial(struct whim_http1_parser *parser)
{
    if (parser->partial) {
        whim_buf_fini(parser->partial);
        whim_free(parser->partial);
        parser->partial = NULL;
    }
    parser->is_line_held = false;
}

void whim_http1_fini(struct whim_http1_parser *parser)
{
    free_partial(parser);
}

static enum whim_http1_event fail(struct whim_http1_parser *parser, enum whim_http1_error error)
{
    parser->state = AT_ERROR;
    parser->error = (uint8_t)error;
    parser->can_keep_alive = false;
    return WHIM_HTTP1_ERROR;
}

/* Keeps the bytes of a line whose end has not come. */
static enum whim_http1_error keep(struct whim_http1_parser *parser, const char *data, size_t len,
                                  size_t max_line)
{
    if (!parser->partial) {
        parser->partial = whim_malloc(sizeof(*parser->partial));
        if (!parser->partial)
            return WHIM_HTTP1_NO_MEMORY;
        whim_buf_init(parser->partial, WHIM_HTTP1_MAX_LINE);
    }
    if (len > max_line || parser->partial->len > max_line - len)
        return WHIM_HTTP1_LONG_LINE;
    switch (whim_buf_add(parser->partial, data, len)) {
    case WHIM_BUF_OK:
        return WHIM_HTTP1_OK;
    case WHIM_BUF_FULL:
        return WHIM_HTTP1_LONG_LINE;
    default:
        return WHIM_HTTP1_NO_MEMORY;
    }
}

/* Nothing but a line end; a CR at the front of a clean line is the one before its LF. */
static bool is_blank_line(const struct whim_http1_piece *line)
{
    return *line->data == '\r' || *line->data == '\n';
}

/* The length of a line without its line end. */
static size_t line_text_len(const struct whim_http1_piece *line)
{
    size_t len = line->len - 1;

    return len && line->data[len - 1] == '\r' ? len - 1 : len;
}

/*
 * The bytes of the line that the input begins with, its LF included, or of the whole input if it
 * ends before the line does. *ret_error says whether a NUL or a CR without LF is among them; a CR
 * that the input ends with may still get its LF.
 */
static size_t find_line_end(const char *data, size_t len, enum whim_http1_error *ret_error)
{
    size_t n = 0;

    *ret_error = WHIM_HTTP1_OK;
    for (;; n++) {
        n += whim_ascii_find_break(data + n, len - n);
        if (n + 1 < len && data[n] == '\r' && data[n + 1] == '\n')
            n++;
        if (n == len)
            return n;
        if (data[n] == '\n')
            return n + 1;
        if (data[n] == 0)
            *ret_error = WHIM_HTTP1_NUL_BYTE;
        else if (n + 1 < len && *ret_error == WHIM_HTTP1_OK)
            *ret_error = WHIM_HTTP1_BARE_CR;
    }
}

/* The kept line is whole: is what stands behind the last line end in it clean? */
static enum whim_http1_error check_kept_line(const struct whim_buf *line)
{
    enum whim_http1_error error;
    size_t off = line->len - 1;

    while (off && line->data[off - 1] != '\n')
        off--;
    find_line_end(line->data + off, line->len - off, &error);
    return error;
}

/*
 * Takes a line with its LF from the input; a NUL or a bare CR in it is an error. Returns 1 with
 * the line in the piece, 0 when the input ends before the line does (it is kept), -1 after an
 * error. The next pull frees a kept line that was handed out.
 */
static int take_line(struct whim_http1_parser *parser, const char **data, size_t *len,
                     size_t max_line, struct whim_http1_piece *piece)
{
    enum whim_http1_error error;
    size_t n = find_line_end(*data, *len, &error);
    bool is_whole = n && (*data)[n - 1] == '\n';

    if (!parser->partial && is_whole) {
        if (n > max_line)
            error = WHIM_HTTP1_LONG_LINE;
        piece->data = *data;
        piece->len = n;
    } else if (n) {
        error = keep(parser, *data, n, max_line);
        if (error == WHIM_HTTP1_OK && is_whole) {
            error = check_kept_line(parser->partial);
            piece->data = parser->partial->data;
            piece->len = parser->partial->len;
        }
    }
    if (error != WHIM_HTTP1_OK) {
        fail(parser, error);
        return -1;
    }
    *data += n;
    *len -= n;
    return is_whole;
}

static enum whim_http1_error count_line(struct whim_http1_parser *parser,
                                        const struct whim_http1_piece *line)
{
    parser->n_block_bytes += (uint32_t)line->len; /* a line is at most 100 KB: no overflow */
    return parser->n_block_bytes <= WHIM_HTTP1_MAX_BLOCKS ? WHIM_HTTP1_OK : WHIM_HTTP1_LONG_BLOCK;
}

static bool is_alias(const struct whim_http1_parser *parser, const struct whim_http1_piece *line)
{
    for (const struct curl_slist *at = parser->aliases; at; at = at->next) {
        size_t len = at->data ? strlen(at->data) : 0;

        if (len && len <= line->len && memcmp(line->data, at->data, len) == 0)
            return true;
    }
    return false;
}

/* No head, but bytes of a body from the first on. */
static void begin_body_of_09(struct whim_http1_parser *parser)
{
    parser->version = 9;
    parser->is_final = true;
    parser->framing = WHIM_HTTP1_UNTIL_CLOSE;
    parser->n_left = -1;
    parser->state = IN_BODY;
}

/* A first line that is not HTTP's, where the application knows others (CURLOPT_HTTP200ALIASES). */
static enum whim_http1_event read_foreign(struct whim_http1_parser *parser,
                                          const struct whim_http1_piece *line)
{
    if (is_alias(parser, line)) {
        parser->status = 200;
        parser->version = 10;
        parser->state = IN_FIELDS;
        return WHIM_HTTP1_STATUS;
    }
    if (!(parser->options & WHIM_HTTP1_ALLOW_09))
        return fail(parser, WHIM_HTTP1_NOT_HTTP);
    begin_body_of_09(parser);
    return WHIM_HTTP1_BODY;
}

static enum whim_http1_event pull_status(struct whim_http1_parser *parser, const char **data,
                                         size_t *len, struct whim_http1_piece *piece)
{
    int have = take_line(parser, data, len, WHIM_HTTP1_MAX_LINE, piece);
    enum whim_http1_error error;

    if (have <= 0)
        return have ? WHIM_HTTP1_ERROR : WHIM_HTTP1_MORE;
    error = count_line(parser, piece);
    if (error == WHIM_HTTP1_OK && parser->is_foreign)
        return read_foreign(parser, piece);
    if (error == WHIM_HTTP1_OK)
        error = whim_http1_parse_status(parser, piece->data, line_text_len(piece));
    if (error != WHIM_HTTP1_OK)
        return fail(parser, error);
    parser->state = IN_FIELDS;
    return WHIM_HTTP1_STATUS;
}

static enum whim_http1_event end_block(struct whim_http1_parser *parser)
{
    enum whim_http1_error error;

    if (parser->status < 200) { /* an interim response: the next status line follows */
        parser->state = AT_START;
        parser->content_length = -1;
        parser->is_chunked = false;
        parser->has_other_coding = false;
        parser->says_close = false;
        parser->says_keep_alive = false;
        return WHIM_HTTP1_BLOCK_END;
    }
    error = whim_http1_decide_framing(parser);
    if (error != WHIM_HTTP1_OK)
        return fail(parser, error);
    parser->is_final = true;
    switch (parser->framing) {
    case WHIM_HTTP1_NO_BODY:
        parser->state = AT_END;
        break;
    case WHIM_HTTP1_CHUNKED:
        parser->state = IN_CHUNK_SIZE;
        break;
    case WHIM_HTTP1_BY_LENGTH:
        parser->n_left = parser->content_length;
        parser->state = parser->n_left ? IN_BODY : AT_END;
        break;
    default:
        parser->n_left = -1;
        parser->state = IN_BODY;
    }
    return WHIM_HTTP1_BLOCK_END;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Puts one space for each line end inside of a kept line and the spaces around it. */
static void unfold(struct whim_buf *line, struct whim_http1_piece *piece)
{
    const char *end = line->data + line->len;
    char *to = line->data;

    for (const char *from = line->data; from < end;) {
        *to++ = *from++;
        if (to[-1] != '\n' || from == end)
            continue;
        to--;
        if (to > line->data && to[-1] == '\r')
            to--;
        while (to > line->data && is_blank(to[-1]))
            to--;
        while (is_blank(*from)) /* the line's own end stops this */
            from++;
        *to++ = ' ';
    }
    line->len = (size_t)(to - line->data);
    piece->len = line->len;
}

/*
 * The next whole field line, with the lines that continue it, as they came (RFC 9112 section 5.2).
 * The byte behind a line decides whether it is whole, so a line at the end of the input is held.
 * 1: a line; 0: more; -1: error.
 */
static int take_field_line(struct whim_http1_parser *parser, const char **data, size_t *len,
                           struct whim_http1_piece *piece)
{
    for (;;) {
        enum whim_http1_error error = WHIM_HTTP1_OK;

        if (!parser->is_line_held) {
            int have = take_line(parser, data, len, WHIM_HTTP1_MAX_LINE, piece);

            if (have <= 0 || is_blank_line(piece))
                return have; /* the blank line cannot be continued */
        }
        if (*len && !is_blank(**data))
            break;
        if (!parser->partial)
            error = keep(parser, piece->data, piece->len, WHIM_HTTP1_MAX_LINE);
        if (error != WHIM_HTTP1_OK) {
            fail(parser, error);
            return -1;
        }
        parser->is_line_held = *len == 0;
        if (parser->is_line_held)
            return 0;
    }
    parser->is_line_held = false;
    if (parser->partial) {
        piece->data = parser->partial->data;
        piece->len = parser->partial->len;
    }
    return 1;
}

static enum whim_http1_event pull_field(struct whim_http1_parser *parser, const char **data,
                                        size_t *len, struct whim_http1_piece *piece)
{
    bool is_trailer = parser->state == IN_TRAILERS;
    int have = take_field_line(parser, data, len, piece);
    enum whim_http1_error error;

    if (have <= 0)
        return have ? WHIM_HTTP1_ERROR : WHIM_HTTP1_MORE;
    error = count_line(parser, piece);
    if (error != WHIM_HTTP1_OK)
        return fail(parser, error);
    if (parser->partial)
        unfold(parser->partial, piece);
    if (is_blank_line(piece)) {
        if (!is_trailer)
            return end_block(parser);
        parser->state = AT_END;
        return WHIM_HTTP1_TRAILER;
    }
    error = is_blank(*piece->data) ? WHIM_HTTP1_BAD_FOLD
                                   : whim_http1_split_field(piece, line_text_len(piece));
    if (error == WHIM_HTTP1_OK && !is_trailer)
        error = whim_http1_note_field(parser, piece);
    if (error != WHIM_HTTP1_OK)
        return fail(parser, error);
    return is_trailer ? WHIM_HTTP1_TRAILER : WHIM_HTTP1_FIELD;
}

/* Who wants chunks raw gets the lines behind them as they come, and nobody reads their fields. */
static enum whim_http1_event pull_raw_trailer(struct whim_http1_parser *parser, const char **data,
                                              size_t *len, struct whim_http1_piece *piece)
{
    int have = take_line(parser, data, len, WHIM_HTTP1_MAX_LINE, piece);
    enum whim_http1_error error;

    if (have <= 0)
        return have ? WHIM_HTTP1_ERROR : WHIM_HTTP1_MORE;
    error = count_line(parser, piece);
    if (error != WHIM_HTTP1_OK)
        return fail(parser, error);
    if (is_blank_line(piece))
        parser->state = AT_END;
    return WHIM_HTTP1_BODY;
}

static enum whim_http1_event pull_body(struct whim_http1_parser *parser, const char **data,
                                       size_t *len, struct whim_http1_piece *piece)
{
    size_t n = *len;

    if (!n)
        return WHIM_HTTP1_MORE;
    if (parser->n_left >= 0 && (uint64_t)parser->n_left < n)
        n = (size_t)parser->n_left;
    piece->data = *data;
    piece->len = n;
    *data += n;
    *len -= n;
    if (parser->n_left < 0)
        return WHIM_HTTP1_BODY;
    parser->n_left -= (int64_t)n;
    if (parser->n_left == 0)
        parser->state = parser->state == IN_CHUNK ? IN_CHUNK_END : AT_END;
    return WHIM_HTTP1_BODY;
}

/* What is an error of its own in a header line is bad chunking here. */
static enum whim_http1_event fail_chunk(struct whim_http1_parser *parser)
{
    return fail(parser, parser->error == WHIM_HTTP1_NO_MEMORY ? WHIM_HTTP1_NO_MEMORY
                                                              : WHIM_HTTP1_BAD_CHUNK);
}

/* The line before a chunk: its size, and extensions that are nobody's business. */
static enum whim_http1_event pull_chunk_size(struct whim_http1_parser *parser, const char **data,
                                             size_t *len, struct whim_http1_piece *piece)
{
    int have = take_line(parser, data, len, WHIM_HTTP1_MAX_CHUNK_LINE, piece);
    enum whim_http1_error error;

    if (have <= 0)
        return have ? fail_chunk(parser) : WHIM_HTTP1_MORE;
    error = whim_http1_parse_chunk_size(piece->data, line_text_len(piece), &parser->n_left);
    if (error != WHIM_HTTP1_OK)
        return fail(parser, error);
    parser->state = parser->n_left ? IN_CHUNK : IN_TRAILERS;
    return WHIM_HTTP1_BODY; /* only handed out when chunks are wanted raw */
}

static enum whim_http1_event pull_chunk_end(struct whim_http1_parser *parser, const char **data,
                                            size_t *len, struct whim_http1_piece *piece)
{
    int have = take_line(parser, data, len, 2, piece);

    if (have < 0)
        return fail_chunk(parser);
    if (have == 0) /* the only byte that may come before the LF is a CR */
        return parser->partial && parser->partial->data[0] != '\r'
                   ? fail(parser, WHIM_HTTP1_BAD_CHUNK)
                   : WHIM_HTTP1_MORE;
    if (!is_blank_line(piece))
        return fail(parser, WHIM_HTTP1_BAD_CHUNK);
    parser->state = IN_CHUNK_SIZE;
    return WHIM_HTTP1_BODY;
}

/* Chunks and what stands around them, which only who wants it raw gets to see. */
static enum whim_http1_event pull_chunks(struct whim_http1_parser *parser, const char **data,
                                         size_t *len, struct whim_http1_piece *piece)
{
    enum whim_http1_event event = WHIM_HTTP1_BODY;

    while (parser->state == IN_CHUNK_SIZE || parser->state == IN_CHUNK_END) {
        event = parser->state == IN_CHUNK_SIZE ? pull_chunk_size(parser, data, len, piece)
                                               : pull_chunk_end(parser, data, len, piece);
        if (event != WHIM_HTTP1_BODY || parser->options & WHIM_HTTP1_RAW_CHUNKS)
            return event;
        free_partial(parser); /* the line is done with */
    }
    return parser->state == IN_CHUNK ? pull_body(parser, data, len, piece)
                                     : pull_field(parser, data, len, piece);
}

/* Tells HTTP from anything else by the first bytes, as soon as one differs. */
static enum whim_http1_event pull_start(struct whim_http1_parser *parser, const char **data,
                                        size_t *len, struct whim_http1_piece *piece)
{
    size_t have = parser->partial ? parser->partial->len : 0;
    size_t n = *len < PREFIX_LEN - have ? *len : PREFIX_LEN - have;
    enum whim_http1_error error;

    if (!*len)
        return WHIM_HTTP1_MORE;
    if (memcmp(*data, http_prefix + have, n) == 0) {
        if (have + n == PREFIX_LEN) {
            parser->state = IN_STATUS;
            return pull_status(parser, data, len, piece);
        }
        error = keep(parser, *data, n, WHIM_HTTP1_MAX_LINE);
        if (error != WHIM_HTTP1_OK)
            return fail(parser, error);
        *data += n;
        *len -= n;
        return WHIM_HTTP1_MORE;
    }
    if (parser->aliases && !parser->n_block_bytes) {
        parser->is_foreign = true;
        parser->state = IN_STATUS;
        return pull_status(parser, data, len, piece);
    }
    if (!(parser->options & WHIM_HTTP1_ALLOW_09) || parser->n_block_bytes)
        return fail(parser, parser->n_block_bytes ? WHIM_HTTP1_BAD_STATUS : WHIM_HTTP1_NOT_HTTP);
    begin_body_of_09(parser);
    if (!parser->partial)
        return pull_body(parser, data, len, piece);
    piece->data = http_prefix; /* what was kept is a prefix of this */
    piece->len = have;
    free_partial(parser);
    return WHIM_HTTP1_BODY;
}

/* Frees what the last event pointed into, unless it is a line that is still growing. */
static void free_used_line(struct whim_http1_parser *parser)
{
    const struct whim_buf *line = parser->partial;

    if (line->len && line->data[line->len - 1] == '\n' && !parser->is_line_held)
        free_partial(parser);
}

enum whim_http1_event whim_http1_pull(struct whim_http1_parser *parser, const char **data,
                                      size_t *len, struct whim_http1_piece *ret_piece)
{
    if (parser->partial)
        free_used_line(parser);
    switch ((enum state)parser->state) {
    case AT_START:
        return pull_start(parser, data, len, ret_piece);
    case IN_STATUS:
        return pull_status(parser, data, len, ret_piece);
    case IN_FIELDS:
        return pull_field(parser, data, len, ret_piece);
    case IN_BODY:
    case IN_CHUNK:
        return pull_body(parser, data, len, ret_piece);
    case IN_CHUNK_SIZE:
    case IN_CHUNK_END:
        return pull_chunks(parser, data, len, ret_piece);
    case IN_TRAILERS:
        return parser->options & WHIM_HTTP1_RAW_CHUNKS
                   ? pull_raw_trailer(parser, data, len, ret_piece)
                   : pull_field(parser, data, len, ret_piece);
    case AT_END:
        return WHIM_HTTP1_DONE;
    default:
        return WHIM_HTTP1_ERROR;
    }
}

enum whim_http1_event whim_http1_pull_close(struct whim_http1_parser *parser)
{
    switch ((enum state)parser->state) {
    case AT_START:
    case IN_STATUS:
        return fail(parser, WHIM_HTTP1_CLOSED_EMPTY);
    case IN_FIELDS:
        return fail(parser, WHIM_HTTP1_CLOSED_IN_HEADER);
    case IN_BODY:
        if (parser->n_left > 0)
            return fail(parser, WHIM_HTTP1_CLOSED_IN_BODY);
        parser->state = AT_END;
        return WHIM_HTTP1_DONE;
    case AT_END:
        return WHIM_HTTP1_DONE;
    case AT_ERROR:
        return WHIM_HTTP1_ERROR;
    default:
        return fail(parser, WHIM_HTTP1_CLOSED_IN_BODY);
    }
}
