/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Names, one behind the other, each with its terminator.
 */
#ifndef WHIM_UTIL_NAMES_H
#define WHIM_UTIL_NAMES_H

#include <stddef.h>
#include <string.h>

/*
 * The name behind the given one (NULL: the first) of names that take len bytes with all their
 * terminators; NULL: there is no more. A name may be empty.
 */
static inline const char *whim_names_next(const char *names, size_t len, const char *name)
{
    const char *next = name ? name + strlen(name) + 1 : names;

    return len && next < names + len ? next : NULL;
}

#endif
