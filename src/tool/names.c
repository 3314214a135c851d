/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#define _GNU_SOURCE
#include "names.h"

#include "urlparts.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { HASH_DIGITS = 32, EXTENSION_MOST = 16, TAIL_ROOM = EXTENSION_MOST + 1 };

/* A name in the making: its start, its end, and the hash of all of it. */
struct writer {
    char *name;
    size_t len; /* of the whole name, which may be more than was kept */
    size_t tail_len;
    char tail[TAIL_ROOM]; /* the last bytes */
    unsigned __int128 hash;
};

static const char hex[] = "0123456789ABCDEF";

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("._-=@", c));
}

static char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static void put_raw(struct writer *writer, char c)
{
    static const unsigned __int128 prime = ((unsigned __int128)1 << 88) + 0x13B;

    if (writer->len < TOOL_NAME_MOST)
        writer->name[writer->len] = c;
    writer->len++;
    if (writer->tail_len == TAIL_ROOM)
        memmove(writer->tail, writer->tail + 1, --writer->tail_len);
    writer->tail[writer->tail_len++] = c;
    writer->hash = (writer->hash ^ (unsigned char)c) * prime;
}

static void put_escaped(struct writer *writer, char c)
{
    put_raw(writer, '%');
    put_raw(writer, hex[(unsigned char)c >> 4]);
    put_raw(writer, hex[c & 15]);
}

static void put_span(struct writer *writer, struct tool_span span, bool is_folded)
{
    for (size_t i = 0; i < span.len; i++) {
        char c = is_folded ? to_lower(span.at[i]) : span.at[i];

        if (c == '/')
            put_raw(writer, '+');
        else if (c == ':')
            put_raw(writer, ',');
        else if (is_plain(c))
            put_raw(writer, c);
        else
            put_escaped(writer, c);
    }
}

/* The extension at the end of a name that is too long; empty when it has no short plain one. */
static size_t find_extension(const struct writer *writer, const char **pick_start)
{
    const char *dot = memrchr(writer->tail, '.', writer->tail_len);
    size_t len = dot ? (size_t)(writer->tail + writer->tail_len - dot) : 0;

    if (len < 2 || len > EXTENSION_MOST)
        return 0;
    for (size_t i = 1; i < len; i++)
        if (!is_plain(dot[i]))
            return 0;
    *pick_start = dot;
    return len;
}

/* Puts the hash and the extension in place of what does not fit. */
static void shorten(const struct writer *writer)
{
    const char *extension = NULL;
    size_t extension_len = find_extension(writer, &extension);
    size_t at = TOOL_NAME_MOST - 1 - HASH_DIGITS - extension_len;

    writer->name[at++] = '~';
    for (int shift = 124; shift >= 0; shift -= 4)
        writer->name[at++] = hex[(unsigned)(writer->hash >> shift) & 15];
    if (extension)
        memcpy(writer->name + at, extension, extension_len);
}

void tool_name_of_url(const char *url, size_t len, char name[TOOL_NAME_MOST + 1])
{
    static const struct tool_span slash = {"/", 1}, at_sign = {"@", 1};
    struct writer writer = {
        .name = name,
        .hash = ((unsigned __int128)0x6C62272E07BB0142 << 64) + 0x62B821756295C58D,
    };
    struct tool_url_parts parts;
    bool ends_in_dot;

    tool_url_split(url, len, &parts);
    put_span(&writer, parts.scheme, true);
    put_span(&writer, slash, false);
    put_span(&writer, parts.user, false);
    if (parts.user.len)
        put_span(&writer, at_sign, false);
    put_span(&writer, parts.host, true);
    if (!parts.rest.len || *parts.rest.at != '/')
        put_span(&writer, slash, false);
    /* Some file systems drop a dot at the end. */
    ends_in_dot = parts.rest.len && parts.rest.at[parts.rest.len - 1] == '.';
    parts.rest.len -= ends_in_dot;
    put_span(&writer, parts.rest, false);
    if (ends_in_dot)
        put_escaped(&writer, '.');
    if (writer.len > TOOL_NAME_MOST) {
        shorten(&writer);
        writer.len = TOOL_NAME_MOST;
    }
    name[writer.len] = '\0';
}
