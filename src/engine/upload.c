/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/upload.h"

#include "engine/callback.h"
#include "engine/follow.h"
#include "engine/multi.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/http1_request.h"
#include "util/mem.h"

#include <stdio.h>
#include <string.h>

/*
 * The upload buffer: room for a chunk's size line before the bytes that the read callback writes,
 * and for a line end and the last chunk behind them.
 */
enum {
    CHUNK_HEAD_BYTES = 18, /* 16 digits and a line end */
    CHUNK_TAIL_BYTES = 8,
    MAX_TRAILER_BYTES = 300 * 1024,
};

static const char last_chunk[] = "0\r\n\r\n";

/* Chunks when the size is not known, or when the application's own field says so. */
static CURLcode init_framing(struct whim_transfer *transfer, int64_t size)
{
    const struct whim_options *options = &transfer->options;
    struct whim_upload *upload = &transfer->upload;
    const struct curl_slist *headers = whim_opt_ptr(options, WHIM_OPT_HTTPHEADER);

    upload->n_left = size < 0 ? -1 : size;
    upload->is_chunked = size < 0 || whim_http1_list_says(headers, "Transfer-Encoding", "chunked");
    if (upload->is_chunked && whim_opt_num(options, WHIM_OPT_HTTP_VERSION) == CURL_HTTP_VERSION_1_0) {
        whim_trace_error(transfer, "Chunky upload is not supported by HTTP 1.0");
        return CURLE_UPLOAD_FAILED;
    }
    upload->is_read_to_end = size == 0 && !upload->is_chunked;
    return CURLE_OK;
}

/* What CURLOPT_RESUME_FROM says is there already is no part of the body: how much is left. */
static CURLcode resume(struct whim_transfer *transfer, int64_t *size)
{
    int64_t from = whim_opt_num(&transfer->options, WHIM_OPT_RESUME_FROM_LARGE);

    transfer->upload.n_to_skip = from > 0 ? from : 0;
    if (from <= 0 || *size < 0)
        return CURLE_OK;
    if (from >= *size) {
        whim_trace_error(transfer, "File already completely uploaded");
        return CURLE_PARTIAL_FILE;
    }
    *size -= from;
    return CURLE_OK;
}

static CURLcode init_callback(struct whim_transfer *transfer, int64_t size)
{
    CURLcode result = resume(transfer, &size);

    transfer->upload.source = WHIM_UPLOAD_CALLBACK;
    return result == CURLE_OK ? init_framing(transfer, size) : result;
}

static CURLcode init_memory(struct whim_transfer *transfer, const char *memory, int64_t size)
{
    struct whim_upload *upload = &transfer->upload;
    struct whim_str *copy = whim_opt_str(&transfer->options, WHIM_OPT_COPYPOSTFIELDS);
    CURLcode result = resume(transfer, &size);

    upload->source = WHIM_UPLOAD_MEMORY;
    upload->memory = memory + upload->n_to_skip;
    upload->copy = copy && memory == copy->text ? whim_str_ref(copy) : NULL;
    return result == CURLE_OK ? init_framing(transfer, size) : result;
}

/* A file takes what comes, however much was announced; only PUT writes to it. */
static void init_file(struct whim_transfer *transfer)
{
    const int64_t from = whim_opt_num(&transfer->options, WHIM_OPT_RESUME_FROM_LARGE);
    struct whim_upload *upload = &transfer->upload;

    transfer->info.upload_length = -1;
    if (transfer->method != WHIM_METHOD_PUT)
        return;
    transfer->info.upload_length = whim_opt_num(&transfer->options, WHIM_OPT_INFILESIZE_LARGE);
    upload->source = WHIM_UPLOAD_CALLBACK;
    upload->is_read_to_end = false;
    upload->n_left = -1;
    upload->n_to_skip = from > 0 ? from : 0;
}

CURLcode whim_upload_init(struct whim_transfer *transfer)
{
    const struct whim_options *options = &transfer->options;
    const char *fields;
    int64_t size = 0;
    CURLcode result = CURLE_OK;

    transfer->upload = (struct whim_upload){.is_read_to_end = true};
    transfer->method = (uint8_t)whim_follow_method(transfer);
    if (transfer->url.scheme_id == WHIM_SCHEME_FILE) {
        init_file(transfer);
        return CURLE_OK;
    }
    switch ((enum whim_method)transfer->method) {
    case WHIM_METHOD_POST:
        fields = whim_options_postfields(options, &size);
        if (fields)
            result = init_memory(transfer, fields, size);
        else
            result = init_callback(transfer, whim_opt_num(options, WHIM_OPT_POSTFIELDSIZE_LARGE));
        break;
    case WHIM_METHOD_PUT:
        result = init_callback(transfer, whim_opt_num(options, WHIM_OPT_INFILESIZE_LARGE));
        break;
    case WHIM_METHOD_POST_MIME:
        whim_trace_error(transfer, "Multipart posts are not built in");
        result = CURLE_NOT_BUILT_IN;
        break;
    default:
        break;
    }
    transfer->info.upload_length =
        transfer->upload.source == WHIM_UPLOAD_NONE ? -1 : transfer->upload.n_left;
    return result;
}

