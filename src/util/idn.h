/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Host names in other scripts (IDNA 2008, RFC 5890 to 5894; UTS 46), by libidn2; idn_none.c is a
 * build without it. Names are UTF-8 whatever the locale, so that a URL means the same everywhere.
 */
#ifndef WHIM_UTIL_IDN_H
#define WHIM_UTIL_IDN_H

#include "util/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum whim_idn_result {
    WHIM_IDN_OK,
    WHIM_IDN_NOT_BUILT_IN,
    WHIM_IDN_BAD_NAME, /* no such name can be, or it is longer than any */
    WHIM_IDN_NO_MEMORY,
};

bool whim_idn_is_built_in(void);
/* The library's version at run time; NULL: not built in. */
const char *whim_idn_version(void);

/*
 * Appends the ASCII form of a name: as for registered names ("nontransitional"), or else, if there
 * is none, in the older reading. What it maps to is for the caller to check: dots, digits and
 * delimiters have doubles in other scripts.
 */
enum whim_idn_result whim_idn_to_ascii(const char *name, size_t len, struct whim_buf *buf);

/* Appends the name with its "xn--" labels in their own script. */
enum whim_idn_result whim_idn_to_unicode(const char *name, size_t len, struct whim_buf *buf);

#endif
