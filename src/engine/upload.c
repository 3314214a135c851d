/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/upload.h"

#include "engine/callback.h"
#include "engine/follow.h"
#include "engine/multi.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "engine/upload_source.h"
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

static const struct whim_upload_source_ops *const sources[] = {
    [WHIM_UPLOAD_MEMORY] = &whim_upload_memory,
    [WHIM_UPLOAD_CALLBACK] = &whim_upload_callback,
    [WHIM_UPLOAD_MIME] = &whim_upload_mime,
};

/* Chunks when the size is not known, or when the application's own field says so. */
static CURLcode init_framing(struct whim_transfer *transfer, int64_t size)
{
    const struct whim_options *options = &transfer->options;
    struct whim_upload *upload = &transfer->upload;
    const struct curl_slist *headers = whim_opt_ptr(options, WHIM_OPT_HTTPHEADER);

    upload->n_left = size < 0 ? -1 : size;
    upload->has_line_ends = size != 0 && whim_opt_num(options, WHIM_OPT_CRLF);
    upload->is_chunked = size < 0 || upload->has_line_ends || whim_http1_list_says(headers, "Transfer-Encoding", "chunked");
    if (upload->is_chunked && whim_opt_num(options, WHIM_OPT_HTTP_VERSION) == CURL_HTTP_VERSION_1_0) {
        whim_trace_error(transfer, "Chunky upload is not supported by HTTP 1.0");
        return CURLE_UPLOAD_FAILED;
    }
    upload->is_read_to_end = size == 0 && !upload->is_chunked;
    return CURLE_OK;
}

CURLcode whim_upload_resume(struct whim_transfer *transfer, int64_t *size)
{
    int64_t from = whim_opt_num(&transfer->options, WHIM_OPT_RESUME_FROM_LARGE);

    transfer->upload.n_to_skip = from > 0 ? from : 0;
    if (from <= 0 || *size <= 0)
        return CURLE_OK;
    if (from >= *size) {
        whim_trace_error(transfer, "File already completely uploaded");
        return CURLE_PARTIAL_FILE;
    }
    *size -= from;
    return CURLE_OK;
}

static enum whim_upload_source choose_source(const struct whim_transfer *transfer)
{
    const struct whim_options *options = &transfer->options;

    switch ((enum whim_method)transfer->method) {
    case WHIM_METHOD_POST:
        return whim_opt_is_set(options, WHIM_OPT_POSTFIELDS) ||
                       whim_opt_is_set(options, WHIM_OPT_COPYPOSTFIELDS)
                   ? WHIM_UPLOAD_MEMORY
                   : WHIM_UPLOAD_CALLBACK;
    case WHIM_METHOD_PUT:
        return WHIM_UPLOAD_CALLBACK;
    case WHIM_METHOD_POST_MIME:
        return WHIM_UPLOAD_MIME;
    default:
        return WHIM_UPLOAD_NONE;
    }
}

/* A file takes what comes, however much was announced; only PUT writes to it. */
static void init_file(struct whim_transfer *transfer)
{
    const int64_t from = whim_opt_num(&transfer->options, WHIM_OPT_RESUME_FROM_LARGE);
    struct whim_upload *upload = &transfer->upload;

    if (transfer->method != WHIM_METHOD_PUT)
        return;
    transfer->info.upload_length = whim_opt_num(&transfer->options, WHIM_OPT_INFILESIZE_LARGE);
    upload->source = WHIM_UPLOAD_CALLBACK;
    upload->has_line_ends = whim_opt_num(&transfer->options, WHIM_OPT_CRLF);
    upload->is_read_to_end = false;
    upload->n_left = -1;
    upload->n_to_skip = from > 0 ? from : 0;
}

CURLcode whim_upload_init(struct whim_transfer *transfer)
{
    struct whim_upload *upload = &transfer->upload;
    int64_t size = 0;
    CURLcode result;

    *upload = (struct whim_upload){.is_read_to_end = true};
    transfer->info.upload_length = -1;
    transfer->method = (uint8_t)whim_follow_method(transfer);
    if (transfer->url.scheme_id == WHIM_SCHEME_FILE) {
        init_file(transfer);
        return CURLE_OK;
    }
    upload->source = (uint8_t)choose_source(transfer);
    if (upload->source == WHIM_UPLOAD_NONE)
        return CURLE_OK;
    result = sources[upload->source]->open(transfer, &size);
    if (result == CURLE_OK)
        result = init_framing(transfer, size);
    if (result == CURLE_OK)
        transfer->info.upload_length = upload->has_line_ends ? -1 : upload->n_left;
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
    if (upload->source != WHIM_UPLOAD_NONE)
        sources[upload->source]->close(transfer);
    *upload = (struct whim_upload){.is_read_to_end = true};
}

bool whim_upload_is_done(const struct whim_upload *upload)
{
    return upload->is_read_to_end && !upload->kept;
}

void whim_upload_hold_back(struct whim_upload *upload)
{
    upload->is_held_back = true;
    upload->is_read_to_end = true;
}

void whim_upload_release(struct whim_upload *upload)
{
    if (upload->is_held_back)
        upload->is_read_to_end = false;
    upload->is_held_back = false;
}

bool whim_upload_is_spent(const struct whim_transfer *transfer)
{
    const struct whim_options *options = &transfer->options;
    const struct whim_upload *upload = &transfer->upload;

    if (!upload->is_begun || upload->source == WHIM_UPLOAD_NONE ||
        upload->source == WHIM_UPLOAD_MEMORY)
        return false;
    return upload->source == WHIM_UPLOAD_MIME ||
           (!whim_opt_fn(options, WHIM_OPT_SEEKFUNCTION) &&
            !whim_opt_fn(options, WHIM_OPT_IOCTLFUNCTION) &&
            whim_opt_fn(options, WHIM_OPT_READFUNCTION));
}

CURLcode whim_upload_rewind(struct whim_transfer *transfer)
{
    const struct whim_upload *upload = &transfer->upload;

    return upload->source == WHIM_UPLOAD_NONE ? CURLE_OK : sources[upload->source]->rewind(transfer);
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

/* Puts a carriage return before each line feed that has none; n bytes lie behind n free ones. */
static size_t write_line_ends(struct whim_upload *upload, char *to, const char *from, size_t n)
{
    size_t len = 0;

    for (size_t i = 0; i < n; i++) {
        if (from[i] == '\n' && !upload->was_return)
            to[len++] = '\r';
        upload->was_return = from[i] == '\r';
        to[len++] = from[i];
    }
    return len;
}

/* Up to cap bytes of the source, counted; *ret_len: as they are to be sent. */
static CURLcode read_source(struct whim_transfer *transfer, char *data, size_t cap, size_t *ret_len)
{
    struct whim_upload *upload = &transfer->upload;
    char *to = upload->has_line_ends ? data + cap - cap / 2 : data;
    size_t n = 0;
    CURLcode result =
        sources[upload->source]->read(transfer, to, upload->has_line_ends ? cap / 2 : cap, &n);

    if (upload->n_left >= 0 && n > (uint64_t)upload->n_left)
        n = (size_t)upload->n_left; /* not a byte more than was announced */
    if (result == CURLE_OK && upload->n_left > 0)
        upload->n_left -= (int64_t)n;
    *ret_len = result == CURLE_OK && upload->has_line_ends ? write_line_ends(upload, data, to, n) : n;
    return result;
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
    if (!n) {
        result = end_source(transfer);
        return result == CURLE_OK && upload->is_chunked ? end_chunks(transfer, ret_data, ret_len)
                                                        : result;
    }
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
