/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/upload_source.h"

#include "engine/transfer.h"

#include <string.h>

static CURLcode open_memory(struct whim_transfer *transfer, int64_t *ret_size)
{
    struct whim_upload *upload = &transfer->upload;
    struct whim_str *copy = whim_opt_str(&transfer->options, WHIM_OPT_COPYPOSTFIELDS);
    const char *memory = whim_options_postfields(&transfer->options, ret_size);
    CURLcode result = whim_upload_resume(transfer, ret_size);

    if (result == CURLE_OK)
        upload->memory = memory + upload->n_to_skip;
    upload->copy = copy && memory == copy->text ? whim_str_ref(copy) : NULL;
    return result;
}

static CURLcode read_memory(struct whim_transfer *transfer, char *data, size_t cap, size_t *ret_len)
{
    struct whim_upload *upload = &transfer->upload;

    *ret_len = (uint64_t)upload->n_left < cap ? (size_t)upload->n_left : cap;
    memcpy(data, upload->memory, *ret_len);
    upload->memory += *ret_len;
    return CURLE_OK;
}

/* It is read again from the options. */
static CURLcode rewind_memory(struct whim_transfer *transfer)
{
    return CURLE_OK;
}

static void close_memory(struct whim_transfer *transfer)
{
    whim_str_unref_secret(transfer->upload.copy);
}

const struct whim_upload_source_ops whim_upload_memory = {
    .open = open_memory,
    .read = read_memory,
    .rewind = rewind_memory,
    .close = close_memory,
};
