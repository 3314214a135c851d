/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "report.h"

#include "totals.h"
#include "utf8.h"

#include <string.h>

enum { SHOWN_MOST = 500 };

/* U+0080 to U+009F, C2 80 to C2 9F in UTF-8, are control characters too. */
static bool is_control(const char *text, size_t n)
{
    unsigned char first = (unsigned char)text[0];

    if (n == 1)
        return first < 0x20 || first == 0x7F;
    return n == 2 && first == 0xC2 && (unsigned char)text[1] < 0xA0;
}

static void put_safely(const char *text, size_t len, FILE *out)
{
    bool is_cut = len > SHOWN_MOST;

    len = is_cut ? SHOWN_MOST : len;
    for (size_t at = 0, n; at < len; at += n) {
        n = tool_utf8_length(text + at, len - at);
        if (n && !is_control(text + at, n)) {
            fwrite(text + at, 1, n, out);
            continue;
        }
        n = n ? n : 1;
        for (size_t i = 0; i < n; i++)
            fprintf(out, "\\x%02x", (unsigned char)text[at + i]);
    }
    if (is_cut)
        fputs("...", out);
}

static void put_start(const struct tool_result *result, FILE *out)
{
    fputs("whimbrel: ", out);
    put_safely(result->url, result->url_len, out);
    fputs(": ", out);
}

void tool_report_result(const struct tool_result *result, FILE *out)
{
    char bytes[32];

    put_start(result, out);
    if (result->is_ok) {
        tool_bytes_print((double)result->n_bytes, bytes, sizeof bytes);
        fprintf(out, "%ld, %s, %.1f ms%s\n", result->status, bytes, (double)result->total_us / 1000,
                result->is_reused ? ", reused" : "");
        return;
    }
    put_safely(result->error_text, strlen(result->error_text), out);
    if (result->n_attempts > 1)
        fprintf(out, " (%ld attempts)", result->n_attempts);
    fputc('\n', out);
}

void tool_report_retry(const struct tool_result *result, long delay_ms, FILE *out)
{
    put_start(result, out);
    put_safely(result->error_text, strlen(result->error_text), out);
    fprintf(out, "; next attempt in %ld ms\n", delay_ms);
}
