/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/auth_challenge.h"

#include "proto/http1_fields.h"

#include <curl/curl.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at;
}

static const char *skip_separators(const char *at, const char *end)
{
    while (at < end && (is_blank(*at) || *at == ','))
        at++;
    return at;
}

static const char *skip_token(const char *at, const char *end)
{
    while (at < end && whim_http1_is_token(at, 1))
        at++;
    return at;
}

/* Behind the closing quote; end when there is none. *at is the opening one. */
static const char *skip_quoted(const char *at, const char *end)
{
    for (at++; at < end; at++) {
        if (*at == '"')
            return at + 1;
        if (*at == '\\' && at + 1 < end)
            at++;
    }
    return end;
}

/* To the next comma that is not within quotes. */
static const char *skip_item(const char *at, const char *end)
{
    while (at < end && *at != ',')
        at = *at == '"' ? skip_quoted(at, end) : at + 1;
    return at;
}

/* token BWS "=": a parameter stands here, and no scheme. */
static bool is_param(const char *at, const char *end)
{
    const char *behind = skip_token(at, end);
    const char *equals = skip_blanks(behind, end);

    return behind > at && equals < end && *equals == '=';
}

static bool is_scheme(const char *at, const char *end)
{
    const char *behind = skip_token(at, end);

    return behind > at && (behind == end || is_blank(*behind) || *behind == ',') &&
           !is_param(at, end);
}

static unsigned long find_scheme(const char *name, size_t len)
{
    static const struct {
        const char *name;
        unsigned long bit;
    } schemes[] = {
        {"Basic", CURLAUTH_BASIC},         {"Digest", CURLAUTH_DIGEST}, {"NTLM", CURLAUTH_NTLM},
        {"Negotiate", CURLAUTH_NEGOTIATE}, {"Bearer", CURLAUTH_BEARER},
    };

    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (whim_http1_is_name(name, len, schemes[i].name))
            return schemes[i].bit;
    return 0;
}

void whim_auth_list_init(struct whim_auth_list *list, const char *text, size_t len)
{
    list->at = text;
    list->end = text + len;
}

bool whim_auth_list_next(struct whim_auth_list *list, struct whim_auth_challenge *ret_challenge)
{
    const char *end = list->end;
    const char *at = skip_separators(list->at, end);
    const char *params;
    const char *behind;

    while (at < end && !is_scheme(at, end))
        at = skip_separators(skip_item(at, end), end);
    list->at = at;
    if (at == end)
        return false;

    behind = skip_token(at, end);
    *ret_challenge = (struct whim_auth_challenge){
        .scheme = find_scheme(at, (size_t)(behind - at)),
        .name = at,
        .name_len = (size_t)(behind - at),
    };
    /* The first item behind the scheme is its own whatever it is; those behind a comma have to look
     * like parameters. */
    params = skip_blanks(behind, end);
    behind = skip_item(params, end);
    for (at = skip_separators(behind, end); at < end && !is_scheme(at, end);
         at = skip_separators(behind, end))
        behind = skip_item(at, end);
    list->at = behind;
    while (behind > params && is_blank(behind[-1]))
        behind--;
    ret_challenge->params = params;
    ret_challenge->params_len = (size_t)(behind - params);
    return true;
}

/* What stands behind the "="; false when a quote is not closed. */
static bool take_value(struct whim_auth_list *list, const char *at,
                       struct whim_auth_param *ret_param)
{
    const char *begin = at;

    ret_param->is_quoted = at < list->end && *at == '"';
    if (!ret_param->is_quoted) {
        while (at < list->end && *at != ',' && !is_blank(*at))
            at++;
        ret_param->value = begin;
        ret_param->value_len = (size_t)(at - begin);
        list->at = skip_item(at, list->end);
        return true;
    }
    /* Step by step, as the last byte may be a quote that a backslash has made a part of the text.
     */
    for (at++; at < list->end && *at != '"'; at++)
        if (*at == '\\' && at + 1 < list->end)
            at++;
    if (at == list->end) {
        list->at = at;
        return false;
    }
    ret_param->value = begin + 1;
    ret_param->value_len = (size_t)(at - begin) - 1;
    list->at = skip_item(at + 1, list->end);
    return true;
}

bool whim_auth_param_next(struct whim_auth_list *list, struct whim_auth_param *ret_param)
{
    const char *end = list->end;
    const char *at = skip_separators(list->at, end);
    const char *behind;

    while (at < end && !is_param(at, end))
        at = skip_separators(skip_item(at, end), end);
    list->at = at;
    if (at == end)
        return false;
    behind = skip_token(at, end);
    ret_param->name = at;
    ret_param->name_len = (size_t)(behind - at);
    at = skip_blanks(skip_blanks(behind, end) + 1, end);
    return take_value(list, at, ret_param);
}

size_t whim_auth_param_unquote(const struct whim_auth_param *param, char *out)
{
    size_t len = 0;

    for (size_t i = 0; i < param->value_len; i++) {
        if (param->is_quoted && param->value[i] == '\\' && i + 1 < param->value_len)
            i++;
        out[len++] = param->value[i];
    }
    return len;
}
