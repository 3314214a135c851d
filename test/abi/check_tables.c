/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * check_tables.c: the library's own tables of names agree with the public headers and the facts:
 * each result code has one text, each exported function one row. Nothing is linked.
 */
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

static int n_wrong;

static void complain(const char *table, const char *what, const char *problem)
{
    n_wrong++;
    printf("%s: %s %s\n", table, what, problem);
}

/* ---- errors.h ---- */

struct code {
    const char *name;
    int constant; /* as the header has it */
    int value;    /* as the row has it */
    const char *text;
};

static const struct code easy_codes[] = {
#define EASY_ERROR(name, value, text) {#name, (int)(name), value, text},
#include "api/tbl/errors.h"
};

static const struct code multi_codes[] = {
#define MULTI_ERROR(name, value, text) {#name, (int)(name), value, text},
#include "api/tbl/errors.h"
};

static const struct code share_codes[] = {
#define SHARE_ERROR(name, value, text) {#name, (int)(name), value, text},
#include "api/tbl/errors.h"
};

static const struct code url_codes[] = {
#define URL_ERROR(name, value, text) {#name, (int)(name), value, text},
#include "api/tbl/errors.h"
};

static const struct code header_codes[] = {
#define HEADER_ERROR(name, value, text) {#name, (int)(name), value, text},
#include "api/tbl/errors.h"
};

/* The rows go up in steps of one from first to last, without a gap or a second text. */
static void check_codes(const char *table, const struct code *codes, size_t n_codes, int first,
                        int last)
{
    if (n_codes != (size_t)(last - first + 1))
        complain(table, "the table", "has another number of rows than the enum has values");
    for (size_t i = 0; i < n_codes; i++) {
        if (codes[i].constant != codes[i].value)
            complain(table, codes[i].name, "has another value in the header");
        if (codes[i].value != first + (int)i)
            complain(table, codes[i].name, "is not at its place");
        if (strlen(codes[i].text) < 6)
            complain(table, codes[i].name, "has no text worth the name");
    }
}

#define CHECK_CODES(codes, first, last) \
    check_codes(#codes, codes, sizeof(codes) / sizeof(codes[0]), first, last)

static void check_unknown_texts(void)
{
    int n_texts = 0;

#define EASY_UNKNOWN(text) n_texts += strlen(text) > 0;
#define MULTI_UNKNOWN(text) n_texts += strlen(text) > 0;
#define SHARE_UNKNOWN(text) n_texts += strlen(text) > 0;
#define URL_UNKNOWN(text) n_texts += strlen(text) > 0;
#define HEADER_UNKNOWN(text) n_texts += strlen(text) > 0;
#include "api/tbl/errors.h"
    if (n_texts != 5)
        complain("errors.h", "each kind of code", "needs one text for the values without a name");
}

/* ---- functions.h ---- */

static const char *const exported[] = {
#define FUNCTION(name) #name,
#include "api/tbl/functions.h"
};

static const char *const wanted[] = {
#define PROTOTYPE(name, type, parameters) #name,
#include "facts_functions.h"
};

#define N_EXPORTED (sizeof(exported) / sizeof(exported[0]))
#define N_WANTED (sizeof(wanted) / sizeof(wanted[0]))

static size_t count_name(const char *const *names, size_t n_names, const char *name)
{
    size_t n_found = 0;

    for (size_t i = 0; i < n_names; i++)
        n_found += !strcmp(names[i], name);
    return n_found;
}

static void check_functions(void)
{
    for (size_t i = 0; i < N_WANTED; i++)
        if (count_name(exported, N_EXPORTED, wanted[i]) != 1)
            complain("functions.h", wanted[i], "does not stand there once");
    for (size_t i = 0; i < N_EXPORTED; i++)
        if (!count_name(wanted, N_WANTED, exported[i]))
            complain("functions.h", exported[i], "is not a public function");
}

int main(void)
{
    CHECK_CODES(easy_codes, CURLE_OK, CURL_LAST - 1);
    CHECK_CODES(multi_codes, CURLM_CALL_MULTI_PERFORM, CURLM_LAST - 1);
    CHECK_CODES(share_codes, CURLSHE_OK, CURLSHE_LAST - 1);
    CHECK_CODES(url_codes, CURLUE_OK, CURLUE_LAST - 1);
    CHECK_CODES(header_codes, CURLHE_OK, CURLHE_NOT_BUILT_IN);
    check_unknown_texts();
    check_functions();
    printf("%zu texts and %zu functions, %d wrong\n",
           sizeof(easy_codes) / sizeof(easy_codes[0]) +
               sizeof(multi_codes) / sizeof(multi_codes[0]) +
               sizeof(share_codes) / sizeof(share_codes[0]) +
               sizeof(url_codes) / sizeof(url_codes[0]) +
               sizeof(header_codes) / sizeof(header_codes[0]),
           N_EXPORTED, n_wrong);
    return n_wrong ? 1 : 0;
}
