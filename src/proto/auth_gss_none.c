/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Negotiate without a GSS-API library: never picked.
 */
#include "proto/auth_gss.h"

bool whim_auth_gss_is_built_in(void)
{
    return false;
}

CURLcode whim_auth_gss_add(struct whim_buf *buf, const struct whim_auth_gss_request *request)
{
    (void)buf;
    (void)request;
    return CURLE_NOT_BUILT_IN;
}
