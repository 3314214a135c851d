/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The URL parser.
 *
 *   scheme://user:password;options@[host%25zone]:port/path?query#fragment
 *
 * 1. Split (RFC 3986, section 3): pieces of the input, nothing copied.
 * 2. Check and normalise each piece, in the order in which libcurl looks at them, since that
 *    decides which error a text with several gets: fragment, query, path, login, port, host.
 * 3. When a piece changed, or a delimiter has to, join the pieces to a new text; otherwise the
 *    spans are those in the input.
 *
 * Deviations from the RFC are libcurl's: one to three slashes behind the scheme, a host may be
 * there without a path, IPv4 shorthand, spaces and bytes beyond ASCII on request.
 */
#include "proto/url_parser.h"

#include "proto/url_chars.h"
#include "proto/url_encode.h"
#include "proto/url_path.h"
#include "util/mem.h"

#include <string.h>

char *whim_url_parser_new_scratch(struct whim_url_parser *parser, size_t len)
{
    char *scratch = whim_malloc(len ? len : 1);

    if (scratch)
        parser->scratch[parser->n_scratch++] = scratch;
    return scratch;
}

/* The scheme's length, or 0 when the text has none. */
static size_t measure_scheme(const char *text, const char *end, bool guessing)
{
    size_t n = 0;
    size_t len = (size_t)(end - text);

    if (!len || !(whim_url_char(text[0]) & WHIM_CHAR_ALPHA))
        return 0;
    while (n < WHIM_SCHEME_MAX_BYTES && n < len && whim_url_char(text[n]) & WHIM_CHAR_SCHEME)
        n++;
    if (n == len || text[n] != ':')
        return 0;
    return !guessing || (n + 1 < len && text[n + 1] == '/') ? n : 0;
}

bool whim_url_is_absolute(const char *text, size_t len, bool guessing)
{
    return measure_scheme(text, text + len, guessing) > 0;
}

static void set_scheme(struct whim_url_parser *parser, const char *name, size_t len)
{
    parser->pieces.scheme = (struct whim_url_piece){name, len};
    parser->pieces.scheme_id = (uint8_t)whim_scheme_find(name, len);
}

/* 1a, for nearly all URLs that there are; false leaves it to split_scheme(). */
static bool split_usual_scheme(struct whim_url_parser *parser, const char **pick_rest)
{
    const char *text = parser->text;
    size_t len = 4;

    if (parser->end - text < 8 || memcmp(text, "http", 4) != 0)
        return false;
    len += text[4] == 's';
    if (text[len] != ':' || text[len + 1] != '/')
        return false;
    parser->has_scheme = true;
    parser->pieces.scheme = (struct whim_url_piece){text, len};
    parser->pieces.scheme_id = len == 4 ? WHIM_SCHEME_HTTP : WHIM_SCHEME_HTTPS;
    *pick_rest = text + len + 1;
    return true;
}

/* 1a. Finds the scheme; *pick_rest is what follows its colon. */
static CURLUcode split_scheme(struct whim_url_parser *parser, const char **pick_rest)
{
    bool guessing = parser->flags & (CURLU_GUESS_SCHEME | CURLU_DEFAULT_SCHEME);
    size_t len = measure_scheme(parser->text, parser->end, guessing);
    unsigned bits = 0;

    if (!len) {
        if (!guessing)
            return CURLUE_BAD_SCHEME;
        if (parser->flags & CURLU_DEFAULT_SCHEME)
            set_scheme(parser, "https", 5);
        parser->is_canonical = false;
        *pick_rest = parser->text;
        return CURLUE_OK;
    }
    parser->has_scheme = true;
    for (size_t i = 0; i < len; i++)
        bits |= whim_url_char(parser->text[i]);
    if (bits & WHIM_CHAR_UPPER) {
        for (size_t i = 0; i < len; i++)
            parser->scheme_text[i] = whim_url_lower(parser->text[i]);
        set_scheme(parser, parser->scheme_text, len);
        parser->is_canonical = false;
    } else {
        set_scheme(parser, parser->text, len);
    }
    if (parser->pieces.scheme_id == WHIM_SCHEME_OTHER &&
        !(parser->flags & CURLU_NON_SUPPORT_SCHEME))
        return CURLUE_UNSUPPORTED_SCHEME;
    *pick_rest = parser->text + len + 1;
    return CURLUE_OK;
}

