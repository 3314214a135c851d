/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "options.h"

#include "loop.h"
#include "tool.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEXT, COUNT, SECONDS, BYTES, HEADER, SET, RAISE };

struct row {
    int letter;
    const char *name;
    const char *argument;
    enum kind kind;
    size_t field;
    long lowest;
    long highest;
    const char *help;
};

static const struct row rows[] = {
#define OPTION(letter, name, argument, kind, field, lowest, highest, help)                         \
    {letter, name, argument, kind, offsetof(struct tool_options, field), lowest, highest, help},
#include "tbl/options.h"
};

enum { N_ROWS = sizeof rows / sizeof rows[0], FIRST_LONG = 256 };

static void complain_about(const struct row *row, const char *value, const char *what)
{
    fprintf(stderr, "whimbrel: --%s %s: %s\n", row->name, value, what);
}

/* A decimal number, with a fraction if a scale is given to keep it in; then what follows it. */
static bool pick_number(const char *text, long scale, long *pick_value, const char **pick_rest)
{
    long value = 0;
    const char *at = text;

    for (; *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, *at - '0', &value))
            return false;
    if (at == text || __builtin_mul_overflow(value, scale, &value))
        return false;
    if (*at == '.' && scale > 1)
        for (at++; *at >= '0' && *at <= '9'; at++) {
            scale /= 10;
            value += (*at - '0') * scale;
        }
    *pick_value = value;
    *pick_rest = at;
    return true;
}

static long unit_of(const char *suffix)
{
    static const char letters[] = "kmg";
    const char *found = *suffix ? strchr(letters, *suffix | 0x20) : NULL;

    if (!*suffix)
        return 1;
    return found && !suffix[1] ? 1L << (10 * (found - letters + 1)) : 0;
}

static bool set_number(const struct row *row, const char *value, long *pick_number_here)
{
    const char *rest;
    long scale = row->kind == SECONDS ? 1000 : 1;
    long unit = 1;
    long number;
    bool is_good = pick_number(value, scale, &number, &rest);

    if (is_good && row->kind == BYTES)
        unit = unit_of(rest);
    else if (is_good && *rest)
        is_good = false;
    if (!is_good || !unit) {
        complain_about(row, value, "not a number");
        return false;
    }
    if (__builtin_mul_overflow(number, unit, &number) || number < row->lowest * scale ||
        number > row->highest * scale) {
        fprintf(stderr, "whimbrel: --%s %s: must be from %ld to %ld\n", row->name, value,
                row->lowest, row->highest);
        return false;
    }
    *pick_number_here = number;
    return true;
}

/* A header goes to the peer as it is, so a line break in it would forge another. */
static bool add_header(const struct row *row, const char *value, struct curl_slist **list)
{
    struct curl_slist *longer;

    if (strpbrk(value, "\r\n") || !strpbrk(value, ":;") || strspn(value, ":; \t")) {
        complain_about(row, value, "not a header line of the form 'Name: value'");
        return false;
    }
    longer = curl_slist_append(*list, value);
    if (!longer) {
        complain_about(row, value, "out of memory");
        return false;
    }
    *list = longer;
    return true;
}

static bool set_option(struct tool_options *options, const struct row *row, const char *value)
{
    void *field = (char *)options + row->field;

    switch (row->kind) {
    case TEXT:
        *(const char **)field = value;
        return true;
    case COUNT:
    case SECONDS:
    case BYTES:
        return set_number(row, value, field);
    case HEADER:
        return add_header(row, value, field);
    case SET:
        *(bool *)field = true;
        return true;
    case RAISE:
        ++*(long *)field;
        return true;
    }
    return false;
}

static const struct row *find_letter(int letter)
{
    for (int i = 0; i < N_ROWS; i++)
        if (rows[i].letter == letter)
            return &rows[i];
    return NULL;
}

