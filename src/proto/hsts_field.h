/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The Strict-Transport-Security field (RFC 6797 section 6.1).
 */
#ifndef WHIM_PROTO_HSTS_FIELD_H
#define WHIM_PROTO_HSTS_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct whim_hsts_field {
    int64_t max_age_s; /* INT64_MAX for anything longer */
    bool has_subdomains;
};

/* False: it is not well formed, has no max-age, or says something twice. */
bool whim_hsts_field_parse(const char *value, size_t len, struct whim_hsts_field *ret_field);

#endif
