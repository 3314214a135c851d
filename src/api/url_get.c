/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * curl_url_get().
 */
#include "api/url_handle.h"
#include "proto/percent.h"
#include "proto/url_chars.h"
#include "proto/url_encode.h"
#include "proto/url_host.h"
#include "util/idn.h"
#include "util/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const CURLUcode missing_codes[WHIM_N_URL_PARTS] = {
    [CURLUPART_SCHEME] = CURLUE_NO_SCHEME,     [CURLUPART_USER] = CURLUE_NO_USER,
    [CURLUPART_PASSWORD] = CURLUE_NO_PASSWORD, [CURLUPART_OPTIONS] = CURLUE_NO_OPTIONS,
    [CURLUPART_HOST] = CURLUE_NO_HOST,         [CURLUPART_PORT] = CURLUE_NO_PORT,
    [CURLUPART_QUERY] = CURLUE_NO_QUERY,       [CURLUPART_FRAGMENT] = CURLUE_NO_FRAGMENT,
    [CURLUPART_ZONEID] = CURLUE_NO_ZONEID,
};

static enum whim_scheme find_scheme(const char *name)
{
    return name ? whim_scheme_find(name, strlen(name)) : WHIM_SCHEME_OTHER;
}

static struct whim_url_piece piece_of(const char *text)
{
    return (struct whim_url_piece){text, text ? strlen(text) : 0};
}

/* The scheme that the flags let see: it may be hidden when guessed, or https when not there. */
static const char *visible_scheme(const struct Curl_URL *handle, unsigned flags)
{
    if (handle->parts[CURLUPART_SCHEME])
        return handle->has_guessed_scheme && flags & CURLU_NO_GUESS_SCHEME
                   ? NULL
                   : handle->parts[CURLUPART_SCHEME];
    return flags & CURLU_DEFAULT_SCHEME ? "https" : NULL;
}

/*
 * The port that the flags let see, NULL for none; spare has room for one. A scheme that has no
 * known port leaves the stored one alone.
 */
static const char *visible_port(const struct Curl_URL *handle, const char *scheme_name,
                                unsigned flags, char spare[6])
{
    const char *port = handle->parts[CURLUPART_PORT];
    enum whim_scheme scheme = find_scheme(scheme_name);
    unsigned default_port = whim_scheme_info(scheme)->default_port;

    if (scheme == WHIM_SCHEME_OTHER)
        return port;
    if (!port && flags & CURLU_DEFAULT_PORT) {
        snprintf(spare, 6, "%u", default_port);
        return spare;
    }
    if (port && flags & CURLU_NO_DEFAULT_PORT && strtoul(port, NULL, 10) == default_port)
        return NULL;
    return port;
}

static bool has_high_byte(const char *text)
{
    return whim_url_host_bits(text, strlen(text)) & WHIM_CHAR_HIGH;
}

/* Is one of the labels an international one (RFC 5890, section 2.3.2.1)? */
static bool has_ace_label(const char *host)
{
    static const char ace_prefix[] = "xn--";

    while (host) {
        size_t n = 0;

        while (n < 4 && whim_url_lower(host[n]) == ace_prefix[n])
            n++;
        if (n == 4)
            return true;
        host = strchr(host, '.');
        host = host ? host + 1 : NULL;
    }
    return false;
}

/* Has the name to be converted to what the flags ask for? */
static bool is_converted(const char *host, unsigned flags)
{
    return (flags & CURLU_PUNYCODE && has_high_byte(host)) ||
           (flags & CURLU_PUNY2IDN && has_ace_label(host) && !has_high_byte(host));
}

/* Appends the name's other form: in ASCII (CURLU_PUNYCODE), or in its own script. */
static CURLUcode add_converted(struct whim_buf *buf, const char *host, unsigned flags)
{
    if (flags & CURLU_PUNYCODE)
        return whim_url_host_to_ascii(host, strlen(host), buf);
    switch (whim_idn_to_unicode(host, strlen(host), buf)) {
    case WHIM_IDN_OK:
        return CURLUE_OK;
    case WHIM_IDN_NOT_BUILT_IN:
        return CURLUE_LACKS_IDN;
    case WHIM_IDN_NO_MEMORY:
        return CURLUE_OUT_OF_MEMORY;
    default:
        return CURLUE_BAD_HOSTNAME;
    }
}

