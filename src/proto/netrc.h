/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The file .netrc: hosts, each with a login and a password.
 *
 *     machine HOST [login NAME] [password TEXT] [account TEXT]
 *     default [login NAME] [password TEXT]
 *     macdef NAME, with lines up to an empty one
 *
 * Words are apart by blanks and line ends; one in double quotes may have blanks, and \" \\ \n \r \t.
 * A word that begins with '#' is a comment up to the end of its line, but for a value, which may
 * begin so. Where a value is missing and the next line begins with one of the words above, that is
 * none. The first entry that fits
 * counts, and only what stands in it: nothing of one entry is ever used with another's.
 */
#ifndef WHIM_PROTO_NETRC_H
#define WHIM_PROTO_NETRC_H

#include "util/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum { WHIM_NETRC_MAX_BYTES = 128 * 1024 }; /* of a file */

enum whim_netrc_result {
    WHIM_NETRC_FOUND,
    WHIM_NETRC_NONE,   /* nothing fits */
    WHIM_NETRC_SYNTAX, /* a quoted word without its end */
    WHIM_NETRC_NOMEM,
};

struct whim_netrc_query {
    const char *host; /* in any case of letters, counted */
    size_t host_len;
    const char *user;  /* an entry has to have this login; NULL: any */
    bool takes_default; /* the entry for everybody else will do */
};

/*
 * Looks an entry up. FOUND: its login and its password are appended to the empty buffers, each
 * terminated, and empty where the entry has none. They are secrets.
 */
enum whim_netrc_result whim_netrc_find(const char *text, size_t len,
                                       const struct whim_netrc_query *query,
                                       struct whim_buf *user, struct whim_buf *password);

#endif
