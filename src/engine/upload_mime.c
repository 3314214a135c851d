/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * CURLOPT_MIMEPOST and CURLOPT_HTTPPOST. A mime is sent from the options' own root, a form from a
 * tree that is made for the request.
 */
#include "engine/upload_source.h"

#include "engine/callback.h"
#include "engine/form.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/http1_request.h"
#include "proto/mime.h"

#include <stdio.h>
#include <string.h>

static size_t read_file(char *data, size_t size, size_t n_items, void *file)
{
    return fread(data, size, n_items, file);
}

static CURLcode find_root(struct whim_transfer *transfer, struct curl_mimepart **ret_root)
{
    const struct whim_options *options = &transfer->options;
    struct curl_mimepart *root = whim_opt_ptr(options, WHIM_OPT_MIMEPOST);
    curl_read_callback cb = WHIM_OPT_FN(curl_read_callback, options, WHIM_OPT_READFUNCTION);
    CURLcode result;

    if (root) {
        *ret_root = whim_mime_root_ref(root);
        return CURLE_OK;
    }
    root = whim_mime_root_new();
    if (!root)
        return CURLE_OUT_OF_MEMORY;
    result = whim_form_to_mime(whim_opt_ptr(options, WHIM_OPT_HTTPPOST), cb ? cb : read_file, root);
    if (result != CURLE_OK) {
        if (result == CURLE_READ_ERROR)
            whim_trace_error(transfer, "Failed to open a file of the form");
        whim_mime_root_unref(root);
        return result;
    }
    *ret_root = root;
    return CURLE_OK;
}

/* The application's own field, or what a form is; an empty body says nothing of itself. */
static const char *choose_type(const struct whim_transfer *transfer,
                               const struct curl_mimepart *root)
{
    const struct curl_slist *headers = whim_opt_ptr(&transfer->options, WHIM_OPT_HTTPHEADER);
    const char *own = whim_http1_list_find(headers, "Content-Type");

    if (!own)
        return root->kind == WHIM_MIME_PARTS ? "multipart/form-data" : NULL;
    own += sizeof("Content-Type:") - 1;
    return own + strspn(own, " ");
}

static CURLcode open_mime(struct whim_transfer *transfer, int64_t *ret_size)
{
    struct whim_upload *upload = &transfer->upload;
    struct curl_mimepart *root = NULL;
    struct whim_mime_manner manner = {
        .has_backslash = whim_opt_num(&transfer->options, WHIM_OPT_MIME_OPTIONS) &
                         CURLMIMEOPT_FORMESCAPE,
    };
    CURLcode result = find_root(transfer, &root);
    unsigned before;

    if (result != CURLE_OK)
        return result;
    upload->mime = root;
    manner.type = choose_type(transfer, root);
    before = whim_callback_enter(transfer); /* it may seek */
    result = whim_mime_begin(root, &manner);
    whim_callback_leave(transfer, before);
    if (result == CURLE_SEND_FAIL_REWIND)
        whim_trace_error(transfer, "Cannot rewind mime/post data");
    if (result == CURLE_BAD_FUNCTION_ARGUMENT)
        whim_trace_error(transfer, "A line end in a part's head");
    *ret_size = whim_mime_size(root);
    return result;
}

static CURLcode read_mime(struct whim_transfer *transfer, char *data, size_t cap, size_t *ret_len)
{
    bool is_paused = false;
    unsigned before = whim_callback_enter(transfer);
    CURLcode result = whim_mime_read(transfer->upload.mime, data, cap, ret_len, &is_paused);

    whim_callback_leave(transfer, before);
    if (is_paused) {
        transfer->is_send_paused = true;
        transfer->is_source_paused = true;
    }
    if (result == CURLE_ABORTED_BY_CALLBACK)
        whim_trace_error(transfer, "operation aborted by callback");
    if (result == CURLE_READ_ERROR)
        whim_trace_error(transfer, "read function returned funny value");
    return result;
}

static CURLcode rewind_mime(struct whim_transfer *transfer)
{
    unsigned before = whim_callback_enter(transfer);
    CURLcode result = whim_mime_rewind(transfer->upload.mime);

    whim_callback_leave(transfer, before);
    if (result != CURLE_OK)
        whim_trace_error(transfer, "Cannot rewind mime/post data");
    return result;
}

/* A mime that was freed meanwhile goes now, and with it what its parts have to free. */
static void close_mime(struct whim_transfer *transfer)
{
    struct curl_mimepart *root = transfer->upload.mime;
    unsigned before;

    if (!root)
        return;
    before = whim_callback_enter(transfer);
    whim_mime_end(root);
    whim_mime_root_unref(root);
    whim_callback_leave(transfer, before);
}

const struct whim_upload_source_ops whim_upload_mime = {
    .open = open_mime,
    .read = read_mime,
    .rewind = rewind_mime,
    .close = close_mime,
};
