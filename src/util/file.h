/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Small files that are read whole and replaced whole: caches, jars, lists of logins.
 */
#ifndef WHIM_UTIL_FILE_H
#define WHIM_UTIL_FILE_H

#include "util/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * A descriptor of the file to be read from, or -1 and errno. A pipe need not have a writer, and is
 * empty then; what a writer has is waited for: there is no other way to read it.
 */
int whim_file_open_read(const char *path);

/*
 * Appends all that such a file has to the buffer and terminates it (not counted in len). False:
 * errno says why not, EFBIG when the buffer's cap is passed; the buffer may hold a part then.
 */
bool whim_file_read(const char *path, struct whim_buf *buf);

/* The same from a descriptor, from where it stands; it is left open. */
bool whim_file_read_fd(int fd, struct whim_buf *buf);

/*
 * Makes data the content of the file, all at once: it is written beside it first, under a random
 * name, and put in its place when it is complete. Who reads sees the old content or the new one.
 * A new file is its owner's alone (mode 0600); one that was there keeps its mode. What is there and
 * is no regular file (a terminal, a pipe) is written to as it is. A link is followed: it stays, its
 * target is replaced. False: errno says why not, and what was there is still there.
 */
bool whim_file_replace(const char *path, const void *data, size_t len);

/*
 * write(2) that is tried again after a signal, and raises none of its own where there is nobody to
 * read. For what may be a pipe: it costs four system calls more.
 */
ssize_t whim_file_write_quietly(int fd, const void *data, size_t len);

#endif
