/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * check_runtime.c: what the linked library itself tells of the ABI: the rows of its option table
 * and the texts of its result codes. Public functions only, so that the system's libcurl may be
 * put under it; what an older library cannot know yet is left out by its version number.
 */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

static unsigned int library; /* its LIBCURL_VERSION_NUM */
static int n_wrong;

static void complain(const char *what, const char *problem)
{
    n_wrong++;
    printf("%s: %s\n", what, problem);
}

/* ---- Options ---- */

struct option {
    const char *name;
    int id;
    curl_easytype kind;
    unsigned int flags;
    unsigned int since;
};

static const struct option options[] = {
#define OPTION(name, id, kind, since) {#name, id, CURLOT_##kind, 0, since},
#define ALIAS(name, id, kind, since) {#name, id, CURLOT_##kind, CURLOT_FLAG_ALIAS, since},
#include "facts_options.h"
};

#define N_OPTIONS (sizeof(options) / sizeof(options[0]))

static int is_row(const struct curl_easyoption *row, const struct option *option)
{
    return row && !strcmp(row->name, option->name) && (int)row->id == option->id &&
           row->type == option->kind && row->flags == option->flags;
}

static void make_lower(char *to, const char *from)
{
    while ((*to++ = (char)tolower((unsigned char)*from++)))
        ;
}

static const struct option *find_current(int id)
{
    for (size_t i = 0; i < N_OPTIONS; i++)
        if (options[i].id == id && !options[i].flags)
            return &options[i];
    return NULL;
}

static void check_option(const struct option *option)
{
    char lower[64];

    make_lower(lower, option->name);
    if (!is_row(curl_easy_option_by_name(option->name), option))
        complain(option->name, "is another row by its name");
    if (!is_row(curl_easy_option_by_name(lower), option))
        complain(option->name, "is another row by its name in lower case");
    if (!is_row(curl_easy_option_by_id((CURLoption)option->id), find_current(option->id)))
        complain(option->name, "has a number that finds another row");
}

static size_t count_rows(void)
{
    const struct curl_easyoption *row = NULL;
    size_t n_rows = 0;

    while ((row = curl_easy_option_next(row)) && n_rows < 2 * N_OPTIONS)
        n_rows++;
    return n_rows;
}

static void check_options(void)
{
    size_t n_known = 0;

    for (size_t i = 0; i < N_OPTIONS; i++) {
        const struct option *current = find_current(options[i].id);

        if (options[i].since > library || current->since > library)
            continue;
        n_known++;
        check_option(&options[i]);
    }
    /* 7.88.1 lists one more, whose name has been respelled since (ALLLOWFAILS). */
    if (library >= LIBCURL_VERSION_NUM && count_rows() != N_OPTIONS)
        complain("curl_easy_option_next", "lists another number of options");
    if (curl_easy_option_by_name("NO_SUCH_OPTION") || curl_easy_option_by_name(""))
        complain("curl_easy_option_by_name", "finds what is not there");
    if (curl_easy_option_by_id((CURLoption)9999))
        complain("curl_easy_option_by_id", "finds what is not there");
    printf("%zu of %zu options checked\n", n_known, N_OPTIONS);
}

/* ---- Texts ---- */

static void check_text(const char *kind, int code, const char *is, const char *must)
{
    if (is && !strcmp(is, must))
        return;
    n_wrong++;
    printf("%s of %d is \"%s\", must be \"%s\"\n", kind, code, is ? is : "(null)", must);
}

static void check_texts(void)
{
    const int strange[] = {INT_MIN, -2, 1000, INT_MAX};
    const int knows_easy_codes = library >= 0x080800; /* CURLE_ECH_REQUIRED is the newest code */
    const int knows_url_codes = library >= 0x081600;  /* CURLUE_BACKSLASH is */

#define EASY_ERROR(name, value, text)                  \
    if (knows_easy_codes || (value) < CURLE_TOO_LARGE) \
        check_text("curl_easy_strerror", value, curl_easy_strerror((CURLcode)(value)), text);
#define MULTI_ERROR(name, value, text) \
    check_text("curl_multi_strerror", value, curl_multi_strerror((CURLMcode)(value)), text);
#define SHARE_ERROR(name, value, text) \
    check_text("curl_share_strerror", value, curl_share_strerror((CURLSHcode)(value)), text);
#define URL_ERROR(name, value, text)                  \
    if (knows_url_codes || (value) < CURLUE_TOO_LARGE) \
        check_text("curl_url_strerror", value, curl_url_strerror((CURLUcode)(value)), text);
#include "api/tbl/errors.h"

    for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
        int code = strange[i];

#define EASY_UNKNOWN(text) \
    check_text("curl_easy_strerror", code, curl_easy_strerror((CURLcode)code), text);
#define MULTI_UNKNOWN(text) \
    check_text("curl_multi_strerror", code, curl_multi_strerror((CURLMcode)code), text);
#define SHARE_UNKNOWN(text) \
    check_text("curl_share_strerror", code, curl_share_strerror((CURLSHcode)code), text);
#define URL_UNKNOWN(text) \
    check_text("curl_url_strerror", code, curl_url_strerror((CURLUcode)code), text);
#include "api/tbl/errors.h"
    }
}

int main(void)
{
    library = curl_version_info(CURLVERSION_NOW)->version_num;
    check_options();
    check_texts();
    printf("%d wrong\n", n_wrong);
    return n_wrong ? 1 : 0;
}
