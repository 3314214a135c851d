/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Setters: one for each way to check and store the value of an option. tbl/easy_options.h names
 * them; only option_set.c calls them. Those that store in more than one row reserve the room
 * first, so that they store all or nothing.
 */
#ifndef WHIM_ENGINE_OPTION_SETTERS_H
#define WHIM_ENGINE_OPTION_SETTERS_H

#include "engine/options.h"

enum {
    WHIM_OPT_MAX_INPUT = 8000000, /* longer strings and blobs are refused (C-13) */
};

struct whim_option_row;

typedef CURLcode whim_setter(struct whim_options *options,
                                    const struct whim_option_row *row, union whim_opt_value value);

/* What a setter needs to know of a row. */
struct whim_option_row {
    whim_setter *set;
    int64_t min;
    int64_t max;
    int id;
    uint16_t store; /* enum whim_opt */
    uint8_t feature;
};

#define WHIM_OPTION(name, number, type, kind, store, setter, ...) \
    whim_setter whim_setter_##setter;
#include "engine/tbl/easy_options.h"

#endif
