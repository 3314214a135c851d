/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * URL schemes: the facts about each one that libcurl knows. Known is not the same as spoken: a
 * URL of any known scheme is parsed, and the engine refuses the transfers that it has no protocol
 * for. The rows are in tbl/url_scheme.h.
 */
#ifndef WHIM_PROTO_URL_SCHEME_H
#define WHIM_PROTO_URL_SCHEME_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that the name of a scheme may have, known or not. */
enum { WHIM_SCHEME_MAX_BYTES = 40 };

enum whim_scheme {
    WHIM_SCHEME_OTHER, /* not in the table */
#define SCHEME(id, name, port, flags) WHIM_SCHEME_##id,
#include "proto/tbl/url_scheme.h"
    WHIM_N_SCHEMES,
};

enum whim_scheme_flag {
    WHIM_SCHEME_TLS = 1 << 0,           /* TLS from the first byte */
    WHIM_SCHEME_LOGIN_OPTIONS = 1 << 1, /* the login may carry ";options" */
    WHIM_SCHEME_LOCAL = 1 << 2,         /* no network: file */
    WHIM_SCHEME_CONTROL_LOGIN = 1 << 3, /* user and password may decode to control bytes */
};

struct whim_scheme_info {
    const char *name; /* lower case */
    uint8_t name_len;
    uint8_t flags;         /* enum whim_scheme_flag, or-ed */
    uint16_t default_port; /* 0: none */
};

/* The row of a scheme; WHIM_SCHEME_OTHER has an empty name and no port. Never NULL. */
const struct whim_scheme_info *whim_scheme_info(enum whim_scheme scheme);
/* The scheme of that name, in any case of letters; WHIM_SCHEME_OTHER when there is none. */
enum whim_scheme whim_scheme_find(const char *name, size_t len);

#endif
