/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/cookie_line.h"

#include "proto/cookie_host.h"
#include "proto/http1_fields.h"
#include "util/ascii.h"

#include <string.h>

enum { EXPIRED_S = 1 }; /* 0 is no date */

static const char *const verdict_texts[WHIM_COOKIE_VERDICT_MAX] = {
    [WHIM_COOKIE_OK] = "",
#define COOKIE_VERDICT(name, text) [WHIM_COOKIE_##name] = text,
#include "proto/tbl/cookie_verdicts.h"
};

const char *whim_cookie_verdict_text(enum whim_cookie_verdict verdict)
{
    return verdict_texts[verdict];
}

/* What is between two semicolons. */
struct pair {
    struct whim_cookie_text name;
    struct whim_cookie_text value;
    bool has_equals;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct whim_cookie_text trim(const char *text, size_t len)
{
    while (len && is_blank(*text)) {
        text++;
        len--;
    }
    while (len && is_blank(text[len - 1]))
        len--;
    return (struct whim_cookie_text){text, len};
}

static bool is_word(struct whim_cookie_text text, const char *word)
{
    return text.len == strlen(word) && whim_ascii_is_equal(text.ptr, word, text.len);
}

/* Control bytes but for the tab, which is a blank where it stands between words. */
static bool has_control(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (((unsigned char)text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7f)
            return true;
    return false;
}

static bool has_tab(struct whim_cookie_text text)
{
    return text.len && memchr(text.ptr, '\t', text.len);
}

static struct pair read_pair(const char *text, size_t len)
{
    const char *equals = memchr(text, '=', len);
    size_t name_len = equals ? (size_t)(equals - text) : len;
    struct pair pair = {.name = trim(text, name_len), .has_equals = equals};

    pair.value = equals ? trim(equals + 1, len - name_len - 1) : trim(text + len, 0);
    return pair;
}

static enum whim_cookie_verdict check_pair(const struct pair *pair)
{
    if (pair->name.len >= WHIM_COOKIE_PAIR_BYTES - 1 ||
        pair->value.len >= WHIM_COOKIE_PAIR_BYTES - 1 ||
        pair->name.len + pair->value.len > WHIM_COOKIE_PAIR_BYTES)
        return WHIM_COOKIE_TOO_LARGE;
    if (has_tab(pair->name) || has_tab(pair->value))
        return WHIM_COOKIE_CONTROL_BYTE;
    return WHIM_COOKIE_OK;
}

static bool has_prefix(struct whim_cookie_text name, const char *prefix)
{
    size_t len = strlen(prefix);

    return name.len >= len && whim_ascii_is_equal(name.ptr, prefix, len);
}

/*
 * What a name promises, in whatever letters (RFC 6265bis section 4.1.3): servers that take no notice
 * of the case of letters must not be fooled either.
 */
static enum whim_cookie_verdict check_prefix(const struct whim_cookie_line *line)
{
    bool is_of_host = line->path.ptr && line->path.len == 1 &&
                      (line->is_of_file ? !line->has_subdomains : !line->domain.len);

    if (has_prefix(line->name, "__Secure-") && !line->is_secure)
        return WHIM_COOKIE_BAD_PREFIX;
    if (has_prefix(line->name, "__Host-") && (!line->is_secure || !is_of_host))
        return WHIM_COOKIE_BAD_PREFIX;
    return WHIM_COOKIE_OK;
}

/* Digits at the front; returns how many. A number that does not fit is the largest that does. */
static size_t read_number(struct whim_cookie_text text, int64_t *ret_number)
{
    int64_t number = 0;
    size_t i;

    for (i = 0; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++) {
        int digit = text.ptr[i] - '0';

        number = number > (INT64_MAX - digit) / 10 ? INT64_MAX : number * 10 + digit;
    }
    *ret_number = number;
    return i;
}

static int64_t cap_expiry(int64_t expires_s, int64_t now_s)
{
    return expires_s > now_s + WHIM_COOKIE_MAX_AGE_S ? now_s + WHIM_COOKIE_MAX_AGE_S : expires_s;
}

/* What is no number of seconds, or none that is left, ends it at once. */
static int64_t read_max_age(struct whim_cookie_text text, int64_t now_s)
{
    int64_t seconds;

    if (text.len && text.ptr[0] == '"') {
        text.ptr++;
        text.len--;
    }
    if (!read_number(text, &seconds) || !seconds)
        return EXPIRED_S;
    return seconds > WHIM_COOKIE_MAX_AGE_S ? now_s + WHIM_COOKIE_MAX_AGE_S : now_s + seconds;
}

/* A date that nobody understands makes it a cookie of the session. */
static int64_t read_expires(struct whim_cookie_text text, int64_t now_s)
{
    int64_t date = whim_http1_parse_date(text.ptr, text.len);

    if (date == -1)
        return 0;
    return date <= 0 ? EXPIRED_S : cap_expiry(date, now_s);
}

static void read_same_site(struct whim_cookie_text text, struct whim_cookie_line *line)
{
    if (is_word(text, "Strict"))
        line->same_site = WHIM_COOKIE_SITE_STRICT;
    else if (is_word(text, "Lax"))
        line->same_site = WHIM_COOKIE_SITE_LAX;
    else if (is_word(text, "None"))
        line->same_site = WHIM_COOKIE_SITE_NONE;
    else
        line->same_site = WHIM_COOKIE_SITE_DEFAULT;
}

static struct whim_cookie_text strip_dot(struct whim_cookie_text domain)
{
    if (domain.len && domain.ptr[0] == '.') {
        domain.ptr++;
        domain.len--;
    }
    return domain;
}

/* The last one of a name counts (RFC 6265 section 5.3), and Max-Age before Expires. A value of Secure
 * or HttpOnly does not matter. */
static void read_attribute(const struct pair *pair, int64_t now_s, bool *has_max_age,
                           struct whim_cookie_line *line)
{
    if (is_word(pair->name, "Secure")) {
        line->is_secure = true;
    } else if (is_word(pair->name, "HttpOnly")) {
        line->is_http_only = true;
    } else if (is_word(pair->name, "Partitioned")) {
        line->is_partitioned = true;
    } else if (!pair->has_equals) {
        return;
    } else if (is_word(pair->name, "Path")) {
        line->path = pair->value;
        whim_cookie_path_clean(&line->path.ptr, &line->path.len);
    } else if (is_word(pair->name, "Domain") && pair->value.len) {
        line->domain = strip_dot(pair->value);
        line->has_subdomains = true;
    } else if (is_word(pair->name, "Max-Age")) {
        line->expires_s = read_max_age(pair->value, now_s);
        *has_max_age = true;
    } else if (is_word(pair->name, "Expires") && pair->value.len && !*has_max_age) {
        line->expires_s = read_expires(pair->value, now_s);
    } else if (is_word(pair->name, "SameSite")) {
        read_same_site(pair->value, line);
    }
}

enum whim_cookie_verdict whim_cookie_line_read(const char *text, size_t len, int64_t now_s,
                                               struct whim_cookie_line *ret_line)
{
    struct whim_cookie_line line = {.name = {NULL, 0}};
    enum whim_cookie_verdict verdict;
    bool has_max_age = false;

    if (len > WHIM_COOKIE_LINE_BYTES)
        return WHIM_COOKIE_LONG_LINE;
    if (has_control(text, len))
        return WHIM_COOKIE_CONTROL_BYTE;
    while (len) {
        const char *semicolon = memchr(text, ';', len);
        size_t pair_len = semicolon ? (size_t)(semicolon - text) : len;
        struct pair pair = read_pair(text, pair_len);

        text += pair_len + (semicolon != NULL);
        len -= pair_len + (semicolon != NULL);
        if (!pair.name.len && !pair.has_equals)
            continue;
        verdict = check_pair(&pair);
        if (verdict != WHIM_COOKIE_OK)
            return verdict;
        if (line.name.len) {
            read_attribute(&pair, now_s, &has_max_age, &line);
        } else if (!pair.name.len || !pair.has_equals) {
            return WHIM_COOKIE_NO_NAME;
        } else {
            line.name = pair.name;
            line.value = pair.value;
        }
    }
    if (!line.name.len)
        return WHIM_COOKIE_NO_NAME;
    verdict = check_prefix(&line);
    if (verdict == WHIM_COOKIE_OK)
        *ret_line = line;
    return verdict;
}

/*
 * The next field of a file's line. Several tabs are as one, but in front of the value, which may be
 * empty. False: there is none.
 */
static bool take_field(const char **text, size_t *len, bool may_be_empty,
                       struct whim_cookie_text *ret_field)
{
    const char *tab;

    while (*len && **text == '\t' && !may_be_empty) {
        (*text)++;
        (*len)--;
    }
    if (!*len)
        return false;
    tab = memchr(*text, '\t', *len);
    *ret_field = (struct whim_cookie_text){*text, tab ? (size_t)(tab - *text) : *len};
    *text += ret_field->len + (tab != NULL);
    *len -= ret_field->len + (tab != NULL);
    return true;
}

static bool take_http_only(const char **text, size_t *len)
{
    static const char mark[] = "#HttpOnly_";

    if (*len < sizeof(mark) - 1 || memcmp(*text, mark, sizeof(mark) - 1) != 0)
        return false;
    *text += sizeof(mark) - 1;
    *len -= sizeof(mark) - 1;
    return true;
}

static enum whim_cookie_verdict read_fields(const char *text, size_t len,
                                            struct whim_cookie_line *line)
{
    struct whim_cookie_text field;

    if (!take_field(&text, &len, false, &line->domain))
        return WHIM_COOKIE_BAD_FIELDS;
    line->domain = strip_dot(line->domain);
    if (!take_field(&text, &len, false, &field))
        return WHIM_COOKIE_BAD_FIELDS;
    line->has_subdomains = is_word(field, "TRUE");
    if (!take_field(&text, &len, false, &field))
        return WHIM_COOKIE_BAD_FIELDS;
    line->path = (struct whim_cookie_text){"/", 1};
    if (!is_word(field, "TRUE") && !is_word(field, "FALSE")) { /* some leave the path out */
        line->path = field;
        whim_cookie_path_clean(&line->path.ptr, &line->path.len);
        if (!take_field(&text, &len, false, &field))
            return WHIM_COOKIE_BAD_FIELDS;
    }
    line->is_secure = is_word(field, "TRUE");
    if (!take_field(&text, &len, false, &field) ||
        read_number(field, &line->expires_s) != field.len)
        return WHIM_COOKIE_BAD_FIELDS;
    if (!take_field(&text, &len, false, &line->name))
        return WHIM_COOKIE_BAD_FIELDS;
    line->value = (struct whim_cookie_text){text, 0};
    if (take_field(&text, &len, true, &line->value) && len)
        return WHIM_COOKIE_BAD_FIELDS;
    return WHIM_COOKIE_OK;
}

static bool is_large(struct whim_cookie_text text)
{
    return text.len > WHIM_COOKIE_FIELD_BYTES;
}

enum whim_cookie_verdict whim_cookie_line_read_file(const char *text, size_t len,
                                                    struct whim_cookie_line *ret_line)
{
    struct whim_cookie_line line = {.is_of_file = true};
    enum whim_cookie_verdict verdict;

    while (len && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        len--;
    line.is_http_only = take_http_only(&text, &len);
    if (len && text[0] == '#')
        return WHIM_COOKIE_COMMENT;
    if (has_control(text, len))
        return WHIM_COOKIE_CONTROL_BYTE;
    verdict = read_fields(text, len, &line);
    if (verdict == WHIM_COOKIE_OK &&
        (is_large(line.name) || is_large(line.value) || is_large(line.path)))
        verdict = WHIM_COOKIE_TOO_LARGE;
    if (verdict == WHIM_COOKIE_OK)
        verdict = check_prefix(&line);
    if (verdict == WHIM_COOKIE_OK)
        *ret_line = line;
    return verdict;
}
