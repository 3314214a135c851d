/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What stands before a part's content: the generated fields, then the application's own lines, then
 * a blank line. The order and the choice of the fields are libcurl's.
 */
#include "proto/mime.h"

#include "proto/mime_encoding.h"
#include "util/ascii.h"
#include "util/buf.h"
#include "util/mem.h"

#include <string.h>

enum { MAX_HEAD_BYTES = 16 * 1024 * 1024 };

static const char type_field[] = "Content-Type: ";
static const char form_type[] = "multipart/form-data";

const char *whim_mime_guess_type(const char *filename)
{
    static const struct {
        const char *end;
        const char *type;
    } types[] = {
#define MIME_TYPE(end, type) {end, type},
#include "proto/tbl/mime_types.h"
    };
    size_t len = strlen(filename);

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        size_t end_len = strlen(types[i].end);

        if (len >= end_len && whim_ascii_is_equal(filename + len - end_len, types[i].end, end_len))
            return types[i].type;
    }
    return NULL;
}

/* The value of a line, if it is that field's; else NULL. */
static const char *value_of(const char *line, const char *field)
{
    size_t len = strlen(field);

    if (!line || !whim_ascii_is_equal(line, field, len) || line[len] != ':')
        return NULL;
    line += len + 1;
    return line + strspn(line, " ");
}

static const char *find_value(const struct curl_slist *lines, const char *field)
{
    const char *value = NULL;

    for (; lines && !value; lines = lines->next)
        value = value_of(lines->data, field);
    return value;
}

static bool is_type(const char *type, const char *wanted)
{
    size_t len = strlen(wanted);

    return type && whim_ascii_is_equal(type, wanted, len) && strchr(" \t\r\n;", type[len]);
}

/* What nobody has said: by the file's name, or by the kind of the content. */
static const char *default_type(const struct curl_mimepart *part)
{
    bool is_file = part->kind == WHIM_MIME_SOURCE && part->content.source.path;
    const char *type = part->filename ? whim_mime_guess_type(part->filename) : NULL;

    if (part->kind == WHIM_MIME_PARTS)
        return "multipart/mixed";
    if (type || !is_file)
        return type;
    type = whim_mime_guess_type(part->content.source.path);
    return !type && part->filename ? "application/octet-stream" : type;
}

/* Chooses the type; NULL: it is not told, as that of plain text is the default. */
static const char *choose_type(const struct curl_mimepart *part, const char *given)
{
    const char *type = part->type ? part->type : find_value(part->headers, "Content-Type");

    if (type)
        return type;
    type = given ? given : default_type(part);
    if (part->kind != WHIM_MIME_PARTS && !part->filename && is_type(type, "text/plain"))
        return NULL;
    return type;
}

static CURLcode to_code(enum whim_buf_result result)
{
    switch (result) {
    case WHIM_BUF_OK:
        return CURLE_OK;
    case WHIM_BUF_FULL:
        return CURLE_TOO_LARGE;
    default:
        return CURLE_OUT_OF_MEMORY;
    }
}

static CURLcode add(struct whim_buf *head, const char *text)
{
    return to_code(whim_buf_add_str(head, text));
}

/* A text that has to stay within its line (C-196). */
static CURLcode add_in_line(struct whim_buf *head, const char *text)
{
    return text[strcspn(text, "\r\n")] ? CURLE_BAD_FUNCTION_ARGUMENT : add(head, text);
}

/*
 * The bytes of a name that would end its quotes, or its line: "%22" and so on, as browsers have it,
 * or a backslash before quotes and backslashes, as they once had it.
 */
static const char *escape_of(char c, bool has_backslash)
{
    switch (c) {
    case '"':
        return has_backslash ? "\\\"" : "%22";
    case '\\':
        return has_backslash ? "\\\\" : NULL;
    case '\r':
        return "%0D";
    case '\n':
        return "%0A";
    default:
        return NULL;
    }
}

static CURLcode add_quoted(struct whim_buf *head, const char *label, const char *name,
                           bool has_backslash)
{
    CURLcode result = add(head, label);

    while (result == CURLE_OK && *name) {
        size_t n = strcspn(name, "\"\\\r\n");
        const char *escape = escape_of(name[n], has_backslash);

        if (name[n] && !escape)
            n++; /* a backslash that stays */
        result = to_code(whim_buf_add(head, name, n));
        name += n;
        if (result == CURLE_OK && escape) {
            result = add(head, escape);
            name++;
        }
    }
    return result == CURLE_OK ? add(head, "\"") : result;
}

