/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Making foreign text fit for a URL that is otherwise encoded already: only spaces and bytes
 * beyond ASCII change, as in CURLU_URLENCODE on a whole URL and in the targets of redirects.
 */
#ifndef WHIM_PROTO_URL_ENCODE_H
#define WHIM_PROTO_URL_ENCODE_H

#include <stdbool.h>
#include <stddef.h>

/* Is there anything to change? */
bool whim_url_needs_encoding(const char *text, size_t len);

/*
 * Writes the text to out, which has room for 3 * len bytes; returns the length. Bytes over 0x7f
 * become "%XX", a space "%20", or "+" in a query: from the first '?' on, or throughout when
 * is_query says that the text is all query.
 */
size_t whim_url_encode_text(char *out, const char *text, size_t len, bool is_query);

#endif
