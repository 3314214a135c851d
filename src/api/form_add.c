/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * curl_formadd(): options, one after the other, to one field of a form.
 *
 * First they are only noted, as each may change what the others mean: a field is a list of drafts,
 * one for each file. When all are known to go together, what has to be copied is copied, and the
 * field linked into the form; after an error the form is as it was.
 */
#include "proto/mime.h"
#include "util/mem.h"

#include <curl/curl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct draft {
    struct draft *more;
    const char *name;
    const char *value; /* contents, or a file's path */
    const char *buffer;
    const char *type;
    const char *filename;
    struct curl_slist *headers;
    void *stream;
    size_t name_len;
    size_t buffer_len;
    curl_off_t value_len;
    long flags;
};

/* Where the options come from: the arguments, or an array among them. */
struct arguments {
    const struct curl_forms *array; /* the next row; NULL: none is being read */
    bool is_in_array;
    const char *value; /* of the row that was read */
    va_list list;
};

static CURLformoption next_option(struct arguments *arguments)
{
    if (arguments->array) {
        const struct curl_forms *row = arguments->array++;

        if (row->option != CURLFORM_END) {
            arguments->is_in_array = true;
            arguments->value = row->value;
            return row->option;
        }
        arguments->array = NULL;
    }
    arguments->is_in_array = false;
    return va_arg(arguments->list, CURLformoption);
}

static char *next_pointer(struct arguments *arguments)
{
    return arguments->is_in_array ? (char *)arguments->value : va_arg(arguments->list, char *);
}

static long next_long(struct arguments *arguments)
{
    return arguments->is_in_array ? (long)(intptr_t)arguments->value
                                  : va_arg(arguments->list, long);
}

static curl_off_t next_off(struct arguments *arguments)
{
    return arguments->is_in_array ? (curl_off_t)(intptr_t)arguments->value
                                  : va_arg(arguments->list, curl_off_t);
}

/* A pointer that may be given once. */
static CURLFORMcode take_pointer(struct arguments *arguments, const char **slot)
{
    const char *pointer;

    if (*slot)
        return CURL_FORMADD_OPTION_TWICE;
    pointer = next_pointer(arguments);
    if (!pointer)
        return CURL_FORMADD_NULL;
    *slot = pointer;
    return CURL_FORMADD_OK;
}

static CURLFORMcode take_length(struct arguments *arguments, size_t *slot)
{
    if (*slot)
        return CURL_FORMADD_OPTION_TWICE;
    *slot = (size_t)next_long(arguments);
    return *slot > LONG_MAX ? CURL_FORMADD_MEMORY : CURL_FORMADD_OK;
}

/* Another file of the field, behind the present one. */
static struct draft *add_draft(struct draft *draft)
{
    struct draft *more = whim_calloc(1, sizeof(*more));

    if (!more)
        return NULL;
    more->flags = CURL_HTTPPOST_FILENAME;
    more->more = draft->more;
    draft->more = more;
    return more;
}

/* The first one, or in a field of files another one of the same: a next file begins there. */
static CURLFORMcode take_repeatable(struct arguments *arguments, struct draft **draft,
                                    size_t slot_offset)
{
    const char **slot = (const char **)(void *)((char *)*draft + slot_offset);
    const char *pointer;
    struct draft *more;

    if (*slot && !((*draft)->flags & CURL_HTTPPOST_FILENAME))
        return CURL_FORMADD_OPTION_TWICE;
    pointer = next_pointer(arguments);
    if (!pointer)
        return CURL_FORMADD_NULL;
    if (*slot) {
        more = add_draft(*draft);
        if (!more)
            return CURL_FORMADD_MEMORY;
        *draft = more;
        slot = (const char **)(void *)((char *)more + slot_offset);
    }
    *slot = pointer;
    return CURL_FORMADD_OK;
}

static CURLFORMcode take_file(struct arguments *arguments, struct draft **draft)
{
    CURLFORMcode code = take_repeatable(arguments, draft, offsetof(struct draft, value));

    if (code == CURL_FORMADD_OK)
        (*draft)->flags |= CURL_HTTPPOST_FILENAME;
    return code;
}

static CURLFORMcode take_file_content(struct arguments *arguments, struct draft *draft)
{
    if (draft->flags & (CURL_HTTPPOST_PTRCONTENTS | CURL_HTTPPOST_READFILE))
        return CURL_FORMADD_OPTION_TWICE;
    draft->value = next_pointer(arguments);
    if (!draft->value)
        return CURL_FORMADD_NULL;
    draft->flags |= CURL_HTTPPOST_READFILE;
    return CURL_FORMADD_OK;
}

/* A buffer counts as the value: a field has to have one. */
static CURLFORMcode take_buffer(struct arguments *arguments, struct draft *draft)
{
    CURLFORMcode code = take_pointer(arguments, &draft->buffer);

    draft->flags |= CURL_HTTPPOST_PTRBUFFER | CURL_HTTPPOST_BUFFER;
    if (code == CURL_FORMADD_OK)
        draft->value = draft->buffer;
    return code;
}

