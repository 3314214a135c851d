/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The authority of a URL (RFC 3986, section 3.2): login, host and port. Steps 2d to 2f of the
 * parser, see url_parse.c.
 */
#include "proto/url_parser.h"

#include "proto/url_chars.h"
#include "util/idn.h"

#include <string.h>

/* Options in front of the password move behind it: a ';' in it must not look like theirs. */
static CURLUcode encode_semicolons(struct whim_url_parser *parser)
{
    struct whim_url_piece *password = &parser->pieces.password;
    char *scratch;
    size_t len = 0;

    if (!password->len || !memchr(password->ptr, ';', password->len))
        return CURLUE_OK;
    scratch = whim_url_parser_new_scratch(parser, 3 * password->len);
    if (!scratch)
        return CURLUE_OUT_OF_MEMORY;
    for (size_t i = 0; i < password->len; i++) {
        size_t n = password->ptr[i] == ';' ? 3 : 1;

        memcpy(scratch + len, n == 3 ? "%3B" : password->ptr + i, n);
        len += n;
    }
    *password = (struct whim_url_piece){scratch, len};
    return CURLUE_OK;
}

/* 2d. "user:password;options", the latter two in either order. */
static CURLUcode check_login(struct whim_url_parser *parser, const char *start, const char *at)
{
    struct whim_url_pieces *pieces = &parser->pieces;
    size_t len = (size_t)(at - start);
    const char *colon = memchr(start, ':', len);
    const char *semicolon = NULL;
    const char *user_end = colon ? colon : at;

    if (parser->flags & CURLU_DISALLOW_USER)
        return CURLUE_USER_NOT_ALLOWED;
    if (whim_scheme_info(pieces->scheme_id)->flags & WHIM_SCHEME_LOGIN_OPTIONS)
        semicolon = memchr(start, ';', len);
    if (semicolon && semicolon < user_end)
        user_end = semicolon;
    pieces->user = whim_url_piece_of(start, user_end);
    pieces->has |= WHIM_URL_HAS_USER;
    if (whim_url_parser_is_unfit(parser, pieces->user))
        return CURLUE_BAD_USER;
    if (colon) {
        pieces->password = whim_url_piece_of(colon + 1, semicolon > colon ? semicolon : at);
        pieces->has |= WHIM_URL_HAS_PASSWORD;
        if (whim_url_parser_is_unfit(parser, pieces->password))
            return CURLUE_BAD_PASSWORD;
    }
    if (semicolon) {
        pieces->options = whim_url_piece_of(semicolon + 1, colon > semicolon ? colon : at);
        if (whim_url_parser_is_unfit(parser, pieces->options))
            return CURLUE_BAD_LOGIN;
        if (pieces->options.len)
            pieces->has |= WHIM_URL_HAS_OPTIONS;
        if (!pieces->options.len || colon > semicolon)
            parser->is_canonical = false;
    }
    return semicolon && colon > semicolon ? encode_semicolons(parser) : CURLUE_OK;
}

/* 2e. What follows the colon behind the host. */
static CURLUcode check_port(struct whim_url_parser *parser, const char *start, const char *end)
{
    uint32_t port = 0;
    size_t n_digits = 0;
    const char *first = start;

    if (start == end) {
        /* "host:" is well, but without a scheme it is not clear that it is a host */
        parser->is_canonical = false;
        return parser->has_scheme ? CURLUE_OK : CURLUE_BAD_PORT_NUMBER;
    }
    for (; start < end; start++) {
        if (!(whim_url_char(*start) & WHIM_CHAR_DIGIT))
            return CURLUE_BAD_PORT_NUMBER;
        port = port * 10 + (uint32_t)(*start - '0');
        if (port > 0xffff)
            return CURLUE_BAD_PORT_NUMBER;
    }
    parser->pieces.port = (uint16_t)port;
    parser->pieces.has |= WHIM_URL_HAS_PORT;
    if (*first == '0' && end - first > 1) {
        parser->is_canonical = false;
        do
            parser->port_text[sizeof(parser->port_text) - ++n_digits] = (char)('0' + port % 10);
        while (port /= 10);
        first = end = parser->port_text + sizeof(parser->port_text);
        first -= n_digits;
    }
    parser->pieces.port_text = whim_url_piece_of(first, end);
    return CURLUE_OK;
}

