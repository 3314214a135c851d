/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * json_check: reads JSON lines from standard input.
 *
 *     json_check                 every line must be valid JSON
 *     json_check KEY...          and the values of these members are printed, a line each,
 *                                between tabs; a member that is missing fails
 *
 * A line that is not valid is shown on standard error, and the exit status is 1.
 */
#define _GNU_SOURCE
#include "../origin/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_ROOM = 512 << 10 };

static bool print_members(const char *line, size_t len, char **keys)
{
    static char value[VALUE_ROOM];

    for (int i = 0; keys[i]; i++) {
        if (!json_find(line, len, keys[i], value, sizeof value))
            return false;
        printf("%s%s", i ? "\t" : "", value);
    }
    if (*keys)
        putchar('\n');
    return true;
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    int code = argc > 0 ? EXIT_SUCCESS : EXIT_FAILURE;

    while ((len = getline(&line, &room, stdin)) > 0) {
        len -= line[len - 1] == '\n';
        if (json_is_valid(line, (size_t)len) && print_members(line, (size_t)len, argv + 1))
            continue;
        fprintf(stderr, "json_check: not as it should be: %.*s\n", (int)len, line);
        code = EXIT_FAILURE;
    }
    free(line);
    return code;
}
