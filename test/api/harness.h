/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The test harness: what a test file sees.
 *
 * A test is a named body, run in a process of its own with a deadline, once in every drive mode
 * that it is meant for, in random order. Its name is a sentence of behaviour behind the numbers of
 * the clauses that it proves: TEST("C-78 remove_is_reported_before_close") { ... }. Around each
 * body the harness checks that no descriptor and no library allocation is left. A failed check ends
 * the test's process on the spot; whatever defer() took is undone only when the body ends well.
 */
#ifndef WHIM_TEST_HARNESS_H
#define WHIM_TEST_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FOR_EVENTS = 1, /* needs the socket and timer callbacks: not in the poll mode */
    FOR_ONCE = 2,   /* says nothing about loops: in the first mode only */
    FOR_POLL = 4,   /* about perform and poll: in the poll mode only */
    FOR_LEVEL = 8,  /* injects readiness that is not there: not in the edge mode */
    IS_BARE = 16,   /* no curl_global_init before the body, no checks of memory after it */
    IS_LONG = 32,   /* may take six times as long as others */
};

struct test {
    const char *name;
    const char *file;
    int line;
    unsigned flags;
    void (*run)(void);
    const void *row; /* of a table of tests */
    struct test *next;
};

void test_add(struct test *test);
/* One test for each row: rows begin with their name (a const char *), which follows the prefix. */
void test_add_rows(const struct test *model, const void *rows, size_t n_rows, size_t size);
/* The row of the test that runs. */
const void *test_row(void);

#define TEST_PASTE(a, b) a##b
#define TEST_PASTE2(a, b) TEST_PASTE(a, b)
#define TEST_WITH(flags_, name_)                                                                   \
    static void TEST_PASTE2(run_line_, __LINE__)(void);                                            \
    __attribute__((constructor)) static void TEST_PASTE2(add_line_, __LINE__)(void)                \
    {                                                                                              \
        static struct test test = {                                                                \
            name_, __FILE__, __LINE__, flags_, TEST_PASTE2(run_line_, __LINE__), NULL, NULL};      \
        test_add(&test);                                                                           \
    }                                                                                              \
    static void TEST_PASTE2(run_line_, __LINE__)(void)
#define TEST(name_) TEST_WITH(0, name_)
/* The body of each row's test; it finds its row by test_row(). */
#define TEST_ROWS(flags_, prefix_, rows_)                                                          \
    static void TEST_PASTE2(run_line_, __LINE__)(void);                                            \
    __attribute__((constructor)) static void TEST_PASTE2(add_line_, __LINE__)(void)                \
    {                                                                                              \
        const struct test model = {                                                                \
            prefix_, __FILE__, __LINE__, flags_, TEST_PASTE2(run_line_, __LINE__), NULL, NULL};    \
        test_add_rows(&model, rows_, sizeof(rows_) / sizeof((rows_)[0]), sizeof((rows_)[0]));      \
    }                                                                                              \
    static void TEST_PASTE2(run_line_, __LINE__)(void)

/* Ends the test. */
__attribute__((noreturn, format(printf, 3, 4))) void fail_at(const char *file, int line,
                                                             const char *format, ...);
__attribute__((noreturn)) void skip_test(const char *reason);
#define FAIL(...) fail_at(__FILE__, __LINE__, __VA_ARGS__)

void check_int_at(const char *file, int line, const char *what, long long actual, long long wanted);
void check_str_at(const char *file, int line, const char *what, const char *actual,
                  const char *wanted);
void check_has_at(const char *file, int line, const char *what, const char *text, const char *part,
                  bool is_wanted);
void check_code_at(const char *file, int line, const char *what, int actual, int wanted);
void check_mcode_at(const char *file, int line, const char *what, int actual, int wanted);

#define CHECK(cond)                                                                                \
    do {                                                                                           \
        if (!(cond))                                                                               \
            FAIL("not so: %s", #cond);                                                             \
    } while (0)
#define CHECK_INT(actual, wanted) check_int_at(__FILE__, __LINE__, #actual, actual, wanted)
#define CHECK_STR(actual, wanted) check_str_at(__FILE__, __LINE__, #actual, actual, wanted)
#define CHECK_HAS(text, part) check_has_at(__FILE__, __LINE__, #text, text, part, true)
#define CHECK_LACKS(text, part) check_has_at(__FILE__, __LINE__, #text, text, part, false)
/* CURLcode, CURLMcode */
#define CHECK_CODE(actual, wanted) check_code_at(__FILE__, __LINE__, #actual, (int)(actual), wanted)
#define CHECK_MCODE(actual, wanted)                                                                \
    check_mcode_at(__FILE__, __LINE__, #actual, (int)(actual), wanted)

/* Calls undo(what) when the test ends well, last deferred first. */
void defer(void (*undo)(void *), void *what);
/* The same, but after all that defer() took. */
void defer_last(void (*undo)(void *), void *what);
/* Forgets it again: what was freed by the test itself. */
void forget(void *what);
void forget_last(void *what);

/* Whether a named rule of the ledgers is known to be broken by the library under test. */
bool is_rule_relaxed(const char *rule);
/* Told by a ledger when a relaxed rule was broken indeed. */
void note_relaxed(const char *rule);

/* Deadline for anything that must happen, in real milliseconds. */
int patience_ms(void);

#endif
