/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * curl_url_set().
 */
#include "api/url_handle.h"
#include "proto/percent.h"
#include "proto/url_chars.h"
#include "proto/url_host.h"
#include "util/mem.h"

#include <stdio.h>
#include <string.h>

/* Replaces all parts of the handle by those of a URL that was parsed under these flags. */
static CURLUcode store_url(struct Curl_URL *handle, const char *text, const struct whim_url *url,
                           unsigned flags)
{
    bool has_brackets = url->host_kind == WHIM_HOST_IPV6;
    const struct {
        CURLUPart what;
        struct whim_url_part part;
        bool is_there;
    } rows[] = {
        {CURLUPART_SCHEME, url->scheme, true},
        {CURLUPART_USER, url->user, url->has & WHIM_URL_HAS_USER},
        {CURLUPART_PASSWORD, url->password, url->has & WHIM_URL_HAS_PASSWORD},
        {CURLUPART_OPTIONS, url->options, url->has & WHIM_URL_HAS_OPTIONS},
        {CURLUPART_HOST,
         {url->host.off - has_brackets, url->host.len + has_brackets},
         url->scheme_id != WHIM_SCHEME_FILE || flags & CURLU_NO_AUTHORITY},
        {CURLUPART_ZONEID, url->zone, url->has & WHIM_URL_HAS_ZONE},
        {CURLUPART_PORT, url->port_text, url->has & WHIM_URL_HAS_PORT},
        {CURLUPART_PATH, url->path, true},
        {CURLUPART_QUERY, url->query, url->has & WHIM_URL_HAS_QUERY},
        {CURLUPART_FRAGMENT, url->fragment, url->has & WHIM_URL_HAS_FRAGMENT},
    };
    struct Curl_URL fresh = {.has_guessed_scheme = url->has & WHIM_URL_GUESSED_SCHEME};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t extra = rows[i].what == CURLUPART_HOST && has_brackets;
        char *copy;

        if (!rows[i].is_there)
            continue;
        copy = whim_malloc(rows[i].part.len + extra + 1);
        if (!copy) {
            whim_url_handle_reset(&fresh);
            return CURLUE_OUT_OF_MEMORY;
        }
        memcpy(copy, text + rows[i].part.off, rows[i].part.len);
        memcpy(copy + rows[i].part.len, "]", extra);
        copy[rows[i].part.len + extra] = 0;
        fresh.parts[rows[i].what] = copy;
    }
    whim_url_handle_reset(handle);
    *handle = fresh;
    return CURLUE_OK;
}

/* A URL that is absolute, or relative to what the handle holds. */
static CURLUcode set_url(struct Curl_URL *handle, const char *text, size_t len, unsigned flags)
{
    struct whim_url url;
    struct whim_url base;
    struct whim_str *base_text = NULL;
    struct whim_str *fresh = NULL;
    bool guessing = flags & (CURLU_GUESS_SCHEME | CURLU_DEFAULT_SCHEME);
    unsigned join_flags = flags & ~(unsigned)CURLU_NO_GUESS_SCHEME;
    CURLUcode code;

    flags &= ~WHIM_URL_ASCII_HOST; /* no flag of the application's */
    if (!whim_url_is_absolute(text, len, guessing)) {
        code = whim_url_handle_join(handle, join_flags, &base, &base_text);
        if (code == CURLUE_OUT_OF_MEMORY)
            return code; /* any other: there is nothing to be relative to */
    }
    if (!len && !base_text)
        code = CURLUE_MALFORMED_INPUT;
    else if (base_text)
        code = whim_url_resolve(base_text->text, &base, text, len, flags, &url, &fresh);
    else
        code = whim_url_parse(text, len, flags, NULL, &url, &fresh);
    if (!code)
        code = store_url(handle, fresh ? fresh->text : text, &url, flags);
    whim_str_unref(fresh);
    whim_str_unref(base_text);
    return code;
}

/* Which bytes of a part stay when it is encoded. */
struct encoding {
    bool keeps_path; /* what stands in a path as it is (RFC 3986, section 3.3), and brackets */
    bool keeps_first_equals;
    bool has_plus; /* for spaces */
};

static enum whim_buf_result add_encoded(struct whim_buf *buf, const char *text, size_t len,
                                        struct encoding encoding)
{
    enum whim_buf_result result = whim_buf_reserve(buf, 3 * len);
    char *out;

