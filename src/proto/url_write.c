/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Parts of a parsed URL as requests need them.
 */
#include "proto/url.h"

static enum whim_buf_result add_part(struct whim_buf *buf, const char *text,
                                     struct whim_url_part part)
{
    return whim_buf_add(buf, text + part.off, part.len);
}

enum whim_buf_result whim_url_add_target(struct whim_buf *buf, const char *text,
                                         const struct whim_url *url)
{
    enum whim_buf_result result;

    if (url->query.len) /* right behind the path and its '?' */
        return whim_buf_add(buf, text + url->path.off,
                            url->query.off + url->query.len - url->path.off);
    result = whim_buf_reserve(buf, url->path.len + 1);
    if (result == WHIM_BUF_OK)
        result = add_part(buf, text, url->path);
    if (result == WHIM_BUF_OK && url->has & WHIM_URL_HAS_QUERY)
        result = whim_buf_add(buf, "?", 1);
    return result;
}

enum whim_buf_result whim_url_add_host(struct whim_buf *buf, const char *text,
                                       const struct whim_url *url)
{
    bool has_brackets = url->host_kind == WHIM_HOST_IPV6;
    enum whim_buf_result result = whim_buf_reserve(buf, url->host.len + 2);

    if (result == WHIM_BUF_OK && has_brackets)
        result = whim_buf_add(buf, "[", 1);
    if (result == WHIM_BUF_OK)
        result = add_part(buf, text, url->host);
    if (result == WHIM_BUF_OK && has_brackets)
        result = whim_buf_add(buf, "]", 1);
    return result;
}

enum whim_buf_result whim_url_add_authority(struct whim_buf *buf, const char *text,
                                            const struct whim_url *url)
{
    size_t start = buf->len;
    enum whim_buf_result result = whim_url_add_host(buf, text, url);

    if (result == WHIM_BUF_OK && url->port != whim_scheme_info(url->scheme_id)->default_port)
        result = whim_buf_addf(buf, ":%u", (unsigned)url->port);
    if (result != WHIM_BUF_OK)
        buf->len = start; /* all or nothing */
    return result;
}
