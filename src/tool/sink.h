/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * sink: where bodies go: a folder, or nowhere.
 *
 * A body is written to a hidden temporary file in the folder and given its name when it is whole,
 * by rename, so that nobody ever sees half of one; a name that exists is replaced. The file is
 * made with the first byte, or at the commit of an empty body. The folder is held open, so that
 * it may be moved meanwhile. A failure keeps its errno in the sink.
 */
#ifndef TOOL_SINK_H
#define TOOL_SINK_H

#include <stdbool.h>
#include <stddef.h>

struct tool_folder {
    int fd; /* -1: bodies are discarded */
    unsigned long n_made;
};

struct tool_sink {
    int fd;    /* -1: no file yet */
    int error; /* the errno of what failed, 0 = nothing */
    char temp_name[64];
};

/* Makes the folder if it is missing; a NULL path discards. False with errno. */
bool tool_folder_open(struct tool_folder *folder, const char *path);
void tool_folder_close(struct tool_folder *folder);

void tool_sink_init(struct tool_sink *sink);
bool tool_sink_write(struct tool_folder *folder, struct tool_sink *sink, const char *data,
                     size_t len);
/* Gives the body its name. On failure the temporary file is removed. */
bool tool_sink_commit(struct tool_folder *folder, struct tool_sink *sink, const char *name);
/* Drops what was written, if anything. */
void tool_sink_drop(struct tool_folder *folder, struct tool_sink *sink);

#endif