/* 2f. The host between brackets. */
static CURLUcode check_host_ipv6(struct whim_url_parser *parser, struct whim_url_piece host)
{
    struct whim_url_pieces *pieces = &parser->pieces;
    CURLUcode code =
        whim_url_host_ipv6(host.ptr, host.len, parser->host_text, &pieces->host, &pieces->zone);

    if (code)
        return code;
    pieces->host_kind = WHIM_HOST_IPV6;
    if (pieces->host.ptr != host.ptr)
        parser->is_canonical = false;
    if (pieces->zone.len) {
        pieces->has |= WHIM_URL_HAS_ZONE;
        if (pieces->zone.ptr != host.ptr + pieces->host.len + strlen("%25"))
            parser->is_canonical = false;
    }
    return CURLUE_OK;
}

/* 2f. The ASCII form of a name, where that is asked for and it is in another script. */
static CURLUcode map_host(struct whim_url_parser *parser, struct whim_url_piece *host)
{
    struct whim_buf ascii;
    CURLUcode code;

    if (!(parser->flags & WHIM_URL_ASCII_HOST) ||
        !(whim_url_host_bits(host->ptr, host->len) & WHIM_CHAR_HIGH) || !whim_idn_is_built_in())
        return CURLUE_OK;
    whim_buf_init(&ascii, WHIM_URL_MAX_BYTES);
    code = whim_url_host_to_ascii(host->ptr, host->len, &ascii);
    if (code) {
        whim_buf_fini(&ascii);
        return code;
    }
    parser->scratch[parser->n_scratch++] = ascii.data;
    parser->is_canonical = false;
    *host = (struct whim_url_piece){ascii.data, ascii.len};
    return CURLUE_OK;
}

/* 2f. A name, or an IPv4 address. */
static CURLUcode check_host_name(struct whim_url_parser *parser, struct whim_url_piece host)
{
    struct whim_url_pieces *pieces = &parser->pieces;
    size_t len;

    if (parser->authority_bits & WHIM_CHAR_PERCENT && memchr(host.ptr, '%', host.len)) {
        char *decoded = whim_url_parser_new_scratch(parser, host.len);

        if (!decoded)
            return CURLUE_OUT_OF_MEMORY;
        if (!whim_url_host_decode(decoded, host.ptr, host.len, &len))
            return CURLUE_BAD_HOSTNAME;
        if (len != host.len || memcmp(decoded, host.ptr, len) != 0) {
            parser->is_canonical = false;
            host = (struct whim_url_piece){decoded, len};
        }
    } else if ((parser->authority_bits & WHIM_CHAR_NOT_HOST || host.ptr[host.len - 1] == '.') &&
               !whim_url_host_is_name(host.ptr, host.len)) {
        return CURLUE_BAD_HOSTNAME;
    }
    if (parser->authority_bits & (WHIM_CHAR_HIGH | WHIM_CHAR_PERCENT)) {
        CURLUcode code = map_host(parser, &host);

        if (code)
            return code;
    }
    pieces->host_kind = WHIM_HOST_NAME;
    if (whim_url_char(host.ptr[0]) & WHIM_CHAR_DIGIT &&
        whim_url_host_ipv4(host.ptr, host.len, parser->host_text, &len)) {
        pieces->host_kind = WHIM_HOST_IPV4;
        if (len != host.len || memcmp(parser->host_text, host.ptr, len) != 0) {
            parser->is_canonical = false;
            host = (struct whim_url_piece){parser->host_text, len};
        }
    }
    pieces->host = host;
    return CURLUE_OK;
}

/* Splits the authority, and does 2d to 2f. */
CURLUcode whim_url_parser_check_authority(struct whim_url_parser *parser)
{
    struct whim_url_piece host = parser->authority;
    const char *end = host.ptr + host.len;
    const char *colon = NULL;
    const char *at;
    CURLUcode code;

    if (parser->authority_bits & WHIM_CHAR_AT) {
        at = memchr(host.ptr, '@', host.len);
        code = check_login(parser, host.ptr, at);
        if (code)
            return code;
        host = whim_url_piece_of(at + 1, end);
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
    } else if (parser->authority_bits & WHIM_CHAR_COLON) {
        colon = memchr(host.ptr, ':', host.len);
    }
    if (colon) {
        code = check_port(parser, colon + 1, end);
        if (code)
            return code;
        host.len = (size_t)(colon - host.ptr);
    }
    if (!host.len)
        return CURLUE_NO_HOST;
    if (parser->authority_bits & (WHIM_CHAR_CONTROL | WHIM_CHAR_SPACE) &&
        whim_url_parser_is_unfit(parser, host))
        return CURLUE_BAD_HOSTNAME;
    parser->pieces.has |= WHIM_URL_HAS_HOST;
    if (host.ptr[0] == '[')
        return check_host_ipv6(parser, (struct whim_url_piece){host.ptr + 1, host.len - 2});
    return check_host_name(parser, host);
}
