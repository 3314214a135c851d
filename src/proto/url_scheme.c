/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/url_scheme.h"

#include "proto/url_chars.h"

#include <stdbool.h>

static const struct whim_scheme_info schemes[WHIM_N_SCHEMES] = {
    [WHIM_SCHEME_OTHER] = {.name = ""},
#define SCHEME(id, text, port, bits)                                                               \
    [WHIM_SCHEME_##id] = {                                                                         \
        .name = (text), .name_len = sizeof(text) - 1, .flags = (bits), .default_port = (port)},
#include "proto/tbl/url_scheme.h"
};

const struct whim_scheme_info *whim_scheme_info(enum whim_scheme scheme)
{
    return &schemes[(unsigned)scheme < WHIM_N_SCHEMES ? scheme : WHIM_SCHEME_OTHER];
}

static bool is_same_name(const char *lower, const char *name, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (lower[i] != whim_url_lower(name[i]))
            return false;
    return true;
}

enum whim_scheme whim_scheme_find(const char *name, size_t len)
{
    for (unsigned i = WHIM_SCHEME_OTHER + 1; i < WHIM_N_SCHEMES; i++)
        if (schemes[i].name_len == len && is_same_name(schemes[i].name, name, len))
            return (enum whim_scheme)i;
    return WHIM_SCHEME_OTHER;
}
