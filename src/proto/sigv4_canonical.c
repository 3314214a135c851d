/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/sigv4_canonical.h"

#include "proto/url_chars.h"
#include "util/ascii.h"
#include "util/mem.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_FIELDS_BYTES = 16 * 1024 * 1024 };

static enum whim_buf_result add_encoded(struct whim_buf *buf, char byte)
{
    static const char digits[] = "0123456789ABCDEF";
    const char text[3] = {'%', digits[(unsigned char)byte >> 4], digits[(unsigned char)byte & 15]};

    return whim_buf_add(buf, text, sizeof(text));
}

enum whim_buf_result whim_sigv4_add_path(struct whim_buf *buf, const char *path, size_t len,
                                         bool is_encoded_twice)
{
    enum whim_buf_result result = WHIM_BUF_OK;

    if (!len)
        return whim_buf_add(buf, "/", 1);
    if (!is_encoded_twice)
        return whim_buf_add(buf, path, len);
    for (size_t i = 0; i < len && result == WHIM_BUF_OK; i++)
        result = path[i] == '/' || whim_url_char(path[i]) & WHIM_CHAR_UNRESERVED
                     ? whim_buf_add(buf, path + i, 1)
                     : add_encoded(buf, path[i]);
    return result;
}

/* What is encoded already stays so, with capital digits. */
static enum whim_buf_result add_component(struct whim_buf *buf, const char *text, size_t len)
{
    enum whim_buf_result result = WHIM_BUF_OK;

    for (size_t i = 0; i < len && result == WHIM_BUF_OK; i++) {
        int high = text[i] == '%' && len - i > 2 ? whim_url_hex_value(text[i + 1]) : -1;
        int low = high >= 0 ? whim_url_hex_value(text[i + 2]) : -1;

        if (low >= 0) {
            result = add_encoded(buf, (char)(high << 4 | low));
            i += 2;
        } else if (whim_url_char(text[i]) & WHIM_CHAR_UNRESERVED) {
            result = whim_buf_add(buf, text + i, 1);
        } else {
            result = add_encoded(buf, text[i]);
        }
    }
    return result;
}

/* Pointers to strings that lie one behind the other; NULL: out of memory. Free with whim_free(). */
static const char **make_index(const char *text, size_t n)
{
    const char **index = whim_malloc((n ? n : 1) * sizeof(*index));

    for (size_t i = 0; index && i < n; i++) {
        index[i] = text;
        text += strlen(text) + 1;
    }
    return index;
}

/* "name=value" by name, then by value: a name is before those that begin with it. */
static int compare_parts(const void *a, const void *b)
{
    const char *left = *(const char *const *)a;
    const char *right = *(const char *const *)b;
    size_t left_len = strcspn(left, "=");
    size_t right_len = strcspn(right, "=");
    size_t len = left_len < right_len ? left_len : right_len;
    int order = memcmp(left, right, len);

    if (order || left_len != right_len)
        return order ? order : left_len < right_len ? -1 : 1;
    return strcmp(left + left_len, right + right_len);
}

/* One part of the query, with its terminator. */
static enum whim_buf_result add_part(struct whim_buf *parts, const char *part, size_t len)
{
    const char *equals = memchr(part, '=', len);
    size_t name_len = equals ? (size_t)(equals - part) : len;
    enum whim_buf_result result = add_component(parts, part, name_len);

    if (result == WHIM_BUF_OK)
        result = whim_buf_add(parts, "=", 1);
    if (result == WHIM_BUF_OK && equals)
        result = add_component(parts, equals + 1, len - name_len - 1);
    return result == WHIM_BUF_OK ? whim_buf_add(parts, "", 1) : result;
}

enum whim_buf_result whim_sigv4_add_query(struct whim_buf *buf, const char *query, size_t len)
{
    const char *end = query + len;
    const char **index = NULL;
    struct whim_buf parts;
    enum whim_buf_result result = WHIM_BUF_OK;
    size_t n = 0;

    whim_buf_init(&parts, buf->max_len);
    while (query < end && result == WHIM_BUF_OK) {
        const char *part_end = memchr(query, '&', (size_t)(end - query));

        if (!part_end)
            part_end = end;
        if (part_end > query) {
            result = add_part(&parts, query, (size_t)(part_end - query));
            n++;
        }
        query = part_end + 1;
    }
    if (result == WHIM_BUF_OK && n) {
        index = make_index(parts.data, n);
        if (index)
            qsort(index, n, sizeof(*index), compare_parts);
        else
            result = WHIM_BUF_NOMEM;
    }
    for (size_t i = 0; i < n && result == WHIM_BUF_OK; i++) {
        if (i)
            result = whim_buf_add(buf, "&", 1);
        if (result == WHIM_BUF_OK)
            result = whim_buf_add_str(buf, index[i]);
    }
    whim_free(index);
    whim_buf_fini(&parts);
    return result;
}