static bool skip_prefix(const char **text, const char *end, const char *lower)
{
    size_t len = strlen(lower);

    if ((size_t)(end - *text) < len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (whim_url_lower((*text)[i]) != lower[i])
            return false;
    *text += len;
    return true;
}

/* Does the path start with "/c:/" or the like? */
static bool has_drive_prefix(struct whim_url_piece path)
{
    const char *text = path.ptr;

    return path.len >= 3 && whim_url_char(text[1]) & WHIM_CHAR_ALPHA &&
           (text[2] == ':' || text[2] == '|') &&
           (path.len == 3 || text[3] == '/' || text[3] == '\\');
}

/*
 * 1b. A file URL (RFC 8089): only this host, under three names, and no drive letters. *pick_rest
 * is the path.
 */
static CURLUcode split_file(struct whim_url_parser *parser, const char *rest,
                            const char **pick_rest)
{
    const char *path = rest;

    if (parser->end - parser->text <= 6) /* "file:/" */
        return CURLUE_BAD_FILE_URL;
    if (skip_prefix(&path, parser->end, "//")) {
        const char *host = path;

        if (skip_prefix(&path, parser->end, "localhost/") ||
            skip_prefix(&path, parser->end, "127.0.0.1/"))
            path--;
        if (path != host)
            parser->is_canonical = false;
    } else {
        parser->is_canonical = false;
    }
    if (path == parser->end || *path != '/' ||
        has_drive_prefix(whim_url_piece_of(path, parser->end)))
        return CURLUE_BAD_FILE_URL;
    *pick_rest = path;
    return CURLUE_OK;
}

/*
 * 1c. The slashes and the authority of any other URL; *pick_rest is what follows it. When there
 * is no authority the third slash is that of the path.
 */
static CURLUcode split_authority(struct whim_url_parser *parser, const char *rest,
                                 const char **pick_rest)
{
    unsigned bits = 0;
    unsigned char_bits;
    const char *start = rest;
    size_t n_slashes = 2;

    if (parser->has_scheme) {
        while (rest < parser->end && *rest == '/' && rest - start < 4)
            rest++;
        n_slashes = (size_t)(rest - start);
        if (n_slashes < 1 || n_slashes > 3)
            return CURLUE_BAD_SLASHES;
        start = rest;
    }
    while (rest < parser->end && !((char_bits = whim_url_char(*rest)) & WHIM_CHAR_AFTER_HOST)) {
        bits |= char_bits;
        rest++;
    }
    if (rest == start && !(parser->has_scheme && parser->flags & CURLU_NO_AUTHORITY))
        return CURLUE_NO_HOST;
    parser->authority = whim_url_piece_of(start, rest);
    parser->authority_bits = bits;
    if (rest == start && n_slashes == 3)
        rest--;
    else if (n_slashes != 2)
        parser->is_canonical = false;
    *pick_rest = rest;
    return CURLUE_OK;
}

/* Has it bytes that no URL may have? CURLU_ALLOW_SPACE leaves control bytes. */
static bool is_unfit(const char *text, size_t len, unsigned flags)
{
    unsigned unfit = flags & CURLU_ALLOW_SPACE ? WHIM_CHAR_CONTROL
                                               : WHIM_CHAR_CONTROL | WHIM_CHAR_SPACE;

    return whim_url_host_bits(text, len) & unfit;
}

bool whim_url_parser_is_unfit(const struct whim_url_parser *parser, struct whim_url_piece piece)
{
    return is_unfit(piece.ptr, piece.len, parser->flags);
}

static CURLUcode encode_piece(struct whim_url_parser *parser, struct whim_url_piece *piece,
                              bool is_query)
{
    char *scratch;

    if (!(parser->flags & CURLU_URLENCODE) || !whim_url_needs_encoding(piece->ptr, piece->len))
        return CURLUE_OK;
    scratch = whim_url_parser_new_scratch(parser, 3 * piece->len);
    if (!scratch)
        return CURLUE_OUT_OF_MEMORY;
    *piece = (struct whim_url_piece){
        scratch, whim_url_encode_text(scratch, piece->ptr, piece->len, is_query)};
    parser->is_canonical = false;
    return CURLUE_OK;
}

/* 2a. */
static CURLUcode check_fragment(struct whim_url_parser *parser, const char *hash)
{
    struct whim_url_piece fragment = whim_url_piece_of(hash + 1, parser->end);
    CURLUcode code = encode_piece(parser, &fragment, false);

    if (code)
        return code;
    if (whim_url_parser_is_unfit(parser, fragment))
        return CURLUE_BAD_FRAGMENT;
    if (!fragment.len)
        parser->is_canonical = false;
    parser->pieces.fragment = fragment;
    parser->pieces.has |= WHIM_URL_HAS_FRAGMENT;
    return CURLUE_OK;
}

/* 2b. */
static CURLUcode check_query(struct whim_url_parser *parser, const char *mark, const char *end)
{
    struct whim_url_piece query = whim_url_piece_of(mark + 1, end);
    CURLUcode code = encode_piece(parser, &query, true);

    if (code)
        return code;
    if (whim_url_parser_is_unfit(parser, query))
        return CURLUE_BAD_QUERY;
    if (!query.len)
        parser->is_canonical = false;
    parser->pieces.query = query;
    parser->pieces.has |= WHIM_URL_HAS_QUERY;
    return CURLUE_OK;
}

static CURLUcode del_dot_segments(struct whim_url_parser *parser, struct whim_url_piece *path)
{
    char *out;

    if (!whim_url_has_dot_segment(path->ptr, path->len))
        return CURLUE_OK;
    out = whim_url_parser_new_scratch(parser, path->len);
    if (!out)
        return CURLUE_OUT_OF_MEMORY;
    *path = (struct whim_url_piece){out, whim_url_del_dot_segments(out, path->ptr, path->len)};
    parser->is_canonical = false;
    return CURLUE_OK;
}

/* 2c. bits are those of all its bytes. */
static CURLUcode check_path(struct whim_url_parser *parser, struct whim_url_piece path,
                            unsigned bits)
{
    CURLUcode code = CURLUE_OK;

    if (bits & (WHIM_CHAR_SPACE | WHIM_CHAR_HIGH | WHIM_CHAR_CONTROL)) {
        code = encode_piece(parser, &path, false);
        if (!code && whim_url_parser_is_unfit(parser, path))
            code = CURLUE_BAD_PATH;
    }
    if (!code && bits & (WHIM_CHAR_DOT | WHIM_CHAR_PERCENT) && !(parser->flags & CURLU_PATH_AS_IS))
        code = del_dot_segments(parser, &path);
    if (!path.len)
        parser->is_canonical = false; /* joining writes the slash */
    parser->pieces.path = path;
    return code;
}

/* Splits what follows the authority, and does 2a to 2c. */
static CURLUcode check_tail(struct whim_url_parser *parser, const char *path)
{
    const char *end = path;
    const char *hash = NULL;
    const char *mark = NULL;
    unsigned bits = 0;
    unsigned char_bits;
    CURLUcode code = CURLUE_OK;

    while (end < parser->end && !((char_bits = whim_url_char(*end)) & WHIM_CHAR_AFTER_PATH)) {
        bits |= char_bits;
        end++;
    }
    if (end < parser->end) {
        hash = memchr(end, '#', (size_t)(parser->end - end));
        mark = *end == '?' ? end : NULL;
    }
    if (hash)
        code = check_fragment(parser, hash);
    if (!code && mark)
        code = check_query(parser, mark, hash ? hash : parser->end);
    return code ? code : check_path(parser, whim_url_piece_of(path, end), bits);
}

/* What libcurl takes a URL without a scheme for: the first label of the host may tell. */
static void guess_scheme(struct whim_url_parser *parser)
{
    static const char prefixes[][6] = {"ftp.", "dict.", "ldap.", "imap.", "smtp.", "pop3."};
    const char *host = parser->pieces.host.ptr;

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        const char *rest = host;

        if (skip_prefix(&rest, host + parser->pieces.host.len, prefixes[i])) {
            set_scheme(parser, prefixes[i], (size_t)(rest - host) - 1);
            break;
        }
    }
    if (!parser->pieces.scheme.len)
        set_scheme(parser, "http", 4);
    parser->pieces.has |= WHIM_URL_GUESSED_SCHEME;
}

