/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Public suffixes: domains under which anybody may have a name, so that no cookie may be for all of
 * them (RFC 6265 section 5.3, step 5).
 *
 * With libpsl (cookie_suffix_psl.c) these are those of its list, and every domain of one label that
 * the list does not know; without it (cookie_suffix_none.c) those of one label. "localhost" is
 * nobody else's. May be asked from any thread.
 */
#ifndef WHIM_PROTO_COOKIE_SUFFIX_H
#define WHIM_PROTO_COOKIE_SUFFIX_H

#include <stdbool.h>

/* The domain is in the form of a whim_cookie_host, terminated. */
bool whim_cookie_suffix_is_public(const char *domain);

/* Is there a list of them? */
bool whim_cookie_suffix_has_list(void);

/* libpsl's version; NULL: it is not there. */
const char *whim_cookie_suffix_version(void);

#endif
