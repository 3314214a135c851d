/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * jsonl: results as JSON, one object a line (RFC 8259).
 *
 * Every line is valid whatever bytes a URL holds: control characters are escaped, and what is not
 * UTF-8 becomes U+FFFD; the line number then still tells which URL it was. Writing is buffered;
 * an error is sticky and told by tool_jsonl_flush().
 */
#ifndef TOOL_JSONL_H
#define TOOL_JSONL_H

#include "result.h"

#include <stdbool.h>
#include <stdio.h>

struct tool_jsonl {
    FILE *out; /* NULL: no results are wanted */
    int error; /* errno of the first failure, 0 = none */
};

/* The path may be NULL (no results) or "-". False with errno. */
bool tool_jsonl_open(struct tool_jsonl *jsonl, const char *path);
void tool_jsonl_put(struct tool_jsonl *jsonl, const struct tool_result *result);
/* False with errno when anything since the opening could not be written. */
bool tool_jsonl_flush(struct tool_jsonl *jsonl);
/* Flushes, closes, and tells as tool_jsonl_flush() does. */
bool tool_jsonl_close(struct tool_jsonl *jsonl);

#endif
