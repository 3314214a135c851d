/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Key log: the secrets of every connection, appended to the file that SSLKEYLOGFILE names in the
 * environment, in NSS format, for those who look at their own traffic.
 */
#ifndef WHIM_TLS_KEYLOG_H
#define WHIM_TLS_KEYLOG_H

#include <stdbool.h>

struct whim_tls_keylog {
    char *path; /* NULL: nothing is logged */
    int fd;     /* -1 until the first line */
};

/* Asks the environment. Opens nothing yet. */
void whim_tls_keylog_init(struct whim_tls_keylog *keylog);
void whim_tls_keylog_fini(struct whim_tls_keylog *keylog);
/* Appends a line, which comes without its end, in one piece: several processes may append. */
void whim_tls_keylog_add(struct whim_tls_keylog *keylog, const char *line);

#endif
