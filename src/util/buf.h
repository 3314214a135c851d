/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Growable byte buffer with a cap. Growth doubles; past the cap it is an error, not growth.
 */
#ifndef WHIM_UTIL_BUF_H
#define WHIM_UTIL_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

struct whim_buf {
    char *data; /* not terminated, except where a function says so; NULL while empty and new */
    size_t len;
    size_t cap;     /* bytes that fit, never above max_len; one more is there for a terminator */
    size_t max_len; /* never holds more than this */
};

enum whim_buf_result {
    WHIM_BUF_OK = 0,
    WHIM_BUF_NOMEM = -1,
    WHIM_BUF_FULL = -2, /* the cap of whim_buf_init() would be passed; nothing was added */
};

/* An empty buffer that may grow to max_len bytes. Allocates nothing. */
void whim_buf_init(struct whim_buf *buf, size_t max_len);
/* Frees what it holds; it may be used again with the same cap. */
void whim_buf_fini(struct whim_buf *buf);
/* The same, and wipes it first. */
void whim_buf_fini_secret(struct whim_buf *buf);
/* Empties it, and keeps the memory. */
static inline void whim_buf_reset(struct whim_buf *buf)
{
    buf->len = 0;
}
/* Makes room for extra more bytes behind len. */
enum whim_buf_result whim_buf_reserve(struct whim_buf *buf, size_t extra);
/* Appends. On failure nothing was added. */
static inline enum whim_buf_result whim_buf_add(struct whim_buf *buf, const void *data, size_t len)
{
    if (buf->cap - buf->len < len) {
        enum whim_buf_result result = whim_buf_reserve(buf, len);

        if (result != WHIM_BUF_OK)
            return result;
    }
    if (len)
        memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    return WHIM_BUF_OK;
}
enum whim_buf_result whim_buf_add_str(struct whim_buf *buf, const char *str);
enum whim_buf_result whim_buf_addf(struct whim_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Removes n (<= len) bytes from the front. */
void whim_buf_del_front(struct whim_buf *buf, size_t n);
/* Terminates the content behind len (not counted in it, nor by the cap). */
enum whim_buf_result whim_buf_terminate(struct whim_buf *buf);

#endif
