/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * compare: checks that what was fetched is what is on disk.
 *
 *     compare LIST RESULTS SERVED FETCHED
 *
 * LIST holds the URLs, RESULTS the tool's JSON lines, SERVED is the origin's folder, FETCHED the
 * tool's. Each URL of the list must have one good result, at its line number, whose file is byte
 * for byte the served one. Prints the differences, the first ten of them, and one closing line.
 */
#define _GNU_SOURCE
#include "json.h"
#include "percent.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 64 << 10, COMPLAINTS_MOST = 10 };

struct entry {
    char *url;
    bool is_seen;
};

struct list {
    struct entry *entries;
    size_t n;
};

struct comparison {
    struct list list;
    const char *served;
    const char *fetched;
    size_t n_same;
    size_t n_wrong;
    unsigned long long n_bytes;
};

static void complain(struct comparison *comparison, const char *what, const char *about)
{
    if (comparison->n_wrong++ < COMPLAINTS_MOST)
        fprintf(stderr, "compare: %s: %s\n", about, what);
}

static bool read_list(struct list *list, const char *path)
{
    FILE *in = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t len;

    while (in && (len = getline(&line, &room, in)) > 0) {
        struct entry *entries = reallocarray(list->entries, list->n + 1, sizeof *entries);

        if (!entries)
            break;
        list->entries = entries;
        line[len - (line[len - 1] == '\n')] = '\0';
        entries[list->n++] = (struct entry){.url = line};
        line = NULL;
        room = 0;
    }
    free(line);
    return in && fclose(in) == 0;
}

static ssize_t read_full(int fd, char *piece)
{
    ssize_t n_all = 0, n;

    while (n_all < PIECE && (n = read(fd, piece + n_all, (size_t)(PIECE - n_all))) > 0)
        n_all += n;
    return n_all;
}

static bool is_same(struct comparison *comparison, const char *path_a, const char *path_b)
{
    static char a[PIECE], b[PIECE];
    int fd_a = open(path_a, O_RDONLY | O_CLOEXEC);
    int fd_b = open(path_b, O_RDONLY | O_CLOEXEC);
    bool is_equal = fd_a >= 0 && fd_b >= 0;
    ssize_t n = PIECE;

    while (is_equal && n == PIECE) {
        n = read_full(fd_a, a);
        is_equal = read_full(fd_b, b) == n && memcmp(a, b, (size_t)n) == 0;
        comparison->n_bytes += (unsigned long long)n;
    }
    if (fd_a >= 0)
        close(fd_a);
    if (fd_b >= 0)
        close(fd_b);
    return is_equal;
}

static void compare_files(struct comparison *comparison, const char *url, const char *file)
{
    char path[PATH_MAX], served[2 * PATH_MAX], fetched[2 * PATH_MAX];
    const char *host = strstr(url, "://");
    const char *slash = host ? strchr(host + 3, '/') : NULL;

    if (!slash || !origin_percent_decode(slash, strlen(slash), path, sizeof path)) {
        complain(comparison, "not a URL of the origin", url);
        return;
    }
    snprintf(served, sizeof served, "%s%s", comparison->served, path);
    snprintf(fetched, sizeof fetched, "%s/%s", comparison->fetched, file);
    if (is_same(comparison, served, fetched))
        comparison->n_same++;
    else
        complain(comparison, "differs from what was fetched", served);
}

static void judge_result(struct comparison *comparison, const char *line, size_t len)
{
    char number[24], url[3 * PATH_MAX], ok[8], file[512];
    unsigned long place;

    if (!json_is_valid(line, len)) {
        complain(comparison, "not valid JSON", line);
        return;
    }
    if (!json_find(line, len, "line", number, sizeof number) ||
        !json_find(line, len, "url", url, sizeof url) ||
        !json_find(line, len, "ok", ok, sizeof ok) ||
        !json_find(line, len, "file", file, sizeof file)) {
        complain(comparison, "a member is missing", line);
        return;
    }
    place = strtoul(number, NULL, 10);
    if (!place || place > comparison->list.n || comparison->list.entries[place - 1].is_seen ||
        strcmp(comparison->list.entries[place - 1].url, url) != 0) {
        complain(comparison, "not in the list, or there twice", url);
        return;
    }
    comparison->list.entries[place - 1].is_seen = true;
    if (strcmp(ok, "true") != 0)
        complain(comparison, "was not fetched", url);
    else
        compare_files(comparison, url, file);
}

static bool judge_results(struct comparison *comparison, const char *path)
{
    FILE *in = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t len;

    while (in && (len = getline(&line, &room, in)) > 0) {
        line[len - (line[len - 1] == '\n')] = '\0';
        judge_result(comparison, line, strlen(line));
    }
    free(line);
    return in && fclose(in) == 0;
}

int main(int argc, char **argv)
{
    struct comparison comparison = {0};

    if (argc != 5) {
        fputs("Usage: compare LIST RESULTS SERVED FETCHED\n", stderr);
        return 2;
    }
    comparison.served = argv[3];
    comparison.fetched = argv[4];
    if (!read_list(&comparison.list, argv[1]) || !judge_results(&comparison, argv[2])) {
        fputs("compare: the list or the results cannot be read\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < comparison.list.n; i++) {
        if (!comparison.list.entries[i].is_seen)
            complain(&comparison, "has no result", comparison.list.entries[i].url);
        free(comparison.list.entries[i].url);
    }
    free(comparison.list.entries);
    printf("compared %zu files, %llu bytes: %zu the same, %zu wrong\n", comparison.list.n,
           comparison.n_bytes, comparison.n_same, comparison.n_wrong);
    return comparison.n_wrong || !comparison.n_same ? EXIT_FAILURE : EXIT_SUCCESS;
}
