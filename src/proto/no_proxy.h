/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Who is reached without a proxy: CURLOPT_NOPROXY and the variable no_proxy.
 */
#ifndef WHIM_PROTO_NO_PROXY_H
#define WHIM_PROTO_NO_PROXY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Is the host, counted and without brackets, named by the list? Entries are separated by commas or
 * blanks: a name stands for itself and all names below it, with or without a dot in front; an
 * address for itself, with "/bits" behind it for a network. A list that is "*" names all. NULL is
 * an empty list.
 */
bool whim_no_proxy_has(const char *list, const char *host, size_t len);

#endif
