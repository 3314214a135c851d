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
#include "proto/url.h"

#include "proto/url_build.h"
#include "proto/url_chars.h"
#include "proto/url_encode.h"
#include "proto/url_host.h"
#include "proto/url_path.h"
#include "util/mem.h"

#include <string.h>

enum {
    MAX_SCHEME_BYTES = 39,
    MAX_SCRATCH = 3, /* host, path and query may each need one */
};

struct parse {
    const char *text;
    const char *end;
    unsigned flags;
    bool is_canonical;
    bool has_scheme; /* in the text */
    struct whim_url_piece authority; /* as written */
    unsigned authority_bits;         /* enum whim_char_class of all its bytes */
    struct whim_url_pieces pieces;
    char *scratch[MAX_SCRATCH];
    unsigned n_scratch;
    char scheme_text[MAX_SCHEME_BYTES];
    char host_text[WHIM_HOST_NUMERIC_BYTES];
    char port_text[5];
};

static struct whim_url_piece piece_of(const char *start, const char *end)
{
    return (struct whim_url_piece){start, (size_t)(end - start)};
}

/* Memory for a piece that is rewritten; it lives as long as the parse. */
static char *new_scratch(struct parse *parse, size_t len)
{
    char *scratch = whim_malloc(len ? len : 1);

    if (scratch)
        parse->scratch[parse->n_scratch++] = scratch;
    return scratch;
}

/* The scheme's length, or 0 when the text has none. */
static size_t measure_scheme(const char *text, const char *end, bool guessing)
{
    size_t n = 0;
    size_t len = (size_t)(end - text);

    while (n < MAX_SCHEME_BYTES && n < len && whim_url_char(text[n]) & WHIM_CHAR_SCHEME)
        n++;
    if (n == 0 || n == len || text[n] != ':')
        return 0;
    return !guessing || (n + 1 < len && text[n + 1] == '/') ? n : 0;
}

bool whim_url_is_absolute(const char *text, size_t len, bool guessing)
{
    return measure_scheme(text, text + len, guessing) > 0;
}

static void set_scheme(struct parse *parse, const char *name, size_t len)
{
    parse->pieces.scheme = (struct whim_url_piece){name, len};
    parse->pieces.scheme_id = (uint8_t)whim_scheme_find(name, len);
}