static void free_kept(struct whim_upload *upload)
{
    whim_free(upload->kept);
    upload->kept = NULL;
    upload->kept_len = 0;
    upload->kept_off = 0;
}

void whim_upload_fini(struct whim_transfer *transfer)
{
    struct whim_upload *upload = &transfer->upload;

    free_kept(upload);
    whim_str_unref(upload->copy);
    *upload = (struct whim_upload){.is_read_to_end = true};
}

bool whim_upload_is_done(const struct whim_upload *upload)
{
    return upload->is_read_to_end && !upload->kept;
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
    } else if (!whim_opt_fn(options, WHIM_OPT_READFUNCTION)) {
        FILE *file = whim_opt_ptr(options, WHIM_OPT_READDATA);

        if (file && fseeko(file, (off_t)offset, SEEK_SET) == 0)
            answer = CURL_SEEKFUNC_OK;
    }
    whim_callback_leave(transfer, before);
    return answer;
}

CURLcode whim_upload_rewind(struct whim_transfer *transfer)
{
    struct whim_upload *upload = &transfer->upload;

    if (upload->source != WHIM_UPLOAD_CALLBACK || !upload->is_begun)
        return CURLE_OK; /* memory is read again from the options */
    if (seek_source(transfer, 0) == CURL_SEEKFUNC_OK)
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

/* The next bytes of the source, up to cap. 0 bytes and CURLE_OK: end, or paused. */
static CURLcode read_source(struct whim_transfer *transfer, char *data, size_t cap, size_t *ret_len)
{
    struct whim_upload *upload = &transfer->upload;

    if (upload->source == WHIM_UPLOAD_CALLBACK) {
        CURLcode result = upload->n_to_skip ? skip_source(transfer, data, cap) : CURLE_OK;

        *ret_len = 0;
        if (result != CURLE_OK || transfer->is_send_paused)
            return result;
        return call_read(transfer, data, cap, ret_len);
    }
    *ret_len = (uint64_t)upload->n_left < cap ? (size_t)upload->n_left : cap;
    memcpy(data, upload->memory, *ret_len);
    upload->memory += *ret_len;
    return CURLE_OK;
}

static CURLcode end_source(struct whim_transfer *transfer)
{
    struct whim_upload *upload = &transfer->upload;

    upload->is_read_to_end = true;
    if (upload->n_left <= 0)
        return CURLE_OK;
    whim_trace_error(transfer, "The read callback ended %lld bytes before the announced size",
                     (long long)upload->n_left);
    return CURLE_READ_ERROR;
}

/* The lines that the application gives for behind the last chunk; those that are no fields, not. */
static CURLcode add_trailers(struct whim_buf *end, const struct curl_slist *trailers)
{
    switch (whim_http1_add_list(end, trailers)) {
    case WHIM_HTTP1_REQUEST_OK:
        return CURLE_OK;
    case WHIM_HTTP1_REQUEST_NO_MEMORY:
        return CURLE_OUT_OF_MEMORY;
    default:
        return CURLE_BAD_FUNCTION_ARGUMENT;
    }
}

/* The last chunk, with what the trailer callback adds to it (C-155); sent from upload->kept. */
static CURLcode end_chunks_by_callback(struct whim_transfer *transfer, curl_trailer_callback cb)
{
    struct whim_upload *upload = &transfer->upload;
    struct curl_slist *trailers = NULL;
    struct whim_buf end;
    CURLcode result = CURLE_OK;
    unsigned before = whim_callback_enter(transfer);
    int answer = cb(&trailers, whim_opt_ptr(&transfer->options, WHIM_OPT_TRAILERDATA));

    whim_callback_leave(transfer, before);
    whim_buf_init(&end, MAX_TRAILER_BYTES);
    if (answer != CURL_TRAILERFUNC_OK) {
        whim_trace_error(transfer, "operation aborted by trailing headers callback");
        result = CURLE_ABORTED_BY_CALLBACK;
    }
    if (result == CURLE_OK && whim_buf_add(&end, "0\r\n", 3) != WHIM_BUF_OK)
        result = CURLE_OUT_OF_MEMORY;
    if (result == CURLE_OK)
        result = add_trailers(&end, trailers);
    if (result == CURLE_OK && whim_buf_add(&end, "\r\n", 2) != WHIM_BUF_OK)
        result = CURLE_OUT_OF_MEMORY;
    curl_slist_free_all(trailers);
    if (result != CURLE_OK) {
        whim_buf_fini(&end);
        return result;
    }
    upload->kept = end.data;
    upload->kept_len = (uint32_t)end.len;
    upload->kept_off = 0;
    return CURLE_OK;
}

static CURLcode end_chunks(struct whim_transfer *transfer, const char **ret_data, size_t *ret_len)
{
    curl_trailer_callback cb =
        WHIM_OPT_FN(curl_trailer_callback, &transfer->options, WHIM_OPT_TRAILERFUNCTION);
    CURLcode result = CURLE_OK;

    *ret_data = last_chunk;
    *ret_len = sizeof(last_chunk) - 1;
    if (cb)
        result = end_chunks_by_callback(transfer, cb);
    if (result == CURLE_OK && transfer->upload.kept) {
        *ret_data = transfer->upload.kept;
        *ret_len = transfer->upload.kept_len;
    }
    return result;
}

/* Puts the size line before, and the line end behind, n bytes that lie at data. */
static char *frame_chunk(char *data, size_t n, size_t *ret_len)
{
    char head[CHUNK_HEAD_BYTES + 1];
    int head_len = snprintf(head, sizeof(head), "%zx\r\n", n);

    memcpy(data - head_len, head, (size_t)head_len);
    memcpy(data + n, "\r\n", 2);
    *ret_len = (size_t)head_len + n + 2;
    return data - head_len;
}

/* Reads into the multi's buffer, and frames there. */
static CURLcode next_by_buffer(struct whim_transfer *transfer, const char **ret_data,
                                   size_t *ret_len)
{
    struct whim_multi *multi = transfer->multi;
    struct whim_upload *upload = &transfer->upload;
    size_t cap = (size_t)whim_opt_num(&transfer->options, WHIM_OPT_UPLOAD_BUFFERSIZE);
    char *data;
    size_t n;
    CURLcode result;

    if (multi->upload_buffer_bytes < cap) {
        char *buffer = whim_realloc(multi->upload_buffer, CHUNK_HEAD_BYTES + cap + CHUNK_TAIL_BYTES);

        if (!buffer)
            return CURLE_OUT_OF_MEMORY;
        multi->upload_buffer = buffer;
        multi->upload_buffer_bytes = cap;
    }
    data = multi->upload_buffer + CHUNK_HEAD_BYTES;
    result = read_source(transfer, data, cap, &n);
    if (result != CURLE_OK || (!n && transfer->is_send_paused))
        return result; /* bytes that came along with a pause are sent all the same */
    if (upload->n_left >= 0 && n > (uint64_t)upload->n_left)
        n = (size_t)upload->n_left; /* not a byte more than was announced */
    if (!n) {
        result = end_source(transfer);
        return result == CURLE_OK && upload->is_chunked ? end_chunks(transfer, ret_data, ret_len)
                                                        : result;
    }
    if (upload->n_left >= 0)
        upload->n_left -= (int64_t)n;
    transfer->info.n_sent += (int64_t)n;
    if (upload->is_chunked) {
        *ret_data = frame_chunk(data, n, ret_len);
        return CURLE_OK;
    }
    upload->is_read_to_end = upload->n_left == 0;
    *ret_data = data;
    *ret_len = n;
    return CURLE_OK;
}

CURLcode whim_upload_next(struct whim_transfer *transfer, const char **ret_data, size_t *ret_len)
{
    struct whim_upload *upload = &transfer->upload;

    *ret_len = 0;
    if (upload->kept) {
        *ret_data = upload->kept + upload->kept_off;
        *ret_len = upload->kept_len - upload->kept_off;
        return CURLE_OK;
    }
    if (upload->is_read_to_end)
        return CURLE_OK;
    if (upload->source == WHIM_UPLOAD_MEMORY && !upload->is_chunked) {
        *ret_data = upload->memory;
        *ret_len = (size_t)upload->n_left;
        return CURLE_OK;
    }
    return next_by_buffer(transfer, ret_data, ret_len);
}

CURLcode whim_upload_sent(struct whim_transfer *transfer, const char *data, size_t len, size_t n)
{
    struct whim_upload *upload = &transfer->upload;

    if (upload->kept) {
        upload->kept_off += (uint32_t)n;
        if (upload->kept_off == upload->kept_len)
            free_kept(upload);
        return CURLE_OK;
    }
    if (upload->source == WHIM_UPLOAD_MEMORY && !upload->is_chunked) {
        upload->memory += n;
        upload->n_left -= (int64_t)n;
        upload->is_read_to_end = upload->n_left == 0;
        transfer->info.n_sent += (int64_t)n;
        return CURLE_OK;
    }
    if (n == len)
        return CURLE_OK;
    upload->kept = whim_memdup0(data + n, len - n);
    if (!upload->kept)
        return CURLE_OUT_OF_MEMORY;
    upload->kept_len = (uint32_t)(len - n);
    upload->kept_off = 0;
    return CURLE_OK;
}
