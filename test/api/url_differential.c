/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The same calls to the URL functions of this library and of the system's libcurl, side by side
 * in one process, over a generated corpus. Each difference must be one of url_differences.c.
 *
 *     url_differential [rounds [seed]]
 *
 * WHIM_ORACLE names another libcurl to load. Exit code 77 (skipped) when there is none, or when
 * it is not of the version that the table of differences is about.
 */
#include "url_corpus.h"
#include "url_differences.h"

#include <ctype.h>
#include <dlfcn.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#define HAS_ASAN __has_feature(address_sanitizer)
#else
#define HAS_ASAN 0
#endif

#define ORACLE_VERSION "libcurl/7.88.1"

enum { N_PARTS = CURLUPART_ZONEID + 1, MAX_PRINTED = 40, MAX_ROWS = 64 };

struct url_functions {
    CURLU *(*make)(void);
    void (*cleanup)(CURLU *);
    CURLU *(*dup)(const CURLU *);
    CURLUcode (*get)(const CURLU *, CURLUPart, char **, unsigned);
    CURLUcode (*set)(CURLU *, CURLUPart, const char *, unsigned);
    void (*free)(void *);
};

struct run {
    struct url_functions ours;
    struct url_functions theirs;
    bool host_refused; /* in this round */
    unsigned long n_compared;
    unsigned long n_equal;
    unsigned long n_known[MAX_ROWS];
    unsigned long n_unknown;
};

static const char *const part_names[N_PARTS] = {
    "url",  "scheme", "user",  "password", "options", "host",
    "port", "path",   "query", "fragment", "zoneid",
};

static bool load_oracle(struct url_functions *theirs)
{
    const char *name = getenv("WHIM_ORACLE");
    int mode = RTLD_NOW | RTLD_LOCAL;
    char *(*version)(void);
    void *library;

#if !HAS_ASAN
    mode |= RTLD_DEEPBIND; /* its calls to curl_* stay its own; the sanitizer refuses this */
#endif
    library = dlopen(name ? name : "libcurl.so.4", mode);
    if (!library)
        return false;
    *(void **)&version = dlsym(library, "curl_version");
    *(void **)&theirs->make = dlsym(library, "curl_url");
    *(void **)&theirs->cleanup = dlsym(library, "curl_url_cleanup");
    *(void **)&theirs->dup = dlsym(library, "curl_url_dup");
    *(void **)&theirs->get = dlsym(library, "curl_url_get");
    *(void **)&theirs->set = dlsym(library, "curl_url_set");
    *(void **)&theirs->free = dlsym(library, "curl_free");
    return version && strncmp(version(), ORACLE_VERSION, strlen(ORACLE_VERSION)) == 0;
}

static void print_bytes(const char *label, const char *text)
{
    printf("%s", label);
    for (; text && *text; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte < 0x20 || byte >= 0x7f)
            printf("\\x%02x", byte);
        else
            putchar(byte);
    }
    puts(text ? "" : "(none)");
}

static void print_observation(const struct observation *seen)
{
    printf("%s %s, set flags %#x, get flags %#x\n", seen->is_set ? "set" : "get",
           (unsigned)seen->what < N_PARTS ? part_names[seen->what] : "?", seen->set_flags,
           seen->get_flags);
    print_bytes("  input:  ", seen->input);
    print_bytes("  base:   ", seen->had_url ? seen->base : NULL);
    printf("  ours:   %d", (int)seen->ours.code);
    print_bytes(" ", seen->ours.text);
    printf("  theirs: %d", (int)seen->theirs.code);
    print_bytes(" ", seen->theirs.text);
}

