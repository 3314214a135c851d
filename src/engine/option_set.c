/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * curl_easy_setopt() without its variable argument: from an id to a row, to its setter.
 */
#include "engine/option_setters.h"

#include <whimbrel/whimbrel.h>

enum {
    MAX_NUMBER = 332, /* the highest option number in the table */
};

enum feature {
#define WHIM_FEATURE(name, answer) FEATURE_##name,
#include "engine/tbl/option_features.h"
    FEATURE_MAX
};

enum answer {
    ANSWER_TAKE,
    ANSWER_REFUSE,
};

static const uint8_t feature_answers[FEATURE_MAX] = {
#define WHIM_FEATURE(name, answer) [FEATURE_##name] = ANSWER_##answer,
#include "engine/tbl/option_features.h"
};

static const struct whim_option_row rows[] = {
#define WHIM_OPTION(name, number, type, kind, kept_in, setter, part_of, dflt, low, high) \
    [WHIM_OPT_##name] = {                                                               \
        .set = whim_setter_##setter,                                                \
        .min = (low),                                                                   \
        .max = (high),                                                                  \
        .id = WHIM_OPT_BASE_##type + (number),                                                   \
        .store = WHIM_OPT_##kept_in,                                                    \
        .feature = FEATURE_##part_of,                                                   \
    },
#include "engine/tbl/easy_options.h"
};

/* The row of a number, plus one. */
static const uint16_t rows_by_number[MAX_NUMBER + 1] = {
#define WHIM_OPTION(name, number, ...) [number] = WHIM_OPT_##name + 1,
#include "engine/tbl/easy_options.h"
};

static const struct whim_option_row *find_row(CURLoption option)
{
    int number = (int)option % 10000;
    unsigned row = number >= 0 && number <= MAX_NUMBER ? rows_by_number[number] : 0;

    return row && rows[row - 1].id == (int)option ? &rows[row - 1] : NULL;
}

/* Whether the value asks for something: not 0, not NULL. */
static bool is_wish(CURLoption option, union whim_opt_value value)
{
    if (option >= CURLOPTTYPE_FUNCTIONPOINT && option < CURLOPTTYPE_OFF_T)
        return value.fn != NULL;
    if (option < CURLOPTTYPE_OBJECTPOINT ||
        (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB))
        return value.num != 0;
    return value.ptr != NULL;
}

CURLcode whim_options_setopt(struct whim_options *options, CURLoption option,
                             union whim_opt_value value)
{
    const struct whim_option_row *row = find_row(option);

    options->n_changes++;
    if (option == WHIM_EOPT_MAX_RATIO)
        return value.num < 0 ? CURLE_BAD_FUNCTION_ARGUMENT
                             : whim_options_set_num(options, WHIM_OPT_MAX_RATIO_, value.num);
    if (!row)
        return CURLE_UNKNOWN_OPTION;
    if (feature_answers[row->feature] == ANSWER_REFUSE)
        return is_wish(option, value) ? CURLE_NOT_BUILT_IN : CURLE_OK;
    return row->set(options, row, value);
}
