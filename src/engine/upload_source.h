/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The sources of a body, for upload.c alone: each says how big it is when it is opened, gives its
 * bytes, and goes back to the first one.
 */
#ifndef WHIM_ENGINE_UPLOAD_SOURCE_H
#define WHIM_ENGINE_UPLOAD_SOURCE_H

#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>

struct whim_transfer;

/* Every slot is there. */
struct whim_upload_source_ops {
    /* Bytes of it in *ret_size, -1: not known. What failed is closed all the same. */
    CURLcode (*open)(struct whim_transfer *transfer, int64_t *ret_size);
    /* Up to cap bytes. 0 and CURLE_OK: the end, or is_send_paused; a pause may have bytes too. */
    CURLcode (*read)(struct whim_transfer *transfer, char *data, size_t cap, size_t *ret_len);
    /* CURLE_SEND_FAIL_REWIND, and told, when that cannot be done. */
    CURLcode (*rewind)(struct whim_transfer *transfer);
    void (*close)(struct whim_transfer *transfer);
};

extern const struct whim_upload_source_ops whim_upload_memory;   /* upload_memory.c: POSTFIELDS */
extern const struct whim_upload_source_ops whim_upload_callback; /* upload_callback.c */
extern const struct whim_upload_source_ops whim_upload_mime;     /* upload_mime.c: both forms */

/*
 * What CURLOPT_RESUME_FROM says is there already is no part of the body: how much is left. Told, and
 * CURLE_PARTIAL_FILE, when that is nothing.
 */
CURLcode whim_upload_resume(struct whim_transfer *transfer, int64_t *size);

#endif