/* The host as a whole URL has it; encoded is used when it must be. */
static CURLUcode set_host(struct whim_url_pieces *pieces, const struct Curl_URL *handle,
                          unsigned flags, struct whim_buf *encoded)
{
    const char *host = handle->parts[CURLUPART_HOST];
    CURLUcode code = CURLUE_OK;

    pieces->host = piece_of(host);
    pieces->host_kind = WHIM_HOST_NAME;
    if (host[0] == '[') {
        pieces->host_kind = WHIM_HOST_IPV6;
        pieces->host.ptr++;
        pieces->host.len -= 2;
        if (handle->parts[CURLUPART_ZONEID]) {
            pieces->zone = piece_of(handle->parts[CURLUPART_ZONEID]);
            pieces->has |= WHIM_URL_HAS_ZONE;
        }
    } else if (flags & CURLU_URLENCODE) {
        code = whim_url_code_of_buf(whim_percent_encode(encoded, host, pieces->host.len));
        pieces->host = (struct whim_url_piece){encoded->data, encoded->len};
    } else if (is_converted(host, flags)) {
        code = add_converted(encoded, host, flags);
        pieces->host = (struct whim_url_piece){encoded->data, encoded->len};
    }
    return code;
}

static void set_login(struct whim_url_pieces *pieces, const struct Curl_URL *handle)
{
    enum whim_scheme scheme = (enum whim_scheme)pieces->scheme_id;

    pieces->user = piece_of(handle->parts[CURLUPART_USER]);
    pieces->password = piece_of(handle->parts[CURLUPART_PASSWORD]);
    pieces->options = piece_of(handle->parts[CURLUPART_OPTIONS]);
    if (pieces->user.ptr)
        pieces->has |= WHIM_URL_HAS_USER;
    if (pieces->password.ptr)
        pieces->has |= WHIM_URL_HAS_PASSWORD;
    if (pieces->options.ptr && (scheme == WHIM_SCHEME_OTHER ||
                                whim_scheme_info(scheme)->flags & WHIM_SCHEME_LOGIN_OPTIONS))
        pieces->has |= WHIM_URL_HAS_OPTIONS;
}

CURLUcode whim_url_handle_join(const struct Curl_URL *handle, unsigned flags,
                               struct whim_url *ret_url, struct whim_str **ret_text)
{
    struct whim_url_pieces pieces = {
        .path = piece_of(handle->parts[CURLUPART_PATH]),
        .query = piece_of(handle->parts[CURLUPART_QUERY]),
        .fragment = piece_of(handle->parts[CURLUPART_FRAGMENT]),
    };
    const char *scheme = visible_scheme(handle, flags);
    enum whim_scheme scheme_id = find_scheme(handle->parts[CURLUPART_SCHEME]);
    struct whim_buf encoded_host;
    char spare[6];
    CURLUcode code = CURLUE_OK;

    whim_buf_init(&encoded_host, 3 * (size_t)WHIM_URL_MAX_BYTES);
    pieces.scheme = piece_of(scheme);
    if (scheme_id != WHIM_SCHEME_FILE) {
        if (!handle->parts[CURLUPART_HOST])
            return CURLUE_NO_HOST;
        if (!scheme && !handle->parts[CURLUPART_SCHEME])
            return CURLUE_NO_SCHEME;
        scheme_id = find_scheme(scheme ? scheme : handle->parts[CURLUPART_SCHEME]);
        pieces.scheme_id = (uint8_t)scheme_id;
        pieces.port_text =
            piece_of(visible_port(handle, whim_scheme_info(scheme_id)->name, flags, spare));
        if (pieces.port_text.ptr)
            pieces.has |= WHIM_URL_HAS_PORT;
        set_login(&pieces, handle);
        code = set_host(&pieces, handle, flags, &encoded_host);
    }
    if (pieces.query.ptr)
        pieces.has |= WHIM_URL_HAS_QUERY;
    if (pieces.fragment.ptr)
        pieces.has |= WHIM_URL_HAS_FRAGMENT;
    if (!code)
        code = whim_url_join(&pieces, flags & CURLU_GET_EMPTY, ret_url, ret_text);
    whim_buf_fini(&encoded_host);
    return code;
}

