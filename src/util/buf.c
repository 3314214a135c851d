/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/buf.h"

#include "util/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MIN_CAP = 63 }; /* with the terminator's byte 64 */

void whim_buf_init(struct whim_buf *buf, size_t max_len)
{
    *buf = (struct whim_buf){.max_len = max_len};
}

void whim_buf_fini(struct whim_buf *buf)
{
    whim_free(buf->data);
    *buf = (struct whim_buf){.max_len = buf->max_len};
}

void whim_buf_fini_secret(struct whim_buf *buf)
{
    if (buf->data)
        explicit_bzero(buf->data, buf->cap);
    whim_buf_fini(buf);
}

/* Allocates room for need (<= max_len) bytes or more, but never for more than max_len. */
static enum whim_buf_result grow(struct whim_buf *buf, size_t need)
{
    size_t cap = buf->cap ? buf->cap : MIN_CAP;
    char *data;

    while (cap < need)
        cap = cap > SIZE_MAX / 2 - 1 ? need : cap * 2 + 1;
    if (cap > buf->max_len)
        cap = buf->max_len;
    data = cap < SIZE_MAX ? whim_realloc(buf->data, cap + 1) : NULL;
    if (!data)
        return WHIM_BUF_NOMEM;
    buf->data = data;
    buf->cap = cap;
    return WHIM_BUF_OK;
}

enum whim_buf_result whim_buf_reserve(struct whim_buf *buf, size_t extra)
{
    if (extra > buf->max_len || buf->len > buf->max_len - extra)
        return WHIM_BUF_FULL;
    return buf->len + extra <= buf->cap ? WHIM_BUF_OK : grow(buf, buf->len + extra);
}

enum whim_buf_result whim_buf_add_str(struct whim_buf *buf, const char *str)
{
    return whim_buf_add(buf, str, strlen(str));
}

enum whim_buf_result whim_buf_addf(struct whim_buf *buf, const char *format, ...)
{
    enum whim_buf_result result;
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        return WHIM_BUF_NOMEM;
    result = whim_buf_reserve(buf, (size_t)len);
    if (result != WHIM_BUF_OK || len == 0)
        return result;
    va_start(args, format);
    vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
    return WHIM_BUF_OK;
}

void whim_buf_del_front(struct whim_buf *buf, size_t n)
{
    buf->len -= n;
    if (buf->len)
        memmove(buf->data, buf->data + n, buf->len);
}

enum whim_buf_result whim_buf_terminate(struct whim_buf *buf)
{
    enum whim_buf_result result = buf->data ? WHIM_BUF_OK : grow(buf, 0);

    if (result == WHIM_BUF_OK)
        buf->data[buf->len] = 0;
    return result;
}
