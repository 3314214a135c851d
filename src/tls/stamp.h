/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Stamp: by what a file that was read is known again, without reading it.
 */
#ifndef WHIM_TLS_STAMP_H
#define WHIM_TLS_STAMP_H

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

/* All zero: no such file. Has no padding: it is compared and digested as bytes. */
struct whim_tls_stamp {
    uint64_t device;
    uint64_t inode;
    int64_t modified_s;
    int64_t modified_ns;
    int64_t size_bytes;
};

/* NULL or "": no file. */
static inline struct whim_tls_stamp whim_tls_stamp_of(const char *path)
{
    struct whim_tls_stamp stamp = {0};
    struct stat file;

    if (path && path[0] && !stat(path, &file)) {
        stamp.device = (uint64_t)file.st_dev;
        stamp.inode = (uint64_t)file.st_ino;
        stamp.modified_s = file.st_mtim.tv_sec;
        stamp.modified_ns = file.st_mtim.tv_nsec;
        stamp.size_bytes = file.st_size;
    }
    return stamp;
}

#endif
