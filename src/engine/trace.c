/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/trace.h"

#include "engine/callback.h"
#include "engine/transfer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_LINE = 2048 };

bool whim_trace_is_on(const struct whim_transfer *transfer)
{
    return whim_opt_num(&transfer->options, WHIM_OPT_VERBOSE) != 0;
}

/* Without a debug callback: headers and remarks to the error stream, each with its mark. */
static void print(struct whim_transfer *transfer, curl_infotype type, const char *data, size_t len)
{
    static const char marks[][3] = {
        [CURLINFO_TEXT] = "* ",
        [CURLINFO_HEADER_IN] = "< ",
        [CURLINFO_HEADER_OUT] = "> ",
    };
    FILE *stream = whim_opt_ptr(&transfer->options, WHIM_OPT_STDERR);

    if (type > CURLINFO_HEADER_OUT)
        return;
    if (!stream)
        stream = stderr;
    while (len) { /* a request's head comes as one piece: mark each line of it */
        const char *lf = memchr(data, '\n', len);
        size_t n = lf ? (size_t)(lf - data) + 1 : len;

        fwrite(marks[type], 2, 1, stream);
        fwrite(data, n, 1, stream);
        data += n;
        len -= n;
    }
}

void whim_trace_data(struct whim_transfer *transfer, curl_infotype type, const char *data,
                     size_t len)
{
    curl_debug_callback cb;
    unsigned before;

    if (!whim_trace_is_on(transfer))
        return;
    cb = WHIM_OPT_FN(curl_debug_callback, &transfer->options, WHIM_OPT_DEBUGFUNCTION);
    if (!cb) {
        print(transfer, type, data, len);
        return;
    }
    before = whim_callback_enter(transfer);
    cb(transfer, type, (char *)data, len, whim_opt_ptr(&transfer->options, WHIM_OPT_DEBUGDATA));
    whim_callback_leave(transfer, before);
}

static void trace_line(struct whim_transfer *transfer, const char *format, va_list args)
{
    char line[MAX_LINE];
    int len = vsnprintf(line, sizeof(line) - 1, format, args);

    if (len < 0)
        return;
    if (len > MAX_LINE - 2)
        len = MAX_LINE - 2;
    line[len] = '\n';
    line[len + 1] = 0;
    whim_trace_data(transfer, CURLINFO_TEXT, line, (size_t)len + 1);
}

void whim_trace_text(struct whim_transfer *transfer, const char *format, ...)
{
    va_list args;

    if (!whim_trace_is_on(transfer))
        return;
    va_start(args, format);
    trace_line(transfer, format, args);
    va_end(args);
}

void whim_trace_error(struct whim_transfer *transfer, const char *format, ...)
{
    char *buffer = whim_opt_ptr(&transfer->options, WHIM_OPT_ERRORBUFFER);
    va_list args;

    if (buffer && !transfer->is_error_told) {
        va_start(args, format);
        vsnprintf(buffer, CURL_ERROR_SIZE, format, args);
        va_end(args);
        transfer->is_error_told = true;
    }
    if (!whim_trace_is_on(transfer))
        return;
    va_start(args, format);
    trace_line(transfer, format, args);
    va_end(args);
}

void whim_trace_reset_error(struct whim_transfer *transfer)
{
    char *buffer = whim_opt_ptr(&transfer->options, WHIM_OPT_ERRORBUFFER);

    transfer->is_error_told = false;
    if (buffer)
        buffer[0] = 0;
}
