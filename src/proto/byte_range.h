/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * One range of bytes as CURLOPT_RANGE has it (RFC 9110, section 14.1.1), for who serves it himself.
 */
#ifndef WHIM_PROTO_BYTE_RANGE_H
#define WHIM_PROTO_BYTE_RANGE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * "FROM-TO", "FROM-" or "-LAST" of something with so many bytes (>= 0). *ret_from may lie behind the
 * end, and *ret_n, INT64_MAX for all that is left, may reach beyond it. Of several the first counts.
 * False: it is none of these.
 */
bool whim_byte_range_read(const char *text, int64_t size, int64_t *ret_from, int64_t *ret_n);

#endif
