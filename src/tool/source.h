/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * source: where URLs come from, one at a time.
 *
 * First those of the command line, then the lines of a file, which is read piece by piece into
 * one buffer and never held whole. Blank lines and lines that start with '#' are passed over; a
 * carriage return and blanks around a URL, and a byte order mark, are taken off. A line longer
 * than TOOL_LINE_MOST is handed out cut short and marked. A pipe that has nothing yet is no
 * reason to block: TOOL_SOURCE_WAIT, and the caller polls tool_source.fd for reading.
 */
#ifndef TOOL_SOURCE_H
#define TOOL_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOOL_LINE_MOST = 64 << 10 };

enum tool_source_answer {
    TOOL_SOURCE_URL,
    TOOL_SOURCE_WAIT,
    TOOL_SOURCE_END,
    TOOL_SOURCE_FAILED, /* errno says why */
};

struct tool_line {
    const char *text; /* not terminated; until the next call */
    size_t len;
    unsigned long number; /* the place on the command line, or the line in the file; from 1 */
    bool is_cut;          /* it was longer than TOOL_LINE_MOST */
};

struct tool_source {
    char **urls;
    int n_urls;
    int next_url;
    int fd; /* -1: no list */
    bool is_owned;
    bool is_eof;
    bool is_skipping; /* the rest of a line that was cut */
    char *buf;
    size_t start, end; /* unread bytes in buf */
    size_t n_searched; /* of these, known to hold no line end */
    unsigned long n_lines;
    int64_t n_read;     /* bytes of the file so far */
    int64_t file_bytes; /* -1: not known */
};

/* The file may be NULL (none) or "-". False with errno when it cannot be read. */
bool tool_source_open(struct tool_source *source, char **urls, int n_urls, const char *path);
void tool_source_close(struct tool_source *source);

/* The line is written with TOOL_SOURCE_URL only. */
enum tool_source_answer tool_source_next(struct tool_source *source, struct tool_line *pick_line);

/* The part that was handed out, 0 to 1; negative when nobody can know. */
double tool_source_share(const struct tool_source *source);

#endif