static CURLUcode get_url(const struct Curl_URL *handle, unsigned flags, char **ret_part)
{
    struct whim_url url;
    struct whim_str *text;
    CURLUcode code = whim_url_handle_join(handle, flags, &url, &text);

    if (code)
        return code;
    *ret_part = whim_memdup0(text->text, text->len);
    whim_str_unref(text);
    return *ret_part ? CURLUE_OK : CURLUE_OUT_OF_MEMORY;
}

/* The host in its other form. */
static CURLUcode copy_converted(const char *host, unsigned flags, char **ret_part)
{
    struct whim_buf buf;
    CURLUcode code;

    whim_buf_init(&buf, WHIM_URL_MAX_BYTES);
    code = add_converted(&buf, host, flags);
    if (!code)
        code = whim_url_code_of_buf(whim_buf_terminate(&buf));
    if (code)
        whim_buf_fini(&buf);
    else
        *ret_part = buf.data; /* given away */
    return code;
}

/* Copies a part, with what the flags ask for done to it. */
static CURLUcode copy_part(CURLUPart what, const char *part, unsigned flags, char **ret_part)
{
    size_t len = strlen(part);
    size_t cap = flags & CURLU_URLENCODE ? 3 * len : len;
    char *copy = whim_malloc(cap + 1);
    CURLUcode code = CURLUE_OK;

    if (!copy)
        return CURLUE_OUT_OF_MEMORY;
    memcpy(copy, part, len);
    if (flags & CURLU_URLDECODE && what != CURLUPART_SCHEME && what != CURLUPART_PORT) {
        for (size_t i = 0; what == CURLUPART_QUERY && i < len; i++)
            if (copy[i] == '+')
                copy[i] = ' ';
        if (!whim_percent_decode(copy, copy, len, WHIM_PERCENT_REJECT_CONTROL, &len))
            code = CURLUE_URLDECODE;
    }
    copy[len] = 0;
    if (!code && flags & CURLU_URLENCODE) {
        /* encoding goes forward and grows: from the end of the room to its start */
        memmove(copy + cap - len, copy, len);
        len = whim_url_encode_text(copy, copy + cap - len, len, what == CURLUPART_QUERY);
        copy[len] = 0;
    } else if (!code && what == CURLUPART_HOST && is_converted(copy, flags)) {
        char *plain = copy;

        code = copy_converted(plain, flags, &copy);
        whim_free(plain);
        if (code)
            return code;
    }
    if (code)
        whim_free(copy);
    else
        *ret_part = copy;
    return code;
}

CURLUcode curl_url_get(const CURLU *handle, CURLUPart what, char **ret_part, unsigned flags)
{
    const char *part;
    char spare[6];

    if (!handle)
        return CURLUE_BAD_HANDLE;
    if (!ret_part)
        return CURLUE_BAD_PARTPOINTER;
    *ret_part = NULL;
    if ((unsigned)what >= WHIM_N_URL_PARTS)
        return CURLUE_UNKNOWN_PART;
    if (what == CURLUPART_URL)
        return get_url(handle, flags, ret_part);
    part = handle->parts[what];
    if (what == CURLUPART_SCHEME)
        part = visible_scheme(handle, flags & ~(unsigned)CURLU_DEFAULT_SCHEME);
    else if (what == CURLUPART_PORT)
        part = visible_port(handle, handle->parts[CURLUPART_SCHEME], flags, spare);
    else if (what == CURLUPART_PATH && !part)
        part = "/";
    else if ((what == CURLUPART_QUERY || what == CURLUPART_FRAGMENT) && part && !*part &&
             !(flags & CURLU_GET_EMPTY))
        part = NULL;
    if (!part)
        return missing_codes[what];
    return copy_part(what, part, flags, ret_part);
}
