/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/altsvc_parse.h"

#include "proto/url_chars.h"
#include "util/ascii.h"

#include <string.h>

enum { DEFAULT_AGE_S = 24 * 60 * 60 }; /* RFC 7838 section 3.1 */

/* What is left of a text. */
struct scanner {
    const char *at;
    const char *end;
};

static const struct {
    const char *name;
    enum whim_altsvc_protocol protocol;
} protocols[] = {
    {"h1", WHIM_ALTSVC_H1},
    {"http/1.1", WHIM_ALTSVC_H1},
    {"h2", WHIM_ALTSVC_H2},
    {"h3", WHIM_ALTSVC_H3},
};

enum { N_PROTOCOLS = sizeof(protocols) / sizeof(protocols[0]) };

const char *whim_altsvc_protocol_name(enum whim_altsvc_protocol protocol)
{
    for (size_t i = 0; i < N_PROTOCOLS; i++)
        if (protocols[i].protocol == protocol)
            return protocols[i].name;
    return "";
}

static bool is_word(const char *text, size_t len, const char *word)
{
    return len == strlen(word) && whim_ascii_is_equal(text, word, len);
}

/* A protocol's name may have bytes in it that are percent-encoded: "http%2F1.1". */
static enum whim_altsvc_protocol find_protocol(const char *text, size_t len)
{
    if (is_word(text, len, "http%2f1.1"))
        return WHIM_ALTSVC_H1;
    for (size_t i = 0; i < N_PROTOCOLS; i++)
        if (is_word(text, len, protocols[i].name))
            return protocols[i].protocol;
    return WHIM_ALTSVC_NONE;
}

static void skip_blanks(struct scanner *scanner)
{
    while (scanner->at < scanner->end && (*scanner->at == ' ' || *scanner->at == '\t'))
        scanner->at++;
}

static bool take(struct scanner *scanner, char c)
{
    if (scanner->at == scanner->end || *scanner->at != c)
        return false;
    scanner->at++;
    return true;
}

/* A word up to a blank or one of those bytes; false: it is empty. */
static bool take_word(struct scanner *scanner, const char *ends, const char **ret_word,
                      size_t *ret_len)
{
    const char *word = scanner->at;

    while (scanner->at < scanner->end && *scanner->at && *scanner->at != ' ' &&
           *scanner->at != '\t' && !strchr(ends, *scanner->at))
        scanner->at++;
    *ret_word = word;
    *ret_len = (size_t)(scanner->at - word);
    return *ret_len > 0;
}

/* Behind the opening quote; takes the closing one too. */
static bool take_quoted(struct scanner *scanner, const char **ret_text, size_t *ret_len)
{
    const char *close = memchr(scanner->at, '"', (size_t)(scanner->end - scanner->at));

    if (!close)
        return false;
    *ret_text = scanner->at;
    *ret_len = (size_t)(close - scanner->at);
    scanner->at = close + 1;
    return true;
}

static bool read_number(const char *text, size_t len, int64_t max, int64_t *ret_number)
{
    int64_t number = 0;

    if (!len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!(whim_url_char(text[i]) & WHIM_CHAR_DIGIT))
            return false;
        number = number > (max - 9) / 10 ? max : number * 10 + (text[i] - '0');
    }
    *ret_number = number;
    return true;
}

static bool read_port(const char *text, size_t len, uint16_t *ret_port)
{
    enum { MORE_THAN_ANY = 1 << 20 };
    int64_t port;

    if (!read_number(text, len, MORE_THAN_ANY, &port) || port < 1 || port > UINT16_MAX)
        return false;
    *ret_port = (uint16_t)port;
    return true;
}

/* A host as URLs have it; one in brackets loses them. */
static bool read_host(const char *text, size_t len, struct whim_altsvc_place *place)
{
    unsigned bits = 0;
    bool has_brackets = len > 2 && text[0] == '[' && text[len - 1] == ']';

    if (has_brackets) {
        text++;
        len -= 2;
    }
    for (size_t i = 0; i < len; i++) {
        if (has_brackets && !(whim_url_char(text[i]) & (WHIM_CHAR_HEX | WHIM_CHAR_COLON)) &&
            text[i] != '.')
            return false;
        bits |= whim_url_char(text[i]);
    }
    if (len > WHIM_ALTSVC_MAX_HOST_BYTES)
        return false;
    if (!has_brackets && bits & (WHIM_CHAR_NOT_HOST | WHIM_CHAR_HIGH | WHIM_CHAR_PERCENT))
        return false;
    place->host = text;
    place->len = len;
    return true;
}

