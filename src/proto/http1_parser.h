/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * HTTP/1.x response parser: bytes in, events out. No descriptor, clock or loop inside.
 *
 * Feed it whatever arrived, split anywhere; pull events until it asks for more. Header lines and
 * body bytes come as pointers into what was fed; only a line that was cut by the end of the input
 * is kept, in a buffer of its own that lives until the line is whole.
 *
 *   status line -> fields ... -> blank line -> (1xx: again from the start)
 *               -> body by Content-Length | chunks, trailers | until close | none -> done
 *
 * It is strict where laxness has cost others dear (RFC 9112 sections 2.2, 6.3, 7.1 and 11.2):
 * lengths that disagree, a length beside chunked coding, a bad chunk size, a CR without LF, a NUL,
 * a line without a field name, and blocks past their cap are errors; after an error, or when the
 * end was found by the peer's close, can_keep_alive is false.
 *
 * Caps, in bytes as they came: a header line 100 KB, all blocks of one response 300 KB (C-150,
 * C-197), a chunk's line 8 KB.
 */
#ifndef WHIM_PROTO_HTTP1_PARSER_H
#define WHIM_PROTO_HTTP1_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct curl_slist;
struct whim_buf;

#define WHIM_HTTP1_MAX_LINE ((size_t)100 * 1024)
#define WHIM_HTTP1_MAX_BLOCKS ((uint32_t)300 * 1024)
#define WHIM_HTTP1_MAX_CHUNK_LINE ((size_t)8 * 1024)

enum whim_http1_event {
    WHIM_HTTP1_MORE,      /* everything that was fed is used up */
    WHIM_HTTP1_STATUS,    /* the status line; .status and .version are set */
    WHIM_HTTP1_FIELD,     /* a header field line, unfolded */
    WHIM_HTTP1_BLOCK_END, /* the blank line; is_final tells the header's from that of a 1xx */
    WHIM_HTTP1_BODY,      /* bytes of the body, transfer coding removed */
    WHIM_HTTP1_TRAILER,   /* a trailer field line; the blank line that ends them is one too */
    WHIM_HTTP1_DONE,      /* the response is complete; what is left over is not part of it */
    WHIM_HTTP1_ERROR,     /* .error says why; every later pull says the same */
};

enum whim_http1_error {
    WHIM_HTTP1_OK,
#define HTTP1_ERROR(name, code, text) WHIM_HTTP1_##name,
#include "proto/tbl/http1_errors.h"
};

/* How the end of the body is found (RFC 9112 section 6.3). */
enum whim_http1_framing {
    WHIM_HTTP1_NO_BODY,
    WHIM_HTTP1_BY_LENGTH,
    WHIM_HTTP1_CHUNKED,
    WHIM_HTTP1_UNTIL_CLOSE,
};

/* What the request and the application say about the response. */
enum {
    WHIM_HTTP1_TO_HEAD = 1 << 0,       /* answers a HEAD request: never a body */
    WHIM_HTTP1_ALLOW_09 = 1 << 1,      /* bytes that are not HTTP are a body until close (C-196) */
    WHIM_HTTP1_RAW_CHUNKS = 1 << 2,    /* chunks and trailers are handed out as they came, as BODY */
    WHIM_HTTP1_TAKE_CODINGS = 1 << 4,  /* transfer codings but chunked stay on what is handed out */
    WHIM_HTTP1_IGNORE_LENGTH = 1 << 3, /* Content-Length is not believed: until close */
};

struct whim_http1_parser {
    struct whim_buf *partial; /* a line cut by the end of input; NULL most of the time */
    const struct curl_slist *aliases; /* the user's: a first line that begins so is a 200 of 1.0 */
    int64_t content_length;   /* -1: not told */
    int64_t n_left;           /* of the body or the chunk */
    uint32_t n_block_bytes;   /* header bytes so far, all blocks */
    uint16_t status;
    uint8_t version;          /* 9, 10, 11; 0 before the status line */
    uint8_t state;
    uint8_t options;
    uint8_t framing;          /* enum whim_http1_framing, once is_final */
    uint8_t error;            /* enum whim_http1_error */
    bool is_final : 1;        /* the header of the final response has ended */
    bool is_chunked : 1;
    bool has_other_coding : 1;
    bool can_keep_alive : 1;  /* the connection may carry another request after DONE */
    bool says_close : 1;
    bool says_keep_alive : 1;
    bool is_foreign : 1;      /* the first line is not HTTP's; an alias may know it */
    bool is_line_held : 1;    /* partial is a whole line that may yet be continued (obs-fold) */
};

/* A piece of the response; the pointers are good until the next call or until the input goes. */
struct whim_http1_piece {
    const char *data; /* the line with its line end, or body bytes */
    size_t len;
    const char *name; /* FIELD and TRAILER: the field's name, and its value without outer spaces */
    size_t name_len;
    const char *value;
    size_t value_len;
};

/* Ready for the response to one request. Allocates nothing. */
void whim_http1_init(struct whim_http1_parser *parser, unsigned options);
void whim_http1_fini(struct whim_http1_parser *parser);

/*
 * Takes from the front of *data / *len what the next event needs, and returns the event.
 * STATUS, FIELD, BLOCK_END, BODY and TRAILER fill *ret_piece. BODY is never empty and never more
 * than what was fed.
 */
enum whim_http1_event whim_http1_pull(struct whim_http1_parser *parser, const char **data,
                                      size_t *len, struct whim_http1_piece *ret_piece);

/* The peer has closed: DONE where a close ends the response, else ERROR. */
enum whim_http1_event whim_http1_pull_close(struct whim_http1_parser *parser);

#endif
