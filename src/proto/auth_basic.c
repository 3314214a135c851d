/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/auth_basic.h"

#include "util/base64.h"

#include <string.h>

static CURLcode to_code(enum whim_buf_result result)
{
    return result == WHIM_BUF_OK     ? CURLE_OK
           : result == WHIM_BUF_FULL ? CURLE_TOO_LARGE
                                     : CURLE_OUT_OF_MEMORY;
}

/* The plain credentials are wiped before their memory goes. */
static void fini_secret(struct whim_buf *plain)
{
    if (plain->data)
        explicit_bzero(plain->data, plain->len);
    whim_buf_fini(plain);
}

CURLcode whim_auth_basic_add(struct whim_buf *buf, const char *user, const char *password)
{
    size_t user_len = strlen(user);
    size_t password_len = strlen(password);
    struct whim_buf plain;
    enum whim_buf_result result;

    whim_buf_init(&plain, buf->max_len);
    /* All of the room at once: growing would leave copies behind. */
    if (user_len > buf->max_len || password_len > buf->max_len)
        result = WHIM_BUF_FULL;
    else
        result = whim_buf_reserve(&plain, user_len + 1 + password_len);
    if (result == WHIM_BUF_OK)
        result = whim_buf_add(&plain, user, user_len);
    if (result == WHIM_BUF_OK)
        result = whim_buf_add(&plain, ":", 1);
    if (result == WHIM_BUF_OK)
        result = whim_buf_add(&plain, password, password_len);
    if (result == WHIM_BUF_OK)
        result = whim_buf_add_str(buf, "Basic ");
    if (result == WHIM_BUF_OK)
        result = whim_base64_add(buf, plain.data, plain.len);
    fini_secret(&plain);
    return to_code(result);
}
