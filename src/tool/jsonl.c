/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#define _GNU_SOURCE
#include "jsonl.h"

#include "utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

bool tool_jsonl_open(struct tool_jsonl *jsonl, const char *path)
{
    *jsonl = (struct tool_jsonl){0};
    if (path)
        jsonl->out = strcmp(path, "-") == 0 ? stdout : fopen(path, "we");
    return jsonl->out || !path;
}

/* RFC 8259 section 7. U+007F is legal, but no friend of terminals. */
static void put_string(FILE *out, const char *text, size_t len)
{
    fputc_unlocked('"', out);
    for (size_t at = 0, n; at < len; at += n) {
        unsigned char c = (unsigned char)text[at];

        n = tool_utf8_length(text + at, len - at);
        if (!n) {
            fputs_unlocked("\\ufffd", out);
            n = 1;
        } else if (c == '"' || c == '\\') {
            fputc_unlocked('\\', out);
            fputc_unlocked(c, out);
        } else if (c < 0x20 || c == 0x7F) {
            fprintf(out, "\\u%04x", c);
        } else {
            fwrite_unlocked(text + at, 1, n, out);
        }
    }
    fputc_unlocked('"', out);
}

static void put_text(FILE *out, const char *key, const char *text)
{
    fprintf(out, ",\"%s\":", key);
    if (text)
        put_string(out, text, strlen(text));
    else
        fputs_unlocked("null", out);
}

/* In whole numbers, so that no locale puts a comma into it. */
static void put_ms(FILE *out, const char *key, int64_t us)
{
    us = us < 0 ? 0 : us;
    fprintf(out, ",\"%s_ms\":%" PRId64 ".%03d", key, us / 1000, (int)(us % 1000));
}

static const char *word_of(bool is_true)
{
    return is_true ? "true" : "false";
}

static void note_error(struct tool_jsonl *jsonl, bool has_failed)
{
    if (has_failed && !jsonl->error)
        jsonl->error = errno ? errno : EIO;
}

void tool_jsonl_put(struct tool_jsonl *jsonl, const struct tool_result *result)
{
    FILE *out = jsonl->out;

    if (!out)
        return;
    fprintf(out, "{\"line\":%lu,\"url\":", result->line);
    put_string(out, result->url, result->url_len);
    fprintf(out, ",\"ok\":%s,\"status\":%ld,\"error\":%d", word_of(result->is_ok), result->status,
            (int)result->error);
    put_text(out, "error_text", result->error_text);
    fprintf(out, ",\"bytes\":%" PRId64, result->n_bytes);
    put_ms(out, "dns", result->dns_us);
    put_ms(out, "connect", result->connect_us);
    put_ms(out, "first_byte", result->first_byte_us);
    put_ms(out, "total", result->total_us);
    fprintf(out, ",\"reused\":%s,\"attempts\":%ld", word_of(result->is_reused), result->n_attempts);
    put_text(out, "file", result->file);
    fputs_unlocked("}\n", out);
    note_error(jsonl, ferror(out) != 0);
}

bool tool_jsonl_flush(struct tool_jsonl *jsonl)
{
    if (jsonl->out)
        note_error(jsonl, fflush(jsonl->out) != 0);
    errno = jsonl->error;
    return !jsonl->error;
}

bool tool_jsonl_close(struct tool_jsonl *jsonl)
{
    if (jsonl->out)
        note_error(jsonl, fclose(jsonl->out) != 0);
    jsonl->out = NULL;
    errno = jsonl->error;
    return !jsonl->error;
}