    if (result != WHIM_BUF_OK || !len)
        return result;
    out = buf->data + buf->len;
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i];

        if (byte == ' ' && encoding.has_plus) {
            *out++ = '+';
        } else if (whim_url_char_is(byte, WHIM_CHAR_UNRESERVED) ||
                   (encoding.keeps_path && byte && strchr("/!$&'(){}[]*+,;=:@", byte)) ||
                   (byte == '=' && encoding.keeps_first_equals)) {
            *out++ = (char)byte;
            if (byte == '=')
                encoding.keeps_first_equals = false;
        } else {
            *out++ = '%';
            *out++ = "0123456789ABCDEF"[byte >> 4];
            *out++ = "0123456789ABCDEF"[byte & 15];
        }
    }
    buf->len = (size_t)(out - buf->data);
    return WHIM_BUF_OK;
}

static char to_capital(char digit)
{
    return digit >= 'a' ? (char)(digit - 'a' + 'A') : digit;
}

/* Percent-encoded bytes in a part are kept with capital letters. */
static enum whim_buf_result add_raised(struct whim_buf *buf, const char *text, size_t len)
{
    enum whim_buf_result result = whim_buf_add(buf, text, len);
    char *copy;

    if (result != WHIM_BUF_OK || !len)
        return result;
    copy = buf->data + buf->len - len;
    for (size_t i = 0; i + 2 < len; i++) {
        if (copy[i] == '%' && whim_url_hex_value(copy[i + 1]) >= 0 &&
            whim_url_hex_value(copy[i + 2]) >= 0) {
            copy[i + 1] = to_capital(copy[i + 1]);
            copy[i + 2] = to_capital(copy[i + 2]);
            i += 2;
        }
    }
    return WHIM_BUF_OK;
}

/* RFC 3986, section 3.1. */
static CURLUcode check_scheme(const char *text, size_t len, unsigned flags)
{
    if (len < 1 || len > WHIM_SCHEME_MAX_BYTES || !(whim_url_char(text[0]) & WHIM_CHAR_ALPHA))
        return CURLUE_BAD_SCHEME;
    for (size_t i = 0; i < len; i++)
        if (!(whim_url_char(text[i]) & WHIM_CHAR_SCHEME))
            return CURLUE_BAD_SCHEME;
    if (!(flags & CURLU_NON_SUPPORT_SCHEME) && whim_scheme_find(text, len) == WHIM_SCHEME_OTHER)
        return CURLUE_UNSUPPORTED_SCHEME;
    return CURLUE_OK;
}

/* Takes 0 to 65535; *ret_digits is the text without leading zeros. */
static CURLUcode check_port(const char *text, const char **ret_digits)
{
    unsigned port = 0;

    if (!*text)
        return CURLUE_BAD_PORT_NUMBER;
    while (text[0] == '0' && text[1])
        text++;
    for (const char *digit = text; *digit; digit++) {
        if (!(whim_url_char(*digit) & WHIM_CHAR_DIGIT))
            return CURLUE_BAD_PORT_NUMBER;
        port = port * 10 + (unsigned)(*digit - '0');
        if (port > 0xffff)
            return CURLUE_BAD_PORT_NUMBER;
    }
    *ret_digits = text;
    return CURLUE_OK;
}

/* Puts what the buffer holds in the place of a part. */
static CURLUcode store_part(struct Curl_URL *handle, CURLUPart what, struct whim_buf *buf)
{
    char *copy = whim_memdup0(buf->data, buf->len);

    if (!copy)
        return CURLUE_OUT_OF_MEMORY;
    whim_free(handle->parts[what]);
    handle->parts[what] = copy;
    if (what == CURLUPART_SCHEME)
        handle->has_guessed_scheme = false;
    return CURLUE_OK;
}

/* Takes apart an address in brackets, and stores it and its zone. */
static CURLUcode store_ipv6(struct Curl_URL *handle, struct whim_buf *host)
{
    char numeric[WHIM_HOST_NUMERIC_BYTES];
    struct whim_url_piece address;
    struct whim_url_piece zone;
    struct whim_buf whole;
    char *zone_copy = NULL;
    CURLUcode code;

    if (memchr(host->data, ']', host->len) != host->data + host->len - 1 ||
        whim_url_host_ipv6(host->data + 1, host->len - 2, numeric, &address, &zone) != CURLUE_OK)
        return CURLUE_BAD_HOSTNAME;
    if (zone.len) {
        zone_copy = whim_memdup0(zone.ptr, zone.len);
        if (!zone_copy)
            return CURLUE_OUT_OF_MEMORY;
    }
    whim_buf_init(&whole, host->max_len);
    code = whim_url_code_of_buf(whim_buf_addf(&whole, "[%.*s]", (int)address.len, address.ptr));
    if (!code)
        code = store_part(handle, CURLUPART_HOST, &whole);
    whim_buf_fini(&whole);
    if (code) {
        whim_free(zone_copy);
        return code;
    }
    whim_free(handle->parts[CURLUPART_ZONEID]);
    handle->parts[CURLUPART_ZONEID] = zone_copy;
    return CURLUE_OK;
}

