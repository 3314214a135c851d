/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_TRIES = 100 };

bool tool_folder_open(struct tool_folder *folder, const char *path)
{
    *folder = (struct tool_folder){.fd = -1};
    if (!path)
        return true;
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return false;
    folder->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder->fd >= 0;
}

void tool_folder_close(struct tool_folder *folder)
{
    if (folder->fd >= 0)
        close(folder->fd);
    folder->fd = -1;
}

void tool_sink_init(struct tool_sink *sink)
{
    sink->fd = -1;
    sink->error = 0;
}

static bool fail(struct tool_sink *sink)
{
    sink->error = errno;
    return false;
}

/* A name that exists was left behind by a process that had our id before. */
static bool open_temp(struct tool_folder *folder, struct tool_sink *sink)
{
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        snprintf(sink->temp_name, sizeof sink->temp_name, ".whimbrel-%ld-%lu.part", (long)getpid(),
                 folder->n_made++);
        sink->fd = openat(folder->fd, sink->temp_name,
                          O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (sink->fd >= 0)
            return true;
        if (errno != EEXIST)
            break;
    }
    return fail(sink);
}

bool tool_sink_write(struct tool_folder *folder, struct tool_sink *sink, const char *data,
                     size_t len)
{
    if (folder->fd < 0)
        return true;
    if (sink->fd < 0 && !open_temp(folder, sink))
        return false;
    while (len) {
        ssize_t n = write(sink->fd, data, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(sink);
        data += n;
        len -= (size_t)n;
    }
    return true;
}

bool tool_sink_commit(struct tool_folder *folder, struct tool_sink *sink, const char *name)
{
    int fd;

    if (folder->fd < 0)
        return true;
    if (sink->fd < 0 && !open_temp(folder, sink))
        return false;
    /* Some file systems tell only here that a write failed. */
    fd = sink->fd;
    sink->fd = -1;
    if (close(fd) == 0 && renameat(folder->fd, sink->temp_name, folder->fd, name) == 0)
        return true;
    fail(sink);
    unlinkat(folder->fd, sink->temp_name, 0);
    return false;
}

void tool_sink_drop(struct tool_folder *folder, struct tool_sink *sink)
{
    if (sink->fd < 0)
        return;
    close(sink->fd);
    sink->fd = -1;
    unlinkat(folder->fd, sink->temp_name, 0);
}
