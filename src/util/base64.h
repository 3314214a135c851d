/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Base64 with padding (RFC 4648 section 4).
 */
#ifndef WHIM_UTIL_BASE64_H
#define WHIM_UTIL_BASE64_H

#include "util/buf.h"

/* Appends the encoded bytes. */
enum whim_buf_result whim_base64_add(struct whim_buf *buf, const void *data, size_t len);

#endif
