/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The URL parser on any text: two bytes of flags, a URL, and behind a zero byte a reference.
 *
 * What is accepted lies within its text, has no bytes in it that could break out of a request
 * line, and is a fixed point: parsed again it is canonical and has the same parts.
 */
#include "proto/url.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_part(struct whim_url_part part, size_t len)
{
    must(part.off <= len && part.len <= len - part.off);
}

static bool is_same_part(struct whim_url_part a, struct whim_url_part b)
{
    return a.len == b.len && (a.off == b.off || !a.len);
}

static void check_bytes(const char *text, size_t len, bool is_space_allowed)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i];

        must(byte >= 0x20 && byte != 0x7f && (byte != ' ' || is_space_allowed));
    }
}

static void check_fixed_point(const char *text, size_t len, unsigned flags,
                              const struct whim_url *first)
{
    unsigned kept = CURLU_PATH_AS_IS | CURLU_NO_AUTHORITY | CURLU_ALLOW_SPACE;
    struct whim_str *canonical = NULL;
    struct whim_url again;

    must(whim_url_parse(text, len, (flags & kept) | CURLU_NON_SUPPORT_SCHEME, NULL, &again,
                        &canonical) == CURLUE_OK);
    must(!canonical);
    must(is_same_part(again.scheme, first->scheme) && is_same_part(again.user, first->user) &&
         is_same_part(again.password, first->password) &&
         is_same_part(again.options, first->options) && is_same_part(again.host, first->host) &&
         is_same_part(again.zone, first->zone) && is_same_part(again.port_text, first->port_text) &&
         is_same_part(again.path, first->path) && is_same_part(again.query, first->query) &&
         is_same_part(again.fragment, first->fragment));
    must(again.port == first->port && again.scheme_id == first->scheme_id &&
         again.host_kind == first->host_kind);
}

static void check_url(const char *text, size_t len, unsigned flags, const struct whim_url *url)
{
    check_part(url->scheme, len);
    check_part(url->user, len);
    check_part(url->password, len);
    check_part(url->options, len);
    check_part(url->host, len);
    check_part(url->zone, len);
    check_part(url->port_text, len);
    check_part(url->path, len);
    check_part(url->query, len);
    check_part(url->fragment, len);
    must(url->scheme.len > 0 && url->path.len > 0 && text[url->path.off] == '/');
    must((url->host.len > 0) == (url->host_kind != WHIM_HOST_NONE));
    check_bytes(text, len, flags & CURLU_ALLOW_SPACE);
    check_bytes(text + url->host.off, url->host.len, false);
    check_fixed_point(text, len, flags, url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *input = (const char *)data + 2;
    const char *zero;
    size_t len;
    struct whim_str *canonical = NULL;
    struct whim_str *target = NULL;
    struct whim_url url;
    struct whim_url target_url;
    unsigned flags;
    const char *text;

    if (size < 2)
        return 0;
    flags = (unsigned)data[0] << 8 | data[1];
    size -= 2;
    zero = memchr(input, 0, size);
    len = zero ? (size_t)(zero - input) : size;
    if (whim_url_parse(input, len, flags, NULL, &url, &canonical) != CURLUE_OK)
        return 0;
    text = canonical ? canonical->text : input;
    check_url(text, canonical ? canonical->len : len, flags, &url);
    if (zero && whim_url_resolve(text, &url, zero + 1, size - len - 1, flags, &target_url,
                                 &target) == CURLUE_OK)
        check_url(target->text, target->len, flags, &target_url);
    whim_str_unref(target);
    whim_str_unref(canonical);
    return 0;
}
