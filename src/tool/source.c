/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_ROOM = 2 * TOOL_LINE_MOST };

static bool open_list(struct tool_source *source, const char *path)
{
    struct stat about;
    bool is_stdin = strcmp(path, "-") == 0;

    source->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    source->is_owned = !is_stdin;
    if (source->fd < 0 || fstat(source->fd, &about) != 0)
        return false;
    if (S_ISDIR(about.st_mode)) {
        errno = EISDIR;
        return false;
    }
    if (S_ISREG(about.st_mode)) {
        off_t at = lseek(source->fd, 0, SEEK_CUR);

        source->file_bytes = about.st_size - (at > 0 ? at : 0);
    }
    source->buf = malloc(BUFFER_ROOM);
    return source->buf != NULL;
}

bool tool_source_open(struct tool_source *source, char **urls, int n_urls, const char *path)
{
    *source = (struct tool_source){.urls = urls, .n_urls = n_urls, .fd = -1, .file_bytes = -1};
    if (!path || open_list(source, path))
        return true;

    int error = errno;

    tool_source_close(source);
    errno = error;
    return false;
}

void tool_source_close(struct tool_source *source)
{
    if (source->is_owned && source->fd >= 0)
        close(source->fd);
    free(source->buf);
    source->buf = NULL;
    source->fd = -1;
}

/* Reads one piece. TOOL_SOURCE_URL stands for "look again". */
static enum tool_source_answer fill(struct tool_source *source)
{
    struct pollfd ready = {.fd = source->fd, .events = POLLIN};
    ssize_t got;

    if (source->start) {
        memmove(source->buf, source->buf + source->start, source->end - source->start);
        source->end -= source->start;
        source->start = 0;
    }
    if (poll(&ready, 1, 0) < 1)
        return TOOL_SOURCE_WAIT;
    got = read(source->fd, source->buf + source->end, BUFFER_ROOM - source->end);
    if (got < 0)
        return errno == EINTR || errno == EAGAIN ? TOOL_SOURCE_WAIT : TOOL_SOURCE_FAILED;
    source->is_eof = got == 0;
    source->end += (size_t)got;
    source->n_read += got;
    return TOOL_SOURCE_URL;
}

/* Takes the bytes up to the next line end, or to the end of the file; false: not there yet. */
static bool take_raw_line(struct tool_source *source, struct tool_line *line)
{
    char *from = source->buf + source->start;
    size_t n_unread = source->end - source->start;
    char *found = memchr(from + source->n_searched, '\n', n_unread - source->n_searched);
    size_t len = found ? (size_t)(found - from) : n_unread;
    bool is_endless = !found && len > TOOL_LINE_MOST;

    source->n_searched = n_unread;
    if (!found && !is_endless && !(source->is_eof && n_unread))
        return false;
    *line =
        (struct tool_line){from, len, source->n_lines + !source->is_skipping, len > TOOL_LINE_MOST};
    if (line->is_cut)
        line->len = TOOL_LINE_MOST;
    source->start += len + (found != NULL);
    source->n_searched = 0;
    source->n_lines = line->number;
    return true;
}

/* Takes off what is not the URL; false when nothing is left of it. */
static bool trim_line(struct tool_line *line)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";

    if (line->number == 1 && line->len >= 3 && memcmp(line->text, byte_order_mark, 3) == 0) {
        line->text += 3;
        line->len -= 3;
    }
    while (line->len && strchr(" \t\r", line->text[line->len - 1]) && line->text[line->len - 1])
        line->len--;
    while (line->len && (*line->text == ' ' || *line->text == '\t')) {
        line->text++;
        line->len--;
    }
    return line->len && *line->text != '#';
}

static enum tool_source_answer next_from_list(struct tool_source *source,
                                              struct tool_line *pick_line)
{
    for (;;) {
        struct tool_line line;
        bool was_skipping = source->is_skipping;
        enum tool_source_answer answer;

        if (take_raw_line(source, &line)) {
            bool has_end = source->start > 0 && source->buf[source->start - 1] == '\n';

            source->is_skipping = !has_end;
            if (was_skipping || !trim_line(&line))
                continue;
            *pick_line = line;
            return TOOL_SOURCE_URL;
        }
        if (source->is_eof)
            return TOOL_SOURCE_END;
        answer = fill(source);
        if (answer != TOOL_SOURCE_URL)
            return answer;
    }
}

enum tool_source_answer tool_source_next(struct tool_source *source, struct tool_line *pick_line)
{
    if (source->next_url < source->n_urls) {
        const char *url = source->urls[source->next_url++];
        size_t len = strlen(url);

        *pick_line =
            (struct tool_line){url, len, (unsigned long)source->next_url, len > TOOL_LINE_MOST};
        if (pick_line->is_cut)
            pick_line->len = TOOL_LINE_MOST;
        return TOOL_SOURCE_URL;
    }
    return source->fd < 0 ? TOOL_SOURCE_END : next_from_list(source, pick_line);
}

double tool_source_share(const struct tool_source *source)
{
    if (source->fd < 0)
        return source->n_urls ? (double)source->next_url / source->n_urls : -1;
    if (source->file_bytes <= 0)
        return -1;

    double n_handed = (double)(source->n_read - (int64_t)(source->end - source->start));

    /* The file may grow while it is read. */
    return n_handed < (double)source->file_bytes ? n_handed / (double)source->file_bytes : 1;
}