/* The two forms of the rows that getopt_long wants; letters has room for two bytes a row. */
static void spell_rows(struct option longs[N_ROWS + 1], char letters[2 * N_ROWS + 2])
{
    char *at = letters;

    *at++ = ':'; /* a missing argument is told from an unknown option */
    for (int i = 0; i < N_ROWS; i++) {
        longs[i] = (struct option){
            .name = rows[i].name, .has_arg = rows[i].argument != NULL, .val = FIRST_LONG + i};
        if (!rows[i].letter)
            continue;
        *at++ = (char)rows[i].letter;
        if (rows[i].argument)
            *at++ = ':';
    }
    longs[N_ROWS] = (struct option){0};
    *at = '\0';
}

/* A letter may stand in a cluster, of which getopt tells the letter alone. */
static void refuse_option(const char *argument, bool is_value_missing)
{
    char letter[3] = {'-', (char)optopt, '\0'};

    fprintf(stderr, "whimbrel: %s: %s\n", optopt > 0 && optopt < FIRST_LONG ? letter : argument,
            is_value_missing ? "this option needs a value" : "no such option, or no value taken");
}

static bool read_rows(struct tool_options *options, int argc, char **argv)
{
    struct option longs[N_ROWS + 1];
    char letters[2 * N_ROWS + 2];
    int got;

    spell_rows(longs, letters);
    opterr = 0;
    while ((got = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        const struct row *row = got >= FIRST_LONG ? &rows[got - FIRST_LONG] : find_letter(got);

        if (got == '?' || got == ':' || !row) {
            refuse_option(argv[optind - 1], got == ':');
            return false;
        }
        if (!set_option(options, row, optarg))
            return false;
    }
    options->urls = argv + optind;
    options->n_urls = argc - optind;
    return true;
}

/* What no single row can tell. */
static bool is_consistent(const struct tool_options *options)
{
    if (options->wants_help || options->wants_version)
        return true;
    if (!options->n_urls && !options->input_path) {
        fprintf(stderr, "whimbrel: no URL given\n");
        return false;
    }
    if (!tool_loop_is_known(options->loop_name)) {
        fprintf(stderr,
                "whimbrel: --loop %s: not built into this program, which has:", options->loop_name);
        for (int i = 0; tool_loop_name(i); i++)
            fprintf(stderr, " %s", tool_loop_name(i));
        fputc('\n', stderr);
        return false;
    }
    return true;
}

bool tool_options_init(struct tool_options *options, int argc, char **argv)
{
    *options = (struct tool_options){
        .loop_name = tool_loop_name(0),
        .user_agent = "whimbrel/" TOOL_VERSION,
        .n_jobs = 50,
        .retry_delay_ms = 500,
        .connect_timeout_ms = 15000,
    };
    if (read_rows(options, argc, argv) && is_consistent(options))
        return true;
    fprintf(stderr, "Try 'whimbrel --help'.\n");
    tool_options_fini(options);
    return false;
}

void tool_options_fini(struct tool_options *options)
{
    curl_slist_free_all(options->headers);
    options->headers = NULL;
}

void tool_options_explain(FILE *out)
{
    fputs("Usage: whimbrel [options] URL...\n"
          "       whimbrel [options] -i FILE\n"
          "Fetches many URLs at once.\n\n",
          out);
    for (int i = 0; i < N_ROWS; i++) {
        char left[64];

        snprintf(left, sizeof left, "%c%c%s --%s%s%s", rows[i].letter ? '-' : ' ',
                 rows[i].letter ? rows[i].letter : ' ', rows[i].letter ? "," : " ", rows[i].name,
                 rows[i].argument ? " " : "", rows[i].argument ? rows[i].argument : "");
        fprintf(out, "  %-30s %s\n", left, rows[i].help);
    }
    fputs("\nExit status: 0 all fetched, 1 some failed, 2 wrong usage, 3 could not go on,\n"
          "130 or 143 stopped by Ctrl-C or SIGTERM.\n",
          out);
}