/* 1a. Finds the scheme; *pick_rest is what follows its colon. */
static CURLUcode split_scheme(struct parse *parse, const char **pick_rest)
{
    bool guessing = parse->flags & (CURLU_GUESS_SCHEME | CURLU_DEFAULT_SCHEME);
    size_t len = measure_scheme(parse->text, parse->end, guessing);
    unsigned bits = 0;

    if (!len) {
        if (!guessing)
            return CURLUE_BAD_SCHEME;
        if (parse->flags & CURLU_DEFAULT_SCHEME)
            set_scheme(parse, "https", 5);
        parse->is_canonical = false;
        *pick_rest = parse->text;
        return CURLUE_OK;
    }
    parse->has_scheme = true;
    for (size_t i = 0; i < len; i++)
        bits |= whim_url_char(parse->text[i]);
    if (bits & WHIM_CHAR_UPPER) {
        for (size_t i = 0; i < len; i++)
            parse->scheme_text[i] = whim_url_lower(parse->text[i]);
        set_scheme(parse, parse->scheme_text, len);
        parse->is_canonical = false;
    } else {
        set_scheme(parse, parse->text, len);
    }
    if (parse->pieces.scheme_id == WHIM_SCHEME_OTHER && !(parse->flags & CURLU_NON_SUPPORT_SCHEME))
        return CURLUE_UNSUPPORTED_SCHEME;
    *pick_rest = parse->text + len + 1;
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

static bool is_drive_prefix(const char *text, const char *end)
{
    return end - text >= 2 && whim_url_char(text[0]) & WHIM_CHAR_ALPHA &&
           (text[1] == ':' || text[1] == '|') &&
           (end - text == 2 || text[2] == '/' || text[2] == '\\');
}

/*
 * 1b. A file URL (RFC 8089): only this host, under three names, and no drive letters. *pick_rest
 * is the path.
 */
static CURLUcode split_file(struct parse *parse, const char *rest, const char **pick_rest)
{
    const char *path = rest;

    if (parse->end - parse->text <= 6) /* "file:/" */
        return CURLUE_BAD_FILE_URL;
    if (skip_prefix(&path, parse->end, "//")) {
        const char *host = path;

        if (path == parse->end)
            return CURLUE_BAD_FILE_URL;
        if (*path != '/' && !is_drive_prefix(path, parse->end)) {
            if (!skip_prefix(&path, parse->end, "localhost/") &&
                !skip_prefix(&path, parse->end, "127.0.0.1/"))
                return CURLUE_BAD_FILE_URL;
            path--;
        }
        if (path != host)
            parse->is_canonical = false;
    } else {
        parse->is_canonical = false;
    }
    if (is_drive_prefix(path, parse->end) ||
        (path < parse->end && *path == '/' && is_drive_prefix(path + 1, parse->end)))
        return CURLUE_BAD_FILE_URL;
    *pick_rest = path;
    return CURLUE_OK;
}

/* 1c. The slashes and the authority of any other URL; *pick_rest is what follows it. */
static CURLUcode split_authority(struct parse *parse, const char *rest, const char **pick_rest)
{
    unsigned bits = 0;
    unsigned char_bits;
    const char *start = rest;

    if (parse->has_scheme) {
        while (rest < parse->end && *rest == '/' && rest - start < 4)
            rest++;
        if (rest == start || rest - start > 3)
            return CURLUE_BAD_SLASHES;
        if (rest - start != 2)
            parse->is_canonical = false;
        start = rest;
    }
    while (rest < parse->end &&
           !((char_bits = whim_url_char(*rest)) & WHIM_CHAR_AFTER_HOST)) {
        bits |= char_bits;
        rest++;
    }
    if (rest == start && !(parse->flags & CURLU_NO_AUTHORITY))
        return CURLUE_NO_HOST;
    parse->authority = piece_of(start, rest);
    parse->authority_bits = bits;
    *pick_rest = rest;
    return CURLUE_OK;
}

/* The bytes that CURLU_ALLOW_SPACE leaves unfit. */
static unsigned unfit_bits(const struct parse *parse)
{
    return parse->flags & CURLU_ALLOW_SPACE ? WHIM_CHAR_CONTROL
                                            : WHIM_CHAR_CONTROL | WHIM_CHAR_SPACE;
}

/* Is a byte in there that is unfit even for a part that takes anything? */
static bool is_unfit(const struct parse *parse, struct whim_url_piece piece)
{
    return whim_url_host_bits(piece.ptr, piece.len) & unfit_bits(parse);
}

static CURLUcode encode_piece(struct parse *parse, struct whim_url_piece *piece, bool is_query)
{
    char *scratch;

    if (!(parse->flags & CURLU_URLENCODE) || !whim_url_needs_encoding(piece->ptr, piece->len))
        return CURLUE_OK;
    scratch = new_scratch(parse, 3 * piece->len);
    if (!scratch)
        return CURLUE_OUT_OF_MEMORY;
    *piece = (struct whim_url_piece){
        scratch, whim_url_encode_text(scratch, piece->ptr, piece->len, is_query)};
    parse->is_canonical = false;
    return CURLUE_OK;
}

/* 2a. */
static CURLUcode check_fragment(struct parse *parse, const char *hash)
{
    struct whim_url_piece fragment = piece_of(hash + 1, parse->end);

    if (is_unfit(parse, fragment))
        return CURLUE_BAD_FRAGMENT;
    if (!fragment.len)
        parse->is_canonical = false;
    parse->pieces.fragment = fragment;
    parse->pieces.has |= WHIM_URL_HAS_FRAGMENT;
    return CURLUE_OK;
}

/* 2b. */
static CURLUcode check_query(struct parse *parse, const char *mark, const char *end)
{
    struct whim_url_piece query = piece_of(mark + 1, end);
    CURLUcode code = encode_piece(parse, &query, true);

    if (code)
        return code;
    if (is_unfit(parse, query))
        return CURLUE_BAD_QUERY;
    if (!query.len)
        parse->is_canonical = false;
    parse->pieces.query = query;
    parse->pieces.has |= WHIM_URL_HAS_QUERY;
    return CURLUE_OK;
}

static CURLUcode del_dot_segments(struct parse *parse, struct whim_url_piece *path)
{
    char *out;

    if (!path->len || path->ptr[0] != '/' || !whim_url_has_dot_segment(path->ptr, path->len))
        return CURLUE_OK;
    out = new_scratch(parse, path->len);
    if (!out)
        return CURLUE_OUT_OF_MEMORY;
    *path = (struct whim_url_piece){out, whim_url_del_dot_segments(out, path->ptr, path->len)};
    parse->is_canonical = false;
    return CURLUE_OK;
}

/* 2c. bits are those of all its bytes. */
static CURLUcode check_path(struct parse *parse, struct whim_url_piece path, unsigned bits)
{
    CURLUcode code = CURLUE_OK;

    if (bits & (WHIM_CHAR_SPACE | WHIM_CHAR_HIGH | WHIM_CHAR_CONTROL)) {
        code = encode_piece(parse, &path, false);
        if (!code && is_unfit(parse, path))
            code = CURLUE_BAD_PATH;
    }
    if (!code && bits & WHIM_CHAR_DOT && !(parse->flags & CURLU_PATH_AS_IS))
        code = del_dot_segments(parse, &path);
    if (!path.len || path.ptr[0] != '/')
        parse->is_canonical = false; /* joining writes the slash */
    parse->pieces.path = path;
    return code;
}

/* Splits what follows the authority, and does 2a to 2c. */
static CURLUcode check_tail(struct parse *parse, const char *path)
{
    const char *end = path;
    const char *hash = NULL;
    const char *mark = NULL;
    unsigned bits = 0;
    unsigned char_bits;
    CURLUcode code = CURLUE_OK;

    while (end < parse->end && !((char_bits = whim_url_char(*end)) & WHIM_CHAR_AFTER_PATH)) {
        bits |= char_bits;
        end++;
    }
    if (end < parse->end) {
        hash = memchr(end, '#', (size_t)(parse->end - end));
        mark = *end == '?' ? end : NULL;
    }
    if (hash)
        code = check_fragment(parse, hash);
    if (!code && mark)
        code = check_query(parse, mark, hash ? hash : parse->end);
    return code ? code : check_path(parse, piece_of(path, end), bits);
}

/* 2d. "user:password;options", the latter two in either order. */
static CURLUcode check_login(struct parse *parse, const char *start, const char *at)
{
    struct whim_url_pieces *pieces = &parse->pieces;
    size_t len = (size_t)(at - start);
    const char *colon = memchr(start, ':', len);
    const char *semicolon = NULL;
    const char *user_end = colon ? colon : at;

    if (parse->flags & CURLU_DISALLOW_USER)
        return CURLUE_USER_NOT_ALLOWED;
    if (whim_scheme_info(pieces->scheme_id)->flags & WHIM_SCHEME_LOGIN_OPTIONS)
        semicolon = memchr(start, ';', len);
    if (semicolon && semicolon < user_end)
        user_end = semicolon;
    pieces->user = piece_of(start, user_end);
    pieces->has |= WHIM_URL_HAS_USER;
    if (is_unfit(parse, pieces->user))
        return CURLUE_BAD_USER;
    if (colon) {
        pieces->password = piece_of(colon + 1, semicolon > colon ? semicolon : at);
        pieces->has |= WHIM_URL_HAS_PASSWORD;
        if (is_unfit(parse, pieces->password))
            return CURLUE_BAD_PASSWORD;
    }
    if (semicolon) {
        pieces->options = piece_of(semicolon + 1, colon > semicolon ? colon : at);
        pieces->has |= WHIM_URL_HAS_OPTIONS;
        if (is_unfit(parse, pieces->options))
            return CURLUE_BAD_LOGIN;
        if (colon > semicolon)
            parse->is_canonical = false;
    }
    return CURLUE_OK;
}

/* 2e. What follows the colon behind the host. */
static CURLUcode check_port(struct parse *parse, const char *start, const char *end)
{
    uint32_t port = 0;
    size_t n_digits = 0;
    const char *first = start;

    if (start == end) {
        /* "host:" is well, but without a scheme it is not clear that it is a host */
        parse->is_canonical = false;
        return parse->has_scheme ? CURLUE_OK : CURLUE_BAD_PORT_NUMBER;
    }
    for (; start < end; start++) {
        if (!(whim_url_char(*start) & WHIM_CHAR_DIGIT))
            return CURLUE_BAD_PORT_NUMBER;
        port = port * 10 + (uint32_t)(*start - '0');
        if (port > 0xffff)
            return CURLUE_BAD_PORT_NUMBER;
    }
    parse->pieces.port = (uint16_t)port;
    parse->pieces.has |= WHIM_URL_HAS_PORT;
    if (*first == '0' && end - first > 1) {
        parse->is_canonical = false;
        do
            parse->port_text[sizeof(parse->port_text) - ++n_digits] = (char)('0' + port % 10);
        while (port /= 10);
        first = end = parse->port_text + sizeof(parse->port_text);
        first -= n_digits;
    }
    parse->pieces.port_text = piece_of(first, end);
    return CURLUE_OK;
}

/* 2f. The host between brackets. */
static CURLUcode check_host_ipv6(struct parse *parse, struct whim_url_piece host)
{
    struct whim_url_pieces *pieces = &parse->pieces;
    CURLUcode code = whim_url_host_ipv6(host.ptr, host.len, parse->host_text, &pieces->host,
                                        &pieces->zone);
    size_t n_written;

    if (code)
        return code;
    pieces->host_kind = WHIM_HOST_IPV6;
    n_written = pieces->host.len;
    if (pieces->zone.len) {
        pieces->has |= WHIM_URL_HAS_ZONE;
        n_written += 3 + pieces->zone.len;
    }
    if (n_written != host.len)
        parse->is_canonical = false;
    return CURLUE_OK;
}

/* 2f. A name, or an IPv4 address. */
static CURLUcode check_host_name(struct parse *parse, struct whim_url_piece host)
{
    struct whim_url_pieces *pieces = &parse->pieces;
    size_t len;

    if (parse->authority_bits & WHIM_CHAR_PERCENT && memchr(host.ptr, '%', host.len)) {
        char *decoded = new_scratch(parse, 3 * host.len);

        if (!decoded)
            return CURLUE_OUT_OF_MEMORY;
        if (!whim_url_host_decode(decoded, host.ptr, host.len, &len))
            return CURLUE_BAD_HOSTNAME;
        if (len != host.len || memcmp(decoded, host.ptr, len) != 0) {
            parse->is_canonical = false;
            host = (struct whim_url_piece){decoded, len};
        }
    } else if (parse->authority_bits & WHIM_CHAR_NOT_HOST &&
               whim_url_host_bits(host.ptr, host.len) & WHIM_CHAR_NOT_HOST) {
        return CURLUE_BAD_HOSTNAME;
    }
    pieces->host_kind = WHIM_HOST_NAME;
    if (whim_url_char(host.ptr[0]) & WHIM_CHAR_DIGIT &&
        whim_url_host_ipv4(host.ptr, host.len, parse->host_text, &len)) {
        pieces->host_kind = WHIM_HOST_IPV4;
        if (len != host.len || memcmp(parse->host_text, host.ptr, len) != 0) {
            parse->is_canonical = false;
            host = (struct whim_url_piece){parse->host_text, len};
        }
    }
    pieces->host = host;
    return CURLUE_OK;
}

/* Splits the authority, and does 2d to 2f. */
static CURLUcode check_authority(struct parse *parse)
{
    struct whim_url_piece host = parse->authority;
    const char *end = host.ptr + host.len;
    const char *colon = NULL;
    const char *at;
    CURLUcode code;

    if (parse->authority_bits & WHIM_CHAR_AT) {
        at = memchr(host.ptr, '@', host.len);
        code = check_login(parse, host.ptr, at);
        if (code)
            return code;
        host = piece_of(at + 1, end);
    }
    if (host.len && host.ptr[0] == '[') {
        const char *bracket = memchr(host.ptr, ']', host.len);

        if (!bracket)
            return CURLUE_BAD_IPV6;
        if (bracket + 1 < end) {
            if (bracket[1] != ':')
                return CURLUE_BAD_PORT_NUMBER;
            colon = bracket + 1;
        }
    } else if (parse->authority_bits & WHIM_CHAR_COLON) {
        colon = memchr(host.ptr, ':', host.len);
    }
    if (colon) {
        code = check_port(parse, colon + 1, end);
        if (code)
            return code;
        host.len = (size_t)(colon - host.ptr);
    }
    if (!host.len)
        return CURLUE_NO_HOST;
    if (is_unfit(parse, host))
        return CURLUE_BAD_HOSTNAME;
    parse->pieces.has |= WHIM_URL_HAS_HOST;
    if (host.ptr[0] == '[')
        return check_host_ipv6(parse, (struct whim_url_piece){host.ptr + 1, host.len - 2});
    return check_host_name(parse, host);
}

/* What libcurl takes a URL without a scheme for: the first label of the host may tell. */
static void guess_scheme(struct parse *parse)
{
    static const char prefixes[][6] = {"ftp.", "dict.", "ldap.", "imap.", "smtp.", "pop3."};
    const char *host = parse->pieces.host.ptr;

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        const char *rest = host;

        if (skip_prefix(&rest, host + parse->pieces.host.len, prefixes[i])) {
            set_scheme(parse, prefixes[i], (size_t)(rest - host) - 1);
            break;
        }
    }
    if (!parse->pieces.scheme.len)
        set_scheme(parse, "http", 4);
    parse->pieces.has |= WHIM_URL_GUESSED_SCHEME;
}

