/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/hsts_field.h"

#include "util/ascii.h"

#include <string.h>

/* One of the parts between semicolons: a name, and perhaps a value, with its quotes taken off. */
struct directive {
    const char *name;
    size_t name_len;
    const char *value; /* NULL: none */
    size_t value_len;
};

static const char *skip_blanks(const char *text, const char *end)
{
    while (text < end && (*text == ' ' || *text == '\t'))
        text++;
    return text;
}

static const char *skip_word(const char *text, const char *end)
{
    while (text < end && !strchr(" \t;=\"", *text))
        text++;
    return text;
}

/* The quote that ends what begins here; NULL: there is none. A backslash takes it its meaning. */
static const char *find_quote(const char *text, const char *end)
{
    for (; text < end && *text != '"'; text++)
        if (*text == '\\' && ++text == end)
            return NULL;
    return text < end ? text : NULL;
}

/* The value, behind its "="; returns what follows it, NULL: a quote has no end. */
static const char *read_value(const char *text, const char *end, struct directive *directive)
{
    const char *close;

    text = skip_blanks(text, end);
    if (text < end && *text == '"') {
        text++;
        close = find_quote(text, end);
        directive->value = text;
        directive->value_len = close ? (size_t)(close - text) : 0;
        return close ? close + 1 : NULL;
    }
    directive->value = text;
    text = skip_word(text, end);
    directive->value_len = (size_t)(text - directive->value);
    return text;
}

/* Reads up to behind the next semicolon. NULL: that is no directive. An empty one is. */
static const char *read_directive(const char *text, const char *end, struct directive *directive)
{
    *directive = (struct directive){.name = skip_blanks(text, end)};
    text = skip_word(directive->name, end);
    directive->name_len = (size_t)(text - directive->name);
    text = skip_blanks(text, end);
    if (text < end && *text == '=') {
        text = directive->name_len ? read_value(text + 1, end, directive) : NULL;
        if (!text)
            return NULL;
        text = skip_blanks(text, end);
    }
    if (text == end)
        return text;
    return *text == ';' ? text + 1 : NULL;
}

static bool is_named(const struct directive *directive, const char *name)
{
    return directive->name_len == strlen(name) &&
           whim_ascii_is_equal(directive->name, name, directive->name_len);
}

/* False: no number. */
static bool read_age(const struct directive *directive, int64_t *ret_age_s)
{
    int64_t age_s = 0;

    if (!directive->value || !directive->value_len)
        return false;
    for (size_t i = 0; i < directive->value_len; i++) {
        int digit = directive->value[i] - '0';

        if (digit < 0 || digit > 9)
            return false;
        age_s = age_s > (INT64_MAX - 9) / 10 ? INT64_MAX : age_s * 10 + digit;
    }
    *ret_age_s = age_s;
    return true;
}

bool whim_hsts_field_parse(const char *value, size_t len, struct whim_hsts_field *ret_field)
{
    const char *end = value + len;
    struct whim_hsts_field field = {.max_age_s = -1};
    struct directive directive;

    while (value < end) {
        value = read_directive(value, end, &directive);
        if (!value)
            return false;
        if (is_named(&directive, "max-age")) {
            if (field.max_age_s >= 0 || !read_age(&directive, &field.max_age_s))
                return false;
        } else if (is_named(&directive, "includeSubDomains")) {
            if (field.has_subdomains || directive.value)
                return false;
            field.has_subdomains = true;
        }
    }
    if (field.max_age_s < 0)
        return false;
    *ret_field = field;
    return true;
}