/* 7.88.1 writes small hex digits where newer releases write capital ones: told as one here. */
static void raise_percent(char *text)
{
    for (char *at = text ? strchr(text, '%') : NULL; at; at = strchr(at + 1, '%')) {
        char *hex = at + 1;

        while (strncmp(hex, "25", 2) == 0)
            hex += 2; /* a percent sign that was encoded itself */
        if (!isxdigit((unsigned char)hex[0]) || !isxdigit((unsigned char)hex[1]))
            continue;
        hex[0] = (char)toupper((unsigned char)hex[0]);
        hex[1] = (char)toupper((unsigned char)hex[1]);
    }
}

/* Counts the observation; true when both answered the same. */
static bool compare(struct run *run, const struct observation *seen)
{
    bool same_text = seen->ours.text && seen->theirs.text
                         ? strcmp(seen->ours.text, seen->theirs.text) == 0
                         : seen->ours.text == seen->theirs.text;
    int row;

    run->n_compared++;
    if (same_text && seen->ours.code == seen->theirs.code) {
        run->n_equal++;
        return true;
    }
    row = difference_find(seen);
    if (row >= 0)
        run->n_known[row]++;
    else if (run->n_unknown++ < MAX_PRINTED)
        print_observation(seen);
    return false;
}

static bool has_percent_host(const struct url_functions *functions, const CURLU *handle)
{
    char *host = NULL;
    bool has_percent;

    has_percent =
        functions->get(handle, CURLUPART_HOST, &host, 0) == CURLUE_OK && host && strchr(host, '%');
    functions->free(host);
    return has_percent;
}

/*
 * Getting CURLUPART_URL changes the oracle's handle where the host has a '%': then it gets a copy.
 * Not otherwise, since a copy has lost its zone.
 */
static CURLUcode get_theirs(const struct url_functions *functions, const CURLU *handle,
                            CURLUPart what, char **ret_text, unsigned flags)
{
    CURLU *copy = NULL;
    CURLUcode code;

    if (what == CURLUPART_URL && has_percent_host(functions, handle))
        copy = functions->dup(handle);
    code = functions->get(copy ? copy : handle, what, ret_text, flags);
    functions->cleanup(copy);
    return code;
}

/* Compares all that the two handles tell; true when there was no difference. */
static bool compare_parts(struct run *run, CURLU *mine, CURLU *other, struct observation seen)
{
    static const unsigned get_flags[] = {
        0,
        CURLU_DEFAULT_PORT,
        CURLU_NO_DEFAULT_PORT,
        CURLU_DEFAULT_SCHEME | CURLU_DEFAULT_PORT,
        CURLU_URLDECODE,
        CURLU_URLENCODE,
        CURLU_URLDECODE | CURLU_URLENCODE,
        CURLU_PUNYCODE,
    };
    unsigned long n_unknown = run->n_unknown;
    bool all_same = true;

    seen.is_set = false;
    for (int what = 0; what < N_PARTS + 1; what++) {
        for (size_t i = 0; i < sizeof(get_flags) / sizeof(get_flags[0]); i++) {
            if (run->n_unknown != n_unknown)
                return false; /* one is enough to look into */

            char *ours = NULL;
            char *theirs = NULL;

            seen.what = (CURLUPart)what;
            seen.get_flags = get_flags[i];
            seen.ours.code = run->ours.get(mine, seen.what, &ours, get_flags[i]);
            seen.theirs.code = get_theirs(&run->theirs, other, seen.what, &theirs, get_flags[i]);
            raise_percent(ours);
            raise_percent(theirs);
            seen.ours.text = ours;
            seen.theirs.text = theirs;
            all_same &= compare(run, &seen);
            run->ours.free(ours);
            run->theirs.free(theirs);
        }
    }
    return all_same;
}

/* Does the oracle follow a null pointer when it is asked so? */
static bool is_deadly(CURLUPart what, const char *text, unsigned flags)
{
    return what != CURLUPART_URL && text && !*text && flags & CURLU_URLENCODE;
}