/* "host:port", the host may be left out. */
static bool read_authority(const char *text, size_t len, struct whim_altsvc_place *place)
{
    size_t host_len = len;

    while (host_len && text[host_len - 1] != ':')
        host_len--;
    return host_len && read_host(text, host_len - 1, place) &&
           read_port(text + host_len, len - host_len, &place->port);
}

bool whim_altsvc_is_clear(const char *value, size_t len)
{
    struct scanner scanner = {value, value + len};
    const char *word;
    size_t word_len;
    bool is_clear;

    skip_blanks(&scanner);
    is_clear = take_word(&scanner, ",;", &word, &word_len) && is_word(word, word_len, "clear");
    skip_blanks(&scanner);
    return is_clear && scanner.at == scanner.end;
}

/* Behind a semicolon. Parameters that nobody knows are fine (section 3.1). */
static bool read_parameter(struct scanner *scanner, struct whim_altsvc_offer *offer)
{
    const char *name, *value;
    size_t name_len, value_len;
    bool is_read;

    skip_blanks(scanner);
    if (!take_word(scanner, "=,;\"", &name, &name_len))
        return false;
    skip_blanks(scanner);
    if (!take(scanner, '='))
        return false;
    skip_blanks(scanner);
    is_read = take(scanner, '"') ? take_quoted(scanner, &value, &value_len)
                                 : take_word(scanner, ",;\"", &value, &value_len);
    if (!is_read)
        return false;
    if (is_word(name, name_len, "ma"))
        return read_number(value, value_len, INT64_MAX, &offer->max_age_s);
    if (is_word(name, name_len, "persist"))
        offer->is_persistent = is_word(value, value_len, "1");
    return true;
}

bool whim_altsvc_next(const char **value, const char *end, struct whim_altsvc_offer *ret_offer)
{
    struct scanner scanner = {*value, end};
    struct whim_altsvc_offer offer = {.max_age_s = DEFAULT_AGE_S};
    const char *word;
    size_t len;

    do
        skip_blanks(&scanner);
    while (take(&scanner, ','));
    if (!take_word(&scanner, "=,;\"", &word, &len))
        return false;
    offer.place.protocol = find_protocol(word, len);
    skip_blanks(&scanner);
    if (!take(&scanner, '='))
        return false;
    skip_blanks(&scanner);
    if (!take(&scanner, '"') || !take_quoted(&scanner, &word, &len))
        return false;
    if (!read_authority(word, len, &offer.place))
        offer.place.protocol = WHIM_ALTSVC_NONE;
    for (skip_blanks(&scanner); take(&scanner, ';'); skip_blanks(&scanner))
        if (!read_parameter(&scanner, &offer))
            return false;
    if (scanner.at < scanner.end && *scanner.at != ',')
        return false;
    *value = scanner.at;
    *ret_offer = offer;
    return true;
}

/* Protocol, host and port with blanks around them. */
static bool read_place(struct scanner *scanner, struct whim_altsvc_place *place)
{
    const char *word;
    size_t len;

    skip_blanks(scanner);
    if (!take_word(scanner, "", &word, &len))
        return false;
    place->protocol = find_protocol(word, len);
    skip_blanks(scanner);
    if (!take_word(scanner, "", &word, &len) || !read_host(word, len, place) || !place->len)
        return false;
    skip_blanks(scanner);
    return take_word(scanner, "", &word, &len) && read_port(word, len, &place->port) &&
           place->protocol != WHIM_ALTSVC_NONE;
}

bool whim_altsvc_read_line(const char *line, const char *end, struct whim_altsvc_line *ret_line)
{
    struct scanner scanner = {line, end};
    struct whim_altsvc_line found = {.priority = 0};
    const char *word;
    size_t len;
    int64_t number;

    if (!read_place(&scanner, &found.origin) || !read_place(&scanner, &found.place))
        return false;
    skip_blanks(&scanner);
    if (!take(&scanner, '"') || !take_quoted(&scanner, &word, &len))
        return false;
    found.expires_s = whim_cache_date_read(word, len);
    skip_blanks(&scanner);
    if (!take_word(&scanner, "", &word, &len) || !read_number(word, len, 9, &number))
        return false;
    found.is_persistent = number != 0;
    skip_blanks(&scanner);
    if (!take_word(&scanner, "\r", &word, &len) || !read_number(word, len, INT32_MAX, &number))
        return false;
    found.priority = (int)number;
    *ret_line = found;
    return true;
}
