/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/idn.h"

bool whim_idn_is_built_in(void)
{
    return false;
}

const char *whim_idn_version(void)
{
    return NULL;
}

enum whim_idn_result whim_idn_to_ascii(const char *name, size_t len, struct whim_buf *buf)
{
    (void)name;
    (void)len;
    (void)buf;
    return WHIM_IDN_NOT_BUILT_IN;
}

enum whim_idn_result whim_idn_to_unicode(const char *name, size_t len, struct whim_buf *buf)
{
    (void)name;
    (void)len;
    (void)buf;
    return WHIM_IDN_NOT_BUILT_IN;
}
