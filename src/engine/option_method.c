/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Setters that decide what the request does, and with which body.
 *
 * The method and NOBODY are kept apart, as in libcurl: post data given after NOBODY is remembered
 * and used once NOBODY is taken back. POST, UPLOAD, HTTPGET and the two forms, turned on, take
 * NOBODY back themselves. There is no separate flag for uploading, so that a handle that was used
 * for an upload and then for a post cannot mix the two up.
 */
#include "engine/option_setters.h"

#include "proto/mime.h"

#include <string.h>

const char *whim_method_name(enum whim_method method)
{
    static const char *const names[WHIM_METHOD_MAX] = {
        [WHIM_METHOD_GET] = "GET",
        [WHIM_METHOD_HEAD] = "HEAD",
        [WHIM_METHOD_POST] = "POST",
        [WHIM_METHOD_POST_MIME] = "POST",
        [WHIM_METHOD_PUT] = "PUT",
    };

    return names[method];
}

static CURLcode set_method(struct whim_options *options, enum whim_method method)
{
    return whim_options_set_num(options, WHIM_OPT_METHOD_, method);
}

/* For options that, turned on, choose a method, and turned off fall back to GET. */
static CURLcode choose_method(struct whim_options *options, enum whim_method method, bool is_on)
{
    CURLcode result = set_method(options, is_on ? method : WHIM_METHOD_GET);

    if (!result && is_on)
        whim_options_unset(options, WHIM_OPT_NOBODY);
    return result;
}

CURLcode whim_setter_post(struct whim_options *options, const struct whim_option_row *row,
                          union whim_opt_value value)
{
    return choose_method(options, WHIM_METHOD_POST, value.num != 0);
}

CURLcode whim_setter_upload(struct whim_options *options, const struct whim_option_row *row,
                            union whim_opt_value value)
{
    return choose_method(options, WHIM_METHOD_PUT, value.num != 0);
}

CURLcode whim_setter_httpget(struct whim_options *options, const struct whim_option_row *row,
                             union whim_opt_value value)
{
    return value.num ? choose_method(options, WHIM_METHOD_GET, true) : CURLE_OK;
}

CURLcode whim_setter_nobody(struct whim_options *options, const struct whim_option_row *row,
                            union whim_opt_value value)
{
    CURLcode result = whim_options_set_num(options, row->store, value.num != 0);

    if (!result && value.num) /* taken back, it leaves GET behind, whatever was before */
        result = set_method(options, WHIM_METHOD_GET);
    return result;
}

/* The newer of the two forms counts: only one is remembered. There is room. */
static CURLcode set_form(struct whim_options *options, enum whim_opt row, enum whim_opt other,
                         void *form)
{
    whim_options_unset(options, other);
    whim_options_set_ptr(options, row, form);
    return choose_method(options, WHIM_METHOD_POST_MIME, true);
}

/* Another root for another mime: the one that was there may still be being sent. */
CURLcode whim_setter_mimepost(struct whim_options *options, const struct whim_option_row *row,
                              union whim_opt_value value)
{
    struct curl_mimepart *old = whim_opt_ptr(options, row->store);
    struct curl_mimepart *root = NULL;
    CURLcode result;

    if (whim_options_reserve(options, 2))
        return CURLE_OUT_OF_MEMORY;
    if (value.ptr && old && old->kind == WHIM_MIME_PARTS && old->content.parts == value.ptr)
        return set_form(options, row->store, WHIM_OPT_HTTPPOST, old);
    if (value.ptr) {
        root = whim_mime_root_new();
        if (!root)
            return CURLE_OUT_OF_MEMORY;
        result = whim_mime_set_parts(root, value.ptr, false);
        if (result != CURLE_OK) {
            whim_mime_root_unref(root);
            return result;
        }
    }
    whim_options_unset(options, row->store);
    return set_form(options, row->store, WHIM_OPT_HTTPPOST, root);
}

CURLcode whim_setter_httppost(struct whim_options *options, const struct whim_option_row *row,
                              union whim_opt_value value)
{
    if (whim_options_reserve(options, 2))
        return CURLE_OUT_OF_MEMORY;
    return set_form(options, row->store, WHIM_OPT_MIMEPOST, value.ptr);
}

CURLcode whim_setter_postfields(struct whim_options *options, const struct whim_option_row *row,
                                union whim_opt_value value)
{
    if (whim_options_reserve(options, 2))
        return CURLE_OUT_OF_MEMORY;
    whim_options_unset(options, WHIM_OPT_COPYPOSTFIELDS);
    whim_options_set_ptr(options, row->store, value.ptr);
    return set_method(options, WHIM_METHOD_POST);
}

/* Copies as many bytes as POSTFIELDSIZE says, zeros included, else up to the terminator. */
CURLcode whim_setter_copypostfields(struct whim_options *options, const struct whim_option_row *row,
                                    union whim_opt_value value)
{
    int64_t size = whim_opt_num(options, WHIM_OPT_POSTFIELDSIZE_LARGE);
    const char *data = value.ptr;

    if (data && size < 0) {
        size = (int64_t)strlen(data);
        if (size > WHIM_OPT_MAX_INPUT)
            return CURLE_BAD_FUNCTION_ARGUMENT;
    }
    if (whim_options_reserve(options, 2) ||
        whim_options_set_str(options, row->store, data, data ? (size_t)size : 0))
        return CURLE_OUT_OF_MEMORY;
    whim_options_unset(options, WHIM_OPT_POSTFIELDS);
    return set_method(options, WHIM_METHOD_POST);
}

/* A copy that is shorter than the new size is dropped: there is nothing to send behind its end. */
CURLcode whim_setter_postfieldsize(struct whim_options *options, const struct whim_option_row *row,
                                   union whim_opt_value value)
{
    const struct whim_str *copy = whim_opt_str(options, WHIM_OPT_COPYPOSTFIELDS);
    CURLcode result;

    if (value.num < row->min || value.num > row->max)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    result = whim_options_set_num(options, row->store, value.num);
    if (!result && copy && value.num > (int64_t)copy->len)
        whim_options_unset(options, WHIM_OPT_COPYPOSTFIELDS);
    return result;
}

const char *whim_options_postfields(const struct whim_options *options, int64_t *pick_len)
{
    int64_t size = whim_opt_num(options, WHIM_OPT_POSTFIELDSIZE_LARGE);
    const struct whim_str *copy = whim_opt_str(options, WHIM_OPT_COPYPOSTFIELDS);
    const char *data = copy ? copy->text : whim_opt_ptr(options, WHIM_OPT_POSTFIELDS);

    if (!data)
        return NULL;
    if (size >= 0)
        *pick_len = size;
    else
        *pick_len = copy ? (int64_t)copy->len : (int64_t)strlen(data);
    return data;
}