/* Sets a part of both; false when they are no longer alike. */
static bool set_both(struct run *run, CURLU *mine, CURLU *other, CURLUPart what, const char *text,
                     unsigned flags)
{
    char *base = NULL;
    char *base_host = NULL;
    char *base_path = NULL;
    struct observation seen = {
        .is_set = true,
        .what = what,
        .set_what = what,
        .input = text,
        .set_flags = flags,
        .had_url =
            run->ours.get(mine, CURLUPART_URL, &base, flags & CURLU_DEFAULT_SCHEME) == CURLUE_OK,
    };
    bool is_alike;

    run->ours.get(mine, CURLUPART_HOST, &base_host, 0);
    run->ours.get(mine, CURLUPART_PATH, &base_path, 0);
    seen.base = base;
    seen.host_refused = run->host_refused;
    seen.base_host = base_host;
    seen.base_path = base_path;
    seen.ours.code = run->ours.set(mine, what, text, flags);
    seen.theirs.code = run->theirs.set(other, what, text, flags);
    is_alike = compare(run, &seen);
    run->host_refused |= what == CURLUPART_HOST && seen.ours.code != CURLUE_OK;
    if (what == CURLUPART_URL && seen.ours.code != CURLUE_OK)
        is_alike &= !has_percent_host(&run->theirs, other); /* it may be changed, see above */
    if (is_alike && seen.ours.code == CURLUE_OK)
        is_alike = compare_parts(run, mine, other, seen);
    run->ours.free(base);
    run->ours.free(base_host);
    run->ours.free(base_path);
    return is_alike;
}

/* A fresh pair of handles, to which a few things are done until they differ. */
static void run_round(struct run *run, struct corpus *corpus, unsigned kind)
{
    CURLU *mine = run->ours.make();
    CURLU *other = run->theirs.make();
    char text[CORPUS_TEXT_BYTES];
    unsigned flags;
    unsigned n_steps = 1 + corpus_pick(corpus, 4);
    bool is_alike = true;

    run->host_refused = false;
    if (kind != 2) {
        corpus_url(corpus, text);
        is_alike = set_both(run, mine, other, CURLUPART_URL, text, corpus_set_flags(corpus));
    }
    while (kind != 0 && is_alike && n_steps--) {
        CURLUPart what = kind == 1 ? CURLUPART_URL : (CURLUPart)corpus_pick(corpus, N_PARTS + 1);
        bool is_null = kind == 2 && corpus_pick(corpus, 16) == 0;

        if (kind == 1)
            corpus_reference(corpus, text);
        else
            corpus_part(corpus, what, text);
        flags = corpus_set_flags(corpus);
        if (is_deadly(what, text, flags))
            flags &= ~(unsigned)CURLU_URLENCODE;
        is_alike = set_both(run, mine, other, what, is_null ? NULL : text, flags);
    }
    run->ours.cleanup(mine);
    run->theirs.cleanup(other);
}

int main(int argc, char **argv)
{
    unsigned long n_rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 60000;
    struct corpus corpus;
    struct run run = {
        .ours = {curl_url, curl_url_cleanup, curl_url_dup, curl_url_get, curl_url_set, curl_free},
    };

    setlocale(LC_CTYPE, "C.UTF-8"); /* in which theirs reads names in other scripts */
    if (!load_oracle(&run.theirs)) {
        printf("no %s to compare with\n", ORACLE_VERSION);
        return 77;
    }
    corpus_init(&corpus, argc > 2 ? strtoull(argv[2], NULL, 0) : 20260822);
    for (unsigned long i = 0; i < n_rounds; i++)
        run_round(&run, &corpus, (unsigned)(i % 3));
    printf("%lu rounds, %lu answers compared, %lu equal, %lu differ and are not known to\n",
           n_rounds, run.n_compared, run.n_equal, run.n_unknown);
    for (unsigned row = 0; row < difference_count(); row++)
        printf("%8lu known: %s\n", run.n_known[row], difference_reason(row));
    return run.n_unknown ? 1 : 0;
}
