/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Reading and searching the table; it is small, so a plain array does.
 */
#include "divergence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct divergence *entries;
static size_t n_entries;

/* Cuts the line in place; false when a column is missing. */
static bool add_line(char *line)
{
    char *name = strsep(&line, "\t");
    char *modes = strsep(&line, "\t");
    char *reason = strsep(&line, "\t");
    struct divergence *more;

    if (!name || !modes || !reason || !*name || !*modes || !*reason)
        return false;
    more = realloc(entries, (n_entries + 1) * sizeof(*entries));
    if (!more)
        return false;
    entries = more;
    entries[n_entries] = (struct divergence){
        .name = strdup(name),
        .modes = strdup(modes + (*modes == '~')),
        .reason = strdup(reason),
        .is_sometimes = *modes == '~',
    };
    return entries[n_entries++].reason != NULL;
}

bool divergence_load(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[1024];
    unsigned number = 0;

    if (!file) {
        perror(path);
        return false;
    }
    while (fgets(line, sizeof(line), file)) {
        number++;
        line[strcspn(line, "\n")] = 0;
        if (!*line || *line == '#' || add_line(line))
            continue;
        fprintf(stderr, "%s:%u: three columns are wanted: name, modes, reason\n", path, number);
        fclose(file);
        return false;
    }
    fclose(file);
    return true;
}

void divergence_free(void)
{
    for (size_t i = 0; i < n_entries; i++) {
        free(entries[i].name);
        free(entries[i].modes);
        free(entries[i].reason);
    }
    free(entries);
    entries = NULL;
    n_entries = 0;
}

static bool has_mode(const char *modes, const char *mode)
{
    size_t n = strlen(mode);

    if (!strcmp(modes, "*"))
        return true;
    for (const char *at = modes; (at = strstr(at, mode)); at += n)
        if ((at == modes || at[-1] == ',') && (!at[n] || at[n] == ','))
            return true;
    return false;
}

static bool has_name(const char *listed, const char *name)
{
    size_t n = strlen(listed);

    return n && listed[n - 1] == '*' ? !strncmp(listed, name, n - 1) : !strcmp(listed, name);
}

struct divergence *divergence_find(const char *name, const char *mode)
{
    for (size_t i = 0; i < n_entries; i++)
        if (has_name(entries[i].name, name) && has_mode(entries[i].modes, mode))
            return &entries[i];
    return NULL;
}

struct divergence *divergence_at(size_t i)
{
    return i < n_entries ? &entries[i] : NULL;
}
