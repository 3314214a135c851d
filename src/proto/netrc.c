/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/netrc.h"

#include "util/ascii.h"

#include <string.h>

struct reader {
    const char *at;
    const char *end;
    struct whim_buf word; /* the last one, without its quotes; terminated */
};

/* What has been read of the present entry. */
struct entry {
    bool fits; /* its host does */
    bool has_login;
    bool has_password;
};

enum word { WORD, NO_WORD, BAD_WORD, NOMEM_WORD };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_line(struct reader *reader)
{
    const char *end = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));

    reader->at = end ? end + 1 : reader->end;
}

static char unescape(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return c;
    }
}

static enum word read_quoted(struct reader *reader)
{
    for (reader->at++; reader->at < reader->end && *reader->at != '"'; reader->at++) {
        char c = *reader->at;

        if (c == '\\') {
            if (++reader->at == reader->end)
                return BAD_WORD;
            c = unescape(*reader->at);
        }
        if (whim_buf_add(&reader->word, &c, 1) != WHIM_BUF_OK)
            return NOMEM_WORD;
    }
    if (reader->at == reader->end)
        return BAD_WORD;
    reader->at++;
    return WORD;
}

/* Whether a line has ended on the way to the next word. */
static bool skip_blanks(struct reader *reader)
{
    bool is_next_line = false;

    for (; reader->at < reader->end && is_blank(*reader->at); reader->at++)
        is_next_line |= *reader->at == '\n' || *reader->at == '\r';
    return is_next_line;
}

/* The word that stands there. */
static enum word take_word(struct reader *reader)
{
    const char *first;

    whim_buf_reset(&reader->word);
    if (reader->at == reader->end)
        return NO_WORD;
    if (*reader->at == '"')
        return read_quoted(reader);
    for (first = reader->at; reader->at < reader->end && !is_blank(*reader->at);)
        reader->at++;
    return whim_buf_add(&reader->word, first, (size_t)(reader->at - first)) == WHIM_BUF_OK
               ? WORD
               : NOMEM_WORD;
}

static enum word read_word(struct reader *reader)
{
    skip_blanks(reader);
    while (reader->at < reader->end && *reader->at == '#') {
        skip_line(reader);
        skip_blanks(reader);
    }
    return take_word(reader);
}

static bool is_word(const struct reader *reader, const char *name)
{
    size_t len = strlen(name);

    return reader->word.len == len && whim_ascii_is_equal(reader->word.data, name, len);
}

/* Macros are of no use here: up to an empty line. */
static void skip_macro(struct reader *reader)
{
    do {
        skip_line(reader);
    } while (reader->at < reader->end && *reader->at != '\n' && *reader->at != '\r');
}

static enum whim_netrc_result to_result(enum word word)
{
    return word == BAD_WORD ? WHIM_NETRC_SYNTAX
           : word == NO_WORD ? WHIM_NETRC_NONE
                             : WHIM_NETRC_NOMEM;
}

static bool is_keyword(const struct reader *reader)
{
    static const char *const keywords[] = {"machine", "default", "login",
                                           "password", "account", "macdef"};

    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
        if (is_word(reader, keywords[i]))
            return true;
    return false;
}

/* A value, whatever it looks like. *ret_is_missing: a new line goes on with something else. */
static enum word read_value(struct reader *reader, bool *ret_is_missing)
{
    bool is_next_line = skip_blanks(reader);
    const char *at = reader->at;
    enum word word = take_word(reader);

    *ret_is_missing = is_next_line && word == WORD && *at != '"' && is_keyword(reader);
    if (*ret_is_missing)
        reader->at = at;
    return word;
}

static enum word read_into(struct reader *reader, struct whim_buf *buf, bool *ret_has)
{
    bool is_missing;
    enum word word = read_value(reader, &is_missing);

    if (word != WORD || is_missing)
        return word;
    whim_buf_reset(buf);
    if (whim_buf_add(buf, reader->word.data, reader->word.len) != WHIM_BUF_OK)
        return NOMEM_WORD;
    *ret_has = true;
    return WORD;
}

/* The entry is complete: is it the one? */
static bool is_wanted(const struct entry *entry, const struct whim_netrc_query *query,
                      const struct whim_buf *user)
{
    if (!entry->fits || (!entry->has_login && !entry->has_password))
        return false;
    return !query->user || (entry->has_login && user->len == strlen(query->user) &&
                            !memcmp(user->data, query->user, user->len));
}

static void begin_entry(struct entry *entry, bool fits, struct whim_buf *user,
                        struct whim_buf *password)
{
    *entry = (struct entry){.fits = fits};
    whim_buf_reset(user);
    whim_buf_reset(password);
}

static enum whim_netrc_result find(struct reader *reader, const struct whim_netrc_query *query,
                                   struct whim_buf *user, struct whim_buf *password)
{
    struct entry entry = {.fits = false};
    bool is_missing = false;
    enum word word;

    while ((word = read_word(reader)) == WORD) {
        bool is_machine = is_word(reader, "machine");

        if (is_machine || is_word(reader, "default")) {
            if (is_wanted(&entry, query, user))
                return WHIM_NETRC_FOUND;
            if (is_machine && (word = read_value(reader, &is_missing)) != WORD)
                break;
            begin_entry(&entry,
                        is_machine ? !is_missing && reader->word.len == query->host_len &&
                                         whim_ascii_is_equal(reader->word.data, query->host,
                                                             query->host_len)
                                   : query->takes_default,
                        user, password);
        } else if (is_word(reader, "macdef")) {
            skip_macro(reader);
        } else if (is_word(reader, "login")) {
            word = read_into(reader, user, &entry.has_login);
        } else if (is_word(reader, "password")) {
            word = read_into(reader, password, &entry.has_password);
        } else if (is_word(reader, "account")) {
            word = read_value(reader, &is_missing);
        }
        if (word != WORD)
            break;
    }
    if (word == NO_WORD && is_wanted(&entry, query, user))
        return WHIM_NETRC_FOUND;
    return to_result(word);
}

enum whim_netrc_result whim_netrc_find(const char *text, size_t len,
                                       const struct whim_netrc_query *query,
                                       struct whim_buf *user, struct whim_buf *password)
{
    struct reader reader = {.at = text, .end = text + len};
    enum whim_netrc_result result = WHIM_NETRC_NOMEM;

    whim_buf_init(&reader.word, WHIM_NETRC_MAX_BYTES + 1);
    /* All of the room at once: growing would leave copies behind. */
    if (whim_buf_reserve(&reader.word, len + 1) == WHIM_BUF_OK &&
        whim_buf_reserve(user, len + 1) == WHIM_BUF_OK &&
        whim_buf_reserve(password, len + 1) == WHIM_BUF_OK)
        result = find(&reader, query, user, password);
    whim_buf_fini_secret(&reader.word);
    if (result == WHIM_NETRC_FOUND && (whim_buf_add(user, "", 1) != WHIM_BUF_OK ||
                                       whim_buf_add(password, "", 1) != WHIM_BUF_OK))
        result = WHIM_NETRC_NOMEM;
    return result;
}