static CURLFORMcode take_stream(struct arguments *arguments, struct draft *draft)
{
    draft->flags |= CURL_HTTPPOST_CALLBACK;
    if (draft->stream)
        return CURL_FORMADD_OPTION_TWICE;
    draft->stream = next_pointer(arguments);
    draft->value = draft->stream;
    return draft->stream ? CURL_FORMADD_OK : CURL_FORMADD_NULL;
}

static CURLFORMcode take_headers(struct arguments *arguments, struct draft *draft)
{
    if (draft->headers)
        return CURL_FORMADD_OPTION_TWICE;
    draft->headers = (struct curl_slist *)(void *)next_pointer(arguments);
    return CURL_FORMADD_OK;
}

static CURLFORMcode begin_array(struct arguments *arguments)
{
    if (arguments->is_in_array)
        return CURL_FORMADD_ILLEGAL_ARRAY;
    arguments->array = va_arg(arguments->list, struct curl_forms *);
    return arguments->array ? CURL_FORMADD_OK : CURL_FORMADD_NULL;
}

static CURLFORMcode take_option(CURLformoption option, struct arguments *arguments,
                                struct draft **draft)
{
    switch (option) {
    case CURLFORM_ARRAY:
        return begin_array(arguments);
    case CURLFORM_PTRNAME:
        (*draft)->flags |= CURL_HTTPPOST_PTRNAME;
        return take_pointer(arguments, &(*draft)->name);
    case CURLFORM_COPYNAME:
        return take_pointer(arguments, &(*draft)->name);
    case CURLFORM_NAMELENGTH:
        return take_length(arguments, &(*draft)->name_len);
    case CURLFORM_PTRCONTENTS:
        (*draft)->flags |= CURL_HTTPPOST_PTRCONTENTS;
        return take_pointer(arguments, &(*draft)->value);
    case CURLFORM_COPYCONTENTS:
        return take_pointer(arguments, &(*draft)->value);
    case CURLFORM_CONTENTSLENGTH:
        (*draft)->value_len = next_long(arguments);
        return CURL_FORMADD_OK;
    case CURLFORM_CONTENTLEN:
        (*draft)->value_len = next_off(arguments);
        return CURL_FORMADD_OK;
    case CURLFORM_FILECONTENT:
        return take_file_content(arguments, *draft);
    case CURLFORM_FILE:
        return take_file(arguments, draft);
    case CURLFORM_BUFFERPTR:
        return take_buffer(arguments, *draft);
    case CURLFORM_BUFFERLENGTH:
        return take_length(arguments, &(*draft)->buffer_len);
    case CURLFORM_STREAM:
        return take_stream(arguments, *draft);
    case CURLFORM_CONTENTTYPE:
        return take_repeatable(arguments, draft, offsetof(struct draft, type));
    case CURLFORM_CONTENTHEADER:
        return take_headers(arguments, *draft);
    case CURLFORM_FILENAME:
    case CURLFORM_BUFFER:
        return take_pointer(arguments, &(*draft)->filename);
    default:
        return CURL_FORMADD_UNKNOWN_OPTION;
    }
}

/* Is something missing, or said twice? Files behind the first one have no name of their own. */
static bool is_incomplete(const struct draft *draft, bool is_first)
{
    const long flags = draft->flags;
    const bool has_pointer = flags & CURL_HTTPPOST_PTRCONTENTS;
    const bool has_file = flags & (CURL_HTTPPOST_FILENAME | CURL_HTTPPOST_READFILE);

    return (is_first && (!draft->name || !draft->value)) ||
           (flags & CURL_HTTPPOST_FILENAME && (draft->value_len || has_pointer)) ||
           (flags & CURL_HTTPPOST_PTRBUFFER && !draft->buffer) ||
           (flags & CURL_HTTPPOST_READFILE && has_pointer) ||
           (has_file && flags & (CURL_HTTPPOST_BUFFER | CURL_HTTPPOST_CALLBACK));
}

static CURLFORMcode check_drafts(const struct draft *first)
{
    for (const struct draft *draft = first; draft; draft = draft->more)
        if (is_incomplete(draft, draft == first))
            return CURL_FORMADD_INCOMPLETE;
    if (first->name_len && memchr(first->name, 0, first->name_len))
        return CURL_FORMADD_NULL;
    return CURL_FORMADD_OK;
}

static CURLFORMcode copy_bytes(const char *bytes, size_t len, char **slot)
{
    *slot = whim_memdup0(bytes, len);
    return *slot ? CURL_FORMADD_OK : CURL_FORMADD_MEMORY;
}