/* Steps 1 and 2. */
static CURLUcode parse_text(struct parse *parse)
{
    struct whim_url_pieces *pieces = &parse->pieces;
    const char *rest;
    bool is_file;
    CURLUcode code = split_scheme(parse, &rest);

    if (code)
        return code;
    is_file = parse->has_scheme && pieces->scheme_id == WHIM_SCHEME_FILE;
    code = is_file ? split_file(parse, rest, &rest) : split_authority(parse, rest, &rest);
    if (!code)
        code = check_tail(parse, rest);
    if (!code && parse->authority.len)
        code = check_authority(parse);
    if (code)
        return code;
    if (!pieces->scheme.len)
        guess_scheme(parse);
    if (!(pieces->has & WHIM_URL_HAS_PORT))
        pieces->port = whim_scheme_info(pieces->scheme_id)->default_port;
    if (parse->authority_bits & (WHIM_CHAR_UPPER | WHIM_CHAR_HIGH | WHIM_CHAR_PERCENT)) {
        unsigned bits = whim_url_host_bits(pieces->host.ptr, pieces->host.len);

        pieces->has |= bits & WHIM_CHAR_UPPER ? WHIM_URL_HOST_HAS_UPPER : 0;
        pieces->has |= bits & WHIM_CHAR_HIGH ? WHIM_URL_HOST_NON_ASCII : 0;
    }
    return CURLUE_OK;
}

