/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Basic credentials (RFC 7617): "Basic " and the base64 of user, colon, password.
 */
#ifndef WHIM_PROTO_AUTH_BASIC_H
#define WHIM_PROTO_AUTH_BASIC_H

#include "util/buf.h"

#include <curl/curl.h>

/* Appends the field's value. CURLE_OK, CURLE_OUT_OF_MEMORY, CURLE_TOO_LARGE (the buffer's cap). */
CURLcode whim_auth_basic_add(struct whim_buf *buf, const char *user, const char *password);

#endif
