/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Opening the file of a file: URL (C-204): its name, the part of it that is wanted, the lines that
 * tell of it. Only file_session.c uses this.
 *
 * Nothing is waited for while opening: a pipe without a writer is empty, one without a reader cannot
 * be opened. Descriptors do not block.
 */
#ifndef WHIM_ENGINE_FILE_OPEN_H
#define WHIM_ENGINE_FILE_OPEN_H

#include "util/buf.h"

#include <curl/curl.h>
#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct whim_transfer;

enum { WHIM_FILE_HEAD_BYTES = 160 };

struct whim_file {
    int fd;              /* -1: none */
    DIR *folder;         /* NULL: it is none; else owns the descriptor */
    const char *name;    /* of the folder, read and not delivered yet; NULL: none */
    int64_t size;        /* when it was opened; -1: it says none, as a pipe, or one of /proc */
    int64_t n_left;      /* bytes that are still to be read; of what has no size: INT64_MAX */
    bool is_upload;
    bool is_regular;     /* it never has to be waited for */
    bool is_at_end;      /* everything was read */
    uint16_t head_len;
    uint16_t head_off;   /* of the line to be delivered next */
    char head[WHIM_FILE_HEAD_BYTES];
    struct whim_buf rest; /* read, and not taken by the application, which paused */
    size_t rest_off;
    char *path;
};

/*
 * Opens it to be read, or written where there is something to be sent. *ret_file is the caller's, on
 * failure too, which is told; then it may have a head to be delivered all the same. NULL: no memory.
 * CURLE_URL_MALFORMAT, CURLE_FILE_COULDNT_READ_FILE, CURLE_RANGE_ERROR, CURLE_BAD_DOWNLOAD_RESUME,
 * CURLE_FILESIZE_EXCEEDED, CURLE_WRITE_ERROR.
 */
CURLcode whim_file_open(struct whim_transfer *transfer, struct whim_file **ret_file);

/* Tells errno; returns CURLE_WRITE_ERROR. */
CURLcode whim_file_fail_to_write(struct whim_transfer *transfer, const struct whim_file *file);

/* Everything was written. Some file systems tell only here that there is no room. */
CURLcode whim_file_end_upload(struct whim_transfer *transfer, struct whim_file *file);

/* NULL is fine. */
void whim_file_close(struct whim_file *file);

#endif