/* What was not encoded just now may have come encoded: then that has to be fit for a host. */
static CURLUcode check_host(const struct whim_buf *host, unsigned flags)
{
    char *decoded;
    size_t len;
    bool is_fit;

    if (flags & CURLU_URLENCODE)
        return whim_url_host_is_name(host->data, host->len) ? CURLUE_OK : CURLUE_BAD_HOSTNAME;
    decoded = whim_malloc(host->len);
    if (!decoded)
        return CURLUE_OUT_OF_MEMORY;
    is_fit = whim_url_host_decode(decoded, host->data, host->len, &len);
    whim_free(decoded);
    return is_fit ? CURLUE_OK : CURLUE_BAD_HOSTNAME;
}

static CURLUcode store_host(struct Curl_URL *handle, struct whim_buf *host, unsigned flags)
{
    CURLUcode code = CURLUE_OK;

    if (host->len && host->data[0] == '[')
        return store_ipv6(handle, host);
    if (host->len)
        code = check_host(host, flags);
    else if (!(flags & CURLU_NO_AUTHORITY))
        code = CURLUE_BAD_HOSTNAME;
    if (code)
        return code;
    code = store_part(handle, CURLUPART_HOST, host);
    if (!code) {
        whim_free(handle->parts[CURLUPART_ZONEID]); /* it was that of another address */
        handle->parts[CURLUPART_ZONEID] = NULL;
    }
    return code;
}

/* Any part but the whole URL. */
static CURLUcode set_part(struct Curl_URL *handle, CURLUPart what, const char *text, size_t len,
                          unsigned flags)
{
    bool is_encoding = flags & CURLU_URLENCODE;
    /* An empty text that is to be encoded takes the query's place, as in libcurl. */
    bool is_appending = what == CURLUPART_QUERY && flags & CURLU_APPENDQUERY &&
                        (len || !is_encoding);
    const char *query = handle->parts[CURLUPART_QUERY];
    struct whim_buf buf;
    enum whim_buf_result added = WHIM_BUF_OK;
    CURLUcode code = CURLUE_OK;

    if (what == CURLUPART_SCHEME)
        code = check_scheme(text, len, flags);
    else if (what == CURLUPART_PORT)
        code = check_port(text, &text);
    else if (what == CURLUPART_HOST && text[strcspn(text, " \r\n")])
        code = CURLUE_BAD_HOSTNAME; /* not even when they would be encoded */
    if (code)
        return code;
    if (what == CURLUPART_SCHEME || what == CURLUPART_PORT) {
        is_encoding = false;
        len = strlen(text);
    }
    whim_buf_init(&buf, 4 * (size_t)WHIM_URL_MAX_BYTES);
    if (is_appending && query && *query) {
        added = whim_buf_add_str(&buf, query);
        if (added == WHIM_BUF_OK && buf.data[buf.len - 1] != '&')
            added = whim_buf_add(&buf, "&", 1);
    }
    if (what == CURLUPART_PATH && text[0] != '/')
        added = whim_buf_add(&buf, "/", 1);
    if (added == WHIM_BUF_OK) {
        struct encoding encoding = {
            .keeps_path = what == CURLUPART_PATH,
            .keeps_first_equals = is_appending,
            .has_plus = what == CURLUPART_QUERY,
        };
        added = is_encoding ? add_encoded(&buf, text, len, encoding) : add_raised(&buf, text, len);
    }
    code = buf.len > WHIM_URL_MAX_BYTES ? CURLUE_TOO_LARGE : whim_url_code_of_buf(added);
    if (!code)
        code = what == CURLUPART_HOST ? store_host(handle, &buf, flags)
                                      : store_part(handle, what, &buf);
    whim_buf_fini(&buf);
    return code;
}

CURLUcode curl_url_set(CURLU *handle, CURLUPart what, const char *text, unsigned flags)
{
    size_t len;

    if (!handle)
        return CURLUE_BAD_HANDLE;
    if ((unsigned)what >= WHIM_N_URL_PARTS)
        return CURLUE_UNKNOWN_PART;
    if (!text) {
        if (what == CURLUPART_URL) {
            whim_url_handle_reset(handle);
            return CURLUE_OK;
        }
        whim_free(handle->parts[what]);
        handle->parts[what] = NULL;
        if (what == CURLUPART_SCHEME)
            handle->has_guessed_scheme = false;
        return CURLUE_OK;
    }
    len = strlen(text);
    if (len > WHIM_URL_MAX_BYTES)
        return CURLUE_MALFORMED_INPUT;
    return what == CURLUPART_URL ? set_url(handle, text, len, flags)
                                 : set_part(handle, what, text, len, flags);
}