/* The text with "scheme://" in front of it: what CURLOPT_DEFAULT_PROTOCOL means. */
static CURLUcode parse_with_default(const char *text, size_t len, unsigned flags,
                                    const char *default_scheme, struct whim_url *ret_url,
                                    struct whim_str **ret_canonical)
{
    struct whim_buf whole;
    struct whim_str *canonical = NULL;
    struct whim_url url;
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
        code = whim_url_parse(whole.data, whole.len, flags, NULL, &url, &canonical);
    if (code == CURLUE_OK && !canonical) {
        canonical = whim_str_new(whole.data, whole.len);
        if (!canonical)
            code = CURLUE_OUT_OF_MEMORY;
    }
    whim_buf_fini(&whole);
    if (code == CURLUE_OK) {
        *ret_url = url;
        *ret_canonical = canonical;
    }
    return code;
}

CURLUcode whim_url_parse(const char *text, size_t len, unsigned flags, const char *default_scheme,
                         struct whim_url *ret_url, struct whim_str **ret_canonical)
{
    struct parse parse;
    CURLUcode code;

    if (len > WHIM_URL_MAX_BYTES)
        return CURLUE_MALFORMED_INPUT;
    if (default_scheme && !whim_url_is_absolute(text, len, true))
        return parse_with_default(text, len, flags, default_scheme, ret_url, ret_canonical);
    parse.text = text;
    parse.end = text + len;
    parse.flags = flags;
    parse.is_canonical = true;
    parse.has_scheme = false;
    parse.authority = (struct whim_url_piece){0};
    parse.authority_bits = 0;
    parse.pieces = (struct whim_url_pieces){0};
    parse.n_scratch = 0; /* the texts are written before they are read */
    code = parse_text(&parse);
    if (code == CURLUE_OK && parse.is_canonical) {
        whim_url_locate(&parse.pieces, text, ret_url);
        *ret_canonical = NULL;
    } else if (code == CURLUE_OK) {
        code = whim_url_join(&parse.pieces, false, ret_url, ret_canonical);
    }
    while (parse.n_scratch)
        whim_free(parse.scratch[--parse.n_scratch]);
    return code;
}