/* Steps 1 and 2. */
static CURLUcode parse_text(struct whim_url_parser *parser)
{
    struct whim_url_pieces *pieces = &parser->pieces;
    const char *rest;
    bool is_file;
    CURLUcode code = CURLUE_OK;

    if (!split_usual_scheme(parser, &rest))
        code = split_scheme(parser, &rest);
    if (code)
        return code;
    is_file = parser->has_scheme && pieces->scheme_id == WHIM_SCHEME_FILE;
    code = is_file ? split_file(parser, rest, &rest) : split_authority(parser, rest, &rest);
    if (!code)
        code = check_tail(parser, rest);
    if (!code && is_file && has_drive_prefix(pieces->path))
        code = CURLUE_BAD_FILE_URL; /* it came to the front when dot segments went */
    if (!code && parser->authority.len)
        code = whim_url_parser_check_authority(parser);
    if (code)
        return code;
    if (!pieces->scheme.len)
        guess_scheme(parser);
    if (!(pieces->has & WHIM_URL_HAS_PORT))
        pieces->port = whim_scheme_info(pieces->scheme_id)->default_port;
    if (parser->authority_bits & (WHIM_CHAR_UPPER | WHIM_CHAR_HIGH | WHIM_CHAR_PERCENT)) {
        unsigned bits = whim_url_host_bits(pieces->host.ptr, pieces->host.len);

        pieces->has |= bits & WHIM_CHAR_UPPER ? WHIM_URL_HOST_HAS_UPPER : 0;
        pieces->has |= bits & WHIM_CHAR_HIGH ? WHIM_URL_HOST_NON_ASCII : 0;
    }
    return CURLUE_OK;
}

