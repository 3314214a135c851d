/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Paths of URLs: the removal of "." and ".." segments (RFC 3986, section 5.2.4).
 */
#ifndef WHIM_PROTO_URL_PATH_H
#define WHIM_PROTO_URL_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* Does a path that starts with '/' have a segment that is "." or "..", encoded or not? */
bool whim_url_has_dot_segment(const char *path, size_t len);

/*
 * Writes the path without its dot segments to out, which has room for len bytes and may be the
 * path itself; returns the new length. The path starts with '/', and so does the result.
 */
size_t whim_url_del_dot_segments(char *out, const char *path, size_t len);

#endif
