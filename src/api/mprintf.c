/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The printf family under names of its own: the C library's, except that what is returned is how
 * many characters were stored, not how many there would have been, and for these (curl_mprintf(3)):
 *
 *   %S, %#s        a string in double quotes
 *   %ls, %lc       no wide ones: the l means numbers alone
 *   %Od            a curl_off_t
 *   %n             writes the number of characters, wherever the format is
 */
#undef _FORTIFY_SOURCE /* under which %n of a format in writable memory ends the process */

#include "util/buf.h"
#include "util/mem.h"

#include <curl/curl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* One conversion of a format: "%", what says how, and the letter that says what. */
struct conversion {
    const char *text;
    size_t len;    /* with both */
    char what;     /* the letter; 0: the format ends in its midst */
    bool is_quoted;
};

static struct conversion read_conversion(const char *percent)
{
    const char *end = percent + 1 + strspn(percent + 1, "0123456789$ #+-.*'hlLqjztO");
    struct conversion conversion = {percent, (size_t)(end - percent), *end, false};

    if (*end)
        conversion.len++;
    conversion.is_quoted =
        *end == 'S' || (*end == 's' && memchr(percent, '#', conversion.len) != NULL);
    return conversion;
}

/* As the C library wants it. */
static enum whim_buf_result add_conversion(struct whim_buf *buf, struct conversion conversion)
{
    bool is_text = conversion.what == 's' || conversion.what == 'S' || conversion.what == 'c';
    enum whim_buf_result result = whim_buf_add(buf, "\"", conversion.is_quoted);

    if (!conversion.what)
        return WHIM_BUF_OK; /* left out */
    for (size_t i = 0; i < conversion.len && result == WHIM_BUF_OK; i++) {
        char c = conversion.text[i];

        if (c == 'O')
            result = whim_buf_add(buf, "ll", 2);
        else if (c == 'S')
            result = whim_buf_add(buf, "s", 1);
        else if (!(is_text && (c == 'l' || c == '#')))
            result = whim_buf_add(buf, &c, 1);
    }
    return result == WHIM_BUF_OK ? whim_buf_add(buf, "\"", conversion.is_quoted) : result;
}

/* Does the C library read it in another way? */
static bool is_ours(const char *format)
{
    for (const char *at = strchr(format, '%'); at; at = strchr(at, '%')) {
        struct conversion conversion = read_conversion(at);

        if (conversion.is_quoted || !conversion.what || memchr(at, 'O', conversion.len) ||
            (memchr(at, 'l', conversion.len) && strchr("sc", conversion.what)))
            return true;
        at += conversion.len;
    }
    return false;
}

/*
 * The format for the C library: itself, or a text of *buf, which is to be freed in either case. NULL:
 * out of memory.
 */
static const char *translate(const char *format, struct whim_buf *buf)
{
    enum whim_buf_result result = WHIM_BUF_OK;
    const char *at = format;
    const char *percent;

    whim_buf_init(buf, SIZE_MAX / 4);
    if (!is_ours(format))
        return format;
    while (result == WHIM_BUF_OK && (percent = strchr(at, '%'))) {
        struct conversion conversion = read_conversion(percent);

        result = whim_buf_add(buf, at, (size_t)(percent - at));
        if (result == WHIM_BUF_OK)
            result = add_conversion(buf, conversion);
        at = percent + conversion.len;
    }
    if (result == WHIM_BUF_OK)
        result = whim_buf_add_str(buf, at);
    if (result == WHIM_BUF_OK)
        result = whim_buf_terminate(buf);
    return result == WHIM_BUF_OK ? buf->data : NULL;
}

int curl_mvsnprintf(char *buffer, size_t size, const char *format, va_list args)
{
    struct whim_buf buf;
    int n = -1;

    format = translate(format, &buf);
    if (format)
        n = vsnprintf(buffer, size, format, args);
    whim_buf_fini(&buf);
    if (n < 0 || size == 0)
        return n < 0 ? n : 0;
    return (size_t)n < size ? n : (int)(size - 1);
}

int curl_mvfprintf(FILE *stream, const char *format, va_list args)
{
    struct whim_buf buf;
    int n = -1;

    format = translate(format, &buf);
    if (format)
        n = vfprintf(stream, format, args);
    whim_buf_fini(&buf);
    return n;
}

int curl_mvprintf(const char *format, va_list args)
{
    return curl_mvfprintf(stdout, format, args);
}

int curl_mvsprintf(char *buffer, const char *format, va_list args)
{
    struct whim_buf buf;
    int n = -1;

    format = translate(format, &buf);
    if (format)
        n = vsprintf(buffer, format, args);
    whim_buf_fini(&buf);
    return n;
}

char *curl_mvaprintf(const char *format, va_list args)
{
    struct whim_buf buf;
    char *text = NULL;
    va_list again;
    int n = -1;

    format = translate(format, &buf);
    va_copy(again, args);
    if (format)
        n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n >= 0)
        text = whim_malloc((size_t)n + 1);
    if (text)
        vsnprintf(text, (size_t)n + 1, format, args);
    whim_buf_fini(&buf);
    return text;
}

int curl_mprintf(const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = curl_mvprintf(format, args);
    va_end(args);
    return n;
}

int curl_mfprintf(FILE *stream, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = curl_mvfprintf(stream, format, args);
    va_end(args);
    return n;
}

int curl_msprintf(char *buffer, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = curl_mvsprintf(buffer, format, args);
    va_end(args);
    return n;
}

int curl_msnprintf(char *buffer, size_t size, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = curl_mvsnprintf(buffer, size, format, args);
    va_end(args);
    return n;
}

char *curl_maprintf(const char *format, ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    text = curl_mvaprintf(format, args);
    va_end(args);
    return text;
}