CURLUcode whim_url_parse_copy(const char *text, size_t len, unsigned flags,
                              struct whim_url *ret_url, struct whim_str **ret_text)
{
    struct whim_str *copy = NULL;
    struct whim_url url;
    CURLUcode code = whim_url_parse(text, len, flags, NULL, &url, &copy);

    if (code == CURLUE_OK && !copy) {
        copy = whim_str_new(text, len);
        if (!copy)
            code = CURLUE_OUT_OF_MEMORY;
    }
    if (code == CURLUE_OK) {
        *ret_url = url;
        *ret_text = copy;
    }
    return code;
}

/* The text with "scheme://" in front of it: what CURLOPT_DEFAULT_PROTOCOL means. */
static CURLUcode parse_with_default(const char *text, size_t len, unsigned flags,
                                    const char *default_scheme, struct whim_url *ret_url,
                                    struct whim_str **ret_canonical)
{
    struct whim_buf whole;
    enum whim_buf_result added;
    CURLUcode code;

    whim_buf_init(&whole, WHIM_URL_MAX_BYTES);
    added = whim_buf_add_str(&whole, default_scheme);
    if (added == WHIM_BUF_OK)
        added = whim_buf_add_str(&whole, "://");
    if (added == WHIM_BUF_OK)
        added = whim_buf_add(&whole, text, len);
    code = whim_url_code_of_buf(added);
    if (code == CURLUE_OK)
        code = whim_url_parse_copy(whole.data, whole.len, flags, ret_url, ret_canonical);
    whim_buf_fini(&whole);
    return code;
}

/* Pieces that are not there are empty ones of the text. */
static void reset_pieces(struct whim_url_pieces *pieces, const char *text)
{
    const struct whim_url_piece none = {text, 0};

    *pieces = (struct whim_url_pieces){
        .scheme = none,
        .user = none,
        .password = none,
        .options = none,
        .host = none,
        .zone = none,
        .port_text = none,
        .path = none,
        .query = none,
        .fragment = none,
    };
}

CURLUcode whim_url_parse(const char *text, size_t len, unsigned flags, const char *default_scheme,
                         struct whim_url *ret_url, struct whim_str **ret_canonical)
{
    struct whim_url_parser parser;
    CURLUcode code;

    if (len > WHIM_URL_MAX_BYTES || (flags & CURLU_URLENCODE && is_unfit(text, len, flags)))
        return CURLUE_MALFORMED_INPUT;
    if (default_scheme && !whim_url_is_absolute(text, len, true))
        return parse_with_default(text, len, flags, default_scheme, ret_url, ret_canonical);
    parser.text = text;
    parser.end = text + len;
    parser.flags = flags;
    parser.is_canonical = true;
    parser.has_scheme = false;
    parser.authority = (struct whim_url_piece){0};
    parser.authority_bits = 0;
    reset_pieces(&parser.pieces, text);
    parser.n_scratch = 0; /* the texts are written before they are read */
    code = parse_text(&parser);
    if (code == CURLUE_OK && parser.is_canonical) {
        whim_url_locate(&parser.pieces, text, ret_url);
        *ret_canonical = NULL;
    } else if (code == CURLUE_OK) {
        code = whim_url_join(&parser.pieces, false, ret_url, ret_canonical);
    } else if (code != CURLUE_OUT_OF_MEMORY && is_unfit(text, len, flags)) {
        code = CURLUE_MALFORMED_INPUT; /* whichever part it is in, and what else is wrong */
    }
    while (parser.n_scratch)
        whim_free(parser.scratch[--parser.n_scratch]);
    return code;
}