void whim_sigv4_fields_init(struct whim_sigv4_fields *fields)
{
    whim_buf_init(&fields->text, MAX_FIELDS_BYTES);
    fields->n = 0;
}

void whim_sigv4_fields_fini(struct whim_sigv4_fields *fields)
{
    whim_buf_fini_secret(&fields->text);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The value without blanks around it, and one for several inside. */
static enum whim_buf_result add_value(struct whim_buf *buf, const char *value, size_t len)
{
    enum whim_buf_result result = whim_buf_reserve(buf, len + 1);

    while (len && is_blank(value[len - 1]))
        len--;
    for (size_t i = 0; i < len && result == WHIM_BUF_OK; i++) {
        if (!is_blank(value[i]))
            result = whim_buf_add(buf, value + i, 1);
        else if (i && !is_blank(value[i - 1]))
            result = whim_buf_add(buf, " ", 1);
    }
    return result == WHIM_BUF_OK ? whim_buf_add(buf, "", 1) : result;
}

static enum whim_buf_result add_counted(struct whim_sigv4_fields *fields, const char *name,
                                        size_t name_len, const char *value, size_t len)
{
    enum whim_buf_result result = WHIM_BUF_OK;

    for (size_t i = 0; result == WHIM_BUF_OK && i < name_len; i++) {
        char lower = whim_ascii_lower(name[i]);

        result = whim_buf_add(&fields->text, &lower, 1);
    }
    if (result == WHIM_BUF_OK)
        result = whim_buf_add(&fields->text, ":", 1);
    if (result == WHIM_BUF_OK)
        result = add_value(&fields->text, value, len);
    fields->n += result == WHIM_BUF_OK;
    return result;
}

enum whim_buf_result whim_sigv4_add_field(struct whim_sigv4_fields *fields, const char *name,
                                          const char *value, size_t len)
{
    return add_counted(fields, name, strlen(name), value, len);
}

enum whim_buf_result whim_sigv4_add_list(struct whim_sigv4_fields *fields,
                                         const struct curl_slist *list,
                                         bool (*is_sent)(const void *arg, const char *line),
                                         const void *is_sent_arg)
{
    enum whim_buf_result result = WHIM_BUF_OK;

    for (; list && result == WHIM_BUF_OK; list = list->next) {
        const char *line = list->data ? list->data : "";
        size_t name_len = strcspn(line, ":;");
        const char *value = line + name_len;

        if (!*value || !name_len || (*value == ';' && value[1]))
            continue;
        value++;
        value += strspn(value, " \t");
        if (line[name_len] == ':' && !*value)
            continue; /* that one takes a field away */
        if (is_sent && !is_sent(is_sent_arg, line))
            continue;
        result = add_counted(fields, line, name_len, value, strlen(value));
    }
    return result;
}

static int compare_names(const char *left, const char *right)
{
    size_t left_len = strcspn(left, ":");
    size_t right_len = strcspn(right, ":");
    int order = memcmp(left, right, left_len < right_len ? left_len : right_len);

    return order ? order : left_len < right_len ? -1 : left_len > right_len;
}

/* By name; those of one name keep their order. There are few. */
static void sort_fields(const char **index, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const char *field = index[i];
        size_t at = i;

        for (; at && compare_names(index[at - 1], field) > 0; at--)
            index[at] = index[at - 1];
        index[at] = field;
    }
}

/* One line; values of one name are joined by a comma. */
static enum whim_buf_result write_field(const char *field, bool is_again, struct whim_buf *canonical,
                                        struct whim_buf *names)
{
    size_t name_len = strcspn(field, ":");
    enum whim_buf_result result = WHIM_BUF_OK;

    if (is_again) {
        canonical->len--; /* the line's end */
        result = whim_buf_add(canonical, ",", 1);
        if (result == WHIM_BUF_OK)
            result = whim_buf_add_str(canonical, field + name_len + 1);
    } else {
        if (names->len)
            result = whim_buf_add(names, ";", 1);
        if (result == WHIM_BUF_OK)
            result = whim_buf_add(names, field, name_len);
        if (result == WHIM_BUF_OK)
            result = whim_buf_add_str(canonical, field);
    }
    return result == WHIM_BUF_OK ? whim_buf_add(canonical, "\n", 1) : result;
}

enum whim_buf_result whim_sigv4_write_fields(struct whim_sigv4_fields *fields,
                                             struct whim_buf *canonical, struct whim_buf *names)
{
    const char **index = make_index(fields->text.data, fields->n);
    enum whim_buf_result result = index ? WHIM_BUF_OK : WHIM_BUF_NOMEM;

    if (index)
        sort_fields(index, fields->n);
    for (size_t i = 0; i < fields->n && result == WHIM_BUF_OK; i++)
        result = write_field(index[i], i && !compare_names(index[i - 1], index[i]), canonical,
                             names);
    whim_free(index);
    return result;
}
