/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The state of one run of the URL parser, shared by its two halves: url_parse.c, which splits the
 * text and does all but the authority, and url_authority.c. Nobody else includes this.
 */
#ifndef WHIM_PROTO_URL_PARSER_H
#define WHIM_PROTO_URL_PARSER_H

#include "proto/url_build.h"
#include "proto/url_host.h"

/* Password, query and fragment may need one each, and host and path two. */
enum { WHIM_URL_MAX_SCRATCH = 7 };

struct whim_url_parser {
    const char *text;
    const char *end;
    unsigned flags; /* CURLU_* */
    bool is_canonical;
    bool has_scheme;                 /* in the text */
    struct whim_url_piece authority; /* as written */
    unsigned authority_bits;         /* enum whim_char_class of all its bytes, or-ed */
    struct whim_url_pieces pieces;
    char *scratch[WHIM_URL_MAX_SCRATCH];
    unsigned n_scratch;
    char scheme_text[WHIM_SCHEME_MAX_BYTES];
    char host_text[WHIM_HOST_NUMERIC_BYTES];
    char port_text[5];
};

/* Memory for a piece that is rewritten; it lives as long as the parser. NULL: out of memory. */
char *whim_url_parser_new_scratch(struct whim_url_parser *parser, size_t len);

/* Is a byte in there that is unfit even for a part that takes anything? */
bool whim_url_parser_is_unfit(const struct whim_url_parser *parser, struct whim_url_piece piece);

/*
 * Splits and checks the authority, which is not empty: login, port and host. Fills the pieces;
 * without a written port their port is left alone.
 */
CURLUcode whim_url_parser_check_authority(struct whim_url_parser *parser);

static inline struct whim_url_piece whim_url_piece_of(const char *start, const char *end)
{
    return (struct whim_url_piece){start, (size_t)(end - start)};
}

#endif
