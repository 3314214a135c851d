/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * root: the folder that the origin serves, and the one place that decides what is in it.
 *
 * A path is opened without reading rights first, and what was really reached is asked of the
 * kernel, so that no name, link or race leads out of the folder: the check is on the opened file.
 * The list of files asks the same function, so that it holds exactly what would be served.
 */
#ifndef ORIGIN_ROOT_H
#define ORIGIN_ROOT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct origin_root {
    int fd;
    char *path;    /* absolute, without links */
    bool lets_out; /* links that lead out of the folder are followed */
};

enum origin_found {
    ORIGIN_FOUND,
    ORIGIN_MISSING,   /* or not a regular file */
    ORIGIN_FORBIDDEN, /* outside, or not readable */
};

/* False with errno. */
bool origin_root_open(struct origin_root *root, const char *path, bool lets_out);
void origin_root_close(struct origin_root *root);

/* A path as in a URL, decoded. The descriptor and the size are written when found. */
enum origin_found origin_root_find(const struct origin_root *root, const char *path, int *pick_fd,
                                   uint64_t *pick_bytes);

/* Writes the URL of every file that would be served, one a line, in the order of names. */
bool origin_root_list(const struct origin_root *root, const char *base, FILE *out);

#endif
