/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Counted, shared, immutable-while-shared strings.
 *
 * An option keeps its string in one block. A transfer that depends on it takes a reference, so
 * that setting the option anew in the middle of a transfer changes nothing under its feet (C-14).
 * When nobody else holds the block and the new text fits, setting reuses it.
 * Not thread safe: a block belongs to one handle and to the multi that runs it. A duplicate of the
 * handle has blocks of its own.
 */
#ifndef WHIM_UTIL_STR_H
#define WHIM_UTIL_STR_H

#include <stddef.h>
#include <stdint.h>

struct whim_str {
    uint32_t n_refs;
    uint32_t cap;  /* bytes that fit before the terminator */
    uint32_t len;  /* bytes before the terminator; the text may hold NULs (binary post data) */
    char text[];   /* always terminated */
};

/* A new block with one reference that holds a copy; NULL when out of memory or over 4 GiB. */
struct whim_str *whim_str_new(const char *text, size_t len);
/* One more reference to a block that may be NULL; returns it. */
struct whim_str *whim_str_ref(struct whim_str *str);
/* One reference less; NULL is fine. The last one frees. */
void whim_str_unref(struct whim_str *str);
/* As whim_str_unref(), but the last one wipes the text first: for secrets. */
void whim_str_unref_secret(struct whim_str *str);
/*
 * Makes *slot hold a copy of the text, in place when this is the only reference and it fits;
 * otherwise the old reference is dropped. 0, or -1 when out of memory (*slot is as it was).
 */
int whim_str_set(struct whim_str **slot, const char *text, size_t len);

#endif
