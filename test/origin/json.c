/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "json.h"

#include <stdint.h>
#include <string.h>

enum { DEPTH_MOST = 32 };

struct reader {
    const char *at;
    const char *end;
    int depth;
};

static bool skip_value(struct reader *reader);

static void skip_space(struct reader *reader)
{
    while (reader->at < reader->end && *reader->at && strchr(" \t\r\n", *reader->at))
        reader->at++;
}

static bool skip_char(struct reader *reader, char c)
{
    if (reader->at == reader->end || *reader->at != c)
        return false;
    reader->at++;
    return true;
}

static bool skip_word(struct reader *reader, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(reader->end - reader->at) < len || memcmp(reader->at, word, len) != 0)
        return false;
    reader->at += len;
    return true;
}

static bool skip_digits(struct reader *reader)
{
    const char *start = reader->at;

    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
        reader->at++;
    return reader->at > start;
}

static bool skip_number(struct reader *reader)
{
    skip_char(reader, '-');
    if (!skip_char(reader, '0') && !skip_digits(reader))
        return false;
    if (skip_char(reader, '.') && !skip_digits(reader))
        return false;
    if (skip_char(reader, 'e') || skip_char(reader, 'E')) {
        if (!skip_char(reader, '+'))
            skip_char(reader, '-');
        return skip_digits(reader);
    }
    return true;
}

/* Four hexadecimal digits. */
static bool read_unit(struct reader *reader, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        static const char digits[] = "0123456789abcdef0123456789ABCDEF";
        const char *found =
            reader->at < reader->end && *reader->at ? strchr(digits, *reader->at) : NULL;

        if (!found)
            return false;
        *unit = *unit << 4 | (uint32_t)((found - digits) & 15);
        reader->at++;
    }
    return true;
}

/* What follows a backslash. */
static bool read_escape(struct reader *reader, uint32_t *character)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *found;
    uint32_t low;

    if (reader->at == reader->end)
        return false;
    if (skip_char(reader, 'u')) {
        if (!read_unit(reader, character) || (*character >= 0xDC00 && *character <= 0xDFFF))
            return false;
        if (*character < 0xD800 || *character > 0xDBFF)
            return true;
        if (!skip_word(reader, "\\u") || !read_unit(reader, &low) || low < 0xDC00 || low > 0xDFFF)
            return false;
        *character = 0x10000 + ((*character - 0xD800) << 10) + (low - 0xDC00);
        return true;
    }
    found = *reader->at ? strchr(letters, *reader->at) : NULL;
    if (!found)
        return false;
    *character = (uint32_t)meanings[found - letters];
    reader->at++;
    return true;
}

/* One character of well-formed UTF-8, decoded and checked for being the shortest form. */
static bool read_utf8(struct reader *reader, uint32_t *character)
{
    static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)*reader->at++;
    int n = first < 0x80       ? 1
            : first >> 5 == 6  ? 2
            : first >> 4 == 14 ? 3
            : first >> 3 == 30 ? 4
                               : 0;

    if (n < 2) {
        *character = first;
        return n == 1 && first >= 0x20;
    }
    *character = first & (0xFFU >> (n + 1));
    for (int i = 1; i < n; i++) {
        if (reader->at == reader->end || ((unsigned char)*reader->at & 0xC0) != 0x80)
            return false;
        *character = *character << 6 | ((unsigned char)*reader->at++ & 0x3F);
    }
    return *character >= lowest[n] && *character <= 0x10FFFF &&
           (*character < 0xD800 || *character > 0xDFFF);
}

static bool put_utf8(uint32_t c, char **to, size_t *room)
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

    if (!c || *room <= n)
        return false;
    for (size_t i = n; i-- > 1; c >>= 6)
        (*to)[i] = (char)(0x80 | (c & 0x3F));
    **to = (char)(n == 1 ? c : (0xF00U >> n & 0xFF) | c);
    *to += n;
    *room -= n;
    return true;
}

/* A string; its content is written if there is somewhere to write it to. */
static bool read_string(struct reader *reader, char *to, size_t room)
{
    bool fits = true;

    if (!skip_char(reader, '"'))
        return false;
    while (reader->at < reader->end && *reader->at != '"') {
        uint32_t character;

        if (!(skip_char(reader, '\\') ? read_escape(reader, &character)
                                      : read_utf8(reader, &character)))
            return false;
        if (to && fits)
            fits = put_utf8(character, &to, &room);
    }
    if (to)
        *to = '\0';
    return skip_char(reader, '"') && fits;
}

static bool skip_members(struct reader *reader, char end, bool has_keys)
{
    bool is_good = true;

    skip_space(reader);
    if (skip_char(reader, end))
        return true;
    do {
        skip_space(reader);
        if (has_keys) {
            is_good = read_string(reader, NULL, 0);
            skip_space(reader);
            is_good = is_good && skip_char(reader, ':');
        }
        is_good = is_good && skip_value(reader);
        skip_space(reader);
    } while (is_good && skip_char(reader, ','));
    return is_good && skip_char(reader, end);
}

static bool skip_value(struct reader *reader)
{
    bool is_good;

    skip_space(reader);
    if (reader->at == reader->end || reader->depth >= DEPTH_MOST)
        return false;
    reader->depth++;
    if (*reader->at == '"')
        is_good = read_string(reader, NULL, 0);
    else if (skip_char(reader, '{'))
        is_good = skip_members(reader, '}', true);
    else if (skip_char(reader, '['))
        is_good = skip_members(reader, ']', false);
    else
        is_good = skip_word(reader, "true") || skip_word(reader, "false") ||
                  skip_word(reader, "null") || skip_number(reader);
    reader->depth--;
    return is_good;
}

bool json_is_valid(const char *text, size_t len)
{
    struct reader reader = {text, text + len, 0};

    if (!skip_value(&reader))
        return false;
    skip_space(&reader);
    return reader.at == reader.end;
}

static bool copy_value(struct reader *reader, char *value, size_t room)
{
    const char *start = reader->at;
    size_t len;

    if (start < reader->end && *start == '"')
        return read_string(reader, value, room);
    if (!skip_value(reader))
        return false;
    len = (size_t)(reader->at - start);
    if (len >= room)
        return false;
    memcpy(value, start, len);
    value[len] = '\0';
    return true;
}

bool json_find(const char *text, size_t len, const char *key, char *value, size_t room)
{
    struct reader reader = {text, text + len, 0};
    char name[64];

    skip_space(&reader);
    if (!skip_char(&reader, '{'))
        return false;
    do {
        bool is_named;

        skip_space(&reader);
        is_named = read_string(&reader, name, sizeof name);
        skip_space(&reader);
        if (!skip_char(&reader, ':'))
            return false;
        skip_space(&reader);
        if (is_named && strcmp(name, key) == 0)
            return copy_value(&reader, value, room);
        if (!skip_value(&reader))
            return false;
        skip_space(&reader);
    } while (skip_char(&reader, ','));
    return false;
}
