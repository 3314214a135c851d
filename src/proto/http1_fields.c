/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/http1_fields.h"

#include "util/ascii.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* RFC 9110 section 5.6.2. */
static const bool is_token_char[256] = {
    ['!'] = true,         ['#'] = true,         ['$'] = true,         ['%'] = true, ['&'] = true,
    ['\''] = true,        ['*'] = true,         ['+'] = true,         ['-'] = true, ['.'] = true,
    ['^'] = true,         ['_'] = true,         ['`'] = true,         ['|'] = true, ['~'] = true,
    ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true,
};

bool whim_http1_is_token(const char *text, size_t len)
{
    size_t n = 0;

    while (n < len && is_token_char[(unsigned char)text[n]])
        n++;
    return n && n == len;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

enum whim_http1_error whim_http1_parse_status(struct whim_http1_parser *parser, const char *line,
                                              size_t len)
{
    enum { PREFIX_LEN = sizeof(WHIM_HTTP1_PREFIX) - 1 };
    const char *text = line + PREFIX_LEN;

    if (len < PREFIX_LEN + 3 || text[0] != '1' || text[1] != '.' ||
        (text[2] != '0' && text[2] != '1'))
        return WHIM_HTTP1_BAD_VERSION;
    if (len < PREFIX_LEN + 7 || text[3] != ' ')
        return WHIM_HTTP1_BAD_STATUS;
    if (!is_digit(text[4]) || !is_digit(text[5]) || !is_digit(text[6]) || text[4] == '0')
        return WHIM_HTTP1_BAD_STATUS;
    if (len > PREFIX_LEN + 7 && text[7] != ' ')
        return WHIM_HTTP1_BAD_STATUS;
    parser->version = text[2] == '0' ? 10 : 11;
    parser->status = (uint16_t)((text[4] - '0') * 100 + (text[5] - '0') * 10 + (text[6] - '0'));
    if (parser->status == 101)
        return WHIM_HTTP1_UNASKED_UPGRADE;
    return WHIM_HTTP1_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

enum whim_http1_error whim_http1_split_field(struct whim_http1_piece *field, size_t len)
{
    const char *value = field->data;
    const char *end = field->data + len;

    while (is_token_char[(unsigned char)*value]) /* the line's end stops it */
        value++;
    if (*value != ':')
        return memchr(field->data, ':', len) ? WHIM_HTTP1_BAD_NAME : WHIM_HTTP1_NO_COLON;
    if (value == field->data)
        return WHIM_HTTP1_BAD_NAME;
    field->name = field->data;
    field->name_len = (size_t)(value - field->data);
    for (value++; value < end && is_blank(*value);)
        value++;
    while (end > value && is_blank(end[-1]))
        end--;
    field->value = value;
    field->value_len = (size_t)(end - value);
    return WHIM_HTTP1_OK;
}

static bool is_list_space(char c)
{
    return is_blank(c) || c == ',';
}

bool whim_http1_next_element(const char **list, size_t *len, const char **ret_element,
                             size_t *ret_len)
{
    size_t n = 0;

    while (*len && is_list_space(**list)) {
        ++*list;
        --*len;
    }
    if (!*len)
        return false;
    while (n < *len && (*list)[n] != ',')
        n++;
    *ret_element = *list;
    *list += n;
    *len -= n;
    while (n && is_list_space((*ret_element)[n - 1]))
        n--;
    *ret_len = n;
    return true;
}

static enum whim_http1_error parse_length(const char *text, size_t len, int64_t *ret_length)
{
    int64_t value = 0;

    if (!len)
        return WHIM_HTTP1_BAD_LENGTH;
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(text[i]))
            return WHIM_HTTP1_BAD_LENGTH;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, text[i] - '0', &value))
            return WHIM_HTTP1_BAD_LENGTH;
    }
    *ret_length = value;
    return WHIM_HTTP1_OK;
}

/* The same length said twice is one length; two different ones are an attack (RFC 9112, 6.3). */
static enum whim_http1_error note_length(struct whim_http1_parser *parser, const char *value,
                                         size_t len)
{
    const char *element;
    size_t element_len;
    int64_t length;
    bool is_any = false;

    while (whim_http1_next_element(&value, &len, &element, &element_len)) {
        enum whim_http1_error error = parse_length(element, element_len, &length);

        if (error != WHIM_HTTP1_OK)
            return error;
        if (parser->content_length >= 0 && parser->content_length != length)
            return WHIM_HTTP1_TWO_LENGTHS;
        parser->content_length = length;
        is_any = true;
    }
    return is_any ? WHIM_HTTP1_OK : WHIM_HTTP1_BAD_LENGTH;
}

/* chunked is the last coding or the message is not framed by it; identity is no coding. */
static enum whim_http1_error note_codings(struct whim_http1_parser *parser, const char *value,
                                          size_t len)
{
    const char *element;
    size_t element_len;

    while (whim_http1_next_element(&value, &len, &element, &element_len)) {
        if (whim_http1_is_name(element, element_len, "identity"))
            continue;
        if (parser->is_chunked)
            return WHIM_HTTP1_BAD_CODING;
        if (whim_http1_is_name(element, element_len, "chunked"))
            parser->is_chunked = true;
        else
            parser->has_other_coding = true;
    }
    return WHIM_HTTP1_OK;
}

static void note_connection(struct whim_http1_parser *parser, const char *value, size_t len)
{
    const char *element;
    size_t element_len;

    while (whim_http1_next_element(&value, &len, &element, &element_len)) {
        if (whim_http1_is_name(element, element_len, "close"))
            parser->says_close = true;
        else if (whim_http1_is_name(element, element_len, "keep-alive"))
            parser->says_keep_alive = true;
    }
}

