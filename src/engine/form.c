/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/form.h"

#include "engine/mime_file.h"
#include "proto/mime.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { IS_FILE = CURL_HTTPPOST_FILENAME | CURL_HTTPPOST_READFILE };

static CURLcode set_name(struct curl_mimepart *part, const struct curl_httppost *field)
{
    size_t len = field->namelength > 0 ? (size_t)field->namelength : 0;

    if (field->name && !len)
        len = strlen(field->name);
    return whim_mime_set_name(part, field->name, len);
}

static size_t read_stdin(char *data, size_t size, size_t n_items, void *arg)
{
    return fread(data, size, n_items, arg);
}

static int seek_stdin(void *arg, curl_off_t offset, int origin)
{
    return fseeko(arg, (off_t)offset, origin) == 0 ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_CANTSEEK;
}

/* "-" is standard input. */
static CURLcode set_file(struct curl_mimepart *part, const char *path)
{
    const struct whim_mime_source standard_input = {
        .read = read_stdin,
        .seek = seek_stdin,
        .arg = stdin,
    };

    if (path && !strcmp(path, "-"))
        return whim_mime_set_source(part, &standard_input, -1);
    return whim_mime_file_set(part, path);
}

static int64_t length_of(const struct curl_httppost *field)
{
    return field->flags & CURL_HTTPPOST_LARGE ? (int64_t)field->contentlen
                                              : (int64_t)field->contentslength;
}

/* Lengths that are not given are up to the terminator. */
static CURLcode set_bytes(struct curl_mimepart *part, const char *data, int64_t len)
{
    if (!data)
        return CURLE_OK;
    return whim_mime_set_data(part, data, len > 0 ? (size_t)len : strlen(data));
}

static CURLcode set_stream(struct curl_mimepart *part, const struct curl_httppost *field,
                           curl_read_callback stream)
{
    const struct whim_mime_source source = {.read = stream, .arg = field->userp};
    int64_t len = length_of(field);

    return stream ? whim_mime_set_source(part, &source, len > 0 ? len : -1) : CURLE_OK;
}

/* What the field's flags say goes for all of its files. */
static CURLcode set_content(struct curl_mimepart *part, const struct curl_httppost *field,
                            const struct curl_httppost *file, curl_read_callback stream)
{
    CURLcode result;

    if (field->flags & IS_FILE) {
        result = set_file(part, file->contents);
        if (result == CURLE_OK && field->flags & CURL_HTTPPOST_READFILE)
            result = whim_mime_set_filename(part, NULL);
        return result;
    }
    if (field->flags & CURL_HTTPPOST_BUFFER)
        return set_bytes(part, field->buffer, field->bufferlength);
    if (field->flags & CURL_HTTPPOST_CALLBACK)
        return set_stream(part, field, stream);
    return set_bytes(part, field->contents, length_of(field));
}

static bool may_show_filename(const struct curl_httppost *field)
{
    return field->more || field->flags & (CURL_HTTPPOST_FILENAME | CURL_HTTPPOST_BUFFER |
                                          CURL_HTTPPOST_CALLBACK);
}

static CURLcode add_file(struct curl_mime *mime, const struct curl_httppost *field,
                         const struct curl_httppost *file, curl_read_callback stream)
{
    struct curl_mimepart *part = whim_mime_add_part(mime);
    CURLcode result = part ? CURLE_OK : CURLE_OUT_OF_MEMORY;

    if (result == CURLE_OK) {
        whim_mime_set_headers(part, file->contentheader, false);
        result = whim_mime_set_type(part, file->contenttype);
    }
    if (result == CURLE_OK && !field->more)
        result = set_name(part, field);
    if (result == CURLE_OK)
        result = set_content(part, field, file, stream);
    if (result == CURLE_OK && field->showfilename && may_show_filename(field))
        result = whim_mime_set_filename(part, field->showfilename);
    return result;
}

/* Several files of one field are the parts of a part (RFC 7578 section 4.3 has it for old). */
static CURLcode add_multipart(struct curl_mime *mime, const struct curl_httppost *field,
                              struct curl_mime **ret_inner)
{
    struct curl_mimepart *part = whim_mime_add_part(mime);
    struct curl_mime *inner;
    CURLcode result = part ? set_name(part, field) : CURLE_OUT_OF_MEMORY;

    if (result != CURLE_OK)
        return result;
    inner = whim_mime_new();
    if (!inner)
        return CURLE_OUT_OF_MEMORY;
    result = whim_mime_set_parts(part, inner, true);
    if (result != CURLE_OK) {
        whim_mime_free(inner);
        return result;
    }
    *ret_inner = inner;
    return CURLE_OK;
}

CURLcode whim_form_to_mime(const struct curl_httppost *form, curl_read_callback stream,
                           struct curl_mimepart *root)
{
    struct curl_mime *mime;
    CURLcode result;

    if (!form)
        return CURLE_OK;
    mime = whim_mime_new();
    if (!mime)
        return CURLE_OUT_OF_MEMORY;
    result = whim_mime_set_parts(root, mime, true);
    if (result != CURLE_OK) {
        whim_mime_free(mime);
        return result;
    }
    for (; form && result == CURLE_OK; form = form->next) {
        struct curl_mime *place = mime;

        if (form->more)
            result = add_multipart(mime, form, &place);
        for (const struct curl_httppost *file = form; file && result == CURLE_OK; file = file->more)
            result = add_file(place, form, file, stream);
    }
    return result;
}
