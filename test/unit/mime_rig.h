/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Trees to test, and their bodies as text: the random part of boundary number n becomes "Bn".
 */
#ifndef WHIM_TEST_UNIT_MIME_RIG_H
#define WHIM_TEST_UNIT_MIME_RIG_H

#include "proto/mime.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

enum { MIME_TEXT_BYTES = 16384 };

/* Replaces each other boundary by its number, in order of first appearance. */
static inline void mime_mask(char *text)
{
    static const char dashes[] = "------------------------";
    char seen[16][WHIM_MIME_BOUNDARY_BYTES + 1];
    unsigned n_seen = 0;
    char *out = text;

    for (char *at = text; *at;) {
        unsigned i = 0;

        if (strncmp(at, dashes, 24) != 0 || at[24] == '-') {
            *out++ = *at++;
            continue;
        }
        while (i < n_seen && strncmp(seen[i], at, WHIM_MIME_BOUNDARY_BYTES) != 0)
            i++;
        if (i == n_seen) {
            ck_assert_uint_lt(n_seen, 16);
            memcpy(seen[n_seen], at, WHIM_MIME_BOUNDARY_BYTES);
            seen[n_seen++][WHIM_MIME_BOUNDARY_BYTES] = 0;
        }
        out += sprintf(out, "B%u", i);
        at += WHIM_MIME_BOUNDARY_BYTES;
    }
    *out = 0;
}

/*
 * Reads a root that has begun to its end, at most `piece` bytes at a time; the text is terminated.
 * Goes on after pauses, which are counted.
 */
static inline CURLcode mime_read_all(struct curl_mimepart *root, size_t piece, char *text,
                                     size_t *ret_len, unsigned *pick_n_pauses)
{
    size_t len = 0, n;
    bool is_paused;
    CURLcode result;

    do {
        ck_assert_uint_lt(len + piece, MIME_TEXT_BYTES);
        result = whim_mime_read(root, text + len, piece, &n, &is_paused);
        if (result != CURLE_OK)
            return result;
        ck_assert_uint_le(n, piece);
        len += n;
        if (is_paused && pick_n_pauses)
            ++*pick_n_pauses;
    } while (n || is_paused);
    text[len] = 0;
    *ret_len = len;
    return CURLE_OK;
}

/* A root with that mime, which it owns; NULL when out of memory, and the mime is freed. */
static inline struct curl_mimepart *mime_root_of(curl_mime *mime)
{
    struct curl_mimepart *root = whim_mime_root_new();

    if (root && mime && whim_mime_set_parts(root, mime, true) == CURLE_OK)
        return root;
    whim_mime_free(mime);
    whim_mime_root_unref(root);
    return NULL;
}

static const struct whim_mime_manner mime_form = {.type = "multipart/form-data"};

#endif
