/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* The stream of URLs. needs: source.c */
#define _GNU_SOURCE
#include "tool/source.h"

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/whimbrel-source-XXXXXX";

static void write_list(const char *text, size_t len)
{
    int fd = open(path, O_WRONLY | O_TRUNC);

    if (fd < 0 || write(fd, text, len) != (ssize_t)len)
        abort();
    close(fd);
}

static bool open_text(struct tool_source *source, const char *text)
{
    write_list(text, strlen(text));
    return tool_source_open(source, NULL, 0, path);
}

static bool is_next(struct tool_source *source, unsigned long number, const char *text)
{
    struct tool_line line;

    return tool_source_next(source, &line) == TOOL_SOURCE_URL && line.number == number &&
           line.len == strlen(text) && memcmp(line.text, text, line.len) == 0 && !line.is_cut;
}

static bool is_over(struct tool_source *source)
{
    struct tool_line line;

    return tool_source_next(source, &line) == TOOL_SOURCE_END &&
           tool_source_next(source, &line) == TOOL_SOURCE_END;
}

static void check_small_lists(void)
{
    struct tool_source source;

    tap_check(open_text(&source, "a\nb\n") && is_next(&source, 1, "a") &&
                  is_next(&source, 2, "b") && is_over(&source),
              "each line is a URL");
    tool_source_close(&source);
    tap_check(open_text(&source, "a\r\n\r\n \t\n# c\n  #d\n\t b c \t\r\nlast") &&
                  is_next(&source, 1, "a") && is_next(&source, 6, "b c") &&
                  is_next(&source, 7, "last") && is_over(&source),
              "blanks, comments and carriage returns are passed over, and lines keep their number");
    tool_source_close(&source);
    tap_check(open_text(&source, "\xEF\xBB\xBFx\n\xEF\xBB\xBFy") && is_next(&source, 1, "x") &&
                  is_next(&source, 2, "\xEF\xBB\xBFy") && is_over(&source),
              "a byte order mark is taken off the first line alone");
    tool_source_close(&source);
    tap_check(open_text(&source, "") && is_over(&source), "an empty list is at its end");
    tool_source_close(&source);
    write_list("a\0b\n", 4);
    tap_check(tool_source_open(&source, NULL, 0, path) &&
                  tool_source_next(&source, &(struct tool_line){0}) == TOOL_SOURCE_URL &&
                  is_over(&source),
              "a NUL byte does not end a line");
    tool_source_close(&source);
}

/* A list of lines of one length, with a short one behind each; the long ones must be whole, or
   cut, as the cap says. */
static bool are_lines_right(size_t len, bool ends_in_newline)
{
    enum { LINES = 5 };
    struct tool_source source;
    struct tool_line line;
    char *text = malloc(LINES * (len + 8));
    size_t n = 0;
    bool is_right = text != NULL;

    for (unsigned long i = 0; i < LINES; i++) {
        memset(text + n, 'x', len);
        n += len;
        memcpy(text + n, "\ny\n", 3);
        n += i + 1 < LINES || ends_in_newline ? 3 : 0;
    }
    write_list(text, n);
    is_right = tool_source_open(&source, NULL, 0, path);
    for (unsigned long i = 0; i < LINES; i++) {
        size_t expected = len > TOOL_LINE_MOST ? TOOL_LINE_MOST : len;

        is_right = is_right && tool_source_next(&source, &line) == TOOL_SOURCE_URL &&
                   line.len == expected && line.is_cut == (len > TOOL_LINE_MOST) &&
                   line.number == 2 * i + 1 && line.text[0] == 'x' &&
                   line.text[expected - 1] == 'x';
        if (i + 1 < LINES || ends_in_newline)
            is_right = is_right && is_next(&source, 2 * i + 2, "y");
    }
    is_right = is_right && is_over(&source);
    tool_source_close(&source);
    free(text);
    return is_right;
}

static bool are_lengths_right(bool ends_in_newline)
{
    static const size_t lengths[] = {
        1,
        100,
        TOOL_LINE_MOST - 1,
        TOOL_LINE_MOST,
        TOOL_LINE_MOST + 1,
        TOOL_LINE_MOST + 2,
        2 * TOOL_LINE_MOST - 1,
        2 * TOOL_LINE_MOST,
        2 * TOOL_LINE_MOST + 1,
        7 * TOOL_LINE_MOST,
    };

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
        if (!are_lines_right(lengths[i], ends_in_newline)) {
            printf("# length %zu\n", lengths[i]);
            return false;
        }
    return true;
}

/* Reads from a pipe in place of standard input. */
static void check_pipe(void)
{
    struct tool_source source;
    struct tool_line line;
    int ends[2];

    if (pipe(ends) != 0 || dup2(ends[0], STDIN_FILENO) < 0)
        abort();
    close(ends[0]);
    tap_check(tool_source_open(&source, NULL, 0, "-") &&
                  tool_source_next(&source, &line) == TOOL_SOURCE_WAIT,
              "an empty pipe does not block");
    tap_check(write(ends[1], "a\nb", 3) == 3 && is_next(&source, 1, "a") &&
                  tool_source_next(&source, &line) == TOOL_SOURCE_WAIT,
              "what a pipe has is handed out, half a line is not");
    tap_check(write(ends[1], "c\n", 2) == 2 && is_next(&source, 2, "bc"),
              "a line that comes in halves is put together");
    tap_check(tool_source_share(&source) < 0, "of a pipe nobody knows how much there is");
    close(ends[1]);
    tap_check(is_over(&source), "a pipe ends when its writers have gone");
    tool_source_close(&source);
}

int main(void)
{
    static char first[] = "first", empty[] = "";
    char *urls[] = {first, empty};
    struct tool_source source;
    struct tool_line line;
    int fd = mkstemp(path);

    if (fd < 0)
        return 1;
    close(fd);
    check_small_lists();
    tap_check(are_lengths_right(true), "long lines are whole up to the cap and cut beyond it");
    tap_check(are_lengths_right(false), "the same at the end of a list without a line end");

    write_list("a\nb\nc\nd\n", 8);
    tap_check(tool_source_open(&source, urls, 2, path) && is_next(&source, 1, "first") &&
                  is_next(&source, 2, "") && is_next(&source, 1, "a"),
              "the command line comes before the list");
    tap_check(tool_source_share(&source) > 0.2 && tool_source_share(&source) < 0.3,
              "the share that was handed out is known of a file");
    tool_source_close(&source);
    check_pipe();
    tap_check(!tool_source_open(&source, NULL, 0, "/nonexistent/list") && errno == ENOENT,
              "a list that is missing is told");
    tap_check(!tool_source_open(&source, NULL, 0, "/tmp") && errno == EISDIR,
              "a folder is no list");
    tap_check(tool_source_open(&source, NULL, 0, NULL) &&
                  tool_source_next(&source, &line) == TOOL_SOURCE_END,
              "no URL and no list is the end");
    unlink(path);
    return tap_close();
}
