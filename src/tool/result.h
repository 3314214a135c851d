/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * result: what became of one URL. It is made once per URL, after the last attempt, and handed to
 * all who tell of it: the JSON lines, the totals, the lines for a person. Strings belong to the
 * maker and live for the call only.
 */
#ifndef TOOL_RESULT_H
#define TOOL_RESULT_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tool_result {
    const char *url; /* any bytes */
    size_t url_len;
    unsigned long line;
    bool is_ok;
    bool is_stopped;                                     /* it did not fail: we were told to stop */
    long status;                                         /* the last HTTP status, 0 = no answer */
    CURLcode error;                                      /* CURLE_OK exactly when is_ok */
    const char *error_text;                              /* NULL exactly when is_ok */
    int64_t n_bytes;                                     /* of the last attempt's body */
    int64_t dns_us, connect_us, first_byte_us, total_us; /* of the last attempt, from its start */
    long n_connects;  /* connections that the last attempt opened */
    bool is_reused;   /* it opened none and had one */
    long n_attempts;  /* 0: refused without trying */
    const char *file; /* in the output folder; NULL: no file */
};

#endif
