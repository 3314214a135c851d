/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#define _GNU_SOURCE
#include "root.h"

#include "percent.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool origin_root_open(struct origin_root *root, const char *path, bool lets_out)
{
    *root = (struct origin_root){.fd = -1, .lets_out = lets_out};
    root->path = realpath(path, NULL);
    if (root->path)
        root->fd = open(root->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root->fd >= 0)
        return true;
    origin_root_close(root);
    return false;
}

void origin_root_close(struct origin_root *root)
{
    if (root->fd >= 0)
        close(root->fd);
    free(root->path);
    *root = (struct origin_root){.fd = -1};
}

static bool has_dots(const char *path)
{
    for (; path; path = strchr(path, '/')) {
        path += *path == '/';
        if (strncmp(path, "..", 2) == 0 && (path[2] == '/' || !path[2]))
            return true;
    }
    return false;
}

static bool is_inside(const struct origin_root *root, const char *link)
{
    char real[PATH_MAX];
    size_t len = strlen(root->path);
    ssize_t got = readlink(link, real, sizeof real);

    if (got < 0 || got == sizeof real)
        return false;
    if (len == 1)
        return true;
    return (size_t)got > len && memcmp(real, root->path, len) == 0 && real[len] == '/';
}

static enum origin_found reopen(const struct origin_root *root, int path_fd, int *pick_fd,
                                uint64_t *pick_bytes)
{
    struct stat about;
    char link[64];
    int fd;

    if (fstat(path_fd, &about) != 0 || !S_ISREG(about.st_mode))
        return ORIGIN_MISSING;
    snprintf(link, sizeof link, "/proc/self/fd/%d", path_fd);
    if (!root->lets_out && !is_inside(root, link))
        return ORIGIN_FORBIDDEN;
    fd = open(link, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ORIGIN_FORBIDDEN;
    *pick_fd = fd;
    *pick_bytes = (uint64_t)about.st_size;
    return ORIGIN_FOUND;
}

enum origin_found origin_root_find(const struct origin_root *root, const char *path, int *pick_fd,
                                   uint64_t *pick_bytes)
{
    enum origin_found found;
    int path_fd;

    if (has_dots(path))
        return ORIGIN_FORBIDDEN;
    path += strspn(path, "/");
    path_fd = openat(root->fd, path, O_PATH | O_CLOEXEC);
    if (path_fd < 0)
        return errno == EACCES ? ORIGIN_FORBIDDEN : ORIGIN_MISSING;
    found = reopen(root, path_fd, pick_fd, pick_bytes);
    close(path_fd);
    return found;
}

static int compare_names(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void list_entry(const struct origin_root *root, const FTSENT *entry, const char *base,
                       FILE *out)
{
    const char *path = entry->fts_path + strlen(root->path);
    uint64_t n_bytes;
    int fd;

    if (entry->fts_info != FTS_F && entry->fts_info != FTS_SL)
        return;
    if (origin_root_find(root, path, &fd, &n_bytes) != ORIGIN_FOUND)
        return;
    close(fd);
    fprintf(out, "%s/", base);
    origin_percent_put(path + strspn(path, "/"), out);
    fputc('\n', out);
}

bool origin_root_list(const struct origin_root *root, const char *base, FILE *out)
{
    char *const roots[] = {root->path, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, compare_names);
    FTSENT *entry;

    if (!walk)
        return false;
    while ((entry = fts_read(walk)))
        list_entry(root, entry, base, out);
    fts_close(walk);
    return fflush(out) == 0 && !ferror(out);
}