static CURLcode add_disposition(struct whim_buf *head, const struct curl_mimepart *part,
                                const char *disposition, bool has_backslash)
{
    CURLcode result = add(head, "Content-Disposition: ");

    if (result == CURLE_OK)
        result = add(head, disposition);
    if (result == CURLE_OK && part->name)
        result = add_quoted(head, "; name=\"", part->name, has_backslash);
    if (result == CURLE_OK && part->filename)
        result = add_quoted(head, "; filename=\"", part->filename, has_backslash);
    return result == CURLE_OK ? add(head, "\r\n") : result;
}

static CURLcode add_type(struct whim_buf *head, const struct curl_mimepart *part, const char *type)
{
    CURLcode result = add(head, type_field);

    if (result == CURLE_OK)
        result = add_in_line(head, type);
    if (result == CURLE_OK && part->kind == WHIM_MIME_PARTS) {
        result = add(head, "; boundary=");
        if (result == CURLE_OK)
            result = add(head, part->content.parts->boundary);
    }
    return result == CURLE_OK ? add(head, "\r\n") : result;
}

/* The application's lines; the content type among them is sent as the generated one. */
static CURLcode add_lines(struct whim_buf *head, const struct curl_slist *lines)
{
    CURLcode result = CURLE_OK;

    for (; lines && result == CURLE_OK; lines = lines->next) {
        if (!lines->data || value_of(lines->data, "Content-Type"))
            continue;
        result = add_in_line(head, lines->data);
        if (result == CURLE_OK)
            result = add(head, "\r\n");
    }
    return result;
}

/* Part of a form, of something else with a name, or neither: form-data, attachment, NULL. */
static const char *choose_disposition(const struct curl_mimepart *part, bool is_in_form)
{
    if (find_value(part->headers, "Content-Disposition"))
        return NULL;
    if (is_in_form)
        return "form-data";
    return part->name || part->filename ? "attachment" : NULL;
}

static CURLcode add_head(struct whim_buf *head, const struct curl_mimepart *part, const char *type,
                         bool is_in_form, bool has_backslash)
{
    const char *disposition = choose_disposition(part, is_in_form);
    CURLcode result = CURLE_OK;

    if (disposition)
        result = add_disposition(head, part, disposition, has_backslash);
    if (result == CURLE_OK && type)
        result = add_type(head, part, type);
    if (result == CURLE_OK && part->encoding &&
        !find_value(part->headers, "Content-Transfer-Encoding"))
        result = to_code(whim_buf_addf(head, "Content-Transfer-Encoding: %s\r\n",
                                       part->encoding->name));
    if (result == CURLE_OK)
        result = add_lines(head, part->headers);
    return result == CURLE_OK ? add(head, "\r\n") : result;
}

static CURLcode set_encoder(struct curl_mimepart *part)
{
    part->is_7bit = part->encoding && part->encoding->is_7bit;
    if (!part->encoding || !part->encoding->step)
        return CURLE_OK;
    part->encoder = whim_malloc(sizeof(*part->encoder));
    if (!part->encoder)
        return CURLE_OUT_OF_MEMORY;
    part->encoder->encoding = part->encoding;
    whim_mime_encoder_reset(part->encoder);
    return CURLE_OK;
}

static CURLcode compose(struct curl_mimepart *part, const char *given, bool is_in_form,
                        bool has_backslash)
{
    const char *type = choose_type(part, given);
    struct whim_buf head;
    CURLcode result;

    whim_buf_init(&head, MAX_HEAD_BYTES);
    result = add_head(&head, part, type, is_in_form, has_backslash);
    part->head = head.data;
    part->head_len = head.len;
    if (result == CURLE_OK)
        result = set_encoder(part);
    if (result != CURLE_OK || part->kind != WHIM_MIME_PARTS)
        return result;
    for (struct curl_mimepart *at = part->content.parts->first; at && result == CURLE_OK;
         at = at->next)
        result = compose(at, NULL, is_type(type, form_type), has_backslash);
    return result;
}

CURLcode whim_mime_compose(struct curl_mimepart *root, const struct whim_mime_manner *manner)
{
    root->has_head = manner->has_head;
    return compose(root, manner->type, false, manner->has_backslash);
}

const char *whim_mime_content_type(const struct curl_mimepart *root, size_t *pick_len)
{
    const size_t len = sizeof(type_field) - 1;

    if (root->head_len < len || memcmp(root->head, type_field, len) != 0)
        return NULL;
    *pick_len = strcspn(root->head + len, "\r");
    return root->head + len;
}
