/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Forms of the old kind: curl_formget() and curl_formfree(); see form_add.c for curl_formadd().
 */
#include "engine/form.h"

#include "proto/mime.h"
#include "util/mem.h"

#include <curl/curl.h>

/* The body of the root, to its end. */
static CURLcode write_body(struct curl_mimepart *root, void *userp, curl_formget_callback append)
{
    char data[8192];
    bool is_paused;
    size_t len;
    CURLcode result;

    for (;;) {
        result = whim_mime_read(root, data, sizeof(data), &len, &is_paused);
        if (result != CURLE_OK)
            return result;
        if (is_paused)
            return CURLE_READ_ERROR; /* nobody would go on */
        if (!len)
            return CURLE_OK;
        if (append(userp, data, len) != len)
            return CURLE_READ_ERROR;
    }
}

int curl_formget(struct curl_httppost *form, void *userp, curl_formget_callback append)
{
    const struct whim_mime_manner manner = {.type = "multipart/form-data", .has_head = true};
    struct curl_mimepart *root = whim_mime_root_new();
    CURLcode result = root ? whim_form_to_mime(form, NULL, root) : CURLE_OUT_OF_MEMORY;

    if (result == CURLE_OK)
        result = whim_mime_begin(root, &manner);
    if (result == CURLE_OK)
        result = write_body(root, userp, append);
    whim_mime_root_unref(root);
    return (int)result;
}

/* The files of a field lie behind it. */
static void free_field(struct curl_httppost *field)
{
    const long others = CURL_HTTPPOST_PTRCONTENTS | CURL_HTTPPOST_BUFFER | CURL_HTTPPOST_CALLBACK;

    while (field) {
        struct curl_httppost *more = field->more;

        if (!(field->flags & CURL_HTTPPOST_PTRNAME))
            whim_free(field->name);
        if (!(field->flags & others))
            whim_free(field->contents);
        whim_free(field->contenttype);
        whim_free(field->showfilename);
        whim_free(field);
        field = more;
    }
}

void curl_formfree(struct curl_httppost *form)
{
    while (form) {
        struct curl_httppost *next = form->next;

        free_field(form);
        form = next;
    }
}
