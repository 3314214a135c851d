/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What options exist, for programs that ask: the rows of the option table and their older names.
 */
#include "engine/options.h"
#include "util/ascii.h"

#include <curl/curl.h>
#include <stddef.h>
#include <string.h>

/* Id and type of each row, for the rows that are older names of it. */
enum {
#define WHIM_OPTION(name, number, type, ...) ID_##name = WHIM_OPT_BASE_##type + (number),
#include "engine/tbl/easy_options.h"
};

enum {
#define WHIM_OPTION(name, number, type, ...) TYPE_##name = CURLOT_##type,
#include "engine/tbl/easy_options.h"
};

#define INFO(name, like, flags) {#name, (CURLoption)ID_##like, (curl_easytype)TYPE_##like, flags},

static const struct curl_easyoption options[] = {
#define WHIM_OPTION(name, ...) INFO(name, name, 0)
#define WHIM_OPTION_ALIAS(name, target) INFO(name, target, CURLOT_FLAG_ALIAS)
#include "engine/tbl/easy_options.h"
};

enum {
    N_OPTIONS = sizeof(options) / sizeof(options[0]),
};

const struct curl_easyoption *curl_easy_option_by_name(const char *name)
{
    size_t i;

    for (i = 0; name && i < N_OPTIONS; i++) {
        if (whim_ascii_is_equal(options[i].name, name, strlen(options[i].name) + 1))
            return &options[i];
    }
    return NULL;
}

const struct curl_easyoption *curl_easy_option_by_id(CURLoption id)
{
    size_t i;

    for (i = 0; i < N_OPTIONS; i++) {
        if (options[i].id == id && !(options[i].flags & CURLOT_FLAG_ALIAS))
            return &options[i];
    }
    return NULL;
}

const struct curl_easyoption *curl_easy_option_next(const struct curl_easyoption *previous)
{
    if (!previous)
        return &options[0];
    if (previous < &options[0] || previous >= &options[N_OPTIONS - 1])
        return NULL;
    return previous + 1;
}
