/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The read callback, or the file that is read in its place.
 */
#include "engine/upload_source.h"

#include "engine/callback.h"
#include "engine/trace.h"
#include "engine/transfer.h"

#include <stdio.h>

static CURLcode open_callback(struct whim_transfer *transfer, int64_t *ret_size)
{
    bool is_put = transfer->method == WHIM_METHOD_PUT;

    *ret_size = whim_opt_num(&transfer->options,
                             is_put ? WHIM_OPT_INFILESIZE_LARGE : WHIM_OPT_POSTFIELDSIZE_LARGE);
    return whim_upload_resume(transfer, ret_size);
}

/* Asks the application to go to that byte of its source; CURL_SEEKFUNC_* (C-152). */
static int seek_source(struct whim_transfer *transfer, int64_t offset)
{
    const struct whim_options *options = &transfer->options;
    curl_seek_callback seek = WHIM_OPT_FN(curl_seek_callback, options, WHIM_OPT_SEEKFUNCTION);
    curl_ioctl_callback control = WHIM_OPT_FN(curl_ioctl_callback, options, WHIM_OPT_IOCTLFUNCTION);
    unsigned before = whim_callback_enter(transfer);
    int answer = CURL_SEEKFUNC_CANTSEEK;

    if (seek) {
        answer = seek(whim_opt_ptr(options, WHIM_OPT_SEEKDATA), offset, SEEK_SET);
    } else if (control && !offset) {
        if (control(transfer, CURLIOCMD_RESTARTREAD, whim_opt_ptr(options, WHIM_OPT_IOCTLDATA)) ==
            CURLIOE_OK)
            answer = CURL_SEEKFUNC_OK;
    } else if (!whim_opt_fn(options, WHIM_OPT_READFUNCTION) && !offset) {
        FILE *file = whim_opt_ptr(options, WHIM_OPT_READDATA);

        if (file && fseeko(file, 0, SEEK_SET) == 0)
            answer = CURL_SEEKFUNC_OK;
    }
    whim_callback_leave(transfer, before);
    return answer;
}

static CURLcode rewind_callback(struct whim_transfer *transfer)
{
    if (!transfer->upload.is_begun || seek_source(transfer, 0) == CURL_SEEKFUNC_OK)
        return CURLE_OK;
    whim_trace_error(transfer, "necessary data rewind was not possible");
    return CURLE_SEND_FAIL_REWIND;
}

static size_t read_file(char *buffer, size_t size, size_t nitems, void *stream)
{
    return fread(buffer, size, nitems, stream ? stream : stdin);
}

/* Calls the read callback for up to cap bytes. 0 bytes and CURLE_OK: end, or paused. */
static CURLcode call_read(struct whim_transfer *transfer, char *data, size_t cap, size_t *ret_len)
{
    curl_read_callback cb =
        WHIM_OPT_FN(curl_read_callback, &transfer->options, WHIM_OPT_READFUNCTION);
    unsigned before = whim_callback_enter(transfer);
    size_t n = (cb ? cb : read_file)(data, 1, cap,
                                     whim_opt_ptr(&transfer->options, WHIM_OPT_READDATA));

    whim_callback_leave(transfer, before);
    transfer->upload.is_begun = true;
    *ret_len = 0;
    if (n == CURL_READFUNC_ABORT) {
        whim_trace_error(transfer, "operation aborted by callback");
        return CURLE_ABORTED_BY_CALLBACK;
    }
    if (n == CURL_READFUNC_PAUSE) {
        transfer->is_send_paused = true;
        transfer->is_source_paused = true;
        return CURLE_OK;
    }
    if (n > cap) {
        whim_trace_error(transfer, "read function returned funny value");
        return CURLE_READ_ERROR;
    }
    *ret_len = n;
    return CURLE_OK;
}

/* Passes over what is not to be sent, by seeking or by reading it; it may pause meanwhile. */
static CURLcode skip_source(struct whim_transfer *transfer, char *data, size_t cap)
{
    struct whim_upload *upload = &transfer->upload;
    CURLcode result;
    size_t len;

    if (!upload->is_begun) {
        switch (seek_source(transfer, upload->n_to_skip)) {
        case CURL_SEEKFUNC_OK:
            upload->n_to_skip = 0;
            return CURLE_OK;
        case CURL_SEEKFUNC_CANTSEEK:
            break;
        default:
            whim_trace_error(transfer, "Could not seek stream");
            return CURLE_READ_ERROR;
        }
    }
    while (upload->n_to_skip && !transfer->is_send_paused) {
        result = call_read(transfer, data,
                           (uint64_t)upload->n_to_skip < cap ? (size_t)upload->n_to_skip : cap,
                           &len);
        if (result != CURLE_OK)
            return result;
        if (!len && transfer->url.scheme_id == WHIM_SCHEME_FILE)
            upload->n_to_skip = 0; /* it has nothing that the file has not */
        if (!len && !transfer->is_send_paused && upload->n_to_skip) {
            whim_trace_error(transfer, "Could only read %lld bytes less than were to be skipped",
                             (long long)upload->n_to_skip);
            return CURLE_READ_ERROR;
        }
        upload->n_to_skip -= (int64_t)len;
    }
    return CURLE_OK;
}

static CURLcode read_callback(struct whim_transfer *transfer, char *data, size_t cap,
                              size_t *ret_len)
{
    CURLcode result = transfer->upload.n_to_skip ? skip_source(transfer, data, cap) : CURLE_OK;

    *ret_len = 0;
    if (result != CURLE_OK || transfer->is_send_paused)
        return result;
    return call_read(transfer, data, cap, ret_len);
}

static void close_callback(struct whim_transfer *transfer)
{
}

const struct whim_upload_source_ops whim_upload_callback = {
    .open = open_callback,
    .read = read_callback,
    .rewind = rewind_callback,
    .close = close_callback,
};
