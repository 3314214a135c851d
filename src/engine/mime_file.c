/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/mime_file.h"

#include "proto/mime.h"
#include "util/file.h"
#include "util/mem.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct file {
    int fd;          /* -1: it is not open */
    bool is_regular; /* it can be read a second time */
    char path[];
};

static struct file *new_file(const char *path)
{
    size_t len = strlen(path);
    struct file *file = whim_malloc(sizeof(*file) + len + 1);

    if (!file)
        return NULL;
    file->fd = -1;
    file->is_regular = false;
    memcpy(file->path, path, len + 1);
    return file;
}

static void close_file(void *arg)
{
    struct file *file = arg;

    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
}

static void free_file(void *arg)
{
    close_file(arg);
    whim_free(arg);
}

static bool dup_file(struct whim_mime_source *source)
{
    const struct file *file = source->arg;
    struct file *copy = new_file(file->path);

    if (!copy)
        return false;
    copy->is_regular = file->is_regular;
    source->arg = copy;
    source->path = copy->path;
    return true;
}

static size_t read_file(char *data, size_t size, size_t n_items, void *arg)
{
    const size_t failure = SIZE_MAX;
    struct file *file = arg;
    ssize_t n;

    if (file->fd < 0)
        file->fd = whim_file_open_read(file->path);
    if (file->fd < 0)
        return failure;
    do
        n = read(file->fd, data, size * n_items);
    while (n < 0 && errno == EINTR);
    return n < 0 ? failure : (size_t)n;
}

/* From its start, when it is opened again. */
static int seek_file(void *arg, curl_off_t offset, int origin)
{
    struct file *file = arg;

    if (!file->is_regular || offset || origin != SEEK_SET)
        return CURL_SEEKFUNC_CANTSEEK;
    close_file(file);
    return CURL_SEEKFUNC_OK;
}

/* Its size; -1: not known. *ret_is_readable: by now. */
static int64_t look_at(struct file *file, bool *ret_is_readable)
{
    struct stat info;

    *ret_is_readable = stat(file->path, &info) == 0 && access(file->path, R_OK) == 0;
    file->is_regular = *ret_is_readable && S_ISREG(info.st_mode);
    return file->is_regular ? (int64_t)info.st_size : -1;
}

/* What is behind the last slash that is not at the path's end. */
static char *copy_base_name(const char *path)
{
    size_t end = strlen(path);
    size_t begin;

    while (end > 1 && path[end - 1] == '/')
        end--;
    begin = end;
    while (begin > 0 && path[begin - 1] != '/')
        begin--;
    return whim_memdup0(path + begin, end - begin);
}

CURLcode whim_mime_file_set(struct curl_mimepart *part, const char *path)
{
    struct whim_mime_source source = {
        .read = read_file,
        .seek = seek_file,
        .free = free_file,
        .dup = dup_file,
        .rest = close_file,
    };
    struct file *file;
    bool is_readable;
    char *name;
    CURLcode result;
    int64_t size;

    if (!path)
        return whim_mime_set_source(part, NULL, 0);
    file = new_file(path);
    name = copy_base_name(path);
    if (!file || !name) {
        whim_free(file);
        whim_free(name);
        return CURLE_OUT_OF_MEMORY;
    }
    size = look_at(file, &is_readable);
    source.arg = file;
    source.path = file->path;
    source.is_quick = file->is_regular;
    result = whim_mime_set_source(part, &source, size);
    if (result != CURLE_OK) {
        whim_free(file);
        whim_free(name);
        return result;
    }
    whim_free(part->filename);
    part->filename = name;
    return is_readable ? CURLE_OK : CURLE_READ_ERROR;
}
