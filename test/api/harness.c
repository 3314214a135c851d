/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What a test's own process does: the body, the checks, and the books before and after.
 */
#include "harness.h"
#include "case.h"
#include "interpose.h"
#include "memory.h"

#include <curl/curl.h>
#include <dirent.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_DEFERRED 16384
#define MAX_FDS 4096

struct deferred {
    void (*undo)(void *);
    void *what;
};

static struct pile {
    struct deferred items[MAX_DEFERRED];
    size_t n;
} early, late;
static int slowness = 1;
static void (*dump_state)(void);
static const struct test *running;

const void *test_row(void)
{
    return running->row;
}

void fail_at(const char *file, int line, const char *format, ...)
{
    const char *base = strrchr(file, '/');
    va_list args;

    fflush(stdout);
    fprintf(stderr, "%s:%d: ", base ? base + 1 : file, line);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    if (dump_state)
        dump_state();
    fflush(stderr);
    if (getenv("CONTRACT_ABORT"))
        abort();
    _exit(CASE_FAILED);
}

void skip_test(const char *reason)
{
    fprintf(stderr, "skipped: %s\n", reason);
    fflush(stderr);
    _exit(CASE_SKIPPED);
}

void check_int_at(const char *file, int line, const char *what, long long actual, long long wanted)
{
    if (actual != wanted)
        fail_at(file, line, "%s is %lld, wanted %lld", what, actual, wanted);
}

void check_str_at(const char *file, int line, const char *what, const char *actual,
                  const char *wanted)
{
    if (!actual || !wanted ? actual != wanted : strcmp(actual, wanted) != 0)
        fail_at(file, line, "%s is \"%s\", wanted \"%s\"", what, actual ? actual : "(null)",
                wanted ? wanted : "(null)");
}

void check_has_at(const char *file, int line, const char *what, const char *text, const char *part,
                  bool is_wanted)
{
    if (!text || (strstr(text, part) != NULL) != is_wanted)
        fail_at(file, line, "%s %s \"%s\": \"%s\"", what, is_wanted ? "lacks" : "has", part,
                text ? text : "(null)");
}

void check_code_at(const char *file, int line, const char *what, int actual, int wanted)
{
    if (actual != wanted)
        fail_at(file, line, "%s is %d (%s), wanted %d (%s)", what, actual,
                curl_easy_strerror((CURLcode)actual), wanted, curl_easy_strerror((CURLcode)wanted));
}

void check_mcode_at(const char *file, int line, const char *what, int actual, int wanted)
{
    if (actual != wanted)
        fail_at(file, line, "%s is %d (%s), wanted %d (%s)", what, actual,
                curl_multi_strerror((CURLMcode)actual), wanted,
                curl_multi_strerror((CURLMcode)wanted));
}

static void pile_up(struct pile *pile, void (*undo)(void *), void *what)
{
    if (pile->n == MAX_DEFERRED)
        FAIL("more than %d things deferred", MAX_DEFERRED);
    pile->items[pile->n++] = (struct deferred){undo, what};
}

void defer(void (*undo)(void *), void *what)
{
    pile_up(&early, undo, what);
}

void defer_last(void (*undo)(void *), void *what)
{
    pile_up(&late, undo, what);
}

static void take_off(struct pile *pile, const void *what)
{
    for (size_t i = pile->n; i-- > 0;) {
        if (pile->items[i].what != what)
            continue;
        memmove(&pile->items[i], &pile->items[i + 1], (pile->n - i - 1) * sizeof(pile->items[0]));
        pile->n--;
        return;
    }
}

void forget(void *what)
{
    take_off(&early, what);
}

void forget_last(void *what)
{
    take_off(&late, what);
}

static void undo_pile(struct pile *pile)
{
    while (pile->n) {
        struct deferred *item = &pile->items[--pile->n];

        item->undo(item->what);
    }
}

int patience_ms(void)
{
    return 4000 * slowness;
}

void case_set_dump(void (*dump)(void))
{
    dump_state = dump;
}

static void list_fds(bool *is_open)
{
    DIR *dir = opendir("/proc/self/fd");
    struct dirent *entry;

    memset(is_open, 0, MAX_FDS * sizeof(*is_open));
    while (dir && (entry = readdir(dir))) {
        int fd = atoi(entry->d_name);

        if (entry->d_name[0] != '.' && fd != dirfd(dir) && fd < MAX_FDS)
            is_open[fd] = true;
    }
    if (dir)
        closedir(dir);
}

static void check_fds(const bool *before)
{
    static bool after[MAX_FDS];

    list_fds(after);
    for (int fd = 0; fd < MAX_FDS; fd++) {
        char path[64], target[128] = "";

        if (after[fd] == before[fd])
            continue;
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        if (readlink(path, target, sizeof(target) - 1) < 0)
            target[0] = 0;
        FAIL("descriptor %d (%s) was %s", fd, target, after[fd] ? "left open" : "closed");
    }
}

static void report_deadline(int signal_number)
{
    FAIL("the deadline passed");
}

void case_run(const struct test *test, int factor)
{
    static bool before[MAX_FDS];
    bool is_bare = test->flags & IS_BARE;

    running = test;
    slowness = factor;
    signal(SIGALRM, report_deadline);
    signal(SIGPIPE, SIG_DFL);
    alarm((unsigned)case_seconds(test, factor));
    sys_init();
    list_fds(before);
    if (!is_bare)
        CHECK_CODE(memory_init(), CURLE_OK);
    test->run();
    undo_pile(&early);
    undo_pile(&late);
    if (!is_bare) {
        curl_global_cleanup();
        memory_check();
    }
    check_fds(before);
}
