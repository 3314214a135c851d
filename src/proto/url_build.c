/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/url_build.h"

#include "util/mem.h"

#include <string.h>

/* "://" ":" ";" "@" "[" "%25" "]" ":" "/" "?" "#" */
enum { MAX_DELIMITERS = 15 };

/* The text under construction; there is room for all that will come. */
struct writer {
    char *text;
    size_t len;
};

static void put_delimiter(struct writer *writer, const char *delimiter)
{
    size_t len = strlen(delimiter);

    memcpy(writer->text + writer->len, delimiter, len);
    writer->len += len;
}

static struct whim_url_part put_piece(struct writer *writer, struct whim_url_piece piece)
{
    struct whim_url_part part = {(uint32_t)writer->len, (uint32_t)piece.len};

    if (piece.len)
        memcpy(writer->text + writer->len, piece.ptr, piece.len);
    writer->len += piece.len;
    return part;
}

static void put_authority(struct writer *writer, const struct whim_url_pieces *pieces,
                          struct whim_url *url)
{
    unsigned has = pieces->has;

    if (has & WHIM_URL_HAS_USER)
        url->user = put_piece(writer, pieces->user);
    if (has & WHIM_URL_HAS_PASSWORD) {
        put_delimiter(writer, ":");
        url->password = put_piece(writer, pieces->password);
    }
    if (has & WHIM_URL_HAS_OPTIONS) {
        put_delimiter(writer, ";");
        url->options = put_piece(writer, pieces->options);
    }
    if (has & (WHIM_URL_HAS_USER | WHIM_URL_HAS_PASSWORD | WHIM_URL_HAS_OPTIONS))
        put_delimiter(writer, "@");
    if (pieces->host_kind == WHIM_HOST_IPV6)
        put_delimiter(writer, "[");
    url->host = put_piece(writer, pieces->host);
    if (has & WHIM_URL_HAS_ZONE) {
        put_delimiter(writer, "%25");
        url->zone = put_piece(writer, pieces->zone);
    }
    if (pieces->host_kind == WHIM_HOST_IPV6)
        put_delimiter(writer, "]");
    if (has & WHIM_URL_HAS_PORT) {
        put_delimiter(writer, ":");
        url->port_text = put_piece(writer, pieces->port_text);
    }
}

static void put_path(struct writer *writer, const struct whim_url_pieces *pieces,
                     struct whim_url *url)
{
    size_t start = writer->len;

    if (!pieces->path.len || pieces->path.ptr[0] != '/')
        put_delimiter(writer, "/");
    put_piece(writer, pieces->path);
    url->path = (struct whim_url_part){(uint32_t)start, (uint32_t)(writer->len - start)};
}

static struct whim_url_part put_tail(struct writer *writer, struct whim_url_piece piece,
                                     const char *delimiter, bool keep_empty)
{
    if (piece.len || keep_empty)
        put_delimiter(writer, delimiter);
    return put_piece(writer, piece);
}

/* An upper bound of the text's length; no single piece is long enough to make the sum wrap. */
static size_t measure(const struct whim_url_pieces *pieces)
{
    return pieces->scheme.len + pieces->user.len + pieces->password.len + pieces->options.len +
           pieces->host.len + pieces->zone.len + pieces->port_text.len + pieces->path.len +
           pieces->query.len + pieces->fragment.len + MAX_DELIMITERS;
}

CURLUcode whim_url_join(const struct whim_url_pieces *pieces, bool keep_empty,
                        struct whim_url *ret_url, struct whim_str **ret_text)
{
    struct whim_url url = {
        .port = pieces->port,
        .has = pieces->has,
        .scheme_id = pieces->scheme_id,
        .host_kind = pieces->host_kind,
    };
    size_t cap = measure(pieces);
    struct writer writer = {0};
    struct whim_str *str;

    if (cap > WHIM_URL_MAX_BYTES + MAX_DELIMITERS)
        return CURLUE_TOO_LARGE;
    str = whim_malloc(sizeof(*str) + cap + 1);
    if (!str)
        return CURLUE_OUT_OF_MEMORY;
    writer.text = str->text;
    if (pieces->scheme.len) {
        url.scheme = put_piece(&writer, pieces->scheme);
        put_delimiter(&writer, "://");
    }
    put_authority(&writer, pieces, &url);
    put_path(&writer, pieces, &url);
    if (pieces->has & WHIM_URL_HAS_QUERY)
        url.query = put_tail(&writer, pieces->query, "?", keep_empty);
    if (pieces->has & WHIM_URL_HAS_FRAGMENT)
        url.fragment = put_tail(&writer, pieces->fragment, "#", keep_empty);
    str->text[writer.len] = 0;
    str->n_refs = 1;
    str->cap = (uint32_t)cap;
    str->len = (uint32_t)writer.len;
    *ret_url = url;
    *ret_text = str;
    return CURLUE_OK;
}

static struct whim_url_part locate_piece(struct whim_url_piece piece, const char *text)
{
    return (struct whim_url_part){(uint32_t)(piece.ptr - text), (uint32_t)piece.len};
}

void whim_url_locate(const struct whim_url_pieces *pieces, const char *text,
                     struct whim_url *ret_url)
{
    *ret_url = (struct whim_url){
        .scheme = locate_piece(pieces->scheme, text),
        .user = locate_piece(pieces->user, text),
        .password = locate_piece(pieces->password, text),
        .options = locate_piece(pieces->options, text),
        .host = locate_piece(pieces->host, text),
        .zone = locate_piece(pieces->zone, text),
        .port_text = locate_piece(pieces->port_text, text),
        .path = locate_piece(pieces->path, text),
        .query = locate_piece(pieces->query, text),
        .fragment = locate_piece(pieces->fragment, text),
        .port = pieces->port,
        .has = pieces->has,
        .scheme_id = pieces->scheme_id,
        .host_kind = pieces->host_kind,
    };
}