/* A file's type: as given, by its name, as that of the file before it, or none in particular. */
static const char *choose_type(const struct draft *draft, const char *previous)
{
    bool is_buffer = draft->flags & CURL_HTTPPOST_BUFFER;
    const char *name = is_buffer ? draft->filename : draft->value;
    const char *type = name ? whim_mime_guess_type(name) : NULL;

    if (draft->type || !(draft->flags & (CURL_HTTPPOST_FILENAME | CURL_HTTPPOST_BUFFER)))
        return draft->type;
    if (type)
        return type;
    return previous ? previous : "application/octet-stream";
}

static CURLFORMcode copy_name(const struct draft *draft, struct curl_httppost *field)
{
    size_t len;

    if (!draft->name)
        return CURL_FORMADD_OK;
    len = draft->name_len ? draft->name_len : strlen(draft->name);
    field->namelength = (long)len;
    if (!(draft->flags & CURL_HTTPPOST_PTRNAME))
        return copy_bytes(draft->name, len, &field->name);
    field->name = (char *)draft->name;
    return CURL_FORMADD_OK;
}

static CURLFORMcode copy_value(const struct draft *draft, struct curl_httppost *field)
{
    const long files = CURL_HTTPPOST_FILENAME | CURL_HTTPPOST_READFILE;
    const long others = CURL_HTTPPOST_PTRCONTENTS | CURL_HTTPPOST_PTRBUFFER |
                        CURL_HTTPPOST_CALLBACK;

    if (!draft->value)
        return CURL_FORMADD_OK;
    if (draft->flags & files)
        return copy_bytes(draft->value, strlen(draft->value), &field->contents);
    if (!(draft->flags & others))
        return copy_bytes(draft->value,
                          draft->value_len > 0 ? (size_t)draft->value_len : strlen(draft->value),
                          &field->contents);
    field->contents = (char *)draft->value;
    return CURL_FORMADD_OK;
}

/* What curl_formfree() frees must be ours by now, and what is not must not be. */
static CURLFORMcode fill_field(const struct draft *draft, const char *previous_type,
                               struct curl_httppost *field)
{
    const char *type = choose_type(draft, previous_type);
    CURLFORMcode code;

    field->flags = draft->flags | CURL_HTTPPOST_LARGE;
    field->contentlen = draft->value_len;
    field->buffer = (char *)draft->buffer;
    field->bufferlength = (long)draft->buffer_len;
    field->contentheader = draft->headers;
    field->userp = draft->stream;
    code = copy_name(draft, field);
    if (code == CURL_FORMADD_OK)
        code = copy_value(draft, field);
    if (code == CURL_FORMADD_OK && type)
        code = copy_bytes(type, strlen(type), &field->contenttype);
    if (code == CURL_FORMADD_OK && draft->filename)
        code = copy_bytes(draft->filename, strlen(draft->filename), &field->showfilename);
    return code;
}

/* The field with its files; after an error *ret_field is to be freed. */
static CURLFORMcode make_field(const struct draft *draft, struct curl_httppost **ret_field)
{
    struct curl_httppost **slot = ret_field;
    const char *previous_type = NULL;
    CURLFORMcode code = CURL_FORMADD_OK;

    for (; draft && code == CURL_FORMADD_OK; draft = draft->more) {
        *slot = whim_calloc(1, sizeof(**slot));
        if (!*slot)
            return CURL_FORMADD_MEMORY;
        code = fill_field(draft, previous_type, *slot);
        previous_type = (*slot)->contenttype ? (*slot)->contenttype : previous_type;
        slot = &(*slot)->more;
    }
    return code;
}

static void link_field(struct curl_httppost **first, struct curl_httppost **last,
                       struct curl_httppost *field)
{
    if (*last)
        (*last)->next = field;
    else
        *first = field;
    *last = field;
}

static CURLFORMcode read_options(struct arguments *arguments, struct draft *first)
{
    struct draft *draft = first;
    CURLFORMcode code = CURL_FORMADD_OK;

    while (code == CURL_FORMADD_OK) {
        CURLformoption option = next_option(arguments);

        if (option == CURLFORM_END)
            break;
        code = take_option(option, arguments, &draft);
    }
    return code;
}

CURLFORMcode curl_formadd(struct curl_httppost **first, struct curl_httppost **last, ...)
{
    struct curl_httppost *field = NULL;
    struct draft drafts = {.more = NULL};
    struct arguments arguments = {.array = NULL};
    CURLFORMcode code;

    va_start(arguments.list, last);
    code = read_options(&arguments, &drafts);
    va_end(arguments.list);
    if (code == CURL_FORMADD_OK)
        code = check_drafts(&drafts);
    if (code == CURL_FORMADD_OK)
        code = make_field(&drafts, &field);
    if (code == CURL_FORMADD_OK)
        link_field(first, last, field);
    else
        curl_formfree(field);
    while (drafts.more) {
        struct draft *more = drafts.more;

        drafts.more = more->more;
        whim_free(more);
    }
    return code;
}