enum whim_http1_error whim_http1_note_field(struct whim_http1_parser *parser,
                                            const struct whim_http1_piece *field)
{
    switch (field->name_len) { /* most fields are told apart by their length */
    case sizeof("Connection") - 1:
        if (whim_http1_is_name(field->name, field->name_len, "Connection"))
            note_connection(parser, field->value, field->value_len);
        return WHIM_HTTP1_OK;
    case sizeof("Content-Length") - 1:
        if (whim_http1_is_name(field->name, field->name_len, "Content-Length"))
            return note_length(parser, field->value, field->value_len);
        return WHIM_HTTP1_OK;
    case sizeof("Transfer-Encoding") - 1:
        if (whim_http1_is_name(field->name, field->name_len, "Transfer-Encoding"))
            return note_codings(parser, field->value, field->value_len);
        return WHIM_HTTP1_OK;
    default:
        return WHIM_HTTP1_OK;
    }
}

enum whim_http1_error whim_http1_decide_framing(struct whim_http1_parser *parser)
{
    bool has_no_body = parser->options & WHIM_HTTP1_TO_HEAD || parser->status == 204 ||
                       parser->status == 304;
    bool has_coding = parser->is_chunked || parser->has_other_coding;
    bool takes_codings = parser->options & WHIM_HTTP1_TAKE_CODINGS;

    if (parser->content_length >= 0 &&
        (parser->is_chunked || (parser->has_other_coding && takes_codings)))
        return WHIM_HTTP1_LENGTH_AND_CHUNKED;
    if (has_no_body)
        parser->framing = WHIM_HTTP1_NO_BODY;
    else if (parser->has_other_coding && !takes_codings)
        return WHIM_HTTP1_BAD_CODING;
    else if (parser->is_chunked)
        parser->framing = WHIM_HTTP1_CHUNKED;
    else if (parser->content_length >= 0 && !(parser->options & WHIM_HTTP1_IGNORE_LENGTH))
        parser->framing = WHIM_HTTP1_BY_LENGTH;
    else
        parser->framing = WHIM_HTTP1_UNTIL_CLOSE;
    parser->can_keep_alive = parser->framing != WHIM_HTTP1_UNTIL_CLOSE && !parser->says_close;
    if (parser->version < 11) /* with a coding it is framed doubtfully (RFC 9112 section 6.1) */
        parser->can_keep_alive &= parser->says_keep_alive && !has_coding;
    return WHIM_HTTP1_OK;
}

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

enum whim_http1_error whim_http1_parse_chunk_size(const char *text, size_t len, int64_t *ret_size)
{
    uint64_t size = 0;
    size_t i;

    for (i = 0; i < len && hex_value(text[i]) >= 0; i++) {
        if (i == 16 || size >> 59) /* another digit would pass 2^63-1, or is one of many zeros */
            return WHIM_HTTP1_BIG_CHUNK_SIZE;
        size = size << 4 | (unsigned)hex_value(text[i]);
    }
    if (!i)
        return WHIM_HTTP1_BAD_CHUNK_SIZE;
    while (i < len && is_blank(text[i]))
        i++;
    if (i < len && text[i] != ';')
        return WHIM_HTTP1_BAD_CHUNK_SIZE;
    *ret_size = (int64_t)size;
    return WHIM_HTTP1_OK;
}

int64_t whim_http1_parse_date(const char *text, size_t len)
{
    char copy[64];

    if (len >= sizeof(copy))
        return -1;
    memcpy(copy, text, len);
    copy[len] = 0;
    return curl_getdate(copy, NULL);
}

int64_t whim_http1_parse_retry_after(const char *text, size_t len)
{
    enum { MAX_S = 6 * 60 * 60 }; /* nobody means to wait longer */
    int64_t seconds;
    int64_t date;

    if (parse_length(text, len, &seconds) != WHIM_HTTP1_OK) {
        date = whim_http1_parse_date(text, len);
        seconds = date < 0 ? 0 : date - (int64_t)time(NULL);
    }
    if (seconds < 0)
        return 0;
    return seconds > MAX_S ? MAX_S : seconds;
}

bool whim_http1_format_date(int64_t seconds, char out[WHIM_HTTP1_DATE_BYTES])
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    enum { NAME_LEN = 3, FIRST_YEAR = 1900 };
    time_t time = (time_t)seconds;
    struct tm tm;

    if (!gmtime_r(&time, &tm) || tm.tm_year < 0 || tm.tm_year > 9999 - FIRST_YEAR)
        return false;
    snprintf(out, WHIM_HTTP1_DATE_BYTES, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
             days + NAME_LEN * tm.tm_wday, tm.tm_mday, months + NAME_LEN * tm.tm_mon,
             tm.tm_year + FIRST_YEAR, tm.tm_hour, tm.tm_min, tm.tm_sec);
    return true;
}

int64_t whim_http1_parse_range_start(const char *text, size_t len)
{
    static const char unit[] = "bytes";
    int64_t start = 0;
    size_t at = sizeof(unit) - 1;
    size_t first;

    if (len < at || !whim_ascii_is_equal(text, unit, at))
        return -1;
    while (at < len && (text[at] == ' ' || text[at] == '\t' || text[at] == ':' || text[at] == '='))
        at++;
    for (first = at; at < len && text[at] >= '0' && text[at] <= '9'; at++) {
        if (start > (INT64_MAX - 9) / 10)
            return -1;
        start = start * 10 + (text[at] - '0');
    }
    return at > first ? start : -1;
}
